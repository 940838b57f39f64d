"""Files of a lecture, written all together where none lies yet."""

from collections.abc import Mapping
from pathlib import Path

from figgen.errors import UsageError

_OWN = {".git"}
"""What a new lecture's folder may have already."""


def check_empty(folder: Path) -> None:
    """Raise if a folder cannot be that of a new lecture.

    Raises:
        UsageError: It is no folder, or there is something in it.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; give the name of a folder that is new or empty")
    there = sorted(path.name for path in folder.glob("*")) if folder.is_dir() else []
    if others := [name for name in there if name not in _OWN]:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        told = "give the name of a folder that is new or empty"
        raise UsageError(f"{folder} is not empty: there is {others[0]}{more}; {told}")


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their paths below a folder; none of them may be there.

    Raises:
        UsageError: One is there, or cannot be written.
    """
    for name in files:
        if (folder / name).exists():
            raise UsageError(f"{folder / name} is there already; choose another name, or delete it")
    for name, data in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise UsageError(f"cannot write {path}: {error.strerror}; choose another folder") from error


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that who reads it meanwhile, or a crash, meets the old one or the new one.

    Raises:
        UsageError: It cannot be written.
    """
    if path.is_file() and path.read_bytes() == data:
        return
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(path.resolve())  # a link stays one
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}; mend its rights, or close it") from error
