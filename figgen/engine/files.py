"""Whole files or none: writing beside and renaming, hashing, and cleaning up after a crash."""

import hashlib
import os
from pathlib import Path

from figgen.errors import FiggenError

_TEMPORARY = ".figgen-tmp-"


def sha256(data: bytes) -> str:
    """Return the hash that the manifest keeps of a file."""
    return hashlib.sha256(data).hexdigest()


def hashed(content: str | bytes) -> str:
    """Return a short hash for some content; the # tells it from content that stands for itself."""
    data = content.encode() if isinstance(content, str) else content
    return "#" + sha256(data)[:16]


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader, or a crash, meets the old one or the new one and nothing between.

    Raises:
        FiggenError: The folder cannot be written to, or is full.
    """
    temporary = path.with_name(f"{_TEMPORARY}{os.getpid()}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_bytes(data)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise FiggenError(
            f"cannot write {path}: {error.strerror}; free the space or the rights, or choose another --output"
        ) from error


def sweep(folder: Path) -> None:
    """Delete the unfinished files that a killed build left in `folder`."""
    for path in folder.rglob(f"{_TEMPORARY}*"):
        path.unlink(missing_ok=True)
