"""How indices, powers, accents, and what else stands at a base are said."""

from xml.etree.ElementTree import Element

from figgen.handout.speech import symbols
from figgen.handout.speech.leaves import tag_of
from figgen.handout.speech.mathml import (
    Group,
    Item,
    core_of,
    is_argument,
    is_function,
    is_operand,
    is_simple,
    mark_over,
    role_of,
    scripts_of,
    text_of,
)
from figgen.handout.speech.voice import Voice


def say_accented(node: Element, voice: Voice) -> str:
    """Say what an accent stands on, with the accent."""
    items = voice.items(node[0])
    base = voice.row(items)
    if not is_simple(items):
        base = voice.tr("the whole of {base}, end whole,", base=base)
    mark = mark_over(node)
    if mark in voice.words.accents:
        return voice.words.accents[mark].format(base=base)
    if mark in symbols.ACCENTS:
        return voice.tr(symbols.ACCENTS[mark], base=base)
    return _labelled(base, voice.name(mark), voice, over=tag_of(node) == "mover")


def say_stacked(base: str, below: Element | None, above: Element | None, voice: Voice) -> str:
    """Say a symbol, mostly a relation or an arrow, with what stands below and above it."""
    for node, over in ((below, False), (above, True)):
        if node is not None:
            mark = symbols.UNARY.get(text_of(node))
            base = _labelled(base, voice.tr(mark) if mark else voice.part(node), voice, over=over)
    return base


def _labelled(base: str, label: str, voice: Voice, *, over: bool) -> str:
    """Say a base with a label over or under it."""
    message = "{base}, with {label} above," if over else "{base}, with {label} below,"
    return voice.tr(message, base=base, label=label)


def say_scripted(
    base: str, index: Element | None, power: Element | None, voice: Voice, core: Element | None = None
) -> str:
    """Say a base with its index and power; a prime first, since it belongs to the name.

    Args:
        base: The base in words.
        index: Its index, if it has one.
        power: Its power, if it has one.
        voice: Says them.
        core: The base itself, where it is an element.
    """
    prime = symbols.PRIMES.get(text_of(power)) if power is not None else None
    if prime is not None:
        base, power = voice.tr(prime, base=base), None
    if index is not None:
        items = voice.items(index)
        message = "{base} sub {index}" if is_simple(items) else "{base} sub {index}, end sub,"
        named = len(items) == 1 and role_of(items[0]) == "function"  # x_{\max} is no maximum
        base = voice.tr(message, base=base, index=core_of(items[0]) if named else voice.row(items))
    return base if power is None else _powered(base, power, voice, core)


def _powered(base: str, power: Element, voice: Voice, core: Element | None) -> str:
    """Say a base with its power, or with what stands in its place."""
    items, tr = voice.items(power), voice.tr
    mark = text_of(power)
    if mark in voice.words.powers:
        return voice.words.powers[mark].format(base=base)
    if mark in symbols.POWERS or _is_transposed(core, power):
        return tr(symbols.POWERS.get(mark, symbols.POWERS["⊤"]), base=base)
    if mark in {"∘", "°"} and _is_angle(core):
        return tr("{base} degrees", base=base)
    if mark == "†":
        return f"{base} {tr('dagger')}"
    if is_inverse(core, power):
        return tr("{base} inverse", base=base)
    label = _label(items)
    if label is not None:
        return tr("{base} with superscript {label}", base=base, label=voice.row(label))
    message = "{base} to the power {exponent}"
    if not is_simple(items):
        message = "{base} to the power of {exponent}, end power,"
    return tr(message, base=base, exponent=voice.row(items))


def _label(items: list[Item]) -> list[Item] | None:
    """Return what a power has that is none: (i), a text, a sign alone, a charge as 2+."""
    only = items[0] if len(items) == 1 else None
    if isinstance(only, Group) and is_argument(only.items):
        return only.items
    charged = len(items) > 1 and text_of(items[-1]) in {"+", "−", "-"}
    alone = only is not None and (role_of(only) == "text" or not is_operand(only))
    return items if charged or alone else None


def _is_angle(core: Element | None) -> bool:
    r"""Say whether ∘ at a base means degrees: at a number, a small letter, the gap of 20\,^\circ."""
    text = text_of(core)
    return core is None or not text or core.get("role") == "number" or text != text.upper()


def _is_transposed(core: Element | None, power: Element) -> bool:
    """Say whether T at a base means a matrix transposed, not a time."""
    if core_of(power) != "T" or core is None or text_of(power) != "T":
        return False
    letter = text_of(core).isascii() and core.get("role") in {"letter", "bracket"} and text_of(core) != "e"
    return letter or power.get("mathvariant") == "normal" or "bold" in core.get("mathvariant", "")


def is_inverse(core: Element | None, power: Element) -> bool:
    """Say whether −1 at a base means the inverse of a function."""
    if core is None or [text_of(part) for part in power.iter() if text_of(part)] != ["−", "1"]:
        return False
    return is_function(core) or text_of(core) in symbols.FUNCTION_LETTERS


def say_place(bar: Element, voice: Voice) -> str:
    """Say the bar behind an expression at which its values are taken."""
    _, index, power = scripts_of(bar)
    at = "" if index is None else voice.part(index)
    if power is None:
        return f", {voice.tr('evaluated at {place}', place=at)},"
    return f", {voice.tr('evaluated from {first} to {last}', first=at, last=voice.part(power))},"


def is_left_script(item: Item, operand: Item | None, following: Item | None) -> bool:
    r"""Say whether an item is an index or power at the left of what follows, as in {}^{14}\mathrm{C}."""
    if not isinstance(item, Element) or tag_of(item) not in {"msub", "msup", "msubsup"}:
        return False
    core, index, power = scripts_of(item)
    if len(core) or text_of(core) or following is None or not is_operand(following):
        return False
    if power is not None and text_of(power) == "∘":
        return False
    if not isinstance(operand, Element):
        return True
    base, lower, upper = scripts_of(operand)
    staggered = base is not operand and {lower is None, index is None} == {True, False}
    return not (staggered and {upper is None, power is None} == {True, False})


def say_scripts_alone(item: Element, voice: Voice, *, left: bool) -> str:
    """Say scripts without a base of their own, of what follows or of what stands before."""
    _, index, power = scripts_of(item)
    if not left:
        return say_scripted("", index, power, voice)
    said = []
    if power is not None:
        said.append(voice.tr("left superscript {label},", label=voice.part(power)))
    if index is not None:
        said.append(voice.tr("left subscript {label},", label=voice.part(index)))
    return " ".join(said)
