"""What a lecture's experiments say of themselves, read in processes of their own.

No command runs code of a lecture in its own process: that may end a process, change whatever is in it, or
never come back. One process imports all experiments, since starting one is dear; what fails there, or all if
it dies, is tried again in a process each, so that a file is told of for what it does itself.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from pickle import UnpicklingError

from figgen.engine.executor import Workers
from figgen.engine.outlines import Shelf
from figgen.engine.pool import worker_pool
from figgen.engine.reads.record import Noted
from figgen.engine.reads.trace import tracing
from figgen.errors import Problem
from figgen.lecture import Lecture, load_lecture
from figgen.loading import (
    Loaded,
    Study,
    experiment_files,
    experiments_folder,
    load_files,
    problem_in,
    sort_out,
)
from figgen.modules import place
from figgen.outline import from_kept_outline, from_outline, outline


def describe_lecture(folder: Path, timeout: float | None = None, shelf: Shelf | None = None) -> Lecture:
    """Read the lecture in `folder`; its experiments come without their code.

    Args:
        folder: Has the file `lecture.toml`.
        timeout: After how many seconds the import of an experiment is ended, if at all.
        shelf: Where outlines are kept, for a command that makes something.
    """
    return load_lecture(folder, partial(_describe, timeout, shelf))


def _describe(
    timeout: float | None, shelf: Shelf | None, folder: Path, named: str
) -> tuple[list[Study], tuple[Problem, ...]]:
    """Return the experiments of a lecture, and what is wrong with others."""
    root = experiments_folder(folder, named)
    paths = experiment_files(root)
    if shelf and (kept := shelf.find(paths)) is not None:
        return sort_out(root, Loaded(kept))
    with worker_pool(timeout, near=True) as pool:
        workers = Workers(pool, os.cpu_count() or 1, quiet := _Quiet())
        together, _ = workers.do({"all": _Import(folder, paths, paths)} if paths else {})
        described = list(together.values())
        again = described[0].others.failures if described else paths
        alone, problems = workers.do({path: _Import(folder, [path], paths) for path in again})
    described += alone.values()
    studies = [from_outline(data) for one in described for data in one.outlines]
    failures = {path: found for one in alone.values() for path, found in one.others.failures.items()}
    without = [path for one in described for path in one.others.without]
    helpers = {path for one in described for path in one.others.helpers}
    told, wrong = sort_out(root, Loaded(studies, failures, without, helpers))
    if shelf and len(described) == 1 and not (wrong or problems or quiet.heard):
        _put(shelf, paths, *described)
    return told, tuple(sorted({*wrong, *problems}))


def _put(shelf: Shelf, paths: Sequence[Path], described: "_Described") -> None:
    """Put outlines by, unless an experiment says another thing each time, or what only its code can read."""
    with suppress(UnpicklingError):
        for data in described.outlines:
            from_kept_outline(data)
        if not described.noted.problems:
            shelf.put(paths, described.outlines, described.noted.reads | described.noted.modules)


@dataclass(frozen=True, slots=True)
class _Described:
    """What came of importing files.

    Attributes:
        outlines: What experiments say of themselves.
        others: What there is to know of the others.
        noted: What was read meanwhile.
    """

    outlines: tuple[bytes, ...]
    others: Loaded
    noted: Noted


@dataclass(frozen=True, slots=True)
class _Import:
    """Import some files of a lecture, and return what the experiments in them say of themselves.

    Attributes:
        folder: The lecture's folder.
        paths: The files.
        among: All files in which there may be experiments.
    """

    folder: Path
    paths: Sequence[Path]
    among: Sequence[Path]
    why: str = ""
    stage: int = 0
    told: bool = False

    @property
    def label(self) -> str:
        """What is told of it."""
        return f"import {self.paths[0].stem}"

    @property
    def source(self) -> Path:
        """The file, if it is one."""
        return self.paths[0]

    def __call__(self) -> _Described:
        """Import them."""
        place(self.folder)
        with tracing(self.paths[0], self.folder) as record:
            loaded, outlines = load_files(self.paths, self.among), []
            for study in loaded.studies:
                try:
                    outlines.append(outline(study))
                except Exception as error:  # a value of the lecture's own that cannot be told of
                    loaded.failures[study.path] = (problem_in(study.path, error),)
        return _Described(tuple(outlines), replace(loaded, studies=[]), record.noted())


@dataclass(slots=True)
class _Quiet:
    """Tells of nothing but what is printed, which is marked with the experiment's name already.

    Attributes:
        heard: Whether anything was.
    """

    heard: bool = False

    def expect(self, steps: int) -> None:
        """Leave it."""

    def done(self, step: str, seconds: float, why: str) -> None:
        """Leave it."""

    def failed(self, step: str) -> None:
        """Leave it."""

    def said(self, who: str, text: str) -> None:
        """Print it."""
        self.heard = True
        print(text, file=sys.stderr)

    def note(self, text: str) -> None:
        """Print it."""
        print(text, file=sys.stderr)
