"""The shapes that a figure comes in, and where each lies. Needs no Matplotlib."""

from typing import Literal, get_args

Preset = Literal["print", "slides"]
Format = Literal["svg", "png", "pdf"]

PRESETS: tuple[Preset, ...] = get_args(Preset)
FORMATS: tuple[Format, ...] = get_args(Format)

FOLDERS: dict[Preset, str] = {"print": "figures", "slides": "slides"}


def figure_path(name: str, language: str, preset: Preset, format: Format) -> str:
    """Return where a figure goes, relative to the output folder."""
    return f"{FOLDERS[preset]}/{language}/{name}.{format}"
