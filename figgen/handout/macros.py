"""TeX macros: those of the lecture and of earlier chapters, for the chapters that use them."""

import re
from collections.abc import Iterable, Iterator, Mapping

from figgen.handout.prose import Source

_USED = re.compile(r"\\([A-Za-z]+)")
_BEGINS = re.compile(
    r"^ {0,3}\\(?:(?:re)?newcommand|providecommand|DeclareMathOperator\*?)\s*\{?\\([A-Za-z]+)\}?",
    re.MULTILINE,
)


def macros_for(sources: Iterable[Source], lecture: Mapping[str, str]) -> Iterator[str]:
    """Yield what goes before each chapter: a paragraph that defines the macros which it uses, or nothing.

    A macro that a chapter defines goes for the later chapters, too, unless they define it themselves.

    Args:
        sources: The chapters.
        lecture: What macros of the whole lecture stand for, by their names without backslash.
    """
    given = {name: _definition(name, tex) for name, tex in lecture.items()}
    earlier: dict[str, str] = {}
    for source in sources:
        own = dict(_definitions(source.markdown))
        known = {name: text for name, text in earlier.items() if name not in own} | given
        used = _used(source.markdown, known)
        definitions = "".join(text for name, text in known.items() if name in used)
        yield f"{definitions}\n\n" if definitions else ""
        earlier |= own


def _used(text: str, known: Mapping[str, str]) -> set[str]:
    """Return the names of the macros that a text uses, and of those that they use in turn."""
    used: set[str] = set()
    new = set(_USED.findall(text)) & known.keys()
    while new:
        used |= new
        new = {name for macro in new for name in _USED.findall(known[macro])} & known.keys() - used
    return used


def _definition(name: str, tex: str) -> str:
    """Return TeX that defines a macro with as many arguments as it uses."""
    count = max(map(int, re.findall(r"#(\d)", tex)), default=0)
    arguments = f"[{count}]" if count else ""
    return f"\\newcommand{{\\{name}}}{arguments}{{{' '.join(tex.split())}}}"


def _definitions(markdown: str) -> Iterator[tuple[str, str]]:
    """Yield the macros that a chapter defines, each by its name with its definition."""
    for match in _BEGINS.finditer(markdown):
        if (end := _end_of_group(markdown, match.end())) is not None:
            yield match[1], " ".join(markdown[match.start() : end].split())


def _end_of_group(text: str, start: int) -> int | None:
    """Return where the first group in braces ends that begins at `start` or later; None if none does."""
    depth = 0
    for match in re.compile(r"\\.|[{}]|\n\s*\n").finditer(text, start):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth <= 0 and match[0] == "}":
            return match.end()
        if match[0].startswith("\n"):
            break
    return None
