"""The elements of pandoc's MathML, and items made of them: what each holds, and what it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree.ElementTree import Element

from figgen.handout.speech import symbols
from figgen.handout.speech.leaves import is_leaf, tag_of


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

ROWS = {"math", "semantics", "mrow", "mstyle", "mtd", "mpadded"}
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


# What an element holds ------------------------------------------------------------------------------------


def text_of(item: Item | None) -> str:
    """Return what a leaf holds; all but leaves give an empty text."""
    return item.text or "" if isinstance(item, Element) and not len(item) else ""


def role_of(item: Item | None) -> str:
    """Return the part that a leaf plays, whatever its index and power; all but leaves give an empty text."""
    return scripts_of(item)[0].get("role", "") if isinstance(item, Element) else ""


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
    parts = list(flat(node[0]))
    return (
        parts[0] if len(parts) == 1 else node[0],
        None if index is None else node[index],
        None if power is None else node[power],
    )


def core_of(item: Item | None) -> str:
    """Return the text of an item without index and power, or that of the function that is applied."""
    if isinstance(item, Application):
        item = item.function
    return text_of(scripts_of(item)[0]) if isinstance(item, Element) else ""


def mark_over(item: Item) -> str:
    """Return the accent or brace over or under an element, if it has one; else an empty text."""
    if not isinstance(item, Element) or tag_of(item) not in {"mover", "munder"}:
        return ""
    mark = text_of(item[1])
    return mark if mark and (item[1].get("accent") == "true" or mark in symbols.ACCENTS) else ""


def flat(node: Element) -> Iterator[Element]:
    """Yield the parts of a row, those of rows in it included, without what cannot be seen."""
    tag = tag_of(node)
    if tag in ROWS:
        for child in node:
            yield from flat(child)
    elif tag == "mspace":
        if float(node.get("width", "0").removesuffix("em")) >= _WIDE:
            yield node
    elif tag in _SCRIPTS and (bar := _bar_behind(node)) is not None:
        yield from bar
    elif tag not in {"annotation", "mphantom"} and (not is_leaf(node) or text_of(node).strip(symbols.SILENT)):
        yield node


def _bar_behind(node: Element) -> list[Element] | None:
    r"""Return the parts of \left. x \right|_0, whose index is the bar's; of any other element None."""
    base = node[0]
    if tag_of(base) not in ROWS or not len(base) or mark_of(base[-1]) not in symbols.BARS:
        return None
    if base[-1].get("form") != "postfix" or mark_of(base[0]):
        return None
    bar = Element(node.tag)
    bar.extend([base[-1], *node[1:]])
    return [part for child in base[:-1] for part in flat(child)] + [bar]


# What an item is ------------------------------------------------------------------------------------------


def is_gap(item: Item) -> bool:
    """Say whether an item is white space."""
    return isinstance(item, Element) and tag_of(item) == "mspace"


def is_operand(item: Item) -> bool:
    """Say whether an item can stand beside an operator."""
    return not is_gap(item) and role_of(item) not in {"relation", "operator", "punctuation"}


def ends_term(item: Item | None) -> bool:
    """Say whether the term before an item is over with it, whatever it is: an end, a relation, a comma."""
    return item is None or is_gap(item) or role_of(item) in {"relation", "punctuation"}


def is_fraction(item: Item) -> bool:
    """Say whether an item is a fraction with its line, but not a derivative that waits for its function."""
    if not isinstance(item, Element) or tag_of(item) != "mfrac":
        return False
    return item.get("linethickness") != "0" and not is_derivation(item)


def is_derivation(item: Item) -> bool:
    """Say whether an item is a derivative that stands before its function."""
    if not isinstance(item, Element) or tag_of(item) != "mfrac":
        return False
    above, below = ([core_of(part) for part in flat(half)] for half in item)
    return above in (["∂"], ["d"]) and below[:1] == above and len(below) > 1


def is_function(item: Item) -> bool:
    """Say whether an item is a function or big operator, with or without index and power."""
    return role_of(item) in {"function", "big"}


def is_simple(items: Sequence[Item]) -> bool:
    """Say whether a row is one letter or number, perhaps with a sign before it and an index."""
    signed = without_sign(items)
    if len(signed) != 1 or not isinstance(signed[0], Element):
        return False
    core, index, power = scripts_of(signed[0])
    if mark_over(signed[0]):
        return is_simple(list(flat(core)))
    return not len(core) and power is None and (index is None or is_simple(list(flat(index))))


def is_list(items: Sequence[Item]) -> bool:
    """Say whether a row has commas or semicolons."""
    return any(text_of(item) in {",", ";"} for item in items)


def without_sign(items: Sequence[Item]) -> Sequence[Item]:
    """Return a row without the sign before its first term."""
    return items[1:] if items and text_of(items[0]) in {"−", "-", "+", "±"} else items


def is_argument(items: Sequence[Item]) -> bool:
    """Say whether a row is a term, or a list of terms: brackets around it group nothing."""
    single = {"·", "⋅", "∼", "|", "∣"}
    joined = any(
        role_of(item) in {"relation", "operator"} and text_of(item) not in single
        for item in without_sign(items)
    )
    return bool(items) and all(_is_term(item) for item in items) and not joined


def _is_term(item: Item) -> bool:
    return isinstance(item, Element) and tag_of(item) in {"mi", "mn", "mo", "mtext", "mspace", *_SCRIPTS}
