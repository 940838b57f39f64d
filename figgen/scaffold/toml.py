"""`lecture.toml` of somebody's own, changed in places: comments and order stay."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Table

from figgen.errors import UsageError
from figgen.paths import LECTURE_FILE
from figgen.settings.checks import problems


def own_lecture(folder: Path | None) -> Path:
    """Return the folder of a lecture that can be written to: this one, unless another is named.

    Raises:
        UsageError: There is no lecture in it.
    """
    found = (folder or Path.cwd()).resolve()
    if not (found / LECTURE_FILE).is_file():
        told = "go to the folder of your lecture, or name it by --lecture; figgen init DIR writes a new one"
        raise UsageError(f"there is no {LECTURE_FILE} in {found}: {told}")
    return found


def changed(folder: Path, change: Callable[[Any], None]) -> bytes:
    """Return `lecture.toml` with a change.

    Args:
        folder: The lecture's; its file is in order.
        change: Makes the change in the document, whose tables are those of the file.

    Raises:
        UsageError: What would be wrong with it.
    """
    document = tomlkit.parse((folder / LECTURE_FILE).read_bytes().decode("utf-8-sig"))
    change(document)
    text = tomlkit.dumps(document)
    if wrong := [told for _, told in problems(folder, tomllib.loads(text))]:
        raise UsageError("; ".join(wrong))
    return text.encode()


def add(texts: Any, text: str) -> None:
    """Add a text to a list, on a line of its own if the others have theirs."""
    if "\n" in texts.as_string():
        texts.add_line(text)
    else:
        texts.append(text)


def put(table: Any, key: str, text: str) -> None:
    """Put a text into a table, behind the others: comments at its end may be about the table that follows."""
    if not isinstance(table, Table):
        table[key] = text  # it stands in one line
        return
    body = table.value.body
    behind: list[Any] = []
    while body and body[-1][0] is None:
        behind.insert(0, body.pop())
    table.add(key, text)
    body.extend(behind)
