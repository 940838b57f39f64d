"""Formulas as rows of items: pandoc's MathML with brackets paired and functions joined to their arguments."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from figgen.errors import SpeechError
from figgen.handout import symbols


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two brackets or bars; the closing one may carry an index or a power."""

    opening: str
    items: "list[Item]"
    closing: Element


@dataclass(frozen=True, slots=True)
class Cases:
    """A table behind a brace that nothing closes."""

    table: Element


@dataclass(frozen=True, slots=True)
class Application:
    """A function with its arguments in brackets."""

    function: Element
    group: Group


Item: TypeAlias = Element | Group | Cases | Application

_ROWS = {"math", "semantics", "mrow", "mstyle", "mtd"}
_WIDE = 1.0  # em; so wide a gap parts two formulas
_SCRIPTS: dict[str, tuple[int | None, int | None]] = {
    # tag: the places of index and power among its parts
    "msub": (1, None),
    "msup": (None, 1),
    "msubsup": (1, 2),
    "munder": (1, None),
    "mover": (None, 1),
    "munderover": (1, 2),
}


def read_formula(mathml: str) -> list[Item]:
    """Return the items of a `<math>` element.

    Raises:
        SpeechError: A bracket has no partner.
    """
    return row_of(ElementTree.fromstring(mathml))


def row_of(node: Element) -> list[Item]:
    """Return the items of an element: of a row, its parts; of any other, itself."""
    items, rest = _grouped(list(_joined(_flat(node))))
    if rest:
        raise SpeechError(f"the bracket {mark_of(rest[0])} closes nothing")
    return items


def tag_of(node: Element) -> str:
    """Return an element's name without its name space."""
    return node.tag.rpartition("}")[2]


def text_of(item: Item) -> str:
    r"""Return what a leaf holds, of letters in a special type such as \mathbf the plain ones.

    All but leaves give an empty text.
    """
    if not isinstance(item, Element) or len(item):
        return ""
    text = " ".join((item.text or "").split()).replace("∥", "‖")
    plain = text in symbols.FUNCTIONS or text in symbols.SIGNS or tag_of(item) in {"mo", "mtext"}
    return text if plain else unicodedata.normalize("NFKC", text)


def mark_of(node: Element) -> str:
    """Return the bracket or bar that an element is, whatever its index and power; else an empty text."""
    core, _, _ = scripts_of(node)
    known = symbols.OPENING | symbols.CLOSING | symbols.BARS.keys()
    return text_of(core) if tag_of(core) == "mo" and text_of(core) in known else ""


def scripts_of(node: Element) -> tuple[Element, Element | None, Element | None]:
    """Return an element without its index and power, and these two, each None if there is none."""
    if tag_of(node) not in _SCRIPTS:
        return node, None, None
    index, power = _SCRIPTS[tag_of(node)]
    parts = list(_flat(node[0]))
    return (
        parts[0] if len(parts) == 1 else node[0],
        None if index is None else node[index],
        None if power is None else node[power],
    )


def accent_of(item: Item) -> str | None:
    """Return the message for an accent over or under an element, if that is what it has."""
    if not isinstance(item, Element) or tag_of(item) not in {"mover", "munder"}:
        return None
    return symbols.ACCENTS.get(text_of(item[1]))


# What an item is ------------------------------------------------------------------------------------------


def is_gap(item: Item) -> bool:
    """Say whether an item is white space."""
    return isinstance(item, Element) and tag_of(item) == "mspace"


def is_operand(item: Item) -> bool:
    """Say whether an item can stand beside an operator."""
    signs = symbols.RELATIONS.keys() | symbols.OPERATORS.keys() | symbols.PUNCTUATION
    return not is_gap(item) and text_of(item) not in signs


def ends_term(item: Item | None) -> bool:
    """Say whether the term before an item is over with it, whatever it is: an end, a relation, a comma."""
    if item is None or is_gap(item):
        return True
    return text_of(item) in symbols.RELATIONS.keys() | symbols.PUNCTUATION


def is_fraction(item: Item) -> bool:
    """Say whether an item is a fraction with its line, but not a derivative that waits for its function."""
    if not isinstance(item, Element) or tag_of(item) != "mfrac":
        return False
    return item.get("linethickness") != "0" and not is_derivation(item)


def is_derivation(item: Item) -> bool:
    """Say whether an item is a partial derivative that stands before its function."""
    return isinstance(item, Element) and tag_of(item) == "mfrac" and text_of(item[0]) == "∂"


def is_function(item: Item) -> bool:
    """Say whether an item is a function or big operator, with or without index and power."""
    if not isinstance(item, Element):
        return False
    core, name = scripts_of(item)[0], text_of(scripts_of(item)[0])
    named = tag_of(core) == "mi" and len(name) > 1
    return named or name in symbols.FUNCTIONS or name in symbols.BIG_OPERATORS


