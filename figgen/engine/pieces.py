"""What documents are made of, kept piece by piece under the hash of all that a piece comes from.

An edit of one chapter makes the pieces of that chapter anew; the others are taken as they are.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from figgen.engine import notes
from figgen.engine.files import delete_own, read_sealed, seal, write_whole
from figgen.engine.notes import CACHE

PIECES = f"{CACHE}/pieces"
"""The folder of the pieces, relative to the output folder."""

_NOTE = "pieces"
_DIGITS = 64  # of the hash that is a name


def read_pieces(output: Path, documents: Iterable[str]) -> dict[str, bytes]:
    """Return what some documents were made of, as far as it is there and as figgen wrote it."""
    noted = notes.read(output, _NOTE)
    names = {name for path in documents for name in noted.get(path, ()) if _is_name(name)}
    found = {name: _read(output, name) for name in sorted(names)}
    return {name: data for name, data in found.items() if data is not None}


def keep_pieces(output: Path, used: Mapping[str, Mapping[str, bytes]], documents: Iterable[str]) -> None:
    """Keep what documents were made of, and delete what none is made of any more.

    Args:
        output: The output folder.
        used: The pieces of each document that was made, by its path.
        documents: The paths of all documents that there are.
    """
    there = set(_names(output))
    for name, data in {name: data for pieces in used.values() for name, data in pieces.items()}.items():
        if name not in there or _read(output, name) != data:
            write_whole(output, f"{PIECES}/{name}", seal(data, name))
    before = notes.read(output, _NOTE)
    noted = {path: sorted(used[path]) if path in used else before.get(path, []) for path in documents}
    if noted != before:
        notes.write(output, _NOTE, noted)
    for name in there.difference(*noted.values()):
        delete_own(output, f"{PIECES}/{name}")


def whole_pieces(output: Path) -> list[str]:
    """Return the paths of the pieces that are as figgen wrote them."""
    return [f"{PIECES}/{name}" for name in _names(output) if _read(output, name) is not None]


def _names(output: Path) -> list[str]:
    return sorted(path.name for path in (output / PIECES).glob("*") if _is_name(path.name))


def _is_name(name: object) -> bool:
    return isinstance(name, str) and len(name) == _DIGITS and set(name) <= set("0123456789abcdef")


def _read(output: Path, name: str) -> bytes | None:
    return read_sealed(output, f"{PIECES}/{name}", name)
