"""The handouts: prose with numbers, as HTML, as PDF, and as EPUB for e-readers."""

from typing import Literal, get_args

Target = Literal["html", "pdf", "epub"]
TARGETS: tuple[Target, ...] = get_args(Target)

USUAL: tuple[Target, ...] = ("html", "pdf")
"""The formats that are made unless others are asked for."""

Edition = Literal["full", "student"]
EDITIONS: tuple[Edition, ...] = get_args(Edition)
"""The student's edition leaves the answers to the questions out."""
