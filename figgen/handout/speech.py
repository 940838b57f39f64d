"""Formulas in words: what a screen reader says where the PDF has a formula.

Where two formulas would sound the same, the words say where a part ends: "the fraction 1 over 1 plus x, end
fraction". Brackets are said unless they hold the one argument of a function: "f of x".
"""

import re
from collections.abc import Sequence
from functools import cached_property
from xml.etree.ElementTree import Element

from figgen.errors import SpeechError
from figgen.handout import symbols
from figgen.handout.mathml import (
    Application,
    Cases,
    Group,
    Item,
    accent_of,
    ends_term,
    is_argument,
    is_derivation,
    is_fraction,
    is_function,
    is_gap,
    is_list,
    is_operand,
    is_simple,
    read_formula,
    row_of,
    scripts_of,
    tag_of,
    text_of,
)
from figgen.translation import Translator


def speak(mathml: str, tr: Translator) -> str:
    """Say a formula in the words of the language.

    Args:
        mathml: A `<math>` element as pandoc writes it.
        tr: Gives the words.

    Raises:
        SpeechError: The formula has an element or a symbol that has no words here, or unpaired brackets.
    """
    text = " ".join(_Speaker(tr).row(read_formula(mathml)).split())
    text = re.sub(r" (?=[,;:.?])", "", text)
    return re.sub(r",(?=[,;:.?])", "", text)


