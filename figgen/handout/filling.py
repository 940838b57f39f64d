"""The chapters filled in and read by pandoc, once for all their documents; this needs no picture of a figure.

Templates may run code of the lecture, as results have methods; so it is a job, and no command does it itself.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from figgen.engine.documents import Filled
from figgen.engine.reads.record import Noted
from figgen.engine.reads.trace import tracing
from figgen.engine.worker import end_with_parent
from figgen.errors import Problem, SourceError
from figgen.experiment import Evidence
from figgen.handout.image_files import mended
from figgen.handout.manuscript import Manuscript
from figgen.handout.own_pictures import addresses_in
from figgen.handout.parts import Parts
from figgen.handout.prose import Chapter, Prose
from figgen.loading import load_study, problem_in
from figgen.parameters import with_values

if TYPE_CHECKING:
    from figgen.handout.kept_values import Asked, KeptValues
    from figgen.handout.vocabulary import Shown

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an experiment that chapters may show.

    Attributes:
        path: Its file.
        lecture: The lecture's folder.
        origin: Names all that its result comes from, and the code around it.
        code: The files of that code.
        params: The values of the parameters that it was simulated with, by name; none without a simulation.
        result: The bytes of its result, if it has one.
        evidence: Its claims with the values measured.
        figures: The names of its figures.
        chapter: The chapter that should show them.
        command: Measures the same claims again.
    """

    path: Path
    lecture: Path
    origin: str
    code: frozenset[str]
    params: Mapping[str, Any]
    result: bytes | None
    evidence: tuple[Evidence, ...]
    figures: tuple[str, ...]
    chapter: str
    command: str

    def shown(self, kept: "KeptValues") -> "Shown":
        """Return what a chapter may show of it; its code is imported for what is not kept."""
        from figgen.handout.vocabulary import Shown

        result = None if self.result is None else self._asked("result", _result_of, kept)
        params = self._asked("params", _params_of, kept)
        return Shown(result, self.evidence, self.figures, self.chapter, params, self.command)

    def _asked(self, kind: str, make: Callable[["Known"], Any], kept: "KeptValues") -> "Asked":
        from figgen.handout.kept_values import Asked

        origin = f"{self.origin} {kind} {sorted(self.params.items())}"
        return Asked(partial(self._load, make), origin, kept, self._steadily)

    def _steadily(self, call: Callable[[], Any]) -> tuple[Any, bool]:
        """Return what a call gives, and whether it reads nothing but code that its origin knows."""
        with tracing(self.path, self.lecture, anew=False) as record:
            given = call()
        noted = record.noted()
        return given, not (noted.reads or noted.problems or noted.modules.keys() - self.code)

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
    from figgen.engine.store import unpack

    assert known.result is not None
    return unpack(known.result, load_study(known.path).experiment.result_type)


def _params_of(known: Known) -> Any:
    return with_values(load_study(known.path).experiment.params, known.params)


@dataclass(frozen=True, slots=True)
class Reading:
    """The chapters in one language as documents show them.

    Attributes:
        prose: The chapters, filled in.
        own_pictures: The author's pictures that they show, by their addresses there.
        parts: The same chapters as pandoc has read them.
    """

    prose: Prose
    own_pictures: Mapping[str, bytes]
    parts: Parts


@dataclass(frozen=True, slots=True)
class FillIn:
    """Fill in the chapters in one language, and have pandoc read them.

    Attributes:
        lecture: The lecture's folder.
        chapters: The chapters in order.
        experiments: What they may show, by name.
        tr: Translates statements and writes numbers.
        manuscript: The document as far as it is known without chapters and pictures of figures.
        own_pictures: The files of the author's pictures, by their addresses in chapters.
        ahead: Whether to write the fragments of a page of these chapters, which waits for pictures still.
        pieces: What documents were made of before.
    """

    lecture: Path
    chapters: tuple[Chapter, ...]
    experiments: Mapping[str, Known]
    manuscript: Manuscript
    own_pictures: Mapping[str, Path]
    ahead: bool
    pieces: Mapping[str, bytes]
    why: str = ""
    stage: int = 0
    told: bool = False

    @property
    def label(self) -> str:
        """What is told of it if it takes long."""
        return f"fill in the chapters ({self.manuscript.language})"

    @property
    def source(self) -> Path:
        """The first chapter."""
        return self.chapters[0].path

    def __call__(self) -> Filled:
        """Return the chapters, the messages in them, and what pandoc has made.

        Raises:
            SourceError: Everything that is wrong in the templates, each thing with file and line.
        """
        from figgen.handout.conversion import convert_ahead
        from figgen.handout.pandoc import Pandoc
        from figgen.handout.preparation import read_parts

        prose, said, values, noted = in_a_copy(self._fill_in, self.source)
        shown = addresses_in(source.markdown for source in prose.sources)
        files = {address: path for address, path in self.own_pictures.items() if address in shown}
        own = {address: mended(path.name, path.read_bytes()) for address, path in files.items()}
        pandoc, manuscript = Pandoc(self.pieces), replace(self.manuscript, prose=prose, own_pictures=own)
        parts = read_parts(manuscript, pandoc)
        if self.ahead:
            convert_ahead(replace(manuscript, parts=parts), pandoc)
        return Filled(Reading(prose, own, parts), said, pandoc.used | values, noted)

    def _fill_in(self) -> tuple[Prose, dict[str, str], dict[str, bytes], Noted]:
        """Return the text, its messages with their translations, the values in it, and what was read."""
        from figgen.handout.kept_values import KeptValues
        from figgen.handout.templates import write_prose

        kept = KeptValues(self.pieces)
        experiments = {name: known.shown(kept) for name, known in self.experiments.items()}
        tr, is_part = self.manuscript.tr, self.manuscript.is_part
        code = next((known.path for known in self.experiments.values()), self.source)
        with tracing(code, self.lecture) as record:
            prose = write_prose(self.chapters, experiments, tr, is_part=is_part)
        return prose, {**tr.said}, kept.used, record.noted()


def in_a_copy(call: Callable[[], _T], source: Path) -> _T:
    """Return what a call gives in a forked copy of this process, so that it changes nothing in this one.

    Where there is no fork, it is made here.

    Raises:
        SourceError: The copy ended; `source` is the file whose code it ran.
    """
    if "fork" not in multiprocessing.get_all_start_methods() or sys.platform == "darwin":
        return call()
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    copy = context.Process(target=_answer, args=(there, call))
    copy.start()
    there.close()
    try:
        outcome = here.recv()
    except EOFError as error:
        told = "the process that filled in the chapters ended; does a result or a parameter end it?"
        raise SourceError([Problem(source, None, told)]) from error
    finally:
        here.close()
        copy.join()
    if isinstance(outcome, Exception):
        raise outcome
    result: _T = outcome
    return result


def _answer(there: "Connection[Any, Any]", call: Callable[[], Any]) -> None:
    end_with_parent()
    try:
        there.send(call())
    except Exception as error:
        there.send(error)
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(0)  # a thread that the lecture's code has begun may never end
