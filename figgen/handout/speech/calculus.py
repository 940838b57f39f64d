"""How functions, big operators, fractions, derivatives and roots are said."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from figgen.handout.speech import symbols
from figgen.handout.speech.leaves import tag_of
from figgen.handout.speech.mathml import (
    Item,
    core_of,
    is_derivation,
    is_simple,
    role_of,
    scripts_of,
    text_of,
)
from figgen.handout.speech.scripts import say_scripted
from figgen.handout.speech.voice import Voice


def say_function(node: Element, voice: Voice, *, continued: bool) -> str:
    """Say a function or big operator, and that it is one of what follows."""
    name, _, power = scripts_of(node)
    if text_of(name) == "∇" and (power is not None or (not continued and name is node)):
        return say_scripted(voice.tr("nabla"), None, power, voice)
    said = name_function(node, voice)
    return voice.tr("{operator} of", operator=said) if continued else said


def name_function(node: Element, voice: Voice) -> str:
    """Say a function or big operator with its index, limits and power."""
    core, index, power = scripts_of(node)
    name, role = text_of(core), core.get("role")
    said = voice.name(name) if role != "" and len(name) else voice.part(core)
    if role == "big" and power is not None:
        return _limited(said, [] if index is None else voice.items(index), voice.part(power), voice)
    if index is not None:
        known = role == "big" or name in symbols.FUNCTIONS or bool(voice.words.name(name))
        message = "{operator} over {index}" if known else "{operator} sub {index}"
        items = voice.items(index)
        if name not in symbols.LIMITS or any(role_of(item) == "relation" for item in items):
            message = symbols.INDEXED.get(name, message)
        said = voice.tr(message, operator=said, index=voice.row(items))
    return say_scripted(said, None, power, voice, core)


def _limited(operator: str, lower: Sequence[Item], last: str, voice: Voice) -> str:
    """Say a big operator with its two limits."""
    texts = [text_of(item) for item in lower]
    if "=" not in texts:
        message = "{operator} from {first} to {last}"
        return voice.tr(message, operator=operator, first=voice.row(lower), last=last)
    at = texts.index("=")
    index, first = voice.row(lower[:at]), voice.row(lower[at + 1 :])
    message = "{operator} over {index} from {first} to {last}"
    return voice.tr(message, operator=operator, index=index, first=first, last=last)


def say_root(node: Element, voice: Voice, *, continued: bool) -> str:
    """Say a root; where it ends, unless that is clear."""
    if tag_of(node) == "mroot":
        items = voice.items(node[0])
        root = voice.tr("the root of degree {degree}", degree=voice.part(node[1]))
    else:
        content = Element("mrow")
        content.extend(node)
        items, root = voice.items(content), voice.tr("the square root")
    short = is_simple(items) and not continued
    message = "{root} of {radicand}" if short else "{root} of {radicand}, end root,"
    return voice.tr(message, root=root, radicand=voice.row(items))


def say_fraction(node: Element, voice: Voice) -> str:
    """Say a fraction or a binomial coefficient."""
    upper, lower = (voice.items(part) for part in node)
    if node.get("linethickness") == "0":
        return voice.tr("{n} choose {k}", n=voice.row(upper), k=voice.row(lower))
    short = is_simple(upper) and is_simple(lower)
    message = "{above} over {below}" if short else "the fraction {above} over {below}, end fraction,"
    return voice.tr(message, above=voice.row(upper), below=voice.row(lower))


def say_derivative(node: Element, voice: Voice, *, ends: bool) -> str:
    """Say a derivative of what stands in it, or of what follows; of another element return an empty text.

    Args:
        node: An element.
        voice: Says it.
        ends: Whether the term is over with it.
    """
    if tag_of(node) != "mfrac":
        return ""
    upper, lower = (voice.items(part) for part in node)
    variables = _variables(upper, lower)
    if not variables:
        return ""
    names = [voice.row(variable) for variable in variables]
    if len(set(names)) == 1:
        names = names[:1]
    by, kind = f"{voice.comma} ".join(names), _kind(upper[0], voice)
    if is_derivation(node):
        return voice.tr("{derivative} with respect to {variable} of", derivative=kind, variable=by)
    message = "{derivative} of {function} with respect to {variable}"
    said = voice.tr(message, derivative=kind, function=voice.row(upper[1:]), variable=by)
    return said if ends else f"{said},"


def _kind(head: Item, voice: Voice) -> str:
    """Say what kind of derivative the ∂ or d above its line tells of, and of which order."""
    assert isinstance(head, Element)
    core, _, order = scripts_of(head)
    partial = text_of(core) == "∂"
    if order is None:
        return voice.tr("the partial derivative" if partial else "the derivative")
    if text_of(order) == "2":
        return voice.tr("the second partial derivative" if partial else "the second derivative")
    message = "the partial derivative of order {order}" if partial else "the derivative of order {order}"
    return voice.tr(message, order=voice.part(order))


def _variables(upper: Sequence[Item], lower: Sequence[Item]) -> list[Sequence[Item]]:
    """Return the variables of a derivative, each as often as it counts; of another fraction none."""
    sign = core_of(upper[0]) if upper else ""
    if sign not in {"∂", "d"} or not lower or text_of(lower[0]) != sign:
        return []
    starts = [i for i, item in enumerate(lower) if text_of(item) == sign]
    found = [lower[a + 1 : b] for a, b in zip(starts, [*starts[1:], len(lower)], strict=True)]
    if not all(found) or (sign == "d" and any(len(f) > 1 or role_of(f[0]) != "letter" for f in found)):
        return []
    assert isinstance(upper[0], Element)
    return found if scripts_of(upper[0])[2] is None else [v for f in found for v in _repeated(f)]


def _repeated(variable: Sequence[Item]) -> list[Sequence[Item]]:
    """Return the x, x of ∂x²; a power that is no number says nothing that the order does not."""
    if len(variable) != 1 or not isinstance(variable[0], Element):
        return [variable]
    core, index, power = scripts_of(variable[0])
    if power is None or index is not None:
        return [variable]
    return [[core]] * (int(text_of(power)) if text_of(power).isdigit() else 1)