class _Speaker:
    """Says items and what they hold."""

    def __init__(self, tr: Translator) -> None:
        self.tr = tr

    @cached_property
    def point(self) -> str:
        """The decimal separator of the language."""
        from babel.numbers import get_decimal_symbol

        return get_decimal_symbol(self.tr.language)

    def row(self, items: Sequence[Item]) -> str:
        """Say items one after the other."""
        words: list[str] = []
        operand: Item | None = None  # the one that ends just before the item
        for i, item in enumerate(items):
            if operand is not None and is_operand(item) and (is_fraction(operand) or is_fraction(item)):
                words.append(self.tr("times"))
            words.append(self.item(item, operand, items[i + 1] if i + 1 < len(items) else None))
            prefix = is_function(item) or is_derivation(item) or text_of(item) in symbols.PREFIXES
            operand = item if is_operand(item) and not prefix else None
        return " ".join(words)

    def part(self, node: Element) -> str:
        """Say an element that stands alone."""
        return self.row(row_of(node))

    def item(self, item: Item, operand: Item | None, following: Item | None) -> str:
        """Say one item between an operand, if there is one, and what follows."""
        continued = following is not None and is_operand(following)
        if isinstance(item, Cases):
            return self.tr("cases: {rows}; end cases", rows=self.rows(item.table))
        if isinstance(item, Group):
            return self.group(item)
        if isinstance(item, Application):
            return self.application(item, clear=is_simple(item.group.items) or ends_term(following))
        operator = text_of(item)
        if operator in symbols.UNARY and (operand is None or not continued):
            return self.tr(symbols.UNARY[operator])
        if is_function(item):
            name = self.function(item)
            return self.tr("{operator} of", operator=name) if continued else name
        if tag_of(item) in {"msqrt", "mroot"}:
            return self.root(item, continued=continued)
        return self.element(item)

    def element(self, item: Element) -> str:
        """Say an element that sounds the same wherever it stands."""
        if is_gap(item):
            return ","
        tag = tag_of(item)
        if tag in {"mi", "mn", "mo", "mtext"}:
            return self.leaf(item)
        if tag == "mfrac":
            return self.fraction(item)
        if tag == "mtable":
            return self.rows(item)
        accent = accent_of(item)
        if accent is not None:
            return self.accented(accent, row_of(item[0]))
        core, index, power = scripts_of(item)
        if core is item:
            raise SpeechError(f"no words for the element <{tag}>")
        if tag in {"mover", "munderover"}:
            raise SpeechError(f"no words for what stands over {self.part(core)!r}")
        base = self.part(core)
        return self.scripted(base if is_simple(row_of(core)) else f"{base},", index, power)

    def leaf(self, item: Element) -> str:
        """Say a letter, a number, a symbol, or a text."""
        text = text_of(item)
        if tag_of(item) == "mn":
            return text.replace(".", self.point)
        if tag_of(item) == "mtext" or text in symbols.PUNCTUATION:
            return text
        words = {
            **symbols.RELATIONS,
            **symbols.OPERATORS,
            **symbols.PREFIXES,
            **symbols.SIGNS,
            **symbols.BRACKETS,
            **symbols.GREEK,
        }
        if text in words:
            return self.tr(words[text])
        if text.lower() in symbols.GREEK:
            return self.tr("capital {letter}", letter=self.tr(symbols.GREEK[text.lower()]))
        if text.isalpha():
            return text
        raise SpeechError(f"no words for the symbol {text!r} (U+{ord(text[:1] or ' '):04X})")

    def fraction(self, node: Element) -> str:
        """Say a fraction, a derivative, or a binomial coefficient."""
        upper, lower = (row_of(part) for part in node)
        if node.get("linethickness") == "0":
            return self.tr("{n} choose {k}", n=self.row(upper), k=self.row(lower))
        if upper and lower and text_of(upper[0]) == text_of(lower[0]) == "∂":
            return self.derivative(upper[1:], lower[1:])
        short = is_simple(upper) and is_simple(lower)
        message = "{above} over {below}" if short else "the fraction {above} over {below}, end fraction,"
        return self.tr(message, above=self.row(upper), below=self.row(lower))

    def derivative(self, function: Sequence[Item], variable: Sequence[Item]) -> str:
        """Say a partial derivative, or that of what follows."""
        by = self.row(variable)
        if not function:
            return self.tr("the partial derivative with respect to {variable} of", variable=by)
        message = "the partial derivative of {function} with respect to {variable}"
        return self.tr(message, function=self.row(function), variable=by)

    def root(self, node: Element, *, continued: bool) -> str:
        """Say a root; where it ends, unless that is clear."""
        if tag_of(node) == "mroot":
            items = row_of(node[0])
            root = self.tr("the root of degree {degree}", degree=self.part(node[1]))
        else:
            content = Element("mrow")
            content.extend(node)
            items, root = row_of(content), self.tr("the square root")
        short = is_simple(items) and not continued
        message = "{root} of {radicand}" if short else "{root} of {radicand}, end root,"
        return self.tr(message, root=root, radicand=self.row(items))

    def accented(self, message: str, items: Sequence[Item]) -> str:
        """Say what an accent stands on."""
        base = self.row(items)
        if not is_simple(items):
            base = self.tr("the whole of {base}, end whole,", base=base)
        return self.tr(message, base=base)

    def scripted(self, base: str, index: Element | None, power: Element | None) -> str:
        """Say a base with its index and power; a prime first, since it belongs to the name."""
        prime = symbols.PRIMES.get(text_of(power)) if power is not None else None
        if prime is not None:
            base, power = self.tr(prime, base=base), None
        if index is not None:
            message = "{base} sub {index}" if is_simple(row_of(index)) else "{base} sub {index}, end sub,"
            base = self.tr(message, base=base, index=self.part(index))
        return base if power is None else self.powered(base, power)

    def powered(self, base: str, power: Element) -> str:
        """Say a base with its power, or with what stands in its place."""
        items = row_of(power)
        if text_of(power) in symbols.POWERS:
            return self.tr(symbols.POWERS[text_of(power)], base=base)
        if len(items) == 1 and isinstance(items[0], Group) and is_argument(items[0].items):
            return self.tr("{base} with superscript {label}", base=base, label=self.row(items[0].items))
        if tag_of(power) == "mtext" or (len(items) == 1 and not is_operand(items[0])):
            return self.tr("{base} with superscript {label}", base=base, label=self.row(items))
        message = "{base} to the power {exponent}"
        if not is_simple(items):
            message = "{base} to the power of {exponent}, end power,"
        return self.tr(message, base=base, exponent=self.row(items))

    def function(self, node: Element) -> str:
        """Say a function or big operator with its index, limits and power."""
        core, index, power = scripts_of(node)
        name = text_of(core)
        word = symbols.FUNCTIONS.get(name) or symbols.BIG_OPERATORS.get(name)
        said = self.tr(word) if word else name
        if name in symbols.BIG_OPERATORS and power is not None:
            return self.limited(said, [] if index is None else row_of(index), self.part(power))
        if index is not None:
            message = symbols.INDEXED.get(
                name, "{operator} over {index}" if word else "{operator} sub {index}"
            )
            said = self.tr(message, operator=said, index=self.part(index))
        return self.scripted(said, None, power)

    def limited(self, operator: str, lower: Sequence[Item], last: str) -> str:
        """Say a big operator with its two limits."""
        texts = [text_of(item) for item in lower]
        if "=" not in texts:
            message = "{operator} from {first} to {last}"
            return self.tr(message, operator=operator, first=self.row(lower), last=last)
        at = texts.index("=")
        index, first = self.row(lower[:at]), self.row(lower[at + 1 :])
        message = "{operator} over {index} from {first} to {last}"
        return self.tr(message, operator=operator, index=index, first=first, last=last)

    def application(self, item: Application, *, clear: bool) -> str:
        """Say a function with its arguments, without the brackets if it is clear where these end."""
        group = item.group
        _, index, power = scripts_of(group.closing)
        plain = clear and is_argument(group.items)
        if not plain:
            argument = self.group(group)
        elif index is None and power is None:
            argument = self.row(group.items)
        else:
            argument = self.scripted(f"{self.row(group.items)},", index, power)
        if not is_function(item.function):
            function = self.element(item.function)
            return self.tr("{letter} of {argument}", letter=function, argument=argument)
        function = self.function(item.function)
        if plain and is_list(group.items):
            return self.tr("{operator} of {values}", operator=function, values=argument)
        return f"{self.tr('{operator} of', operator=function)} {argument}"

    def group(self, group: Group) -> str:
        """Say what stands in brackets, and the brackets; tables in them are matrices."""
        closing, index, power = scripts_of(group.closing)
        return self.scripted(self.enclosed(group, text_of(closing)), index, power)

    def enclosed(self, group: Group, closing: str) -> str:
        """Say what stands in brackets, and the brackets, without index and power."""
        only = group.items[0] if len(group.items) == 1 else None
        if isinstance(only, Element) and tag_of(only) == "mtable":
            return self.tr("the matrix with the rows {rows}; end matrix,", rows=self.rows(only))
        if isinstance(only, Element) and only.get("linethickness") == "0":
            return self.fraction(only)
        content = self.row(group.items)
        if group.opening in symbols.BARS:
            opening, ending = map(self.tr, symbols.BARS[group.opening])
            return f"{opening} {content}," + ("" if is_simple(group.items) else f" {ending},")
        return f"{self.tr(symbols.BRACKETS[group.opening])} {content} {self.tr(symbols.BRACKETS[closing])}"

    def rows(self, table: Element) -> str:
        """Say the rows of a table; a row that is aligned at its relation is one formula."""
        said = []
        for row in table:
            cells = [self.part(cell).rstrip(" ,;.") for cell in row]
            aligned = any("padding" in cell.get("style", "") for cell in row)
            said.append((" " if aligned else ", ").join(cell for cell in cells if cell))
        return "; ".join(said)
