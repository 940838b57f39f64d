"""The leaves of pandoc's MathML: the plain text of each, and the part that it plays in a formula."""

import unicodedata
from xml.etree.ElementTree import Element

from figgen.handout.speech import symbols
from figgen.handout.speech.words import Words

_TABLES = {
    "relation": symbols.RELATIONS,
    "operator": symbols.OPERATORS,
    "prefix": symbols.PREFIXES,
    "function": symbols.FUNCTIONS,
    "big": symbols.BIG_OPERATORS,
    "sign": symbols.SIGNS,
    "bracket": symbols.BRACKETS,
}
_NEGATION = "\u0338"  # the stroke through ⊄


def tag_of(node: Element) -> str:
    """Return an element's name without its name space."""
    return node.tag.rpartition("}")[2]


def is_leaf(node: Element) -> bool:
    """Say whether an element is a letter, a name, a number, a symbol, or a text."""
    return tag_of(node) in {"mi", "mn", "mo", "mtext"}


def mark_leaf(leaf: Element, words: Words) -> None:
    """Give a leaf its plain text and the part that it plays as its `role`."""
    leaf.text = _plain(leaf, words)
    leaf.set("role", _role(leaf, words))


def compound(text: str, words: Words) -> Element:
    """Return a leaf for several symbols or letters that mean something together."""
    leaf = Element("mi")
    leaf.text = text if words.role(text) else symbols.TWINS.get(text, text)
    known = words.role(text) or _is_known(leaf.text)
    leaf.set("role", _role(leaf, words) if known else "name")
    return leaf


def negated(symbol: str) -> str:
    """Return the relation that a symbol denies, as ≮ does <, or an empty text."""
    relation = unicodedata.normalize("NFD", symbol)
    return relation[0] if relation[1:] == _NEGATION and relation[0] in symbols.RELATIONS else ""


def _is_known(text: str) -> bool:
    return any(text in table for table in _TABLES.values())


def _plain(leaf: Element, words: Words) -> str:
    r"""Return what a leaf holds, of letters in a special type such as \mathbf the plain ones."""
    text = " ".join((leaf.text or "").split())
    if words.role(text) or tag_of(leaf) == "mtext":
        return text
    if text == "∣" and leaf.get("form"):  # that of vmatrix, not that of \mid
        return "|"
    text = symbols.TWINS.get(text, text)
    return text if _is_known(text) or tag_of(leaf) == "mo" else unicodedata.normalize("NFKC", text)


def _role(leaf: Element, words: Words) -> str:
    """Return the part that a leaf plays."""
    text = leaf.text or ""
    if own := words.role(text):
        return own
    if tag_of(leaf) == "mtext":
        return "text"
    for role, table in _TABLES.items():
        if text in table:  # 𝟙 is, though pandoc has it for a number
            return role
    if tag_of(leaf) == "mn":
        return "number"
    if text in symbols.PUNCTUATION:
        return "punctuation"
    if negated(text):
        return "relation"
    if tag_of(leaf) == "mi":
        return "function" if len(text) > 1 else "letter" if text.isalpha() else "sign"
    return "operator"
