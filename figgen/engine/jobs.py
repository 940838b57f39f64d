"""The jobs that processes do: each has all that it needs but the lecture's folder, and gives back bytes.

A job writes no file. It imports what it works with, of the lecture the one experiment that it is about. An
exception in an experiment's own code comes back as a `SourceError` with its file and line, so that the build
goes on with the others.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

from figgen.engine.documents import Document
from figgen.engine.plan import Simulation
from figgen.engine.reads.record import Noted
from figgen.engine.reads.trace import tracing
from figgen.engine.store import pack, unpack
from figgen.errors import (
    DrawingError,
    FiggenError,
    Problem,
    ResultError,
    SourceError,
    TranslationError,
)
from figgen.loading import Study, load_study, problem_in
from figgen.plotting.finding import Finding
from figgen.plotting.look import PLAIN, Look
from figgen.plotting.presets import Picture
from figgen.translation import Translator

RESULT = "result"
MAKING, DRAWING = 0, 1
"""The stages: first what much waits for, or what takes long; then what only the end of a build waits for."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a job gives back.

    Attributes:
        files: The bytes of files, by their paths relative to the output folder; of a result, by `RESULT`.
        warnings: What readers may stumble over in documents.
        findings: What is wrong with the figure that pictures show.
        noted: What the experiment has read for it.
        said: The messages that were said in them, with their translations; an empty text is none.
        pieces: What a document was made of, each piece by the hash of all that it comes from.
    """

    files: dict[str, bytes]
    warnings: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    noted: Noted = Noted()
    said: Mapping[str, str] = field(default_factory=dict)
    pieces: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Simulate:
    """Run a simulation."""

    simulation: Simulation
    why: str = ""
    stage: int = MAKING
    told: bool = True

    @property
    def label(self) -> str:
        """What the progress calls it."""
        return f"simulate {self.simulation.name}"

    @property
    def source(self) -> Path:
        """The file of the experiment."""
        return self.simulation.path

    def __call__(self) -> Made:
        """Return the result.

        Raises:
            SourceError: The experiment raised; with its file, line and cause.
        """
        from figgen.engine.compute import compute

        simulation = self.simulation
        with tracing(simulation.path, simulation.lecture) as record:
            experiment = load_study(simulation.path).experiment
            with _blame(simulation.path, _at("simulate", simulation.explored)):
                parameters = simulation.parameters(experiment)
                result = compute(experiment, simulation.experiment, parameters, simulation.seed)
        with _blame(simulation.path, _at("result", simulation.explored)):
            return Made({RESULT: pack(result, experiment.result_type)}, noted=record.noted())


@dataclass(frozen=True, slots=True)
class Draw:
    """Draw one figure in one language and preset, and make all pictures of it that are wanted.

    Attributes:
        path: The experiment's file.
        lecture: The lecture's folder.
        pictures: What to make of the drawing.
        tr: Gives the pictures their language.
        result: The bytes of the result to draw; None for an illustration.
        look: What goes over figgen's style sheets.
        why: The reason.
        told: Whether users are told of it.
    """

    path: Path
    lecture: Path
    pictures: tuple[Picture, ...]
    tr: Translator
    result: bytes | None
    look: Look = PLAIN
    why: str = ""
    stage: int = DRAWING
    told: bool = True

    @property
    def label(self) -> str:
        """What the progress calls it."""
        first = self.pictures[0]
        return f"draw {_at(first.figure, first.explored)} ({first.language})"

    @property
    def source(self) -> Path:
        """The file of the experiment."""
        return self.path

    def __call__(self) -> Made:
        """Return the pictures.

        Raises:
            SourceError: The experiment raised; with its file, line and cause.
        """
        from figgen.engine.compute import paint

        first = self.pictures[0]
        shapes = [picture.shape for picture in self.pictures]
        with tracing(self.path, self.lecture) as record:
            experiment = load_study(self.path).experiment
            with _blame(self.path, _at(f"figure {first.figure!r}", first.explored)):
                result = None if self.result is None else unpack(self.result, experiment.result_type)
                drawing = experiment.figures[first.figure]
                made = paint(drawing, result, self.tr, first.preset, shapes, self.look, first.size)
        files = {picture.path: made.images[picture.shape] for picture in self.pictures}
        return Made(files, findings=made.findings, noted=record.noted(), said=self.tr.said)


@dataclass(frozen=True, slots=True)
class Write:
    """Write a document from its manuscript, and from pieces that were made before."""

    document: Document
    manuscript: Any
    why: str = ""
    pieces: Mapping[str, bytes] = field(default_factory=dict)
    told: bool = True

    @property
    def stage(self) -> int:
        """What takes long is begun before what is quick, so that all processes have work to the end."""
        return DRAWING if self.document.is_quick else MAKING

    @property
    def label(self) -> str:
        """What the progress calls it."""
        return f"write {self.document.path}"

    @property
    def source(self) -> Path:
        """Stands for the chapters, which it is written from."""
        return Path(self.document.path)

    def __call__(self) -> Made:
        """Return the document."""
        written = self.document.write(self.manuscript, self.pieces)
        files = {self.document.path: written.data}
        return Made(files, written.warnings, said=written.said, pieces=written.pieces)


@dataclass(frozen=True, slots=True)
class Measure:
    """Measure the claims of an experiment on the bytes of a result.

    Attributes:
        path: The experiment's file.
        lecture: The lecture's folder.
        result: The bytes of the result.
        explored: The explored value that it was simulated with, as in `rate=0.5`, if it was.
        why: The reason.
        told: Nobody is told of what takes milliseconds.
    """

    path: Path
    lecture: Path
    result: bytes
    explored: str = ""
    why: str = ""
    stage: int = MAKING
    told: bool = False

    @property
    def label(self) -> str:
        """What is told of it if it takes long."""
        return f"measure {_at(self.path.stem, self.explored)}"

    @property
    def source(self) -> Path:
        """The file of the experiment."""
        return self.path

    def __call__(self) -> "Measured":
        """Return what was measured, and what was read for it.

        Raises:
            SourceError: A claim's measure raised; with its file, line and cause.
        """
        with tracing(self.path, self.lecture) as record:
            measured = measure(load_study(self.path), self.result, self.explored)
        return Measured(measured, record.noted())


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured for each claim of an experiment, in their order, and what was read for it."""

    values: tuple[float, ...]
    noted: Noted


def measure(study: Study, result: bytes, explored: str = "") -> tuple[float, ...]:
    """Measure the claims of an experiment on the bytes of a result, perhaps of an explored value.

    Raises:
        SourceError: A claim's measure raised; with its file, line and cause.
    """
    from figgen.engine.compute import assess

    with _blame(study.path, _at("claims", explored)):
        return assess(study.experiment, unpack(result, study.experiment.result_type))


def _at(what: str, explored: str) -> str:
    """Say of what is done, or made, for which explored value it is."""
    return f"{what} at {explored}" if explored else what


@contextmanager
def _blame(path: Path, what: str) -> Iterator[None]:
    """Turn an exception in an experiment's code into a problem of its file."""
    try:
        yield
    except (DrawingError, ResultError, TranslationError) as error:
        raise SourceError([Problem(path, None, f"{what}: {error}")]) from error
    except FiggenError:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and parent_process() is None:
            raise  # workers leave Ctrl-C to their parent: there an experiment has raised it
        problem = problem_in(path, error)
        raise SourceError([Problem(path, problem.line, f"{what} failed: {problem.message}")]) from error