def is_simple(items: Sequence[Item]) -> bool:
    """Say whether a row is one letter or number, perhaps with a sign before it and an index."""
    signed = _without_sign(items)
    if len(signed) != 1 or not isinstance(signed[0], Element):
        return False
    core, index, power = scripts_of(signed[0])
    if accent_of(signed[0]) is not None:
        return is_simple(row_of(core))
    return not len(core) and power is None and (index is None or is_simple(row_of(index)))


def is_list(items: Sequence[Item]) -> bool:
    """Say whether a row has commas or semicolons."""
    return any(text_of(item) in {",", ";"} for item in items)


def _without_sign(items: Sequence[Item]) -> Sequence[Item]:
    return items[1:] if items and text_of(items[0]) in {"−", "-", "+", "±"} else items


def is_argument(items: Sequence[Item]) -> bool:
    """Say whether a row is a term, or a list of terms: brackets around it group nothing."""
    joining = symbols.RELATIONS.keys() | symbols.OPERATORS.keys() - symbols.UNARY.keys() - {"|", "∣"}
    terms = all(_is_term(item) for item in items)
    return bool(items) and terms and not any(text_of(item) in joining for item in _without_sign(items))


def _is_term(item: Item) -> bool:
    return isinstance(item, Element) and tag_of(item) in {"mi", "mn", "mo", "mtext", "mspace", *_SCRIPTS}


# How a row is read ----------------------------------------------------------------------------------------


def _flat(node: Element) -> Iterator[Element]:
    """Yield the parts of a row, those of rows in it included, without what cannot be seen."""
    tag = tag_of(node)
    if tag in _ROWS:
        for child in node:
            yield from _flat(child)
    elif tag == "mspace":
        if float(node.get("width", "0").removesuffix("em")) >= _WIDE:
            yield node
    elif tag != "annotation" and text_of(node) not in symbols.SILENT:
        yield node


def _joined(parts: Iterator[Element]) -> Iterator[Element]:
    r"""Yield the parts; upright letters side by side, as of \mathrm{ReLU}, are one name."""

    def is_upright(part: Element) -> bool:
        letter = text_of(part)
        return part.get("mathvariant") == "normal" and letter.isascii() and letter.isalpha()

    for upright, run in groupby(parts, is_upright):
        letters = list(run)
        if upright and len(letters) > 1 and all(len(text_of(letter)) == 1 for letter in letters):
            name = Element("mi")
            name.text = "".join(map(text_of, letters))
            letters = [name]
        yield from letters


def _grouped(parts: list[Element]) -> tuple[list[Item], list[Element]]:
    """Pair the brackets up to the first closing one of a pair opened before; return the parts from it on."""
    items: list[Item] = []
    while parts and mark_of(parts[0]) not in symbols.CLOSING:
        part, *parts = parts
        if mark_of(part) not in symbols.OPENING:
            items.append(part)
        elif _opens_cases(part, parts):
            items.append(Cases(parts.pop(0)))
        else:
            inner, parts = _grouped(parts)
            if not parts:
                raise SpeechError(f"the bracket {mark_of(part)} is not closed")
            items.append(Group(mark_of(part), inner, parts.pop(0)))
    for bar in symbols.BARS:
        items = _paired(items, bar)
    return list(_applied(items)), parts


def _opens_cases(part: Element, following: Sequence[Element]) -> bool:
    if mark_of(part) != "{" or not following or tag_of(following[0]) != "mtable":
        return False
    return len(following) == 1 or mark_of(following[1]) != "}"


def _paired(items: list[Item], bar: str) -> list[Item]:
    """Pair an even number of bars; leave an odd one, as in p(x | y), alone."""
    places = [i for i, item in enumerate(items) if isinstance(item, Element) and mark_of(item) == bar]
    if len(places) % 2:
        return items
    for start, end in reversed(list(zip(places[::2], places[1::2], strict=True))):
        closing = items[end]
        assert isinstance(closing, Element)
        items = [*items[:start], Group(bar, items[start + 1 : end], closing), *items[end + 1 :]]
    return items


def _applied(items: list[Item]) -> Iterator[Item]:
    """Yield the items; functions before brackets with their arguments."""
    rest = list(items)
    while rest:
        item, *rest = rest
        if isinstance(item, Element) and rest and isinstance(rest[0], Group) and _takes(item, rest[0]):
            yield Application(item, rest[0])
            rest = rest[1:]
        else:
            yield item


def _takes(item: Element, group: Group) -> bool:
    """Say whether an item is a function of what the brackets behind it hold, not a factor."""
    core, name = scripts_of(item)[0], text_of(scripts_of(item)[0])
    if group.opening in symbols.BARS or name in symbols.BIG_OPERATORS:
        return False
    if is_function(item) or name in symbols.FUNCTION_LETTERS:
        return True
    letter = tag_of(core) == "mi" and len(name) == 1 and name.isalpha()
    return letter and group.opening == "(" and is_argument(group.items)
