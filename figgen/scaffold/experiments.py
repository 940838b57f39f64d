"""A new experiment in a lecture: one to begin with, or a built-in one; its texts, its test, its messages."""

import keyword
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from figgen.claims import SLUG
from figgen.errors import UsageError, unknown
from figgen.lecture import Lecture
from figgen.paths import composed
from figgen.scaffold.additions import Added, new_chapter
from figgen.scaffold.borrowing import Borrowed, borrow
from figgen.scaffold.files import replace_file, write_files
from figgen.scaffold.messages import load_whole, update_catalogues
from figgen.scaffold.templates import fill_in
from figgen.scaffold.toml import add, changed
from figgen.scaffold.words import language_for, say
from figgen.settings.file import read_settings
from figgen.translation import SOURCE_LANGUAGE
from figgen.translation.tags import inherits

_FOLDER = "experiments"
_LIKELY_MEANT = 0.8  # how alike two names of chapters are if one is a slip of the other


def new_experiment(folder: Path, place: str, built_in: str, output: Path) -> Added:
    """Write an experiment, show it in its chapter in each language, and list its messages.

    Args:
        folder: The lecture's.
        place: Its chapter, which is made if it is new, and its name: `chapter/name`.
        built_in: The built-in experiment to copy, or empty.
        output: The folder of outputs.

    Raises:
        UsageError: The name is taken or none, or there is no such built-in experiment.
        SourceError: What is wrong in the lecture.
    """
    chapter, name = _parts(place)
    borrowed = borrow(built_in) if built_in else None
    root, lecture = _root(folder), load_whole(folder)
    is_new = chapter not in lecture.chapters
    if is_new:
        changed(folder, lambda document: add(document["chapters"], chapter))  # would tell what is wrong
    _check_names(lecture, chapter, name, borrowed)
    said: dict[str, None] = {}
    files = _files(lecture, f"{root}/{chapter}/{name}.py", said)
    if borrowed:
        files |= borrowed.files(root, chapter, name)
    fresh = {path: data for path, data in files.items() if not _is_there(folder / path, data)}
    write_files(folder, fresh)
    made = new_chapter(folder, chapter).files if is_new else ()
    shown = [_show(lecture, language, chapter, name, borrowed) for language in lecture.languages]
    known = {tag: _known(lecture, tag, said, borrowed) for tag in lecture.languages}
    updates = update_catalogues(load_whole(folder), output, known)
    catalogues = [update.path.relative_to(folder).as_posix() for update in updates]
    notes = [update.told(folder) for update in updates if update.merged.left]
    if borrowed and not inherits(lecture.source_language, SOURCE_LANGUAGE):
        told = f"is in English, and this lecture is written in {lecture.source_language!r}"
        notes.append(f"what its figures say {told}: translate it in {root}/{chapter}/{name}.py")
    return Added(tuple(dict.fromkeys((*made, *fresh, *filter(None, shown), *catalogues))), tuple(notes))


def _parts(place: str) -> tuple[str, str]:
    """Return chapter and name."""
    chapter, slash, name = composed(place).rpartition("/")
    if not slash or not chapter.strip():
        raise UsageError(f"an experiment lies in a chapter: write CHAPTER/NAME, not {place!r}")
    if not SLUG.fullmatch(name) or keyword.iskeyword(name):
        allowed = "small letters, digits and _, with a letter in front, and is no word of Python"
        raise UsageError(f"an experiment's name has {allowed}, such as leakage_2; not {name!r}")
    return chapter, name


def _root(folder: Path) -> str:
    """Return the folder of a lecture's own experiments, from its own."""
    named: str = read_settings(folder)["experiments"] or _FOLDER
    if named != _FOLDER and not (folder / named).is_dir():
        told = "write the new one there, or give this lecture experiments of its own in lecture.toml"
        raise UsageError(f"the experiments of this lecture are those of the package {named}: {told}")
    return named.strip("/")


def _check_names(lecture: Lecture, chapter: str, name: str, borrowed: Borrowed | None) -> None:
    near = get_close_matches(chapter, lecture.chapters, cutoff=_LIKELY_MEANT)
    if near and chapter not in lecture.chapters:
        told = f"figgen new chapter {chapter} makes one of that name"
        raise UsageError(f"{unknown('chapter', chapter, lecture.chapters)} {told}")
    taken = {study.name: study.path for study in lecture.studies} | {
        figure: study.path for figure, study in lecture.figures().items()
    }
    for kind, wanted in [("experiment", name), *(("figure", f) for f in _figures(name, borrowed))]:
        if wanted in taken:
            path = taken[wanted].relative_to(lecture.folder)
            raise UsageError(f"the {kind} {wanted!r} is in {path} already; choose another name")


def _figures(name: str, borrowed: Borrowed | None) -> Sequence[str]:
    return tuple(borrowed.study.experiment.figures) if borrowed else (name,)


def _files(lecture: Lecture, path: str, said: dict[str, None]) -> dict[str, bytes]:
    """Return an experiment to begin with, and a test, by their paths."""
    name = Path(path).stem
    words = partial(say, tag=language_for(lecture.source_language) or SOURCE_LANGUAGE)
    title = name.replace("_", " ").capitalize()
    experiment = fill_in("new/experiment.py.j2", words, said, experiment=name, title=title)
    parts = " / ".join(f'"{part}"' for part in path.split("/"))
    test = fill_in("new/test.py.j2", words, {}, experiment=name, file=parts)
    return {path: experiment.encode(), f"tests/test_{name}.py": test.encode()}


def _is_there(path: Path, data: bytes) -> bool:
    """Tell whether a file is there as it would be written, as a helper is that another experiment brought."""
    return path.is_file() and path.read_bytes() == data


def _show(lecture: Lecture, language: str, chapter: str, name: str, borrowed: Borrowed | None) -> str:
    """Show the figures at the end of a chapter, and return its path; empty if there is no text yet."""
    path = lecture.chapter_text(language, chapter)
    if not path.is_file():
        return ""
    words = language_for(language) or SOURCE_LANGUAGE
    values = {
        "alt": say("Dots scattered around zero.", words),
        "caption": f"{say('Numbers drawn at random', words)}.",
        "blocks": borrowed.blocks(language, name) if borrowed else (),
        "claims": not borrowed or borrowed.study.experiment.claims,
        "experiment": name,
    }
    text = path.read_text(encoding="utf-8").rstrip("\n")
    replace_file(path, (text + fill_in("new/figure.md.j2", str, {}, **values)).encode())
    return path.relative_to(lecture.folder).as_posix()


def _known(
    lecture: Lecture, tag: str, said: Mapping[str, None], borrowed: Borrowed | None
) -> Mapping[str, str]:
    """Return the translations that there are for the messages of the new experiment."""
    if borrowed:
        return borrowed.known(tag)
    source, words = language_for(lecture.source_language) or SOURCE_LANGUAGE, language_for(tag)
    return {say(message, source): say(message, words) for message in said} if words else {}
