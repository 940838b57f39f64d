"""Where a picture stands in somebody's slides, of whichever program."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from figgen.colours import Rgb, contrast

Parts = Mapping[str, bytes]
"""The bytes of each part of a file of slides, by its name."""

Ground = Literal["light", "dark"]
_BLACK, _WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Image:
    """A file that a picture shows.

    Attributes:
        number: Which of all references to pictures in its part this is, from 0.
        media: The name of the part that it leads to.
    """

    number: int
    media: str


@dataclass(frozen=True, slots=True)
class Place:
    """A picture on a slide.

    Attributes:
        slide: The number of the slide, from 1.
        part: The part that has the slide.
        images: The files that it shows: a PNG, and where the program takes one, an SVG of the same.
        texts: Its alternative text and its name.
        size: Width and height in points that it has uncropped; None if that is not said.
        ground: What it stands on; None if that cannot be told.
    """

    slide: int
    part: str
    images: tuple[Image, ...]
    texts: tuple[str, ...]
    size: tuple[float, float] | None
    ground: Ground | None


@dataclass(frozen=True, slots=True)
class Use:
    """A reference to a picture.

    Attributes:
        part: The part that has it.
        number: Which of the references in that part; None if it is none of those that can be changed.
        media: The part that it leads to.
    """

    part: str
    number: int | None
    media: str


class Program(Protocol):
    """What differs between the files of PowerPoint and of LibreOffice."""

    def places(self, parts: Parts) -> Iterator[Place]:
        """Yield each picture on a slide, in order.

        Raises:
            ValueError: A part is damaged, or missing.
        """

    def uses(self, parts: Parts) -> Iterator[Use]:
        """Yield each use of a picture, on slides or elsewhere."""

    def add(self, parts: dict[str, bytes], part: str, data: bytes, suffix: str) -> str:
        """Add a picture for a part to show, and return what the part refers to it by."""

    def references(self, text: bytes) -> Iterator[re.Match[bytes]]:
        """Yield the references to pictures in a part, in order; the group `to` is what they lead to."""


def ground_of(colour: Rgb) -> Ground:
    """Tell whether light or dark text would be read upon a colour."""
    return "dark" if contrast(colour, _WHITE) > contrast(colour, _BLACK) else "light"
