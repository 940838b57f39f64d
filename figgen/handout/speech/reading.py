"""Formulas as rows of items: pandoc's MathML with brackets paired and functions joined to their arguments."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from figgen.handout.speech import symbols
from figgen.handout.speech.leaves import compound, is_leaf, mark_leaf, tag_of
from figgen.handout.speech.mathml import (
    ROWS,
    Application,
    Cases,
    Group,
    Item,
    core_of,
    flat,
    is_argument,
    is_function,
    is_operand,
    mark_of,
    role_of,
    text_of,
)
from figgen.handout.speech.words import Words

_SET_OPERATORS = frozenset("∪∩\\×∧∨")  # what stands between sets or events, never between factors


def parse(mathml: str, words: Words) -> Element:
    """Return a `<math>` element whose leaves are marked; those that mean something together are one."""
    root = ElementTree.fromstring(mathml)
    for node in root.iter():
        if is_leaf(node):
            mark_leaf(node, words)
    _merge(root, words)
    return root


def row_of(node: Element, functions: Collection[str] = ()) -> list[Item]:
    """Return the items of an element: of a row, its parts; of any other, itself.

    Args:
        node: An element that `parse` returned, or a part of it.
        functions: Letters that are functions elsewhere in the text.
    """
    return _applied(_grouped(_turned(list(flat(node)))), functions)


def applied_letters(node: Element) -> set[str]:
    """Return the letters that a formula applies to a variable, as in x(t)."""
    found = set()
    parts = list(flat(node))
    for letter, opening, argument, closing in zip(parts, parts[1:], parts[2:], parts[3:], strict=False):
        texts = text_of(opening), text_of(closing)
        if texts == ("(", ")") and role_of(letter) == role_of(argument) == "letter":
            found.add(core_of(letter))
    for part in parts:
        for child in part:
            found |= applied_letters(child)
    return found


# Side by side ---------------------------------------------------------------------------------------------


def _merge(node: Element, words: Words) -> None:
    """Make one leaf of those in a row that mean something together, and rows in rows flat."""
    for child in node:
        _merge(child, words)
    if tag_of(node) in ROWS:
        node[:] = _joined(_compounds(list(flat(node)), words), words)


def _joined(parts: Iterable[Element], words: Words) -> Iterator[Element]:
    r"""Yield the parts; upright letters side by side, as of \mathrm{SNR}, are one name."""

    def is_upright(part: Element) -> bool:
        letter = text_of(part)
        return part.get("mathvariant") == "normal" and letter.isascii() and letter.isalpha()

    for upright, run in groupby(parts, is_upright):
        letters = list(run)
        if upright and len(letters) > 1 and all(len(text_of(letter)) == 1 for letter in letters):
            letters = [compound("".join(map(text_of, letters)), words)]
        yield from letters


def _compounds(parts: list[Element], words: Words) -> Iterator[Element]:
    """Yield the parts; symbols that mean something together are one."""
    while parts:
        for texts, text in symbols.COMPOUNDS.items():
            waits = text in symbols.FUNCTIONS  # ∇⋅ is the divergence of something
            if tuple(map(text_of, parts[: len(texts)])) == texts and len(parts) >= len(texts) + waits:
                yield compound(text, words)
                parts = parts[len(texts) :]
                break
        else:
            yield parts[0]
            parts = parts[1:]


# Brackets -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a row, and the side of a pair that it is: "(", ")", or none."""

    element: Element
    side: str


def _turned(parts: list[Element]) -> list[_Part]:
    """Tell opening brackets from closing ones; [0, 1[ closes with one that opens elsewhere."""
    usual = [_Part(part, _usual(part)) for part in parts]
    found = []
    for i, part in enumerate(parts):
        mark, side = mark_of(part), usual[i].side
        if mark == "[" and _leads_off(parts[i + 1] if i + 1 < len(parts) else None, symbols.CLOSING):
            side = ")"
        if mark == "]" and _leads_off(parts[i - 1] if i else None, symbols.OPENING):
            side = "("
        found.append(_Part(part, side))
    sides = "".join(part.side for part in found)
    balanced = sides.count("(") == sides.count(")")
    return found if balanced else usual


def _usual(part: Element) -> str:
    mark = mark_of(part)
    return "(" if mark in symbols.OPENING else ")" if mark in symbols.CLOSING else ""


def _leads_off(neighbour: Element | None, brackets: Collection[str]) -> bool:
    """Say whether a neighbour shows that what is in square brackets lies on the other side."""
    if neighbour is None or mark_of(neighbour) in set(brackets) - {"[", "]"}:
        return True
    joins = role_of(neighbour) == "relation" and text_of(neighbour) not in symbols.UNARY
    return joins or text_of(neighbour) in _SET_OPERATORS | symbols.PUNCTUATION


