"""What a command asks for: which lecture, which of its languages and figures, and how to build them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from figgen.engine import manifest
from figgen.engine.plan import Options, Plan, Wanted, make_plan, wanted_before, wanted_in_handouts
from figgen.errors import SourceError, UsageError, unknown
from figgen.handout import EDITIONS, SLIDES, TARGETS, Edition, Target
from figgen.handout.documents import Handout, handouts
from figgen.lecture import Lecture, load_lecture
from figgen.paths import lecture_folder
from figgen.plotting.presets import WHOLE, Format, Preset


@dataclass(frozen=True, slots=True)
class Request:
    """A lecture, its languages as far as they are asked for, and how to build."""

    lecture: Lecture
    languages: tuple[str, ...]
    options: Options

    def everything(
        self, targets: Sequence[Target], editions: Sequence[Edition]
    ) -> tuple[Plan, list[Handout]]:
        """Plan what `build` makes and `check` wants: handouts, their figures, and what was made before.

        Args:
            targets: Formats; if none is given, those of handouts, and the slides if they were made before.
            editions: Of the handouts; if none is given, the full one, and those made before.
        """
        lecture, options = self.lecture, self.options
        made = manifest.read(options.output) or {}
        asked = [
            document
            for document in handouts(lecture, self.languages, targets or TARGETS, editions or EDITIONS)
            if document.path in made
            or ((targets or document.target != SLIDES) and (editions or document.edition == "full"))
        ]
        wanted = wanted_before(lecture, self.languages, made)
        for document in asked:
            wanted += wanted_in_handouts(lecture, [document.language], *document.shows)
        return make_plan(lecture, wanted, options), asked

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
        wanted = [
            Wanted(name, language, preset, format_, frame)
            for format_ in formats or ("svg",)
            for name, numbers in self._chosen(names, moving=format_ == "gif", frames=frames).items()
            for language in self.languages
            for frame in numbers
        ]
        return make_plan(self.lecture, wanted, self.options)

    def experiment(self, name: str) -> Plan:
        """Plan the simulation of one experiment.

        Raises:
            UsageError: There is none of that name.
        """
        figures = self.lecture.study(name).experiment.figures
        wanted = wanted_in_handouts(self.lecture, self.languages[:1])
        return make_plan(self.lecture, [w for w in wanted if w.name in figures], self.options)

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
        of_experiments = {study.name: list(study.experiment.figures) for study in self.lecture.studies}
        if name in self.lecture.figures():
            return [name]
        if name in of_experiments:
            return of_experiments[name]
        if self.lecture.failures:
            raise SourceError(self.lecture.failures)
        raise UsageError(unknown("figure", name, [*self.lecture.figures(), *of_experiments]))


def read_request(asked: dict[str, Any]) -> Request:
    """Turn the options of the command line, by their names, into a request.

    Raises:
        UsageError: The lecture has no such language.
    """
    lecture = load_lecture(lecture_folder(asked["lecture"]))
    languages = tuple(dict.fromkeys(asked.get("languages", ())))
    for language in languages:
        if language not in lecture.languages:
            raise UsageError(unknown("language", language, lecture.languages))
    settings: dict[str, dict[str, str]] = {}
    if asked["measure"]:
        settings = {study.name: {"measure": "true"} for study in lecture.studies if study.experiment.recorded}
    for experiment, name, text in asked["settings"]:
        settings.setdefault(experiment, {})[name] = text
    options = Options(asked["output"], asked["seed"], settings, asked["jobs"], asked.get("force", False))
    return Request(lecture, languages or lecture.languages, options)
