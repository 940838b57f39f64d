"""What differs between languages in a text beside its words: quotation marks, spaces, short words."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from figgen.paths import cldr, typography
from figgen.translation.tags import chain

_OTHERWISE = "en"  # whose rules a language has that figgen knows none of

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Typography:
    """The typographic rules of a language.

    Attributes:
        double_quotes: What opens and what closes a quotation.
        single_quotes: The same of a quotation within one.
        short_words: Those that do not stand at the end of a line, in small letters.
        space_before: The space that stands before a mark, such as ! in French.
        space_after: The space that stands after one.
        in_citations: What pandoc's citations have otherwise than the language, and what it has instead.
        times: Stands between a number and a power of ten, where it is not as in CLDR.
    """

    double_quotes: Pair
    single_quotes: Pair
    short_words: tuple[str, ...] = ()
    space_before: Mapping[str, str] = field(default_factory=dict)
    space_after: Mapping[str, str] = field(default_factory=dict)
    in_citations: tuple[Pair, ...] = ()
    times: str = ""


@cache
def typography_of(tag: str) -> Typography:
    """Return the rules of a language, those that it does not have itself from what it inherits from."""
    rules = dict(_read(typography(_OTHERWISE)))
    for known in reversed(chain(tag)):
        rules |= _quotes(known) | _read(typography(known))
    pairs = ("double_quotes", "single_quotes")
    rules |= {name: tuple(rules[name]) for name in pairs}
    rules["short_words"] = tuple(rules.get("short_words", ()))
    rules["in_citations"] = tuple((old, new) for old, new in rules.get("in_citations", ()))
    return Typography(**rules)


@cache
def least_group(tag: str) -> int:
    """Return how many digits there must be before the last group of three for a number to be grouped."""
    known: dict[str, int] = _read(cldr())["least_group"]
    return next((known[t] for t in chain(tag) if t in known), 1)


def _quotes(tag: str) -> dict[str, Any]:
    """Return the quotation marks of a language as CLDR has them, if it is in `cldr.toml`."""
    marks = _read(cldr())["quotes"].get(tag)
    return {"double_quotes": marks[:2], "single_quotes": marks[2:]} if marks else {}


@cache
def _read(path: Path) -> dict[str, Any]:
    """Read a TOML file; an absent one is empty."""
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
