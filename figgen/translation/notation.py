"""How a language writes numbers: separators, groups of digits, percentages, powers of ten.

All of it is CLDR's, through Babel where that has it. Digits are 0 to 9 in every language, as in formulas.
"""

import math
from dataclasses import dataclass
from functools import cache
from numbers import Integral
from typing import TYPE_CHECKING, SupportsFloat, TypeGuard

from figgen.translation import tags
from figgen.translation.typography import least_group, typography_of

if TYPE_CHECKING:
    from babel import Locale

_WHOLE = 1e6  # a float that is whole keeps its digits below
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_OTHERWISE = "en"  # whose numbers a language has that CLDR does not know


@dataclass(frozen=True, slots=True)
class Notation:
    """How a language writes numbers.

    Attributes:
        decimal: Stands before the fraction.
        group: Stands between groups of digits.
        sizes: Digits in the last group, and in those before it.
        least: Digits that there must be before the last group: with 2, 1797 is written so, and 12 345.
        percent: What stands before and after a percentage; and the same of one below zero.
        times: Stands between a number and a power of ten.
    """

    decimal: str
    group: str
    sizes: tuple[int, int]
    least: int
    percent_signs: tuple[tuple[str, str], tuple[str, str]]
    times: str

    def number(self, value: SupportsFloat, digits: int = 3) -> str:
        """Write `value` with at most `digits` significant digits; whole numbers keep all of theirs."""
        if isinstance(value, Integral):
            return self._signed(int(value) < 0, str(abs(int(value))))
        x = float(value)
        if not math.isfinite(x):
            return "NaN" if math.isnan(x) else "−∞" if x < 0 else "∞"
        if x.is_integer() and abs(x) < _WHOLE:
            return self.number(int(x))
        exponent = int(f"{x:.{digits - 1}e}".partition("e")[2])
        if -4 < exponent < 6:
            decimals = digits - 1 - exponent
            text = f"{abs(round(x, decimals)):.{max(decimals, 0)}f}"
            return self._signed(x < 0, text)
        mantissa = self.number(round(x / 10.0**exponent, digits - 1), digits)
        power = "10" + str(exponent).translate(_SUPERSCRIPTS)
        return power if mantissa == "1" else f"{mantissa}\u00a0{self.times}\u00a0{power}"

    def percent(self, value: SupportsFloat, digits: int = 3) -> str:
        """Write a fraction as a percentage with at most `digits` significant digits."""
        return self.in_percent(self.number(100 * float(value), digits))

    def in_percent(self, number: str) -> str:
        """Put the percent sign to a number that is written already."""
        before, after = self.percent_signs[number.startswith("−")]
        return f"{before}{number.removeprefix('−')}{after}"

    def spell(self, whole: str, fraction: str = "", *, grouped: bool = True) -> str:
        """Write a number that is there in digits, without a sign."""
        text = self._grouped(whole) if grouped else whole
        return f"{text}{self.decimal}{fraction}" if fraction else text

    def rewrite(self, text: str) -> str:
        """Write a number that Python has formatted as the language does: 1,234.5 as 1.234,5 in German."""
        if text.endswith("%"):
            return self.in_percent(self.rewrite(text[:-1]))
        return text.translate({ord("."): self.decimal, ord(","): self.group, ord("-"): "−"})

    def _signed(self, negative: bool, digits: str) -> str:
        whole, _, fraction = digits.partition(".")
        return "−" * negative + self.spell(whole, fraction.rstrip("0"))

    def _grouped(self, whole: str) -> str:
        last, others = self.sizes
        if len(whole) < last + self.least:
            return whole
        head, groups = whole[:-last], [whole[-last:]]
        while head:
            groups.insert(0, head[-others:])
            head = head[:-others]
        return self.group.join(groups)


def is_fraction(value: object) -> TypeGuard[SupportsFloat]:
    """Tell whether a value is a number with a fraction, Python's or NumPy's; a whole number may be a year."""
    if isinstance(value, float):
        return True
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    return kind == "f" and getattr(value, "ndim", 1) == 0


@cache
def notation_of(tag: str) -> Notation:
    """Return how a language writes numbers."""
    locale = locale_of(tag)
    symbols = locale.number_symbols["latn"]
    pattern = locale.percent_formats[None]
    before, after = (
        [text.replace("-", "−").replace("%", symbols["percentSign"]) for text in texts]
        for texts in (pattern.prefix, pattern.suffix)
    )
    return Notation(
        decimal=symbols["decimal"],
        group=symbols["group"],
        sizes=locale.decimal_formats[None].grouping,
        least=least_group(tag),
        percent_signs=((before[0], after[0]), (before[1], after[1])),
        times=typography_of(tag).times or symbols["superscriptingExponent"],
    )


@cache
def locale_of(tag: str) -> "Locale":
    """Return what Babel knows of a language, or of the nearest that it inherits from, or else of English."""
    from babel import Locale, UnknownLocaleError

    for candidate in tags.chain(tag):
        try:
            return Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(_OTHERWISE)


def is_known(tag: str) -> bool:
    """Tell whether CLDR knows how a language writes numbers."""
    return locale_of(tag).language == tags.language_of(tag)
