"""The words that a lecture has of its own for symbols: its `speech/<tag>.toml`, over figgen's."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from figgen.errors import Problem, SourceError, unknown

_ABOUT_A_BASE = {"accents", "powers"}


@dataclass(frozen=True, slots=True)
class Words:
    r"""What a lecture calls symbols and names, in its own language, by the part that they play.

    Each is a table of `speech/<tag>.toml`, such as

        [relations]
        "⋈" = "is joined with"

        [functions]
        "U" = "the potential"

        [accents]
        "\u030a" = "{base} ring"

    Attributes:
        relations: What stands between two sides, as = does.
        operators: What stands between two operands, as + does.
        functions: What takes the bracket or the term behind it as its argument.
        signs: What is an operand by itself: letters, names, other symbols.
        accents: What stands over or under a `{base}`.
        powers: What a `{base}` is called that has the symbol as its power.
    """

    relations: Mapping[str, str] = field(default_factory=dict)
    operators: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    signs: Mapping[str, str] = field(default_factory=dict)
    accents: Mapping[str, str] = field(default_factory=dict)
    powers: Mapping[str, str] = field(default_factory=dict)

    def role(self, symbol: str) -> str:
        """Return the part that a symbol plays by the lecture's own words, or an empty text."""
        for role in ("relation", "operator", "function", "sign"):
            if symbol in getattr(self, f"{role}s"):
                return role
        return ""

    def name(self, symbol: str) -> str:
        """Return what the lecture calls a symbol, or an empty text."""
        role = self.role(symbol)
        return str(getattr(self, f"{role}s")[symbol]) if role else ""


def read_words(paths: Iterable[Path]) -> Words:
    """Read a lecture's own words for a language, and over them those for a region of it.

    Args:
        paths: The files, the nearest first, there or not.

    Raises:
        SourceError: All that is wrong with the files.
    """
    tables: list[dict[str, dict[str, str]]] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            tables.append(_read(path))
        except SourceError as error:
            problems += error.problems
    if problems:
        raise SourceError(problems)
    found: dict[str, dict[str, str]] = {}
    for kind, symbol, words in _nearest(tables):
        found.setdefault(kind, {})[symbol] = words
    return Words(**found)


def _nearest(tables: Iterable[Mapping[str, Mapping[str, str]]]) -> Iterator[tuple[str, str, str]]:
    """Yield the words for each symbol in the first file that has some, with the kind of them."""
    seen: set[tuple[str, str]] = set()
    for table in tables:
        entries = [(kind, symbol, words) for kind, rows in table.items() for symbol, words in rows.items()]
        for kind, symbol, words in entries:
            if (_part(kind), symbol) not in seen:
                yield kind, symbol, words
        seen |= {(_part(kind), symbol) for kind, symbol, _ in entries}


def _part(kind: str) -> str:
    """Return what a symbol has one of: a mark at a base of each kind, else a part in the formula."""
    return kind if kind in _ABOUT_A_BASE else ""


def _read(path: Path) -> dict[str, dict[str, str]]:
    if not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError([Problem(path, None, str(error))]) from error
    if problems := [Problem(path, None, message) for message in _wrong(tables)]:
        raise SourceError(problems)
    return tables


def _wrong(tables: Mapping[str, object]) -> Iterator[str]:
    """Yield what is wrong with the tables of a file."""
    kinds = list(Words.__dataclass_fields__)
    homes: dict[str, str] = {}
    for kind, table in tables.items():
        if kind not in kinds:
            yield unknown("table", kind, kinds)
        elif not isinstance(table, dict):
            yield f"{kind} must be a table of words by symbol, not {table!r}"
        else:
            for symbol, words in table.items():
                yield from _wrong_entry(kind, symbol, words)
                if kind not in _ABOUT_A_BASE and homes.setdefault(symbol, kind) != kind:
                    yield f"{symbol!r} stands in {homes[symbol]} and in {kind}; it can play one part only"


def _wrong_entry(kind: str, symbol: str, words: object) -> Iterator[str]:
    place = f"{kind}: {symbol!r}"
    if not symbol.strip() or (symbol.startswith("\\") and len(symbol) > 1):
        yield f"{place} must be the symbol itself, such as '⋈', or a name, such as 'Tr'"
    if not isinstance(words, str) or not words.strip():
        yield f"{place} must have words, not {words!r}"
    elif kind in _ABOUT_A_BASE and (words.count("{base}") != 1 or words.count("{") != 1):
        yield f"{place} must have words with {{base}} once, such as '{{base}} ring', not {words!r}"
