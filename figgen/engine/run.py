"""Make what is out of date: simulate, draw, write; then say what was made and what was measured."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

from figgen.engine import manifest, notes
from figgen.engine.executor import Job, Progress, Workers, executor
from figgen.engine.files import sha256
from figgen.engine.key import Key
from figgen.engine.lock import locked
from figgen.engine.manifest import Entry, Manifest
from figgen.engine.notes import CACHE
from figgen.engine.plan import Document, Options, Picture, Plan, Run
from figgen.engine.store import Store
from figgen.engine.unchanged import sources
from figgen.engine.work import DrawFigure, Simulate, WriteDocument, measure
from figgen.errors import Problem, SourceError
from figgen.experiment import Evidence
from figgen.lecture import Lecture


@dataclass(slots=True)
class Report:
    """How a build ended.

    Attributes:
        written: Files that were made, relative to the output folder, in order.
        current: How many outputs were up to date already.
        evidence: What was measured, by experiment.
        problems: What went wrong; the rest is made all the same.
        edited: Whether a source was edited meanwhile; then nothing that was made counts as current.
    """

    written: list[str] = field(default_factory=list)
    current: int = 0
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    edited: bool = False


def run(
    lecture: Lecture,
    plan: Plan,
    documents: Sequence[Document],
    options: Options,
    progress: Progress,
    began_with: str,
) -> Report:
    """Make what of `plan` and `documents` is out of date.

    A failure of one experiment leaves the others to be made; documents need all of them, and keep their last
    good version otherwise.

    Args:
        lecture: What the plan is for.
        plan: The figures to make, and the simulations behind them.
        documents: What to write of them.
        options: How to build.
        progress: Is told of each step.
        began_with: What `sources` gave before anything of the lecture was read.

    Raises:
        FiggenError: The output folder cannot be written, or another build holds it.
    """
    with (
        locked(options.output, progress),
        _durations(options.output) as seconds,
        executor(options.jobs) as pool,
    ):
        workers = Workers(pool, options.jobs, progress, seconds)
        build = _Build(lecture, options, workers, manifest.read(options.output) or {})
        try:
            results = build.make(plan)
            if not build.report.problems and not lecture.failures:
                build.write(documents, plan, results)
        finally:
            build.report.edited = sources(lecture.folder, options.output) != began_with
            if build.report.edited:
                build.doubt()
            build.finish()
    return build.report


def measure_all(
    runs: Iterable[Run], results: Mapping[str, Path]
) -> tuple[dict[str, tuple[Evidence, ...]], tuple[Problem, ...]]:
    """Measure the claims of each run that has a result."""
    evidence: dict[str, tuple[Evidence, ...]] = {}
    problems: list[Problem] = []
    for run in runs:
        if run.experiment in results:
            try:
                evidence[run.experiment] = measure(run, results[run.experiment])
            except SourceError as error:
                problems.extend(error.problems)
    return evidence, tuple(problems)


def store_of(output: Path) -> Store:
    """Return the store of results in an output folder."""
    return Store(output / CACHE / "results")


@dataclass(slots=True)
class _Build:
    """One build on its way: what it was given, and what it has come to."""

    lecture: Lecture
    options: Options
    workers: Workers
    entries: Manifest
    report: Report = field(default_factory=Report)
    simulated: list[Run] = field(default_factory=list)

    def make(self, plan: Plan) -> dict[str, Path]:
        """Simulate and draw what is out of date, each figure as soon as its result is there.

        Returns:
            The result file of each experiment that has one; the claims are measured.
        """
        runs = {run.experiment: run for run in plan.runs}
        because = manifest.why_results_changed(self.entries, {name: run.key for name, run in runs.items()})
        drawings = self._stale_drawings(plan.pictures, because)
        jobs: dict[Any, Job] = dict(self._stale_simulations(plan.runs, because))
        results = {name: path for name, run in runs.items() if name not in jobs and (path := self._kept(run))}
        for name, path in results.items():
            self._keep(runs[name], path)
            jobs |= self._drawing(drawings, name, path)

        def follow(name: Any, given: Any) -> Mapping[Any, Job]:
            if name in runs:
                results[name] = given
                self.simulated.append(runs[name])
                self._keep(runs[name], given)
                return self._drawing(drawings, name, given)
            for picture in drawings[name].pictures:
                origin = picture.run.made_from() | {"language": picture.language, "preset": picture.preset}
                self._record(picture.path, Entry(given[picture.path], picture.key, "figure", origin))
            return {}

        _, problems = self.workers.do(jobs, follow)
        self.report.evidence, unmeasured = measure_all(plan.runs, results)
        self.report.problems += problems + unmeasured
        return results

    def write(self, documents: Sequence[Document], plan: Plan, results: Mapping[str, Path]) -> None:
        """Write the documents that are out of date."""
        keys = {document: document.key(plan, self.report.evidence) for document in documents}
        jobs = {}
        for document, key in keys.items():
            if why := self._why(document.path, key):
                jobs[document] = WriteDocument(document, plan.runs, dict(results), self.options.output, why)
        hashes, problems = self.workers.do(jobs)
        self.report.problems += problems
        for document, sha in hashes.items():
            origin = {
                "language": document.language,
                "seed": self.options.seed,
                "set": self.options.settings,
            }
            self._record(document.path, Entry(sha, keys[document], "handout", origin))

    def doubt(self) -> None:
        """Keep no result, and call nothing current, that was made while a source was edited."""
        for run in self.simulated:
            for path in manifest.results(self.entries, run.experiment):
                (self.options.output / path).unlink(missing_ok=True)
                del self.entries[path]
        for path in self.report.written:
            self.entries[path] = dataclasses.replace(self.entries[path], key={"sources": "edited meanwhile"})

    def finish(self) -> None:
        """Delete what the lecture no longer has and results that nothing needs; write the manifest."""
        output = self.options.output
        for path in manifest.orphans(self.lecture, self.entries):
            (output / path).unlink(missing_ok=True)
            del self.entries[path]
        for file in store_of(output).folder.glob("*.npz"):
            if file.relative_to(output).as_posix() not in self.entries:
                file.unlink()
        manifest.write(output, self.entries)

    def _kept(self, run: Run) -> Path | None:
        return None if self.options.force else store_of(self.options.output).path(run.experiment, run.digest)

    def _stale_simulations(self, runs: Iterable[Run], because: Mapping[str, str]) -> dict[str, Simulate]:
        """Return the simulations to run, by experiment."""
        store = store_of(self.options.output)
        otherwise = "--force" if self.options.force else "its result is not there"
        return {
            run.experiment: Simulate(run, store, because.get(f"result of {run.experiment}") or otherwise)
            for run in runs
            if self._kept(run) is None
        }

    def _stale_drawings(
        self, pictures: Iterable[Picture], because: Mapping[str, str]
    ) -> dict[Any, DrawFigure]:
        """Return the figures to draw, all formats of one together; their results are still to come."""
        stale = [
            (picture, why) for picture in pictures if (why := self._why(picture.path, picture.key, because))
        ]
        jobs = {}
        for about, group in groupby(stale, key=lambda item: (item[0].name, item[0].language, item[0].preset)):
            same = list(group)
            catalogues = self.lecture.catalogues(same[0][0].language)
            drawn = tuple(picture for picture, _ in same)
            jobs[about] = DrawFigure(drawn, catalogues, Path(), self.options.output, same[0][1])
        return jobs

    def _drawing(self, drawings: Mapping[Any, DrawFigure], experiment: str, result: Path) -> dict[Any, Job]:
        """Return those of `drawings` that a result is for."""
        ready = {
            about: job for about, job in drawings.items() if job.pictures[0].run.experiment == experiment
        }
        return {about: dataclasses.replace(job, result=result) for about, job in ready.items()}

    def _why(self, path: str, key: Key, because: Mapping[str, str] = MappingProxyType({})) -> str:
        """Say why an output has to be made; an empty text counts it as current."""
        why = manifest.why_not_current(self.options.output, path, self.entries.get(path), key, because)
        why = why or "--force" * self.options.force
        self.report.current += not why
        return why

    def _record(self, path: str, entry: Entry) -> None:
        self.entries[path] = entry
        self.report.written.append(path)

    def _keep(self, run: Run, path: Path) -> None:
        """Put a result into the manifest, in place of the experiment's earlier ones."""
        for old in manifest.results(self.entries, run.experiment):
            del self.entries[old]
        entry = Entry(sha256(path.read_bytes()), run.key, "result", run.made_from())
        self.entries[path.relative_to(self.options.output).as_posix()] = entry


@contextmanager
def _durations(output: Path) -> Iterator[dict[str, float]]:
    """Yield how long each job took last time, by its label, and keep what is put into it."""
    noted = notes.read(output, "seconds").items()
    seconds = {label: value for label, value in noted if isinstance(value, float)}
    yield seconds
    notes.write(output, "seconds", seconds)
