"""Messages and numbers in the reader's language, for figures and handouts alike."""

import math
from collections.abc import Container
from functools import cache
from pathlib import Path
from typing import SupportsFloat

from figgen.errors import TranslationError
from figgen.paths import catalogue

SOURCE_LANGUAGE = "en"

_WHOLE = 1e6  # a float that is whole keeps its digits below
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_TIMES = {"sk": "·"}


class Translator:
    """Translates messages into one language and writes numbers as its readers do.

    Args:
        language: A code that Babel knows, such as `sk`.
        catalogues: Paths of `.po` files, later ones first; default is figgen's own for the language.
    """

    def __init__(self, language: str, catalogues: tuple[Path, ...] = ()) -> None:
        self.language = language
        self._catalogues = catalogues or (catalogue(language),)

    def __call__(self, message: str, **values: object) -> str:
        """Translate an English `message`, then fill in its `{fields}`.

        Raises:
            TranslationError: The message is in no catalogue of the language.
        """
        text = self._translate(message)
        try:
            return text.format(**values)
        except (KeyError, IndexError, ValueError) as error:
            fields = ", ".join(f"{{{name}}}" for name in values)
            raise TranslationError(
                f"{self._catalogues[-1]}: {text!r} must have the fields {fields or 'none'} of {message!r}"
            ) from error

    def known(self, messages: Container[str]) -> dict[str, str]:
        """Return the translations of those `messages` that the catalogues have."""
        found: dict[str, str] = {}
        for path in self._catalogues:
            found |= {message: text for message, text in _read_catalogue(path).items() if message in messages}
        return found

    def _translate(self, message: str) -> str:
        if self.language == SOURCE_LANGUAGE:
            return message
        for path in reversed(self._catalogues):
            if translation := _read_catalogue(path).get(message):
                return translation
        path = self._catalogues[-1]
        raise TranslationError(f"{path}: no translation into {self.language!r} of {message!r}")

    def number(self, value: SupportsFloat, digits: int = 3) -> str:
        """Write `value` with at most `digits` significant digits: 0.25, in Slovak 0,25; 4.54 × 10⁻⁵.

        Whole numbers keep all their digits, grouped as the language does.
        """
        from babel.numbers import format_decimal

        x = float(value)
        if x.is_integer() and abs(x) < _WHOLE:
            value = int(x)
        if not math.isfinite(x):
            return "NaN" if math.isnan(x) else "−∞" if x < 0 else "∞"
        if isinstance(value, int):
            return format_decimal(value, format="#,##0", locale=self.language).replace("-", "−")
        exponent = int(f"{x:.{digits - 1}e}".partition("e")[2])
        if -4 < exponent < 6:
            decimals = digits - 1 - exponent
            pattern = "#,##0." + "#" * decimals
            text = format_decimal(round(x, decimals), pattern, locale=self.language)
            return text.replace("-", "−")
        mantissa = self.number(round(x / 10.0**exponent, digits - 1), digits)
        power = "10" + str(exponent).translate(_SUPERSCRIPTS)
        times = _TIMES.get(self.language, "×")
        return power if mantissa == "1" else f"{mantissa}\u00a0{times}\u00a0{power}"

    def percent(self, value: SupportsFloat, digits: int = 3) -> str:
        """Write a fraction as a percentage with at most `digits` significant digits: 25%, in Slovak 25 %."""
        space = "" if self.language == "en" else "\u00a0"
        return f"{self.number(100 * float(value), digits)}{space}%"


@cache
def _read_catalogue(path: Path) -> dict[str, str]:
    """Read a `.po` file; an absent one is empty."""
    from babel.messages.pofile import read_po

    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string and not m.fuzzy}
