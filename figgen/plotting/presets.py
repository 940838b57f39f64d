"""The pictures that are made of a figure, and where each lies. Needs no Matplotlib."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

Preset = Literal["print", "slides", "slides-dark"]
Format = Literal["svg", "png", "pdf", "gif"]

PRESETS: tuple[Preset, ...] = get_args(Preset)
FORMATS: tuple[Format, ...] = get_args(Format)

FOLDERS: dict[Preset, str] = {"print": "figures", "slides": "slides", "slides-dark": "slides-dark"}
SHEETS: dict[Preset, tuple[str, ...]] = {
    "print": ("base", "print"),
    "slides": ("base", "slides"),
    "slides-dark": ("base", "slides"),
}
"""The style sheets of each preset; a dark slide is drawn as a light one is, and darkened then."""

WHOLE = 0
"""In place of a frame's number, which counts from 1: the figure with all that it has."""

_PATH = re.compile(
    r"(?P<folder>[\w-]+)/(?P<language>[\w-]+)/(?P<figure>\w+)(-(?P<frame>\d+))?"
    r"(@(?P<explored>\w+=[\w.+-]+?))?(@(?P<width>\d+)x(?P<height>\d+))?\.(?P<format>\w+)"
)


@dataclass(frozen=True, slots=True, order=True)
class Picture:
    """What is made of a figure's drawing: all of it or one frame, in one language, preset and format.

    Attributes:
        figure: The figure's name.
        language: That of the words in it.
        preset: What it is for.
        format: Of its file.
        frame: The number of the frame; `WHOLE` is the figure with all that it has.
        size: Width and height in points, if they are not those of the preset.
        explored: The value of a parameter that it is drawn for, as in `rate=0.5`, if it is not the plan's.
    """

    figure: str
    language: str
    preset: Preset
    format: Format
    frame: int = WHOLE
    size: tuple[int, ...] = ()
    explored: str = ""

    @property
    def path(self) -> str:
        """Where it goes, relative to the output folder."""
        number = f"-{self.frame:02}" if self.frame else ""
        explored = f"@{self.explored}" if self.explored else ""
        size = "@{}x{}".format(*self.size) if self.size else ""
        name = f"{self.figure}{number}{explored}{size}.{self.format}"
        return f"{FOLDERS[self.preset]}/{self.language}/{name}"

    @property
    def shape(self) -> tuple[Format, int]:
        """What tells it from the other pictures of the same drawing."""
        return self.format, self.frame

    @property
    def is_marked(self) -> bool:
        """Whether it says in its own bytes what it is: it may be copied into a deck of somebody's own."""
        return self.preset != "print" and self.format in ("png", "svg")

    @property
    def drawing(self) -> tuple[str, str, Preset, tuple[int, ...], str]:
        """What it has in common with them."""
        return self.figure, self.language, self.preset, self.size, self.explored


def picture_at(path: str) -> Picture | None:
    """Return the picture whose path is `path`, or None if that is no picture's path."""
    match = _PATH.fullmatch(path)
    presets = [preset for preset in PRESETS if match and FOLDERS[preset] == match["folder"]]
    if match is None or not presets or match["format"] not in FORMATS:
        return None
    size = (int(match["width"]), int(match["height"])) if match["width"] else ()
    frame = int(match["frame"] or WHOLE)
    shape = (presets[0], match["format"], frame, size, match["explored"] or "")
    return Picture(match["figure"], match["language"], *shape)
