"""A lecture: its `lecture.toml`, chapters, languages and experiments, all validated at once."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from figgen.errors import Problem, SourceError, UsageError, unknown
from figgen.loading import Study, load_studies
from figgen.paths import LECTURE_FILE, built_in_lecture, catalogue
from figgen.translation import Translator

_KEYS = {
    "title": "a table of texts by language",
    "subtitle": "a table of texts by language",
    "authors": "a list of texts",
    "chapters": "a list of texts",
    "experiments": "a text",
    "bibliography": "a text",
}
_TYPES: dict[str, type[Any]] = {"a table of texts by language": dict, "a list of texts": list, "a text": str}


@dataclass(frozen=True, slots=True)
class Lecture:
    """Everything that a build starts from.

    Attributes:
        folder: Where `lecture.toml` lies.
        title: The lecture's title in each language, whose order is that of `languages`.
        subtitle: A second line under the title in each language, or empty.
        authors: Those who gave the lecture its content.
        chapters: Names of the chapters, in the order of the handout.
        bibliography: The BibTeX file that citations refer to.
        studies: The experiments that can be imported, in the order of chapters and names.
        failures: The experiment files that cannot.
    """

    folder: Path
    title: dict[str, str]
    subtitle: dict[str, str]
    authors: tuple[str, ...]
    chapters: tuple[str, ...]
    bibliography: Path
    studies: tuple[Study, ...]
    failures: tuple[Problem, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the handouts."""
        return tuple(self.title)

    @property
    def layout(self) -> Path:
        """The folder of the handout's layout: the lecture's own, or else figgen's."""
        own = self.folder / "layout"
        return own if own.is_dir() else built_in_lecture() / "layout"

    def chapter_text(self, language: str, chapter: str) -> Path:
        """Return the path of a chapter's text."""
        return self.folder / language / f"{chapter}.md.j2"

    def catalogues(self, language: str) -> tuple[Path, ...]:
        """Return the catalogues of a language: figgen's, then the lecture's own, which takes precedence."""
        own = self.folder / "locale" / f"{language}.po"
        return (catalogue(language), own) if own.is_file() else (catalogue(language),)

    def translator(self, language: str) -> Translator:
        """Return what translates this lecture's figures and claims."""
        return Translator(language, self.catalogues(language))

    def study(self, name: str) -> Study:
        """Return the experiment called `name`.

        Raises:
            UsageError: There is none; the message names the nearest.
            SourceError: There may be one, among those that cannot be imported.
        """
        for study in self.studies:
            if study.name == name:
                return study
        if self.failures:
            raise SourceError(self.failures)
        raise UsageError(unknown("experiment", name, (study.name for study in self.studies)))

    def figures(self) -> dict[str, Study]:
        """Return the experiment of each figure, by the figure's name, in the lecture's order."""
        return {name: study for study in self.studies for name in study.experiment.figures}


def load_lecture(folder: Path) -> Lecture:
    """Read and validate the lecture in `folder`.

    Experiments lie in `folder/experiments/<chapter>/<name>.py`, or in the folder or package that it names.

    Raises:
        SourceError: All that is wrong with `lecture.toml`, the chapters' files and the experiments' places.
    """
    settings = _read_settings(folder / LECTURE_FILE)
    studies, failures = load_studies(_experiments(folder, settings.get("experiments", "")))
    chapters = tuple(settings["chapters"])
    lecture = Lecture(
        folder=folder,
        title=settings["title"],
        subtitle=settings.get("subtitle", {}),
        authors=tuple(settings.get("authors", ())),
        chapters=chapters,
        bibliography=folder / settings.get("bibliography", "references.bib"),
        studies=tuple(sorted(studies, key=lambda s: _place(s, chapters))),
        failures=failures,
    )
    if problems := [*_wrong_files(lecture), *_wrong_studies(lecture)]:
        raise SourceError(problems)
    return lecture


def _read_settings(path: Path) -> dict[str, Any]:
    """Read `lecture.toml` and check the types of what it says."""
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        hint = "a lecture is a folder with this file; choose it with --lecture"
        raise UsageError(f"cannot read {path}: {error.strerror}; {hint}") from error
    except ValueError as error:
        raise SourceError([Problem(path, None, str(error))]) from error
    if problems := list(_wrong_settings(path, settings)):
        raise SourceError(problems)
    return settings


def _wrong_settings(path: Path, settings: dict[str, Any]) -> Iterator[Problem]:
    for key in settings.keys() - _KEYS.keys():
        yield Problem(path, None, unknown("key", key, _KEYS))
    for key in ("title", "chapters"):
        if not settings.get(key):
            yield Problem(path, None, f"{key} is missing; it must be {_KEYS[key]}")
    for key in settings.keys() & _KEYS.keys():
        value = settings[key]
        if not isinstance(value, _TYPES[_KEYS[key]]) or not all(
            isinstance(text, str) for text in _texts(value)
        ):
            yield Problem(path, None, f"{key} must be {_KEYS[key]}, not {value!r}")


def _texts(value: dict[str, object] | list[object] | str) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value


def _wrong_files(lecture: Lecture) -> Iterator[Problem]:
    """Find chapters without a text in some language, texts that are no chapter's, and other absent files."""
    toml = lecture.folder / LECTURE_FILE
    if not lecture.bibliography.is_file():
        yield Problem(lecture.bibliography, None, "is missing; the handout's citations refer to it")
    for language in lecture.languages:
        if language not in lecture.subtitle and lecture.subtitle:
            yield Problem(toml, None, f"subtitle has no text in {language!r}")
        for chapter in lecture.chapters:
            if not lecture.chapter_text(language, chapter).is_file():
                text = lecture.chapter_text(language, chapter)
                yield Problem(text, None, f"is missing: {toml.name} lists the chapter {chapter!r}")
        for text in sorted((lecture.folder / language).glob("*.md.j2")):
            if text.name.removesuffix(".md.j2") not in lecture.chapters:
                yield Problem(text, None, f"belongs to no chapter; list it in {toml.name}, or delete it")


def _wrong_studies(lecture: Lecture) -> Iterator[Problem]:
    """Find experiments outside the chapters, and names that two experiments share."""
    names: dict[str, Path] = {}
    for study in lecture.studies:
        if study.chapter not in lecture.chapters:
            yield Problem(study.path, None, f"lies in {unknown('chapter', study.chapter, lecture.chapters)}")
        for kind, name in [("experiment", study.name), *(("figure", f) for f in study.experiment.figures)]:
            other = names.setdefault(f"{kind} {name}", study.path)
            if other != study.path:
                yield Problem(study.path, None, f"the {kind} {name!r} is in {other} already")


def _experiments(lecture: Path, named: str) -> Path:
    """Return the folder of a lecture's experiments, which may be that of a package; it need not be there.

    Raises:
        SourceError: There is neither a folder nor a package of that name.
    """
    folder = lecture / (named or "experiments")
    if folder.is_dir() or not named:
        return folder
    try:
        spec = find_spec(named)
    except (ImportError, ValueError) as error:
        told = f"experiments: {named!r} is no folder, and cannot be imported: {error}"
        raise SourceError([Problem(lecture / LECTURE_FILE, None, told)]) from error
    if spec is None or not spec.submodule_search_locations:
        told = f"experiments: there is no folder and no package {named!r}"
        raise SourceError([Problem(lecture / LECTURE_FILE, None, told)])
    return Path(next(iter(spec.submodule_search_locations)))


def _place(study: Study, chapters: tuple[str, ...]) -> tuple[int, str]:
    number = chapters.index(study.chapter) if study.chapter in chapters else len(chapters)
    return number, study.name
