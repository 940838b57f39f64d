"""The jobs that processes do. A job carries names and paths, never arrays; it imports what it works with.

An exception in an experiment's own code comes back as a `SourceError` with its file and line, so that the
build goes on with the others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from figgen.engine.files import sha256, write_whole
from figgen.engine.plan import Document, Picture, Run
from figgen.engine.store import Store, unpack
from figgen.errors import FiggenError, Problem, SourceError, TranslationError
from figgen.experiment import Evidence, Experiment
from figgen.loading import load_study, problem_in
from figgen.translation import Translator


@dataclass(frozen=True, slots=True)
class Simulate:
    """Run a simulation and keep its result."""

    run: Run
    store: Store
    why: str = ""

    @property
    def label(self) -> str:
        """What the progress calls it."""
        return f"simulate {self.run.experiment}"

    def __call__(self) -> Path:
        """Return the path of the result."""
        result = simulate(self.run)
        with _blame(self.run.path, "result"):
            return self.store.save(self.run.experiment, self.run.digest, result)


@dataclass(frozen=True, slots=True)
class DrawFigure:
    """Draw one figure in one language and preset, and write it, or frames of it, in some formats."""

    pictures: tuple[Picture, ...]
    catalogues: tuple[Path, ...]
    result: Path
    output: Path
    why: str = ""

    @property
    def label(self) -> str:
        """What the progress calls it."""
        return f"draw {self.pictures[0].name} ({self.pictures[0].language})"

    def __call__(self) -> dict[str, str]:
        """Return the hash of each file written, by its path relative to the output folder."""
        from figgen.engine.compute import paint

        first = self.pictures[0]
        experiment = load_study(first.run.path).experiment
        tr = Translator(first.language, self.catalogues)
        shapes = [picture.shape for picture in self.pictures]
        with _blame(first.run.path, f"figure {first.name!r}"):
            result = read_result(experiment, self.result)
            images = paint(experiment.figures[first.name], result, tr, first.preset, shapes)
        for picture in self.pictures:
            write_whole(self.output / picture.path, images[picture.shape])
        return {picture.path: sha256(images[picture.shape]) for picture in self.pictures}


@dataclass(frozen=True, slots=True)
class WriteDocument:
    """Write one handout."""

    document: Document
    runs: tuple[Run, ...]
    results: dict[str, Path]
    output: Path
    why: str = ""

    @property
    def label(self) -> str:
        """What the progress calls it."""
        return f"write {self.document.path}"

    def __call__(self) -> str:
        """Return the hash of the file written."""
        data = self.document.write(self.runs, self.results, self.output)
        write_whole(self.output / self.document.path, data)
        return sha256(data)


def simulate(run: Run) -> Any:
    """Run a simulation with the parameters and the seed of `run`.

    Raises:
        SourceError: The experiment raised; with its file, line and cause.
    """
    from figgen.engine.compute import compute

    experiment = load_study(run.path).experiment
    with _blame(run.path, "simulate"):
        return compute(experiment, run.experiment, run.parameters(experiment), run.seed)


def measure(run: Run, result: Path) -> tuple[Evidence, ...]:
    """Measure the claims of an experiment on the result in a file.

    Raises:
        SourceError: A claim's measure raised; with its file, line and cause.
    """
    experiment = load_study(run.path).experiment
    with _blame(run.path, "claims"):
        return experiment.measure(read_result(experiment, result))


def read_result(experiment: Experiment, path: Path) -> Any:
    """Read a result of an experiment from its file."""
    return unpack(path.read_bytes(), experiment.result_type)


@contextmanager
def _blame(path: Path, what: str) -> Iterator[None]:
    """Turn an exception in an experiment's code into a problem of its file."""
    try:
        yield
    except TranslationError as error:
        raise SourceError([Problem(path, None, f"{what}: {error}")]) from error
    except FiggenError:
        raise
    except (Exception, SystemExit) as error:
        problem = problem_in(path, error)
        raise SourceError([Problem(path, problem.line, f"{what} failed: {problem.message}")]) from error