def _grouped(parts: Sequence[_Part]) -> list[Item]:
    """Pair the brackets and bars; a bracket without a partner stays what it is."""
    levels: list[tuple[Element | None, list[Item]]] = [(None, [])]
    skipped = False
    for i, part in enumerate(parts):
        opening, items = levels[-1]
        if skipped:
            skipped = False
        elif part.side == "(" and _opens_cases(part, parts[i + 1 :]):
            items.append(Cases(parts[i + 1].element))
            skipped = True
        elif part.side == "(":
            levels.append((part.element, []))
        elif part.side == ")" and mark_of(part.element) == "⟩" and _opens_ket(opening, items):
            _close_ket(items, part.element)
        elif part.side == ")" and opening is not None:
            levels.pop()
            inner = items if mark_of(opening) == "⟨" and not _is_bar(items[0]) else _barred(items)
            levels[-1][1].append(Group(mark_of(opening), inner, part.element))
        else:
            items.append(part.element)
    while len(levels) > 1:
        opening, items = levels.pop()
        assert opening is not None
        levels[-1][1].extend(_unclosed(opening, items))
    return _barred(levels[0][1])


def _opens_cases(part: _Part, following: Sequence[_Part]) -> bool:
    if mark_of(part.element) != "{" or not following or tag_of(following[0].element) != "mtable":
        return False
    return len(following) == 1 or mark_of(following[1].element) != "}"


def _opens_ket(opening: Element | None, items: Sequence[Item]) -> bool:
    """Say whether an angle bracket closes a bar, as in |ψ⟩, not another bracket."""
    if opening is not None and mark_of(opening) == "⟨":
        return False
    return any(_is_bar(item) for item in items)


def _close_ket(items: list[Item], closing: Element) -> None:
    """Put what stands behind the last bar into a ket."""
    start = max(i for i, item in enumerate(items) if _is_bar(item))
    items[start:] = [Group("|", items[start + 1 :], closing)]


def _unclosed(opening: Element, items: list[Item]) -> list[Item]:
    """Return what an opening bracket without a partner begins: a bra ⟨ψ|, or nothing."""
    end = next((i for i, item in enumerate(items) if _is_bar(item)), None)
    if mark_of(opening) != "⟨" or end is None:
        return [opening, *items]
    bar = items[end]
    assert isinstance(bar, Element)
    return [Group("⟨", items[:end], bar), *items[end + 1 :]]


def _is_bar(item: Item) -> bool:
    return isinstance(item, Element) and mark_of(item) == "|"


def _barred(items: list[Item]) -> list[Item]:
    for bar in symbols.BARS:
        items = _paired(items, bar)
    return items


def _paired(items: list[Item], bar: str) -> list[Item]:
    """Pair an even number of bars; leave an odd one, as in p(x | y), alone, and one that tells a place."""
    places = [i for i, item in enumerate(items) if isinstance(item, Element) and mark_of(item) == bar]
    if len(places) % 2:
        places = [i for i in places if text_of(items[i])]  # f(x)|_0 has its index at the bar
    if len(places) % 2:
        return items
    levels: list[list[Item]] = [[]]
    for i, item in enumerate(items):
        if i not in places or not isinstance(item, Element):
            levels[-1].append(item)
        elif len(levels) > 1 and levels[-1] and is_operand(levels[-1][-1]):  # as in ||a| − b|
            inner = levels.pop()
            levels[-1].append(Group(bar, inner, item))
        else:
            levels.append([])
    return levels[0] if len(levels) == 1 else _in_turn(items, places, bar)


def _in_turn(items: list[Item], places: Sequence[int], bar: str) -> list[Item]:
    """Pair bars by turns: one opens, the next closes."""
    for start, end in reversed(list(zip(places[::2], places[1::2], strict=True))):
        closing = items[end]
        assert isinstance(closing, Element)
        items = [*items[:start], Group(bar, items[start + 1 : end], closing), *items[end + 1 :]]
    return items


# Functions ------------------------------------------------------------------------------------------------


def _applied(items: list[Item], functions: Collection[str]) -> list[Item]:
    """Join functions before brackets to their arguments, in the brackets, too."""
    found: list[Item] = []
    for item in items:
        if isinstance(item, Group):
            item = Group(item.opening, _applied(item.items, functions), item.closing)
            before = found[-1] if found else None
            if isinstance(before, Element) and _takes(before, item, functions):
                found[-1] = Application(before, item)
                continue
        found.append(item)
    return found


def _takes(item: Element, group: Group, functions: Collection[str]) -> bool:
    """Say whether an item is a function of what the brackets behind it hold, not a factor."""
    name = core_of(item)
    if group.opening in symbols.BARS or role_of(item) == "big" or core_of(_first(group)) == "mod":
        return False
    if is_function(item) or role_of(item) == "name":
        return True
    if name in {core_of(part) for part in group.items if isinstance(part, Element)}:
        return False  # n(n + 1) is a product
    if name in symbols.FUNCTION_LETTERS:
        return True
    if role_of(item) != "letter" or group.opening != "(":
        return False
    return is_argument(group.items) or name in functions or any(map(_is_event, group.items))


def _first(group: Group) -> Item | None:
    return group.items[0] if group.items else None


def _is_event(item: Item) -> bool:
    """Say whether an item makes a statement or a set of a row, as in P(X > 0): no factor in brackets does."""
    stated = role_of(item) == "relation" and text_of(item) != "∼"
    return stated or text_of(item) in _SET_OPERATORS - {"×"}
