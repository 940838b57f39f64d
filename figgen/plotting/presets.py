"""The shapes that a figure comes in, and where each lies. Needs no Matplotlib."""

from pathlib import PurePosixPath
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


def figure_path(name: str, language: str, preset: Preset, format: Format, frame: int = WHOLE) -> str:
    """Return where a figure, or one frame of it, goes, relative to the output folder."""
    number = f"-{frame:02}" if frame else ""
    return f"{FOLDERS[preset]}/{language}/{name}{number}.{format}"


def figure_in(path: str) -> tuple[str, int]:
    """Return whose picture goes to `path`: the figure's name, which has no hyphen, and its frame."""
    name, _, number = PurePosixPath(path).stem.partition("-")
    return name, int(number or WHOLE)
