"""A lecture: its `lecture.toml`, chapters, languages and experiments, all validated at once."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from figgen.errors import Problem, SourceError, UsageError, unknown, wrong_encoding
from figgen.fonts import fonts_in
from figgen.layers import FONTS, Layers
from figgen.loading import Study, load_studies
from figgen.paths import (
    CATALOGUES,
    LECTURE_FILE,
    SPEECH,
    built_in_lecture,
    composed,
    is_made_up,
    on_disk,
    styles,
)
from figgen.plotting.look import Look
from figgen.plotting.presets import SHEETS, Preset
from figgen.settings.file import read_settings
from figgen.settings.look import Box, Theme
from figgen.translation import Translator, catalogues


@dataclass(frozen=True, slots=True)
class Lecture:
    """Everything that a build starts from.

    Attributes:
        folder: Where `lecture.toml` lies.
        title: The lecture's title in each language, whose order is that of `languages`.
        subtitle: A second line under the title in each language, or empty.
        authors: Those who gave the lecture its content.
        credit: A line under the title in each language, or empty; `{authors}` stands for them.
        chapters: Names of the chapters, in the order of the handout.
        source_language: The language that experiments and messages are written in; it need not be one of the
            handouts'.
        drafts: The languages that are not finished yet.
        bibliography: The BibTeX file that citations refer to, if there is one.
        csl: The style of citations, if it is not pandoc's.
        macros: What TeX macros stand for in formulas, by their names without backslash.
        boxes: The fenced divisions of the lecture's own.
        theme: Colours, fonts and logo.
        studies: The experiments that can be imported, in the order of chapters and names.
        failures: The experiment files that cannot.
    """

    folder: Path
    title: dict[str, str]
    subtitle: dict[str, str]
    authors: tuple[str, ...]
    credit: dict[str, str]
    chapters: tuple[str, ...]
    source_language: str
    drafts: frozenset[str]
    bibliography: Path | None
    csl: Path | None
    macros: dict[str, str]
    boxes: tuple[Box, ...]
    theme: Theme
    studies: tuple[Study, ...]
    failures: tuple[Problem, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the handouts."""
        return tuple(self.title)

    @property
    def layout(self) -> Layers:
        """The files of the handouts' and slides' layout."""
        return Layers(self.folder / "layout", built_in_lecture() / "layout")

    @property
    def styles(self) -> Layers:
        """The style sheets of the figures."""
        return Layers(self.folder / "styles", styles())

    def look(self, preset: Preset) -> Look:
        """Return what goes over figgen's style sheets in the figures for `preset`."""
        own = self.styles.own_files()
        sheets = tuple(own[name] for sheet in SHEETS[preset] if (name := f"{sheet}.mplstyle") in own)
        fonts = tuple(font.path for font in fonts_in(self.layout.own / FONTS))
        return Look(self.theme.palette, sheets, fonts)

    def chapter_text(self, language: str, chapter: str) -> Path:
        """Return the path of a chapter's text."""
        return on_disk(self.folder / language / f"{chapter}.md.j2")

    def catalogues(self, language: str) -> tuple[Path, ...]:
        """Return the lecture's own catalogues for a language, the nearest first, there or not."""
        return catalogues.own(self.folder / CATALOGUES, language)

    def speech(self, language: str) -> tuple[Path, ...]:
        """Return the files of the lecture's own words for formulas, the nearest first, there or not."""
        names = (path.with_suffix(".toml").name for path in self.catalogues(language))
        return tuple(self.folder / SPEECH / name for name in names)

    def translator(self, language: str) -> Translator:
        """Return what translates this lecture's figures, claims and handouts."""
        return Translator(language, self.catalogues(language), self.source_language)

    def study(self, name: str) -> Study:
        """Return the experiment called `name`.

        Raises:
            UsageError: There is none; the message names the nearest.
            SourceError: There may be one, among those that cannot be imported.
        """
        for study in self.studies:
            if study.name == composed(name):
                return study
        if self.failures:
            raise SourceError(self.failures)
        raise UsageError(unknown("experiment", name, (study.name for study in self.studies)))

    def figures(self) -> dict[str, Study]:
        """Return the experiment of each figure, by the figure's name, in the lecture's order."""
        return {name: study for study in self.studies for name in study.experiment.figures}


