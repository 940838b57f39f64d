"""Formulas in words.

Where two formulas would sound the same, the words say where a part ends: "the fraction 1 over 1 plus x, end
fraction". Brackets are said unless they hold the one argument of a function: "f of x".
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from figgen.errors import SpeechError
from figgen.handout.speech import symbols
from figgen.handout.speech.brackets import is_binomial, is_phrase, rows, say_application, say_group
from figgen.handout.speech.calculus import say_derivative, say_fraction, say_function, say_root
from figgen.handout.speech.leaves import is_leaf, tag_of
from figgen.handout.speech.mathml import (
    Application,
    Cases,
    Group,
    Item,
    core_of,
    ends_term,
    is_derivation,
    is_fraction,
    is_function,
    is_gap,
    is_operand,
    is_simple,
    mark_of,
    mark_over,
    role_of,
    scripts_of,
    text_of,
)
from figgen.handout.speech.reading import applied_letters, parse
from figgen.handout.speech.scripts import (
    is_left_script,
    say_accented,
    say_place,
    say_scripted,
    say_scripts_alone,
    say_stacked,
)
from figgen.handout.speech.voice import Voice
from figgen.handout.speech.words import Words
from figgen.translation import Translator


@dataclass(frozen=True, slots=True)
class Spoken:
    """A formula in words.

    Attributes:
        text: The words.
        unknown: The symbols that have no words, and are called by their names in Unicode.
    """

    text: str
    unknown: tuple[str, ...]


def speak(mathml: str, tr: Translator, words: Words | None = None, functions: Collection[str] = ()) -> Spoken:
    """Say a formula in the words of the language.

    Args:
        mathml: A `<math>` element as pandoc writes it.
        tr: Gives the words.
        words: The lecture's own words, over figgen's.
        functions: Letters that are functions elsewhere in the text.

    Raises:
        SpeechError: The formula has an element that pandoc does not write.
    """
    words = words or Words()
    formula = parse(mathml, words)
    voice = Voice(tr, words, applied_letters(formula).union(functions), _row)
    text = " ".join(voice.part(formula).split())
    text = re.sub(r" (?=[,;:.?])", "", text)
    return Spoken(re.sub(r",(?=[,;:.?])", "", text), tuple(voice.unknown))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an item stands.

    Attributes:
        before: The item before it.
        operand: The operand that ends just before it.
        following: The item behind it.
        within: The opening bracket that the row stands in.
        modular: Whether the row speaks of a modulus.
        parted: Whether the row has a bar or colon before the item.
    """

    before: Item | None
    operand: Item | None
    following: Item | None
    within: str
    modular: bool
    parted: bool

    @property
    def continued(self) -> bool:
        """Whether an operand follows."""
        return self.following is not None and is_operand(self.following)


def _row(items: Sequence[Item], voice: Voice, within: str) -> str:
    """Say items one after the other."""
    said: list[str] = []
    operand: Item | None = None  # the one that ends just before the item
    modular = any(core_of(_first(item)) == "mod" for item in items)
    parted = False
    for i, item in enumerate(items):
        place = _Place(
            before=items[i - 1] if i else None,
            operand=operand,
            following=items[i + 1] if i + 1 < len(items) else None,
            within=within,
            modular=modular,
            parted=parted,
        )
        if operand is not None and is_operand(item) and _multiplies(operand, item):
            said.append(voice.tr("times"))
        said.append(_item(item, place, voice))
        operand = item if _is_over(item, place) else None
        parted |= text_of(item) in {"|", "∣", ":"}
    return " ".join(said)


def _first(item: Item) -> Item | None:
    return item.items[0] if isinstance(item, Group) and item.items else item


def _multiplies(operand: Item, item: Item) -> bool:
    """Say whether two neighbours need the word for their product between them."""
    words = {"text"} & {role_of(operand), role_of(item)}
    if words or {core_of(operand), core_of(item)} & {*symbols.DOTS, "d", "Δ"}:
        return False
    return is_fraction(operand) or is_phrase(item) or is_binomial(operand) or is_binomial(item)


def _is_over(item: Item, place: _Place) -> bool:
    """Say whether an item is an operand that nothing behind it belongs to."""
    waits = is_function(item) or is_derivation(item) or role_of(item) == "prefix"
    return is_operand(item) and not waits and not is_left_script(item, place.operand, place.following)


