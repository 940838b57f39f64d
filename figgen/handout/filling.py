"""The chapters' templates filled in, in a process that may run code of the lecture: results have methods."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from figgen.engine.store import unpack
from figgen.errors import SourceError
from figgen.experiment import Evidence
from figgen.handout.prose import Chapter, Prose, Shown, write_prose
from figgen.handout.vocabulary import Later
from figgen.loading import load_study, problem_in
from figgen.parameters import with_values
from figgen.translation import Translator


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an experiment that chapters may show.

    Attributes:
        path: Its file.
        params: The values of the parameters that it was simulated with, by name; none without a simulation.
        result: The bytes of its result, if it has one.
        evidence: Its claims with the values measured.
        figures: The names of its figures.
        chapter: The chapter that should show them.
        command: Measures the same claims again.
    """

    path: Path
    params: Mapping[str, Any]
    result: bytes | None
    evidence: tuple[Evidence, ...]
    figures: tuple[str, ...]
    chapter: str
    command: str

    def shown(self) -> Shown:
        """Return what a chapter may show of it; its code is imported when a chapter needs that."""
        result = None if self.result is None else Later(partial(self._load, _result_of))
        params = Later(partial(self._load, _params_of))
        return Shown(result, self.evidence, self.figures, self.chapter, params, self.command)

    def _load(self, what: Any) -> Any:
        """Return the result or the parameters as the experiment's own code has them.

        Raises:
            SourceError: That code fails.
        """
        try:
            return what(self)
        except Exception as error:
            raise SourceError([problem_in(self.path, error)]) from error


def _result_of(known: Known) -> Any:
    assert known.result is not None
    return unpack(known.result, load_study(known.path).experiment.result_type)


def _params_of(known: Known) -> Any:
    return with_values(load_study(known.path).experiment.params, known.params)


@dataclass(frozen=True, slots=True)
class FillIn:
    """Fill in the chapters in one language.

    Attributes:
        chapters: The chapters in order.
        experiments: What they may show, by name.
        tr: Translates statements and writes numbers.
        is_part: Whether the lecture has other chapters.
    """

    chapters: tuple[Chapter, ...]
    experiments: Mapping[str, Known]
    tr: Translator
    is_part: bool
    why: str = ""
    told: bool = False

    @property
    def label(self) -> str:
        """What is told of it if it takes long."""
        return f"fill in the chapters ({self.tr.language})"

    @property
    def source(self) -> Path:
        """The first chapter."""
        return self.chapters[0].path

    def __call__(self) -> tuple[Prose, Mapping[str, str]]:
        """Return the text, and the messages in it with their translations.

        Raises:
            SourceError: Everything that is wrong in the chapters, each thing with file and line.
        """
        experiments = {name: known.shown() for name, known in self.experiments.items()}
        prose = write_prose(self.chapters, experiments, self.tr, is_part=self.is_part)
        return prose, self.tr.said