Load = Callable[[Path, str], tuple[Sequence[Study], tuple[Problem, ...]]]
"""Takes a lecture's folder, and what it calls its experiments, to these and to what is wrong with others."""


def load_lecture(folder: Path, load: Load = load_studies) -> Lecture:
    """Read and validate the lecture in `folder`.

    Experiments lie in `folder/experiments/<chapter>/<name>.py`, or in the folder or package that it names.

    Args:
        folder: Has the file `lecture.toml`.
        load: Reads the experiments; commands have it done in another process.

    Raises:
        SourceError: All that is wrong with `lecture.toml`, the chapters' files and the experiments' places.
    """
    if problems := [*_made_up(folder)]:
        raise SourceError(problems)
    settings = read_settings(folder)
    studies, failures = load(folder, settings.pop("experiments"))
    in_order = tuple(sorted(studies, key=lambda study: _place(study, settings["chapters"])))
    lecture = Lecture(folder=folder, studies=in_order, failures=failures, **settings)
    if problems := [*_wrong_layers(lecture), *_wrong_files(lecture), *_wrong_studies(lecture)]:
        raise SourceError(problems)
    return lecture


def _made_up(folder: Path) -> Iterator[Problem]:
    """Find links in a lecture that lead into /proc or the like; reading them may take for ever."""
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in sorted(Path(root, name) for name in (*folders, *files)):
            if path.is_symlink() and is_made_up(path):
                yield Problem(
                    path, None, f"leads to {os.path.realpath(path)}, which may never end; delete it"
                )


def _wrong_layers(lecture: Lecture) -> Iterator[Problem]:
    """Find files that nothing uses, and those that a figure's picture would hide from the layout."""
    yield from lecture.layout.strangers()
    yield from lecture.styles.strangers()
    own = lecture.layout.own_files()
    for figure in lecture.figures():
        if path := own.get(f"{figure}.svg"):
            yield Problem(path, None, f"the figure {figure!r} has a picture of that name; choose another")


def absent_texts(
    lecture: Lecture, languages: Iterable[str], chapters: Iterable[str] = ()
) -> Iterator[Problem]:
    """Find chapters, of those named or of all, without a text in some languages; others can do without it."""
    for language in languages:
        for chapter in chapters or lecture.chapters:
            if not (text := lecture.chapter_text(language, chapter)).is_file():
                yield Problem(text, None, f"is missing: {LECTURE_FILE} lists the chapter {chapter!r}")


def _wrong_files(lecture: Lecture) -> Iterator[Problem]:
    """Find files that belong to no chapter or language."""
    toml = lecture.folder / LECTURE_FILE
    for language in lecture.languages:
        for text in sorted((lecture.folder / language).glob("[!.]*.md.j2")):
            if composed(text.name.removesuffix(".md.j2")) not in lecture.chapters:
                yield Problem(text, None, f"belongs to no chapter; list it in {toml.name}, or delete it")
            elif text.is_file():  # else it will be told as missing
                yield from wrong_encoding(text)
    if lecture.bibliography:
        yield from wrong_encoding(lecture.bibliography)
    yield from _unread_catalogues(lecture)
    spoken = {path for language in lecture.languages for path in lecture.speech(language)}
    for path in sorted({*(lecture.folder / SPEECH).glob("[!.]*")} - spoken):
        yield Problem(path, None, f"is not read: {unknown('file', path.name, (p.name for p in spoken))}")


def _unread_catalogues(lecture: Lecture) -> Iterator[Problem]:
    """Find translations into languages that the lecture does not have."""
    tags = (*lecture.languages, lecture.source_language)
    read = {path for language in tags for path in lecture.catalogues(language)}
    for path in sorted({*(lecture.folder / CATALOGUES).glob("[!.]*.po")} - read):
        told = unknown("language", path.stem, lecture.languages)
        yield Problem(path, None, f"is not read: {told} {LECTURE_FILE} lists the languages in [title]")


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


def _place(study: Study, chapters: tuple[str, ...]) -> tuple[int, str]:
    number = chapters.index(study.chapter) if study.chapter in chapters else len(chapters)
    return number, study.name
