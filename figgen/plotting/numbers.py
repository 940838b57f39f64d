"""The numbers on axes in the reader's language, whatever writes them.

A drawing's own formatter stays: what it writes, in English, is spelled as the language does. So its choices
hold (powers of ten, units, percentages, decimals). Every axis is reached: those of insets, colour bars and
three dimensions, secondary ones, minor ticks, and what stands aside for all ticks, such as 10⁻⁵.
`axes.formatter.use_locale` would depend on the locales that the machine has.
"""

import re
from typing import Any

from matplotlib.axes._secondary_axes import SecondaryAxis
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import (
    FormatStrFormatter,
    Formatter,
    LogFormatter,
    LogitFormatter,
    PercentFormatter,
    ScalarFormatter,
    StrMethodFormatter,
)

from figgen.translation import SOURCE_LANGUAGE
from figgen.translation.notation import Notation, notation_of

_WRITERS = (
    ScalarFormatter,  # and so EngFormatter
    LogFormatter,
    LogitFormatter,
    PercentFormatter,
    StrMethodFormatter,
    FormatStrFormatter,
)
"""Those whose texts are Matplotlib's. A function of the drawing's own, and texts that it gives, are left."""

_NUMBER = re.compile(
    r"(?<![\w.,])([-−]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?![\d.,]*\d)( ?\\?%)?"
)  # sign, whole, fraction, percent
_MATH = re.compile(r"(\$[^$]*\$)")
_IN_MATH = {",": "{,}", "\u00a0": r"\,", "\u202f": r"\,", "'": "’", "%": r"\%"}


def spell_ticks(figure: Figure, notation: Notation) -> None:
    """Let every axis of a figure write its numbers in a language; what does so already is left."""
    if notation == notation_of(SOURCE_LANGUAGE):
        return  # as Matplotlib writes
    if figure.findobj(SecondaryAxis):
        figure.draw_without_rendering()  # they take over their parent's scale only now, and new formatters
    for axis in figure.findobj(Axis):
        for ticker in (axis.major, axis.minor):
            if isinstance(ticker.formatter, _WRITERS):
                ticker.formatter = _Spelled(ticker.formatter, notation)


def spell(text: str, notation: Notation) -> str:
    """Spell the numbers in a text of Matplotlib's, in formulas, too, as a language does."""
    parts = _MATH.split(text)
    return "".join(_spell(part, notation, math=i % 2 == 1) for i, part in enumerate(parts))


def _spell(text: str, notation: Notation, *, math: bool) -> str:
    def number(match: re.Match[str]) -> str:
        sign, whole, fraction, percent = match.groups(default="")
        spelled = notation.spell(whole.replace(",", ""), fraction, grouped="," in whole)
        if percent:
            spelled = notation.in_percent(spelled)
        return sign + ("".join(_IN_MATH.get(c, c) for c in spelled) if math else spelled)

    spelled = _NUMBER.sub(number, text)
    return spelled.replace(r"\times", r"\cdot") if notation.times == "·" else spelled


class _Spelled(Formatter):
    """Writes what another formatter writes, its numbers spelled as a language does."""

    def __init__(self, formatter: Formatter, notation: Notation) -> None:
        self._formatter, self._notation = formatter, notation

    def __call__(self, x: float, pos: int | None = None) -> str:
        return spell(self._formatter(x, pos), self._notation)

    def format_ticks(self, values: list[float]) -> list[str]:
        return [spell(text, self._notation) for text in self._formatter.format_ticks(values)]

    def get_offset(self) -> str:
        return spell(self._formatter.get_offset(), self._notation)

    def set_axis(self, axis: Any) -> None:
        self._formatter.set_axis(axis)

    def set_locs(self, locs: list[float]) -> None:
        self._formatter.set_locs(locs)
