"""`lecture.toml`: read, and all that is wrong with it told at once."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from figgen.colours import as_hex
from figgen.errors import Problem, SourceError, UsageError
from figgen.paths import CATALOGUES, LECTURE_FILE, composed
from figgen.settings.checks import problems
from figgen.settings.lines import line_of
from figgen.settings.look import Box, Theme
from figgen.translation import SOURCE_LANGUAGE
from figgen.translation.catalogues import own

_PLACE = re.compile(r"\(at line (\d+),")  # how tomllib ends what it says
_BIBLIOGRAPHY = "references.bib"


def read_settings(folder: Path) -> dict[str, Any]:
    """Read `lecture.toml` in `folder`.

    Returns:
        The fields of `Lecture` that it sets, and `experiments`, a folder or a package, or empty.

    Raises:
        UsageError: There is no such file.
        SourceError: All that is wrong with it.
    """
    path = folder / LECTURE_FILE
    text, said = _read(path)
    if found := [Problem(path, line_of(text, *keys), told) for keys, told in problems(folder, said)]:
        raise SourceError(found)
    return _fields(folder, said)


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the text of the file, and what it says."""
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is no file")
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text, tomllib.loads(text)
    except OSError as error:
        hint = "a lecture is a folder with this file; choose it with --lecture"
        raise UsageError(f"cannot read {path}: {error.strerror}; {hint}") from error
    except ValueError as error:
        place = _PLACE.search(str(error))
        raise SourceError([Problem(path, int(place[1]) if place else None, str(error))]) from error
    except RecursionError as error:
        raise SourceError([Problem(path, None, "is nested too deep")]) from error


def _fields(folder: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    title = settings["title"]
    return {
        "title": title,
        "subtitle": settings.get("subtitle", {}),
        "authors": tuple(settings.get("authors", ())),
        "credit": _in_each(settings.get("credit", {}), title),
        "chapters": tuple(map(composed, settings["chapters"])),
        "source_language": settings.get("source_language") or _source_language(folder, title),
        "drafts": frozenset(settings.get("drafts", ())),
        "experiments": settings.get("experiments", ""),
        "bibliography": _bibliography(folder, settings),
        "csl": folder / settings["csl"] if "csl" in settings else None,
        "macros": dict(_macros(settings)),
        "boxes": tuple(_boxes(settings)),
        "theme": _theme(folder, settings.get("theme", {})),
    }


def _source_language(folder: Path, languages: Iterable[str]) -> str:
    """Return the first language that has no catalogue of translations, or English if all have one.

    It need not be a language of the lecture: messages in English, and a catalogue for each language, are what
    figgen asked for when it knew no other way.
    """
    untranslated = (tag for tag in languages if not own(folder / CATALOGUES, tag)[0].is_file())
    return next(untranslated, SOURCE_LANGUAGE)


def _in_each(said: str | dict[str, str], languages: Iterable[str]) -> dict[str, str]:
    """Return a text by language; one that stands for itself is the same in each."""
    return dict.fromkeys(languages, said) if isinstance(said, str) else said


def _bibliography(folder: Path, settings: Mapping[str, Any]) -> Path | None:
    usual = folder / _BIBLIOGRAPHY
    return (
        folder / settings["bibliography"]
        if "bibliography" in settings
        else usual
        if usual.is_file()
        else None
    )


def _macros(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, definition in settings.get("macros", {}).items():
        yield name.removeprefix("\\"), definition


def _boxes(settings: Mapping[str, Any]) -> Iterator[Box]:
    for name, box in settings.get("boxes", {}).items():
        colour = as_hex(box["colour"]) if "colour" in box else ""
        yield Box(name, _in_each(box["label"], settings["title"]), colour)


def _theme(folder: Path, said: Mapping[str, Any]) -> Theme:
    return Theme(
        accent=as_hex(said["accent"]) if "accent" in said else "",
        logo=folder / said["logo"] if "logo" in said else None,
        fonts=said.get("fonts", {}),
        palette=tuple(map(as_hex, said.get("palette", ()))),
    )
