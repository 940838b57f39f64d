"""The voice that says a formula: the words of a language, and those of a lecture over them."""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from xml.etree.ElementTree import Element

from figgen.handout.speech import symbols
from figgen.handout.speech.leaves import negated, tag_of
from figgen.handout.speech.mathml import Item, text_of
from figgen.handout.speech.reading import row_of
from figgen.handout.speech.words import Words
from figgen.translation import Translator

_NAMED: dict[str, str] = {
    **symbols.RELATIONS,
    **symbols.OPERATORS,
    **symbols.PREFIXES,
    **symbols.SIGNS,
    **symbols.BRACKETS,
    **symbols.BIG_OPERATORS,
    **symbols.FUNCTIONS,
    **symbols.GREEK,
}


class Voice:
    """Names symbols, and notes those that it has no words for.

    Args:
        tr: Gives figgen's words.
        words: The lecture's own.
        functions: Letters that the text uses as functions.
        say: Says the items of a row, which stands in brackets of some kind, with a voice.
    """

    def __init__(
        self,
        tr: Translator,
        words: Words,
        functions: Collection[str],
        say: Callable[[Sequence[Item], "Voice", str], str],
    ) -> None:
        self.tr = tr
        self.words = words
        self.unknown: list[str] = []
        self._functions = functions
        self._say = say

    @property
    def point(self) -> str:
        """The decimal separator of the language."""
        return self.tr.notation.decimal

    @property
    def comma(self) -> str:
        """What parts the items of a list: where numbers have a decimal comma, 0, 1 would sound like 0,1."""
        return ";" if self.point == "," else ","

    def row(self, items: Sequence[Item], within: str = "") -> str:
        """Say items one after the other, perhaps within an opening bracket."""
        return self._say(items, self, within)

    def items(self, node: Element) -> list[Item]:
        """Return the items of an element."""
        return row_of(node, self._functions)

    def part(self, node: Element) -> str:
        """Say an element that stands alone."""
        return self.row(self.items(node))

    def leaf(self, item: Element) -> str:
        """Say a letter, a number, a symbol, or a text."""
        text = text_of(item)
        if tag_of(item) == "mn" and not self.words.name(text):
            return text.replace(".", self.point)
        if tag_of(item) == "mtext":
            return text
        return text if text in symbols.PUNCTUATION else self.name(text)

    def name(self, symbol: str) -> str:
        """Return what a symbol, a letter, or a function is called."""
        if own := self.words.name(symbol):
            return own
        if symbol in _NAMED:
            return self.tr(_NAMED[symbol])
        if symbol in symbols.COMPOSED:
            message, base = symbols.COMPOSED[symbol]
            return self.tr(message, base=base).strip()
        small = symbol.lower()
        if len(symbol) == 1 and symbol.isalpha() and small != symbol:
            return self.tr("capital {letter}", letter=self.name(small) if small in symbols.GREEK else symbol)
        if symbol.isalpha() or " " in symbol:
            return symbol
        if relation := negated(symbol):
            return f"{self.tr('not')} {self.name(relation)}"
        return " ".join(self.name(part) if len(symbol) > 1 else self._unnamed(part) for part in symbol)

    def _unnamed(self, symbol: str) -> str:
        """Return the name of a symbol in Unicode, and note that it has no words."""
        if symbol not in self.unknown:
            self.unknown.append(symbol)
        name = unicodedata.name(symbol, f"U+{ord(symbol):04X}").lower()
        return re.sub("^combining (.*?)(?: above| below)?$", r"\1", name)
