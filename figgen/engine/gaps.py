"""What has no translation, of all that a plan's outputs say; and what has got one since they were made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from figgen.engine.manifest import Entry, Manifest
from figgen.engine.origins import translation_of
from figgen.engine.plan import Plan
from figgen.errors import Problem
from figgen.lecture import Lecture
from figgen.translation.notation import is_known


@dataclass(frozen=True, slots=True)
class Gap:
    """What lacks a translation into one language.

    Attributes:
        language: The language.
        source_language: What the lecture's messages are written in, and shown in for lack of translations.
        catalogue: The lecture's, for what is missing.
        missing: The lecture's messages.
        borrowed: Figgen's own messages, which are shown in English.
        is_draft: Whether the lecture says that the language is not finished yet.
        is_known: Whether CLDR knows the language; if not, it has the numbers of English.
    """

    language: str
    source_language: str
    catalogue: Path
    missing: tuple[str, ...]
    borrowed: tuple[str, ...]
    is_draft: bool
    is_known: bool = True

    def problems(self) -> Iterator[Problem]:
        """Yield a problem for each message that a finished language has to translate."""
        for message in () if self.is_draft else self.missing:
            yield Problem(self.catalogue, None, f"no translation of {message!r} into {self.language!r}")


def find_gaps(plan: Plan, entries: Manifest) -> tuple[Gap, ...]:
    """Find what lacks a translation in the outputs of a plan, by language."""
    outputs = [(picture.path, picture.language) for picture in plan.pictures]
    outputs += [(document.path, document.language) for document in plan.documents]
    said: dict[str, dict[str, None]] = {language: {} for _, language in outputs}
    for path, language in outputs:
        said[language] |= dict.fromkeys(entries[path].said if path in entries else ())
    gaps = (_gap(plan.lecture, language, messages) for language, messages in said.items())
    return tuple(gap for gap in gaps if gap.missing or gap.borrowed or not gap.is_known)


def why_translated_anew(lecture: Lecture, entry: Entry | None) -> str:
    """Say which message that an output's key does not know of is translated otherwise now, if any is."""
    if entry is None or not entry.said:
        return ""
    known = lecture.translator(entry.made_from["language"]).known(entry.said)
    changed = [message for message, text in entry.said.items() if known.get(message, "") != text]
    return f"is out of date: {translation_of(changed[0])} changed" if changed else ""


def _gap(lecture: Lecture, language: str, messages: Iterable[str]) -> Gap:
    tr = lecture.translator(language)
    return Gap(
        language=language,
        source_language=lecture.source_language,
        catalogue=tr.catalogue,
        missing=tr.lacks(messages),
        borrowed=tr.borrows(messages),
        is_draft=language in lecture.drafts,
        is_known=is_known(language),
    )
