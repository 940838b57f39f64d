"""The handouts: prose with numbers, as HTML and as PDF."""

from typing import Literal, get_args

Target = Literal["html", "pdf"]
TARGETS: tuple[Target, ...] = get_args(Target)

Edition = Literal["full", "student"]
EDITIONS: tuple[Edition, ...] = get_args(Edition)
"""The student's edition leaves the answers to the questions out."""
