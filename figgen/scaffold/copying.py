"""A copy of a lecture that comes with figgen, to be cut down: its experiments become the copy's own."""

from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from figgen import __version__
from figgen.errors import UsageError, unknown
from figgen.lecture import Lecture, load_lecture
from figgen.paths import CATALOGUES, LECTURE_FILE, built_in_lecture
from figgen.scaffold.files import check_empty, write_files
from figgen.scaffold.templates import files_of, fill_in
from figgen.scaffold.words import scaffold

_EXPERIMENTS = "experiments"


@dataclass(frozen=True, slots=True)
class Copy:
    """A lecture that was copied: its title in the first of its languages, and these."""

    title: str
    languages: tuple[str, ...]


def copy_lecture(folder: Path, name: str, languages: Sequence[str], title: str) -> Copy:
    """Copy a built-in lecture into a folder that is new or empty.

    Args:
        folder: Where to.
        name: Of the lecture.
        languages: Those to keep; all, if none is given.
        title: In all languages; without one, it keeps its own.

    Raises:
        UsageError: There is no such lecture, it has no such language, or the folder is in use.
    """
    there = sorted(path.parent.name for path in built_in_lecture().glob(f"*/{LECTURE_FILE}"))
    if name not in there:
        raise UsageError(f"--from: {unknown('lecture', name, there)}")
    check_empty(folder)
    lecture = load_lecture(built_in_lecture(name))
    for language in languages:
        if language not in lecture.languages:
            raise UsageError(f"{name}: {unknown('language', language, lecture.languages)}")
    kept = tuple(tag for tag in lecture.languages if tag in languages or not languages)
    write_files(folder, dict(_files(lecture, kept, title)))
    return Copy(title or lecture.title[kept[0]], kept)


def _files(lecture: Lecture, languages: Sequence[str], title: str) -> Iterator[tuple[str, bytes]]:
    yield LECTURE_FILE, _toml(lecture, languages, title)
    for path in (path for language in languages for path in lecture.catalogues(language)[:1]):
        if path.is_file():
            yield f"{CATALOGUES}/{path.name}", path.read_bytes()
    for language in languages:
        for chapter in lecture.chapters:
            yield f"{language}/{chapter}.md.j2", lecture.chapter_text(language, chapter).read_bytes()
    if lecture.bibliography:
        yield lecture.bibliography.name, lecture.bibliography.read_bytes()
    yield from _experiments(lecture)
    for name, path in files_of("lecture"):
        if name.startswith("."):
            text = fill_in(path.relative_to(scaffold()).as_posix(), str, {}, version=__version__, tests=False)
            yield name, text.encode()


def _experiments(lecture: Lecture) -> Iterator[tuple[str, bytes]]:
    """Yield the experiments with their helpers, which import each other under their new names."""
    root = lecture.studies[0].path.parents[1]
    package = ".".join((root.parent.name, root.name))
    for path in sorted(path for path in root.rglob("*") if path.is_file() and "__" not in path.as_posix()):
        data = path.read_bytes()
        if path.suffix == ".py":
            data = data.replace(package.encode(), _EXPERIMENTS.encode())
        yield f"{_EXPERIMENTS}/{path.relative_to(root).as_posix()}", data


def _toml(lecture: Lecture, languages: Sequence[str], title: str) -> bytes:
    document: Any = tomlkit.parse((lecture.folder / LECTURE_FILE).read_text(encoding="utf-8"))
    document.pop(_EXPERIMENTS)
    for table in _tables(document):
        for language in [tag for tag in table if tag in lecture.languages and tag not in languages]:
            table.pop(language)
    if title:
        document["title"].update(dict.fromkeys(languages, title))
    return tomlkit.dumps(document).encode()


def _tables(table: MutableMapping[str, Any]) -> Iterator[MutableMapping[str, Any]]:
    """Yield the tables in a table, and those in them."""
    for inner in [value for value in table.values() if isinstance(value, MutableMapping)]:
        yield inner
        yield from _tables(inner)
