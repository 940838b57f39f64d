"""How brackets are said, and what stands in them: arguments, intervals, matrices, bras and kets."""

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element

from figgen.handout.speech import symbols
from figgen.handout.speech.calculus import name_function, say_fraction
from figgen.handout.speech.leaves import tag_of
from figgen.handout.speech.mathml import (
    Application,
    Group,
    Item,
    core_of,
    is_argument,
    is_derivation,
    is_fraction,
    is_function,
    is_list,
    is_simple,
    role_of,
    scripts_of,
    text_of,
)
from figgen.handout.speech.scripts import say_scripted
from figgen.handout.speech.voice import Voice

_INTERVALS = {
    # whether it has its left and its right end
    (True, True): "the closed interval from {first} to {last}",
    (False, False): "the open interval from {first} to {last}",
    (True, False): "the interval from {first} to {last}, without its right end",
    (False, True): "the interval from {first} to {last}, without its left end",
}


def is_phrase(item: Item) -> bool:
    """Say whether an item is said as "the … of …", which a factor cannot stand before without "times"."""
    if isinstance(item, Group):
        return item.opening in symbols.BARS and text_of(item.closing) != "⟩" or _is_matrix(item)
    if isinstance(item, Application):
        return role_of(item.function) in {"function", "name"}
    if not isinstance(item, Element):
        return False
    named = is_function(item) and (role_of(item) == "big" or core_of(item) in symbols.FUNCTIONS)
    return named or is_fraction(item) or is_derivation(item) or tag_of(item) in {"msqrt", "mroot"}


def is_binomial(item: Item) -> bool:
    """Say whether an item is a binomial coefficient in its brackets."""
    only = item.items[0] if isinstance(item, Group) and len(item.items) == 1 else None
    return isinstance(only, Element) and only.get("linethickness") == "0"


def _is_matrix(group: Group) -> bool:
    only = group.items[0] if len(group.items) == 1 else None
    return isinstance(only, Element) and tag_of(only) == "mtable"


def say_application(
    item: Application, say: Callable[[Element, Voice], str], voice: Voice, *, clear: bool
) -> str:
    """Say a function with its arguments, without the brackets if it is clear where these end.

    Args:
        item: The function with its arguments.
        say: Says an element.
        voice: Says everything.
        clear: Whether it is clear where the arguments end.
    """
    group = item.group
    _, index, power = scripts_of(group.closing)
    plain = clear and is_argument(group.items)
    if not plain:
        argument = say_group(group, None, voice)
    elif index is None and power is None:
        argument = voice.row(group.items, group.opening)
    else:
        argument = say_scripted(f"{voice.row(group.items, group.opening)},", index, power, voice)
    if not (is_function(item.function) or role_of(item.function) == "name"):
        return voice.tr("{letter} of {argument}", letter=say(item.function, voice), argument=argument)
    function = name_function(item.function, voice)
    if plain and is_list(group.items):
        return voice.tr("{operator} of {values}", operator=function, values=argument)
    return f"{voice.tr('{operator} of', operator=function)} {argument}"


def say_group(group: Group, before: Item | None, voice: Voice) -> str:
    """Say what stands in brackets, and the brackets; tables in them are matrices.

    Args:
        group: The brackets and what they hold.
        before: What stands before them.
        voice: Says everything.
    """
    closing, index, power = scripts_of(group.closing)
    product = closing if all(role_of(item) != "number" for item in group.items) else None
    return say_scripted(_enclosed(group, text_of(closing), before, voice), index, power, voice, product)


