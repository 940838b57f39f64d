"""The languages in which there is a lecture to begin with, and its short texts in each of them."""

from pathlib import Path

from figgen.paths import built_in_lecture
from figgen.translation import SOURCE_LANGUAGE
from figgen.translation.catalogues import read_catalogue
from figgen.translation.tags import chain

_FOLDER = "scaffold"
_WORDS = "words.po"


def scaffold(name: str = "") -> Path:
    """Return the folder of what is written, or something in it."""
    return built_in_lecture(_FOLDER) / name


def languages() -> tuple[str, ...]:
    """Return the languages that there are texts in: English, and those that have its words translated."""
    return (SOURCE_LANGUAGE, *sorted(path.parent.name for path in scaffold().glob(f"*/{_WORDS}")))


def language_for(tag: str) -> str:
    """Return the language whose texts one with this tag takes: `de` for `de-AT`; empty if there is none."""
    return next((language for language in chain(tag) if language in languages()), "")


def say(message: str, tag: str) -> str:
    """Say one of the short texts in a language, or in English."""
    return read_catalogue(scaffold(tag) / _WORDS).get(message, message)


def translations(source: str, tag: str) -> dict[str, str]:
    """Return the short texts of one language with those of another; none if figgen lacks either."""
    words, own = language_for(source), language_for(tag)
    if not (words and own):
        return {}
    messages = read_catalogue(scaffold(words) / _WORDS) | read_catalogue(scaffold(own) / _WORDS)
    return {say(message, words): say(message, own) for message in messages}
