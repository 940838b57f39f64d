"""The handouts: prose with numbers, as HTML and as PDF; and the slides with the figures, as PPTX."""

from typing import Literal, get_args

Target = Literal["html", "pdf", "pptx"]
TARGETS: tuple[Target, ...] = get_args(Target)
SLIDES: Target = "pptx"
"""The target that is no handout, and made only if asked for: slides for the lecturer, in one edition."""

Edition = Literal["full", "student"]
EDITIONS: tuple[Edition, ...] = get_args(Edition)
"""The student's edition leaves the answers to the questions out."""
