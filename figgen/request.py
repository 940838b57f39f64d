"""What a command asks for: which lecture, which of its languages and figures, and how to build them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from figgen import slides
from figgen.engine import manifest
from figgen.engine.description import describe_lecture
from figgen.engine.documents import Document
from figgen.engine.outlines import Shelf
from figgen.engine.plan import Options, Plan, pictures_before
from figgen.engine.planning import make_plan
from figgen.engine.sources import NO_SOURCES, Sources
from figgen.errors import SourceError, UsageError, unknown
from figgen.handout import EDITIONS, TARGETS, USUAL, Edition
from figgen.handout.documents import handouts
from figgen.lecture import Lecture, absent_texts
from figgen.paths import composed, lecture_folder
from figgen.plotting.presets import WHOLE, Format, Picture, Preset
from figgen.slides.document import Slides


@dataclass(frozen=True, slots=True)
class Request:
    """A lecture, its languages as far as they are asked for, how to build, and what there was to read."""

    lecture: Lecture
    languages: tuple[str, ...]
    options: Options
    sources: Sources
    shelf: Shelf | None

    def everything(
        self, targets: Sequence[str], editions: Sequence[Edition], chapters: Sequence[str] = ()
    ) -> Plan:
        """Plan what `build` makes and `check` wants: documents, their pictures, and what was made before.

        Args:
            targets: Formats; if none is given, the usual ones, and those that were made before.
            editions: Of the handouts; if none is given, the full one, and those made before.
            chapters: Those that documents are about; if none is given, all, and what was made before.

        Raises:
            UsageError: The lecture has no such chapter.
            SourceError: A chapter has no text in a language that is asked for.
        """
        for chapter in chapters:
            if chapter not in self.lecture.chapters:
                raise UsageError(unknown("chapter", chapter, self.lecture.chapters))
        if absent := tuple(absent_texts(self.lecture, self.languages, chapters)):
            raise SourceError(absent)
        part = tuple(chapter for chapter in self.lecture.chapters if chapter in chapters)
        made = {} if part else manifest.read(self.options.output) or {}
        documents: list[Document] = [
            document
            for document in handouts(self.languages, TARGETS, editions or EDITIONS, part)
            if (document.target in targets if targets else document.target in USUAL or document.path in made)
            and (editions or document.edition == "full" or document.path in made)
        ]
        for deck in (Slides(language, part) for language in self.languages):
            if slides.TARGET in targets or (not targets and deck.path in made):
                documents.append(deck)
        pictures = pictures_before(self.lecture, self.languages, made)
        return make_plan(self.lecture, self.options, pictures, documents, self.sources, self.shelf)

    def figures(
        self, names: Sequence[str], preset: Preset, formats: Sequence[Format], *, frames: bool = False
    ) -> Plan:
        """Plan single figures: those of the names, which may be experiments', or all.

        Args:
            names: Of figures or experiments.
            preset: Of every figure.
            formats: Of every figure; SVG, if none is given. A GIF is made of those that come in frames.
            frames: Whether to plan the single frames of those that come in frames, and nothing else.

        Raises:
            UsageError: A name is neither a figure's nor an experiment's, or lacks the frames asked for.
        """
        pictures = [
            Picture(name, language, preset, format_, frame)
            for format_ in formats or ("svg",)
            for name, numbers in self._chosen(names, moving=format_ == "gif", frames=frames).items()
            for language in self.languages
            for frame in numbers
        ]
        return make_plan(self.lecture, self.options, pictures, sources=self.sources, shelf=self.shelf)

    def experiment(self, name: str) -> Plan:
        """Plan the simulation of one experiment.

        Raises:
            UsageError: There is none of that name.
        """
        figures = self.lecture.study(name).experiment.figures
        pictures = [Picture(figure, self.languages[0], "print", "svg") for figure in figures]
        return make_plan(self.lecture, self.options, pictures)

    def _chosen(self, names: Sequence[str], *, moving: bool, frames: bool) -> dict[str, range]:
        """Return the chosen figures, each with the numbers of the frames to draw."""
        if not (moving or frames):
            chosen = [figure for name in names for figure in self._figures_of(name)] or self.lecture.figures()
            return {name: range(WHOLE, WHOLE + 1) for name in chosen}
        counts = {n: study.experiment.figures[n].frames for n, study in self.lecture.figures().items()}
        in_frames = {name: count for name, count in counts.items() if count > 1}
        for name in names:
            if not in_frames.keys() & self._figures_of(name):
                there_are = ", ".join(in_frames) or "none"
                raise UsageError(f"{name!r} does not come in frames; figures that do: {there_are}")
        chosen = [figure for name in names or in_frames for figure in self._figures_of(name)]
        return {
            name: range(WHOLE, WHOLE + 1) if moving else range(1, in_frames[name] + 1)
            for name in chosen
            if name in in_frames
        }

    def _figures_of(self, name: str) -> list[str]:
        """Return the figure called `name`, or the figures of the experiment called so."""
        name = composed(name)
        of_experiments = {study.name: list(study.experiment.figures) for study in self.lecture.studies}
        if name in self.lecture.figures():
            return [name]
        if name in of_experiments:
            return of_experiments[name]
        if self.lecture.failures:
            raise SourceError(self.lecture.failures)
        raise UsageError(unknown("figure", name, [*self.lecture.figures(), *of_experiments]))


def read_request(asked: dict[str, Any], sources: Sources = NO_SOURCES) -> Request:
    """Turn the options of the command line, by their names, into a request.

    Args:
        asked: The options.
        sources: All sources as they are now, for a command that makes something.

    Raises:
        UsageError: The lecture has no such language.
    """
    folder = lecture_folder(asked["lecture"])
    shelf = Shelf(asked["output"], folder, sources) if sources is not NO_SOURCES else None
    lecture = describe_lecture(folder, asked["timeout"], shelf)
    languages = tuple(dict.fromkeys(asked.get("languages", ())))
    for language in languages:
        if language not in lecture.languages:
            raise UsageError(unknown("language", language, lecture.languages))
    settings: dict[str, dict[str, str]] = {}
    if asked["retime"]:
        settings = {study.name: {"measure": "true"} for study in lecture.studies if study.experiment.recorded}
    for experiment, name, text in asked["settings"]:
        settings.setdefault(composed(experiment), {})[name] = text
    options = Options(
        asked["output"],
        asked["seed"],
        settings,
        asked["jobs"],
        asked.get("force", False),
        asked["timeout"],
        asked.get("explore", True),
    )
    return Request(lecture, languages or lecture.languages, options, sources, shelf)
