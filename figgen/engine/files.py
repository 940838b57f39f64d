"""Files below the output folder: whole or none, and never through a link to anywhere else."""

import errno
import hashlib
import os
import stat
from pathlib import Path, PurePosixPath

from figgen.errors import FiggenError

_TEMPORARY = ".figgen-tmp-"
_SEAL = 64  # bytes of the hash before what is sealed
_DENIED = "mend its rights, close it where it is open"  # Windows denies what another program has open
_REMEDIES = {errno.ENOSPC: "free some space", errno.EACCES: _DENIED, errno.EPERM: _DENIED}


def sha256(data: bytes) -> str:
    """Return the hash that the manifest keeps of a file."""
    return hashlib.sha256(data).hexdigest()


def hashed(content: str | bytes) -> str:
    """Return a short hash for some content; the # tells it from content that stands for itself."""
    data = content.encode() if isinstance(content, str) else content
    return "#" + sha256(data)[:16]


def seal(data: bytes, name: str = "") -> bytes:
    """Put a hash before what is kept under a name, by which damage is noticed."""
    return sha256(name.encode() + data).encode() + data


def stays_inside(path: str) -> bool:
    """Tell whether a path leads to a place below the folder that it starts from, on every system."""
    plain = not any(sign in path for sign in "\\:\0")  # neither drives nor other systems' separators
    return plain and all(part.strip(". ") for part in path.split("/"))


def read_own(folder: Path, path: str) -> bytes | None:
    """Return the bytes of the file `path` below `folder`; None if that is a link, a pipe, or not there."""
    try:
        if _is_reached(folder, path) and stat.S_ISREG((folder / path).lstat().st_mode):
            return (folder / path).read_bytes()
    except OSError:
        pass
    return None


def read_sealed(folder: Path, path: str, name: str = "") -> bytes | None:
    """Return what was sealed under a name in a file; None if that is not there, or not as it was."""
    sealed = read_own(folder, path) or b""
    data = sealed[_SEAL:]
    return data if sealed == seal(data, name) else None


def write_whole(folder: Path, path: str, data: bytes) -> None:
    """Write `path` below `folder` so that a reader, or a crash, meets the old file or the new one.

    A link is replaced, whether it stands for the file or for a folder on the way; so is a pipe.

    Raises:
        FiggenError: The folder cannot be written to, or is full, or a folder stands in the file's place.
    """
    file = folder / path
    temporary = file.with_name(f"{_TEMPORARY}{os.getpid()}-{file.name}")
    try:
        _make_folders(folder, path)
        if stat.S_ISDIR(_mode(file)):
            file.rmdir()
        try:
            temporary.unlink(missing_ok=True)
            with temporary.open("xb") as stream:
                stream.write(data)
            temporary.replace(file)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "clear its place")
        raise FiggenError(
            f"cannot write {file}: {error.strerror}; {remedy}, or choose another --output"
        ) from error


def make_way(folder: Path, path: str) -> None:
    """Make the folders that lead to `path`, and clear its place of all but a file of one name, to write into.

    Raises:
        OSError: Something is in the way that may be the user's: a file for a folder, or a full folder.
    """
    _make_folders(folder, path)
    _clear(folder / path)


def delete_own(folder: Path, path: str) -> bool:
    """Delete the file `path` below `folder`, or the link in its place; tell whether there was one.

    Nothing is deleted where a link leads out of the folder, and no folder with something in it.

    Raises:
        FiggenError: It may not be deleted.
    """
    file = folder / path
    if not _is_reached(folder, path) or _mode(file) == 0 or stat.S_ISDIR(_mode(file)):
        return False
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise FiggenError(
            f"cannot delete {file}: {error.strerror}; mend the rights of its folder, then try again"
        ) from error
    return True


def delete_empty(folder: Path, path: str) -> None:
    """Delete the folder `path` below `folder` if nothing is in it."""
    place = folder / path
    if _is_reached(folder, path) and stat.S_ISDIR(_mode(place)) and not any(place.iterdir()):
        place.rmdir()


def sweep(folder: Path) -> None:
    """Delete the unfinished files that a killed build left in `folder`."""
    for path in folder.rglob(f"{_TEMPORARY}*"):
        delete_own(folder, path.relative_to(folder).as_posix())


def _make_folders(folder: Path, path: str) -> None:
    """Make the folders that lead to `path`, in place of links and pipes."""
    folder.mkdir(parents=True, exist_ok=True)
    for parent in _folders(folder, path):
        mode = _mode(parent)
        if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
            parent.unlink(missing_ok=True)
        parent.mkdir(exist_ok=True)


def _clear(file: Path) -> None:
    """Delete what is in the place of a file: a link, a pipe, an empty folder, a second name of a file."""
    mode = _mode(file)
    if stat.S_ISDIR(mode):
        file.rmdir()
    elif mode and (not stat.S_ISREG(mode) or file.lstat().st_nlink > 1):
        file.unlink()


def _is_reached(folder: Path, path: str) -> bool:
    """Tell whether true folders lead to `path`, and no link."""
    return all(stat.S_ISDIR(_mode(parent)) for parent in _folders(folder, path))


def _folders(folder: Path, path: str) -> list[Path]:
    """Return the folders between `folder` and `path`, from the outside in."""
    return [folder / parent for parent in reversed(PurePosixPath(path).parents[:-1])]


def _mode(path: Path) -> int:
    """Return what is at a path, links not followed; 0 if nothing is."""
    try:
        return path.lstat().st_mode
    except OSError:
        return 0
