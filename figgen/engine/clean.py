"""Delete what figgen made in an output folder, and nothing else."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from figgen.engine import manifest, notes
from figgen.engine.code.parsed import PARSED
from figgen.engine.executor import Progress
from figgen.engine.files import delete_empty, delete_own, read_own, read_sealed
from figgen.engine.lock import LOCK, locked
from figgen.engine.manifest import Manifest
from figgen.engine.outlines import OUTLINES
from figgen.engine.pieces import whole_pieces
from figgen.engine.reached import REACHED
from figgen.errors import FiggenError


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What came of it.

    Attributes:
        deleted: How many files are gone.
        left: The files that are no longer as figgen wrote them, and were left alone.
    """

    deleted: int
    left: tuple[str, ...] = ()


def clean(output: Path, progress: Progress) -> Cleaned:
    """Delete the files that are as the manifest has them, the manifest, and the folders that are empty then.

    Raises:
        FiggenError: The manifest is damaged, so that what figgen made is not known; or a file may not be
            deleted.
    """
    if not output.is_dir():
        return Cleaned(0)
    with locked(output, progress):
        entries = manifest.read(output)
        if entries is None and os.path.lexists(output / manifest.NAME):
            path = output / manifest.NAME
            raise FiggenError(f"{path} is damaged; run figgen build, which renews it, then clean again")
        whole, left = _sort(output, entries or {})
        deleted = sum(delete_own(output, path) for path in (*whole, manifest.NAME))
        if notes.are_whole(output):
            delete_own(output, notes.NOTES)
        for kept in (PARSED, OUTLINES, REACHED):
            if read_sealed(output, kept) is not None:
                delete_own(output, kept)
        pieces = whole_pieces(output)
        for piece in pieces:
            delete_own(output, piece)
    if read_own(output, LOCK) == b"":
        delete_own(output, LOCK)
    for folder in sorted(_folders((*(entries or ()), *pieces, LOCK)), reverse=True):
        delete_empty(output, folder)
    return Cleaned(deleted, left)


def _sort(output: Path, entries: Manifest) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paths of the files that are as figgen wrote them, and of those that are there but not so."""
    whole, left = [], []
    for path, entry in entries.items():
        if manifest.is_as_written(output, path, entry):
            whole.append(path)
        elif os.path.lexists(output / path):
            left.append(path)
    return tuple(whole), tuple(left)


def _folders(paths: Iterable[str]) -> Iterator[str]:
    return (str(folder) for path in paths for folder in {*PurePosixPath(path).parents[:-1]})
