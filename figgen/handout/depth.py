"""What stands in itself too deeply to be converted: quotes in quotes, lists in lists, indices of indices."""

import json
import re
from collections.abc import Iterator

from figgen.errors import Problem, SourceError
from figgen.handout.prose import Prose, Source
from figgen.handout.tree import Node

_SPARE = 300  # levels that Python's recursion limit leaves to those who work on the tree
_MOST_SCRIPTS = 8  # pandoc takes twice as long with each further level, a minute with twenty
_MOST_QUOTES = 30  # of quotes and lists in each other; Typst has a limit, too
_LEAD = re.compile(
    rf"^(?:>[ \t]*|[ \t]*(?:[*+-]|\d+[.)])[ \t]+){{{_MOST_QUOTES + 1}}}.*[^\s>*+-]", re.MULTILINE
)
_MOST_BRACKETS = 40
_RUN = re.compile(rf"(?:\\[A-Za-z]+\s*){{{2 * _MOST_BRACKETS}}}")  # as of roots of roots
_TOKEN = re.compile(r"\\[A-Za-z]+|\\?\S")


def read_tree(written: str, source: Source) -> Node:
    """Read the tree of a chapter as pandoc has written it, as JSON.

    Args:
        written: The JSON.
        source: The chapter.

    Raises:
        SourceError: What stands in itself too deeply, with its line if that has many marks.
    """
    if lead := _LEAD.search(source.markdown):
        told = f"more than {_MOST_QUOTES} quotes or lists stand in each other"
        line = source.line(source.markdown.count("\n", 0, lead.start()) + 1)
        raise SourceError([Problem(source.path, line, told)])
    try:
        tree = json.loads("[" * _SPARE + written + "]" * _SPARE)
    except RecursionError as error:
        told = "quotes, lists, boxes or the like stand in each other too deeply to be converted"
        raise SourceError([Problem(source.path, None, told)]) from error
    for _ in range(_SPARE):
        (tree,) = tree
    found: Node = tree
    return found


def tell_depth(formula: Node, prose: Prose) -> Iterator[Problem]:
    """Empty a formula that is too deep, for which pandoc would take hours, and tell of it."""
    tex = formula["c"][1]
    if (len(tex) > _MOST_SCRIPTS) and (told := _depth_told(tex)):
        yield from prose.problems(tex, f"{told}; give a part of it a name of its own: {tex:.40}")
        formula["c"][1] = ""


def _depth_told(tex: str) -> str:
    """Say what is too deep in a formula; an empty text if nothing is."""
    scripts, brackets = _depths(tex)
    if scripts > _MOST_SCRIPTS:
        return f"this formula has more than {_MOST_SCRIPTS} indices and powers of each other"
    if brackets > _MOST_BRACKETS or _RUN.search(tex):
        return f"this formula has more than {_MOST_BRACKETS} brackets or commands in each other"
    return ""


def _depths(tex: str) -> tuple[int, int]:
    """Return how many indices and powers, and how many brackets, stand in each other at most."""
    groups: list[bool] = []  # of each that is open, whether it is an index or a power
    scripts = brackets = 0
    is_script = False
    for token in _TOKEN.findall(tex):
        if token in ("_", "^"):
            is_script = True
        elif token in ("{", "(", "["):
            groups.append(is_script)
            scripts, brackets = max(scripts, sum(groups)), max(brackets, len(groups))
            is_script = False
        elif token in ("}", ")", "]"):
            groups[-1:] = []
            is_script = False
        elif not token.startswith("\\"):
            is_script = False  # a command behind ^ takes the groups behind it along
    return scripts, brackets