def _item(item: Item, place: _Place, voice: Voice) -> str:
    """Say one item in its place."""
    if isinstance(item, Cases):
        return voice.tr("cases: {rows}; end cases", rows=rows(item.table, voice))
    if isinstance(item, Group):
        return say_group(item, place.before, voice)
    if isinstance(item, Application):
        clear = is_simple(item.group.items) or ends_term(place.following)
        return say_application(item, _element, voice, clear=clear)
    if is_function(item):
        return say_function(item, voice, continued=place.continued)
    if tag_of(item) in {"msqrt", "mroot"}:
        return say_root(item, voice, continued=place.continued)
    if mark_of(item) in symbols.BARS and not text_of(item):
        return say_place(item, voice)
    if derivative := say_derivative(item, voice, ends=ends_term(place.following)):
        return derivative
    return _symbol(item, place, voice) or _scripted(item, place, voice) or _element(item, voice)


def _symbol(item: Element, place: _Place, voice: Voice) -> str:
    """Say a symbol whose words depend on where it stands; of any other return an empty text."""
    text = text_of(item)
    tr = voice.tr
    if voice.words.name(text):
        return ""
    if text == "," and place.continued and role_of(place.following) != "text":
        return voice.comma
    alone = place.operand is None or not (place.continued or role_of(item) == "sign")
    if text in symbols.UNARY and alone and (role_of(item) != "punctuation"):
        return tr(symbols.UNARY[text])
    if text in {"|", "∣", ":"} and place.within == "{" and not place.parted:
        return tr("such that")
    if text in {"|", "∣"} and not place.within and _is_integer(place.operand, place.following):
        return tr("divides")
    if text == "‖" and place.within:
        return tr("relative to")
    if text == "≡" and place.modular:
        return tr("is congruent to")
    if text == "∼" and not _is_distribution(place.following):
        return tr("is similar to")
    if text in {"·", "⋅", "×"} and (_is_vector(place.operand) or _is_vector(place.following)):
        return tr("cross product with" if text == "×" else "dot product with")
    return ""


def _is_integer(*items: Item | None) -> bool:
    """Say whether items look like numbers, of which one divides the other, not like events."""
    return all(
        isinstance(item, Element) and text_of(item) == text_of(item).lower() and not len(item)
        for item in items
    )


def _is_distribution(item: Item | None) -> bool:
    name = core_of(item)
    return name not in set("abcdefghijklmnorstuvwxyz") and not name.isdigit() and name != ""


def _is_vector(item: Item | None) -> bool:
    if not isinstance(item, Element):
        return False
    return mark_over(item) == "→" or scripts_of(item)[0].get("mathvariant", "").startswith("bold")


def _scripted(item: Element, place: _Place, voice: Voice) -> str:
    """Say scripts without a base, which belong to a neighbour; of any other element return an empty text."""
    if tag_of(item) not in {"msub", "msup", "msubsup"} or core_of(item) or len(scripts_of(item)[0]):
        return ""
    left = is_left_script(item, place.operand, place.following)
    return say_scripts_alone(item, voice, left=left)


def _element(item: Element, voice: Voice) -> str:
    """Say an element that sounds the same wherever it stands."""
    if is_gap(item):
        return ","
    tag = tag_of(item)
    if is_leaf(item):
        return voice.leaf(item)
    if tag == "mfrac":
        return say_fraction(item, voice)
    if tag == "mtable":
        return rows(item, voice)
    if tag == "menclose":
        content = Element("mrow")
        content.extend(item)
        message = "the box {content}, end box," if item.get("notation") == "box" else "{base} crossed out"
        return voice.tr(message, content=voice.part(content), base=voice.part(content))
    if mark_over(item):
        return say_accented(item, voice)
    core, index, power = scripts_of(item)
    if core is item:
        raise SpeechError(f"no words for the element <{tag}>")
    base = voice.leaf(core) if tag_of(core) == "mo" else voice.part(core)
    if tag in {"mover", "munder", "munderover"}:
        return say_stacked(base, index, power, voice)
    short = is_simple(voice.items(core))
    return say_scripted(base if short else f"{base},", index, power, voice, core)