def _enclosed(group: Group, closing: str, before: Item | None, voice: Voice) -> str:
    """Say what stands in brackets, and the brackets, without index and power."""
    only = group.items[0] if len(group.items) == 1 else None
    if isinstance(only, Element) and tag_of(only) == "mtable":
        return _matrix(only, voice, group.opening)
    if isinstance(only, Element) and is_binomial(group):
        return say_fraction(only, voice)
    if group.items and core_of(group.items[0]) == "mod":
        return f", {voice.row(group.items, group.opening)}"
    if state := _state(group, closing, voice):
        return state
    if interval := _interval(group, closing, before, voice):
        return interval
    content = voice.row(group.items, group.opening)
    if group.opening in symbols.BARS:
        opening, ending = map(voice.tr, symbols.BARS[group.opening])
        return f"{opening} {content}," + ("" if is_simple(group.items) else f" {ending},")
    return f"{voice.name(group.opening)} {content} {voice.name(closing)}"


def _state(group: Group, closing: str, voice: Voice) -> str:
    """Say a ket |ψ⟩, a bra ⟨ψ|, or both, ⟨ψ|φ⟩; of other brackets return an empty text."""
    bra, ket = voice.tr("bra"), voice.tr("ket")
    if (group.opening, closing) == ("|", "⟩"):
        return f"{ket} {_whole(group.items, voice)}"
    if (group.opening, closing) == ("⟨", "|"):
        return f"{bra} {_whole(group.items, voice)}"
    parts = _split(group.items, {"|", "∣"})
    if group.opening != "⟨" or len(parts) not in {2, 3} or not all(parts):
        return ""
    between = [voice.row(part) for part in parts[1:-1]]
    return " ".join([bra, _whole(parts[0], voice), *between, ket, _whole(parts[-1], voice)])


def _whole(items: Sequence[Item], voice: Voice) -> str:
    """Say items; where they end, unless that is clear."""
    said = voice.row(items)
    return said if is_simple(items) else voice.tr("the whole of {base}, end whole,", base=said)


def _split(items: Sequence[Item], marks: set[str]) -> list[Sequence[Item]]:
    """Return the items between some marks."""
    places = [i for i, item in enumerate(items) if text_of(item) in marks]
    return [items[a + 1 : b] for a, b in zip([-1, *places], [*places, len(items)], strict=True)]


def _interval(group: Group, closing: str, before: Item | None, voice: Voice) -> str:
    """Say an interval, as [0, 1) and x ∈ (0, 1); of other brackets return an empty text."""
    sides = (group.opening, closing)
    ends = _split(group.items, {",", ";"})
    terms = not any(role_of(item) in {"relation", "text"} for item in group.items)
    if len(ends) != 2 or not all(ends) or not terms or not set(sides) <= set("[]()"):
        return ""
    if sides in {("[", "]"), ("(", ")")} and text_of(before) not in {"∈", "∉", "⊂", "⊆"}:
        return ""
    closed = (sides[0] == "[", sides[1] == "]")
    first, last = map(voice.row, ends)
    return voice.tr(_INTERVALS[closed], first=first, last=last) + ","


def _matrix(table: Element, voice: Voice, opening: str) -> str:
    """Say a matrix, or between bars its determinant or norm."""
    said = "; ".join(
        voice.tr("row {number}: {cells}", number=i, cells=f"{voice.comma} ".join(_cells(row, voice)))
        for i, row in enumerate(table, start=1)
    )
    message = "the {height} by {width} matrix, {rows}; end matrix,"
    matrix = voice.tr(message, height=len(table), width=max(map(len, table), default=0), rows=said)
    if opening == "|":
        return f"{voice.tr('{operator} of', operator=voice.name('det'))} {matrix}"
    return f"{voice.tr(symbols.BARS[opening][0])} {matrix}" if opening in symbols.BARS else matrix


def rows(table: Element, voice: Voice) -> str:
    """Say the rows of a table; a row that is aligned at its relation is one formula."""
    said = []
    for row in table:
        aligned = any("padding" in cell.get("style", "") for cell in row)
        said.append((" " if aligned else ", ").join(cell for cell in _cells(row, voice) if cell))
    return "; ".join(said)


def _cells(row: Element, voice: Voice) -> list[str]:
    return [voice.part(cell).rstrip(" ,;.") for cell in row]
