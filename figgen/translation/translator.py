"""From a message of figgen or of a lecture to what stands in a figure or handout, in one language."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import SupportsFloat

from figgen.errors import TranslationError
from figgen.paths import CATALOGUES
from figgen.translation import catalogues, tags
from figgen.translation.notation import Notation, is_fraction, locale_of, notation_of
from figgen.translation.typography import Typography, typography_of

SOURCE_LANGUAGE = "en"
"""The language of figgen's own messages, and of a lecture's unless it says otherwise."""


class Translator:
    """Translates messages into one language, and writes numbers as its readers do.

    A message without a translation comes out as it stands, and is noted: nobody has to translate all of a
    lecture before it can be seen.

    Args:
        language: A language tag, such as `sk` or `de-AT`.
        paths: Catalogues of a lecture, which go over figgen's, the nearest first; they need not be there.
        source_language: What the lecture's messages are written in.

    Attributes:
        said: The messages that were asked for, in order, with their translations; an empty text is none.
    """

    def __init__(
        self, language: str, paths: tuple[Path, ...] = (), source_language: str = SOURCE_LANGUAGE
    ) -> None:
        self.language = language
        self.said: dict[str, str] = {}
        self._source_language = source_language
        self._own = paths or catalogues.own(Path(CATALOGUES), language)

    def __call__(self, message: str, **values: object) -> str:
        """Translate a `message`, then fill in its `{fields}`, fractions as the reader writes them.

        Raises:
            TranslationError: The translation has other fields than the message.
        """
        text = self.said[message] = self._translate(message)
        try:
            return (text or message).format(**{name: self._shown(value) for name, value in values.items()})
        except (KeyError, IndexError, ValueError) as error:
            raise TranslationError(self._wrong_fields(message, values)) from error

    def known(self, messages: Container[str]) -> dict[str, str]:
        """Return the translations of those `messages` that have one."""
        found: dict[str, str] = {}
        for translations in reversed(self._translations.values()):
            found |= {message: text for message, text in translations.items() if message in messages}
        return found

    def read(self) -> "Translator":
        """Read all that it goes by, so that it can travel to where none of that is; return it."""
        _ = self._translations, self.notation, self.typography
        return self

    @property
    def missing(self) -> dict[str, Path]:
        """The lecture's messages that were said without a translation, each with the catalogue for it."""
        return dict.fromkeys(self.lacks(self.said), self.catalogue)

    @property
    def catalogue(self) -> Path:
        """The lecture's catalogue for new translations: the nearest that is there, or would be."""
        return next((path for path in self._own if path.is_file()), self._own[0])

    def lacks(self, messages: Iterable[str]) -> tuple[str, ...]:
        """Return those of a lecture's `messages` that have no translation, and need one."""
        if tags.inherits(self.language, self._source_language):
            return ()
        return tuple(m for m in messages if not (self._translate(m) or catalogues.is_figgens(m)))

    def borrows(self, messages: Iterable[str]) -> tuple[str, ...]:
        """Return those of figgen's own `messages` that are shown in English, for lack of other words."""
        if SOURCE_LANGUAGE in tags.chain(self.language):
            return ()
        return tuple(m for m in messages if catalogues.is_figgens(m) and not self._translate(m))

    @cached_property
    def notation(self) -> Notation:
        """How the language writes numbers."""
        return notation_of(self.language)

    @cached_property
    def typography(self) -> Typography:
        """Quotation marks, and what else differs between languages in a text."""
        return typography_of(self.language)

    @property
    def primary(self) -> str:
        """The language without script and region, as Typst wants it: `de` of `de-AT`."""
        return tags.language_of(self.language)

    @property
    def region(self) -> str:
        """The region, as Typst wants it, `AT` of `de-AT`; or an empty text."""
        return tags.region_of(self.language)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`, as HTML and Typst call it."""
        return tags.direction(self.language)

    def number(self, value: SupportsFloat, digits: int = 3) -> str:
        """Write `value` with at most `digits` significant digits: 0.25, in Slovak 0,25; 4.54 × 10⁻⁵."""
        return self.notation.number(value, digits)

    def percent(self, value: SupportsFloat, digits: int = 3) -> str:
        """Write a fraction as a percentage with at most `digits` significant digits: 25%, in Slovak 25 %."""
        return self.notation.percent(value, digits)

    def date(self, day: date) -> str:
        """Write a date in full: November 27, 2026."""
        from babel.dates import format_date

        return format_date(day, format="long", locale=locale_of(self.language))

    @cached_property
    def _translations(self) -> dict[Path, dict[str, str]]:
        """What each catalogue has, the first that counts first."""
        paths = (*self._own, *catalogues.figgens(self.language))
        return {path: catalogues.read_catalogue(path) for path in paths}

    def _translate(self, message: str) -> str:
        return next((found[message] for found in self._translations.values() if message in found), "")

    def _shown(self, value: object) -> object:
        return _Number(float(value), self.notation) if is_fraction(value) else value

    def _wrong_fields(self, message: str, values: Iterable[str]) -> str:
        """Say that a message, or its translation, has other fields than there are values."""
        fields = ", ".join(f"{{{name}}}" for name in values)
        must = f"must have the fields {fields}" if fields else "must have no field"
        hint = "a brace that is no field is written twice, {{ or }}"
        path = next((path for path, found in self._translations.items() if message in found), None)
        if path is None:
            return f"the message {message!r} {must}; a field gets its value by tr(…, name=value), and {hint}"
        return f"{path}: {self._translate(message)!r} {must}, as {message!r}; {hint}"


@dataclass(frozen=True, slots=True)
class _Number:
    """A number in a text: as the language writes it, to three digits or to as many as the text asks for."""

    value: float
    notation: Notation

    def __str__(self) -> str:
        return self.notation.number(self.value)

    def __format__(self, spec: str) -> str:
        return self.notation.rewrite(format(self.value, spec)) if spec else str(self)
