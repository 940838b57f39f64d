"""A lecture to begin with: what `figgen init` writes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from figgen import __version__
from figgen.errors import UsageError
from figgen.paths import CATALOGUES, composed
from figgen.scaffold.files import check_empty, write_files
from figgen.scaffold.templates import files_of, fill_in, is_template
from figgen.scaffold.words import language_for, say, scaffold
from figgen.translation import SOURCE_LANGUAGE
from figgen.translation.merging import merge
from figgen.translation.tags import inherits, wrong_with

_LECTURE = "lecture"
_EXPERIMENT = "experiments/first_steps/averaging.py"
_CHAPTER = "first_steps.md.j2"
_TITLE = "A lecture with figgen"
_DAY = re.compile(rb'"(\d{4}-\d\d-\d\d)" \| date')


@dataclass(frozen=True, slots=True)
class Beginning:
    """A lecture that is to be written.

    Attributes:
        languages: Its languages in order.
        source: The one that experiments are written in.
        title: The title in each language.
        drafts: The languages that there are no texts in; they get those of the source.
    """

    languages: tuple[str, ...]
    source: str
    title: Mapping[str, str]
    drafts: tuple[str, ...]


def begin_lecture(folder: Path, languages: Sequence[str], title: str, today: date) -> Beginning:
    """Write a lecture that builds and checks green, into a folder that is new or empty.

    Args:
        folder: Where to.
        languages: Its languages, the first of which that has texts is the one to write in; English, if none
            is given.
        title: The title in all languages; without one, each has its own.
        today: The date that it shows.

    Raises:
        UsageError: The folder is in use, or a language has no tag of that name.
    """
    check_empty(folder)
    beginning = _begun(languages, title)
    write_files(folder, _files(beginning, today))
    return beginning


def retold(text: bytes, source: str, tag: str) -> bytes:
    """Return the chapter that `init` wrote in other words, or `text` if it was changed or there are none."""
    words, own, day = language_for(source), language_for(tag), _DAY.search(text)
    if words and own and day and text == _chapter(words, source, day[1].decode()):
        return _chapter(own, tag, day[1].decode())
    return text


def _chapter(words: str, tag: str, today: str) -> bytes:
    return fill_in(f"{words}/{_CHAPTER}", str, {}, tag=tag, today=today).encode()


def _begun(languages: Sequence[str], title: str) -> Beginning:
    tags = tuple(dict.fromkeys(languages)) or (SOURCE_LANGUAGE,)
    for tag in tags:
        if wrong := wrong_with(tag):
            raise UsageError(f"the language {wrong}")
    drafts = tuple(tag for tag in tags if not language_for(tag))
    source = next((tag for tag in tags if language_for(tag)), SOURCE_LANGUAGE)
    titles = {tag: composed(title) or say(_TITLE, _words(tag, source)) for tag in tags}
    return Beginning(tags, source, titles, drafts)


def _words(tag: str, source: str) -> str:
    """Return the language that the texts for a tag are in."""
    return language_for(tag) or language_for(source)


def _files(beginning: Beginning, today: date) -> dict[str, bytes]:
    """Return all files by their paths."""
    source, tags = beginning.source, beginning.languages
    said: dict[str, None] = {}
    in_source = partial(say, tag=_words(source, source))
    values = {
        "languages": tags,
        "source": source,
        "title": beginning.title,
        "drafts": list(beginning.drafts),
        "version": __version__,
        "tests": True,
        "exercise": {tag: say("Exercise", _words(tag, source)) for tag in tags},
    }
    written: dict[str, bytes] = {}
    for name, path in files_of(_LECTURE):
        template = path.relative_to(scaffold()).as_posix()
        if is_template(path):
            written[name] = fill_in(template, in_source, said, **values).encode()
        else:
            written[name] = path.read_bytes()
    for tag in tags:
        written[f"{tag}/{_CHAPTER}"] = _chapter(_words(tag, source), tag, today.isoformat())
        if not inherits(tag, source):
            written[f"{CATALOGUES}/{tag}.po"] = _catalogue(tag, source, said)
    return written


def _catalogue(tag: str, source: str, said: Iterable[str]) -> bytes:
    """Return a catalogue of what the experiment says; without words for the language, it is to be filled."""
    words, own = _words(source, source), language_for(tag)
    wanted = {say(message, words): (_EXPERIMENT,) for message in said}
    known = {say(message, words): say(message, own) for message in said} if own else {}
    return merge(Path(), tag, wanted, known).data
