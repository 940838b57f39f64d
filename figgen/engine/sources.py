"""The sources of a build: every file of figgen and of the lecture, as it was when the build began.

What commands write is no source: neither the output folder, wherever links lead to it, nor any other folder
in which figgen works or has worked. Nor are hidden files, byte code, virtual environments, and what cannot be
read: who needs such a file will say so.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from figgen.engine import manifest
from figgen.engine.files import hashed, sha256
from figgen.engine.notes import CACHE
from figgen.engine.surroundings import surroundings
from figgen.paths import PACKAGE, built_in_lecture, is_made_up


@dataclass(frozen=True, slots=True)
class Sources:
    """The hash of each source by its path, whose folder is free of links; and one hash of them all.

    Attributes:
        files: The hashes.
        digest: That of all of them.
    """

    files: Mapping[Path, str]
    digest: str
    _code: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        """A hash of the names of all sources, and of what those hold that Python may import."""
        if not self._code:
            code = sorted((str(path), digest * (not is_text(path))) for path, digest in self.files.items())
            self._code.append(sha256(repr((surroundings(), code)).encode()))
        return self._code[0]

    def edited(self, read: Iterable[Path]) -> tuple[Path, ...]:
        """Return those of the files that were `read` which are no more as they were."""
        before = {path: self.files.get(path.parent.resolve() / path.name) for path in read}
        return tuple(sorted(path for path, digest in before.items() if digest and _hash(path) != digest))


_OF_DOCUMENTS = {
    *(".bib", ".css", ".csl", ".j2", ".js", ".lua", ".md"),
    *(".jpeg", ".jpg", ".png", ".svg", ".webp"),
}
_OF_FIGURES = {".mplstyle", ".po", ".toml"}


def is_text(path: Path, *, of_figures: bool = True) -> bool:
    """Tell whether a file is none that Python imports: what opens it is seen to do so.

    Args:
        path: The file.
        of_figures: Whether those count that figures are drawn by.
    """
    suffix = path.suffix.lower()
    return suffix in _OF_DOCUMENTS or (of_figures and suffix in _OF_FIGURES)


NO_SOURCES = Sources({}, "")
"""For commands that make nothing, to which an edit meanwhile is all the same."""


def look_at_sources(lecture: Path, output: Path) -> Sources:
    """Hash every file of figgen, of its layout, and of the lecture in a folder."""
    files: dict[Path, str] = {}
    lines = []
    for root in (PACKAGE, built_in_lecture() / "layout", lecture):
        for path, name in _files_below(root, output.resolve()):
            if digest := _hash(path):
                files[path] = digest
                lines.append(f"{name} {digest}")
    return Sources(files, sha256("\n".join(lines).encode()))


def is_source(path: Path, root: Path, output: Path) -> bool:
    """Tell whether a file below the folder `root` counts as a source."""
    inside = path.relative_to(root)
    folders = [(root / folder).resolve() for folder in inside.parents][:-1]
    return not (
        any(map(_is_hidden, inside.parts))
        or path.resolve() == output.resolve()
        or any(folder == output.resolve() or _is_left_out(folder, _entries(folder)) for folder in folders)
    )


def _files_below(root: Path, output: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files below a folder, each with its path from there; each real folder is walked once."""
    seen: set[Path] = set()
    own = {manifest.NAME, *(manifest.read(output) or ())} if output == root.resolve() else set()

    def walk(folder: Path, name: str) -> Iterator[tuple[Path, str]]:
        real = folder.resolve()
        if real in seen or (name and real == output):
            return
        seen.add(real)
        entries = _entries(real)
        if name and _is_left_out(real, entries):
            return
        for entry in entries:
            below, kind = f"{name}{entry.name}", _kind(entry)
            if kind == "folder":
                yield from walk(real / entry.name, f"{below}/")
            elif kind == "file" and below not in own:
                yield real / entry.name, below

    yield from walk(root, "")


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _kind(entry: "os.DirEntry[str]") -> str:
    """Return `folder` or `file`; or an empty text for what is neither, such as a pipe, or is hidden."""
    try:
        if _is_hidden(entry.name) or (entry.is_symlink() and is_made_up(entry.path)):
            return ""
        return "folder" if entry.is_dir() else "file" * entry.is_file()
    except OSError:  # a link to itself
        return ""


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"


def is_for_outputs(folder: Path) -> bool:
    """Tell whether a folder is one that figgen writes to, or has written to."""
    if (folder / CACHE / "lock").exists():  # at work, perhaps for the first time
        return True
    try:
        if not (folder / manifest.NAME).is_file():  # a pipe would never end
            return False
        with (folder / manifest.NAME).open("rb") as file:
            return file.read(len(manifest.BEGINNING)) == manifest.BEGINNING
    except OSError:
        return False


def _is_left_out(folder: Path, entries: Iterable["os.DirEntry[str]"]) -> bool:
    """Tell whether a folder, by what lies in it, is for outputs, or is a virtual environment."""
    names = {entry.name for entry in entries}
    return "pyvenv.cfg" in names or (bool(names & {CACHE, manifest.NAME}) and is_for_outputs(folder))


def _hash(path: Path) -> str:
    try:
        return hashed(path.read_bytes())
    except OSError:
        return ""
