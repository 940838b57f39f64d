"""The fonts of a lecture's own, and what each file of them has."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Font:
    """One font in a file.

    Attributes:
        family: The name that styles call it by, such as "Source Serif 4".
        weight: From 100 to 900; a regular one has 400.
        style: `normal`, `italic` or `oblique`.
        path: The file.
    """

    family: str
    weight: int
    style: str
    path: Path


def fonts_in(folder: Path) -> tuple[Font, ...]:
    """Return the fonts in the files of a folder, which need not be there."""
    if not folder.is_dir():
        return ()
    import typst

    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]).fonts()
    fonts = [Font(f.family, f.weight, f.style.lower(), Path(f.path)) for f in found if f.path]
    return tuple(sorted(fonts, key=lambda font: font.path))


def families(folder: Path) -> tuple[str, ...]:
    """Return the families that a PDF can be set in: Typst's own, and those in the files of a folder."""
    import typst

    own = [folder] if folder.is_dir() else []
    return tuple(sorted(set(typst.Fonts(include_system_fonts=False, font_paths=own).families())))
