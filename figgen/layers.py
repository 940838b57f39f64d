"""Layers: a lecture's own files over figgen's, one by one; and what in a lecture's folder is no layer."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from figgen.errors import Problem, unknown

FONTS = "fonts"
"""The folder in `layout/` whose fonts the documents and figures may use."""

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".pdf")
_FONT_FILES = (".ttf", ".otf", ".ttc", ".otc")
_TEXTS = (".j2", ".css", ".js", ".lua", ".html", ".typ", ".mplstyle")  # these may name further files
_NOTES = ("README", "LICENSE", "LICENCE", "OFL")


@dataclass(frozen=True, slots=True)
class Layers:
    """Two folders, one over the other.

    Attributes:
        own: The lecture's, which need not be there.
        below: That of figgen.
    """

    own: Path
    below: Path

    @property
    def folders(self) -> tuple[Path, Path]:
        """Both folders, the lecture's first."""
        return self.own, self.below

    def path(self, name: str) -> Path:
        """Return the file of that name: the lecture's own, or else figgen's."""
        own = self.own / name
        return own if own.is_file() else self.below / name

    def each(self, name: str) -> tuple[Path, ...]:
        """Return every file of that name, figgen's first, so that the lecture's own has the last word."""
        return tuple(path for folder in reversed(self.folders) if (path := folder / name).is_file())

    def files(self) -> dict[str, Path]:
        """Return the uppermost file of each name."""
        return _files(self.below) | _files(self.own)

    def own_files(self) -> dict[str, Path]:
        """Return the lecture's own files by name."""
        return _files(self.own)

    def strangers(self) -> Iterator[Problem]:
        """Find files of the lecture's that neither figgen has, nor any file beside them names."""
        own, known = _files(self.own), set(_files(self.below))
        texts = {name: _text(path) for name, path in own.items() if path.suffix in _TEXTS}
        for name, path in own.items():
            named = any(Path(name).name in text for other, text in texts.items() if other != name)
            if not (name in known or named or _is_asset(path)):
                told = unknown("file", name, known)
                yield Problem(path, None, f"nothing in {self.own.name}/ uses it: {told}")


def _files(folder: Path) -> dict[str, Path]:
    """Return the files below a folder by their path in it, but for hidden ones and an editor's copies."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(is_left_over(part) for part in path.relative_to(folder).parts)
    }


def is_left_over(name: str) -> bool:
    """Tell whether a name is that of a hidden file, of byte code, or of an editor's copy."""
    return name.startswith((".", "#", "__pycache__")) or name.endswith(("~", ".bak", ".orig"))


def _is_asset(path: Path) -> bool:
    return path.suffix.lower() in (*_PICTURES, *_FONT_FILES) or path.name.upper().startswith(_NOTES)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
