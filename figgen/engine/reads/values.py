"""What was read, each thing by a name, and the value that it has now.

The name of a file of the lecture is its path in the lecture's folder; of another, its whole path; the name of
a folder that was listed ends in a slash. Which file a path leads to may depend on where the lecture lies, if
the file lies outside, and on the current folder, if the path is not whole; then these are read, too. Where a
value is long, or not to be shown, its hash stands for it.
"""

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from figgen.engine.files import hashed
from figgen.engine.key import Key

VARIABLE = "variable "
"""How the name of a variable of the environment begins."""

PLACE = "the lecture's place"
CURRENT = "the current folder"
NOT_THERE = "not there"
_NOT_SET = "not set"
_SHOWN = 40  # characters of a variable's value
_SECRET = ("auth", "key", "pass", "secret", "token")


def now(names: Iterable[str], lecture: Path) -> Key:
    """Return the values that things have now, by their names."""
    return {name: _value_now(name, lecture) for name in names}


def _value_now(name: str, lecture: Path) -> str:
    if name.startswith(VARIABLE):
        variable = name.removeprefix(VARIABLE)
        return of_variable(variable, os.environ.get(variable))
    if name == PLACE:
        return str(lecture)
    if name == CURRENT:
        return of_current_folder(lecture)
    return of_folder(lecture / name) if name.endswith("/") else of_file(lecture / name)


def is_path(name: str) -> bool:
    """Tell whether something that was read is a file or a folder."""
    return name not in {PLACE, CURRENT} and not name.startswith(VARIABLE)


def of_current_folder(lecture: Path) -> str:
    """Return the current folder, by its path in the lecture's if it lies there."""
    folder = Path.cwd()
    return str(folder.relative_to(lecture) if folder.is_relative_to(lecture) else folder)


def of_file(path: Path) -> str:
    """Return the hash of what a file holds, or why there is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "no file"
        with path.open("rb") as file:
            return f"#{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"
    except (FileNotFoundError, NotADirectoryError, ValueError):  # or a name that the system cannot write
        return NOT_THERE
    except OSError as error:
        return f"not readable: {error.strerror}"


def of_folder(path: Path) -> str:
    """Return the hash of the names in a folder, or why there is none."""
    try:
        return hashed("\n".join(sorted(entry.name for entry in path.iterdir() if counts(entry.name))))
    except (FileNotFoundError, NotADirectoryError):
        return NOT_THERE
    except OSError as error:
        return f"not readable: {error.strerror}"


def counts(name: str) -> bool:
    """Tell whether a name in a folder is one of the lecture's, not of an editor, Python or the like."""
    return not name.startswith((".", "__pycache__", "#")) and not name.endswith("~")


def of_variable(name: str, value: str | None) -> str:
    """Return the value of a variable so that it can be shown."""
    if value is None:
        return _NOT_SET
    shown = len(value) <= _SHOWN and not any(word in name.lower() for word in _SECRET)
    return repr(value) if shown else hashed(value.encode(errors="surrogateescape"))
