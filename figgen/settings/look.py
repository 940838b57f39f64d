"""What a lecture chooses of its looks: boxes and a theme."""

from dataclasses import dataclass, field
from pathlib import Path

FIGGENS_BOXES = {
    "question": "Question",
    "answer": "Answer",
    "measured": "What we measured",
    "remark": "Remark",
    "evidence": "Checked by simulation",
}
"""The fenced divisions that every lecture may use, and their labels, which figgen translates."""


@dataclass(frozen=True, slots=True)
class Box:
    """A fenced division of the lecture's own, such as `::: theorem`.

    Attributes:
        name: What follows the colons.
        label: The words above it in each language.
        colour: The colour of its bar and label, as `#rrggbb`; empty is the theme's accent.
    """

    name: str
    label: dict[str, str]
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """What a lecture looks like, on the screen, on paper, in figures and on slides.

    Attributes:
        accent: The colour of links and labels, as `#rrggbb`; empty is figgen's.
        logo: The picture on the title page, or None.
        fonts: Families of `text`, `heading` and `mono`; those that are missing are figgen's.
        palette: The colours that figures take in turn, as `#rrggbb`; empty is figgen's.
    """

    accent: str = ""
    logo: Path | None = None
    fonts: dict[str, str] = field(default_factory=dict)
    palette: tuple[str, ...] = ()
