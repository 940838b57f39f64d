"""The lines of `lecture.toml`, which what reads it does not tell."""

import re

_TABLE = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def line_of(text: str, *keys: str) -> int | None:
    """Return the line that says what is under the keys, one in the table of the other, or what they are in.

    Args:
        text: That of the file.
        keys: Such as `boxes` and `theorem`.
    """
    nearest, depth = None, 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if head := _TABLE.match(line):
            path = table = _parts(head[1])
        elif key := _KEY.match(line):
            path = (*table, *_parts(key[1]))
        else:
            continue
        common = path[: len(keys)]
        if len(common) > depth and common == keys[: len(common)]:
            nearest, depth = number, len(common)
    return nearest


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
