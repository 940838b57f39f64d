"""Make what is out of date: simulate, draw, write; then say what was made and what was measured."""

import dataclasses
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

from figgen.engine import manifest, notes
from figgen.engine.code.parsed import keep_parsed
from figgen.engine.documents import Document, Filled
from figgen.engine.evidence import Measurements, kept_measurements
from figgen.engine.executor import Job, Progress, Workers
from figgen.engine.files import delete_own, sha256, write_whole
from figgen.engine.findings import findings_of
from figgen.engine.gaps import find_gaps, why_translated_anew
from figgen.engine.jobs import RESULT, Draw, Made, Measured, Simulate
from figgen.engine.key import Key
from figgen.engine.lock import locked
from figgen.engine.manifest import Entry, Manifest
from figgen.engine.origins import translation_of
from figgen.engine.orphans import orphans
from figgen.engine.pieces import keep_pieces, read_pieces
from figgen.engine.plan import Plan
from figgen.engine.pool import worker_pool
from figgen.engine.reached import keep_reached
from figgen.engine.report import Report
from figgen.engine.store import entry_path, find_entry, kept_results
from figgen.engine.writing import Documents
from figgen.errors import Problem
from figgen.plotting.presets import Picture


def run(plan: Plan, progress: Progress) -> Report:
    """Make what of a plan is out of date.

    A failure of one experiment leaves the others to be made; documents need all results and all
    pictures that they show, and keep their last good version otherwise.

    Raises:
        FiggenError: The output folder cannot be written, or another build holds it.
    """
    output, jobs = plan.options.output, plan.options.jobs
    with locked(output, progress), _durations(output) as seconds, worker_pool(plan.options.timeout) as pool:
        measurements = kept_measurements(output, force=plan.options.force)
        workers = Workers(pool, jobs, progress, seconds)
        build = _Build(plan, workers, manifest.read(output) or {}, measurements)
        try:
            build.make()
        finally:
            build.doubt(plan.sources.edited(build.plan.read()))
            build.finish()
    return build.report


@dataclass(slots=True)
class _Build:
    """One build on its way: what it was given, and what it has come to."""

    plan: Plan
    workers: Workers
    entries: Manifest
    measurements: Measurements
    documents: Documents = field(init=False)
    report: Report = field(default_factory=Report)
    results: dict[str, bytes] = field(default_factory=dict)
    simulated: list[str] = field(default_factory=list)
    pieces: dict[str, Mapping[str, bytes]] = field(default_factory=dict)
    pending: set[Picture] = field(default_factory=set)
    remarks: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        wanted = [] if self.plan.lecture.failures else self.plan.documents
        self.documents = Documents(self._why, self._pieces_in, [*wanted])

    def make(self) -> None:
        """Do what is out of date, each thing as soon as all that it needs is there."""
        simulations = self.plan.every
        because = manifest.why_results_changed(self.entries, {n: s.key for n, s in simulations.items()})
        jobs = self._beginning(because)
        if jobs:
            self.workers.pool.warm_up()

        def follow(name: Any, made: Any) -> Mapping[Any, Job]:
            following: Mapping[Any, Job] = {}
            match made:
                case Filled():
                    self._warn(made.noted.problems)
                    self.documents.take(name, made)
                case Measured():
                    self.measurements.measured(self.plan, name, made)
                case Made() if name in simulations:
                    following = self._simulated(name, made, because)
                case Made() if isinstance(name, tuple):
                    self._drawn(name, made)
                case Made():
                    self._written(name, made)
            return {**following, **self._writing()}

        _, problems = self.workers.do({**jobs, **self._writing()}, follow)
        measured = self.measurements.evidence
        self.report.evidence = {name: measured[name] for name in self.plan.simulations if name in measured}
        self.report.problems += dict.fromkeys((*problems, *self.documents.problems))
        self._warn(self.measurements.problems)
        by_message = {problem.message: problem for problem in sorted(self.remarks, key=str, reverse=True)}
        self.report.warnings += sorted(by_message.values(), key=str)
        self.report.read |= self.measurements.read
        for origin in (*self.plan.origins, *self.documents.origins.values()):
            self.report.read |= origin.read

    def _beginning(self, because: Mapping[str, str]) -> dict[Any, Job]:
        """Return what can be simulated, measured and drawn at once."""
        jobs: dict[Any, Job] = {}
        for name in dict.fromkeys((*(study.name for study in self.plan.studies), *self.plan.explored)):
            if self._is_stale(name):
                otherwise = "--force" if self.plan.options.force else "its result is not there"
                why = because.get(f"result of {name}") or otherwise
                jobs[name] = Simulate(self.plan.every[name], why)
            else:
                jobs |= self._measuring(name) | self._drawings(name, because)
        return jobs

    def _simulated(self, name: str, made: Made, because: Mapping[str, str]) -> dict[Any, Job]:
        """Keep a result; return what can be made of it."""
        self._warn((*made.noted.problems, *self.plan.every[name].origin.problems()))
        self.plan = self.plan.having_simulated(name, made.noted)
        self.results[name] = made.files[RESULT]
        self.simulated.append(name)
        write_whole(self.plan.options.output, self._keep(name), self.results[name])
        return self._measuring(name) | self._drawings(name, because)

    def _drawn(self, pictures: tuple[Picture, ...], made: Made) -> None:
        """Keep pictures."""
        self._warn(made.noted.problems)
        self.plan = self.plan.having_drawn(pictures, made.noted)
        self.pending.difference_update(pictures)
        for picture in pictures:
            self._warn(self.plan.pictures[picture].problems())
            data = self.plan.marked(picture, made.files[picture.path])
            key = self.plan.pictures[picture].key
            said = {m: text for m, text in made.said.items() if translation_of(m) not in key}
            origin, read = self.plan.origin_of(picture), tuple(self.plan.pictures[picture].read)
            entry = Entry(sha256(data), key, "figure", origin, made.findings, read, said)
            self._record(picture.path, data, entry)

    def _writing(self) -> dict[Any, Job]:
        """Return what can begin now of the work on documents."""
        return self.documents.jobs(self.plan, self.results, self.measurements.evidence, self.pending)

    def _written(self, document: Document, made: Made) -> None:
        """Keep a document."""
        options = self.plan.options
        origin = {"language": document.language, "seed": options.seed, "set": options.settings}
        said = {message: text for message, text in made.said.items() if not text}  # keyed are catalogues
        made_from = self.documents.origins[document.path] = self.documents.origin_of(document)
        key, read = made_from.key, tuple(made_from.read)
        for path, data in made.files.items():
            self._record(path, data, Entry(sha256(data), key, "handout", origin, read=read, said=said))
        self.pieces[document.path] = self.documents.pieces_of(document, made.pieces)
        self.remarks.extend(made.warnings)

    def doubt(self, edited: tuple[Path, ...]) -> None:
        """Keep no result, and call nothing current, that was made while a source was edited."""
        self.report.edited = edited
        if not edited:
            return
        for name in self.simulated:
            for path in manifest.results(self.entries, name):
                delete_own(self.plan.options.output, path)
                del self.entries[path]
        for path in self.report.written:
            self.entries[path] = dataclasses.replace(self.entries[path], key={"sources": "edited meanwhile"})

    def finish(self) -> None:
        """Delete what the lecture no longer has and results that nothing needs; write the manifest.

        A file that somebody has edited since is theirs, and stays.
        """
        output = self.plan.options.output
        for path in orphans(self.plan.lecture, self.entries):
            if manifest.is_as_written(output, path, self.entries[path]):
                delete_own(output, path)
            elif os.path.lexists(output / path):
                self.workers.progress.note(f"{path} is not as figgen wrote it, and is left where it is")
            del self.entries[path]
        for path in kept_results(output):
            if path not in self.entries:
                delete_own(output, path)
        if not self.report.edited:
            written = [path for path, entry in self.entries.items() if entry.kind == "handout"]
            keep_pieces(output, self.pieces, written)
            self.measurements.keep(self.plan)
            keep_reached(self.plan.code, self.plan.sources, output)
            if self.plan.shelf:
                self.plan.shelf.keep()
        manifest.write(output, self.entries)
        keep_parsed(output, self.plan.code.parsed)
        self.report.findings = findings_of(self.plan, self.entries)
        self.report.hashes = {path: entry.sha256 for path, entry in self.entries.items()}
        self.report.gaps = find_gaps(self.plan, self.entries)

    def _warn(self, problems: Iterable[Problem]) -> None:
        """Tell what an experiment should leave, each thing once."""
        told = self.report.warnings
        told += [problem for problem in problems if problem not in told]

    def _is_stale(self, name: str) -> bool:
        """Tell whether a simulation has to be run; if not, and it has a result, take that."""
        simulation = self.plan.every.get(name)
        if simulation is None:
            return False
        output, force = self.plan.options.output, self.plan.options.force
        kept = None if force else find_entry(output, simulation.experiment, simulation.digest, self.entries)
        if kept is None:
            return True
        self.results[name] = kept
        self._keep(name)
        return False

    def _measuring(self, name: str) -> dict[Any, Job]:
        """Return the job that measures claims on a result, if there is one and that is needed."""
        return {**self.measurements.jobs(self.plan, name, self.results[name])} if name in self.results else {}

    def _drawings(self, name: str, because: Mapping[str, str]) -> dict[Any, Job]:
        """Return the figures to draw of a result, or of an illustration, by the pictures to make of each."""
        simulation = self.plan.every.get(name)
        study = self.plan.lecture.study(simulation.experiment if simulation else name)
        explored = simulation.explored if simulation else ""
        shown = [p for p in self.plan.pictures if p.figure in study.experiment.figures]
        origins = {p: self.plan.pictures[p] for p in shown if p.explored == explored}
        stale = [(p, why) for p, o in origins.items() if (why := self._why(p.path, o.key, because))]
        jobs: dict[Any, Job] = {}
        lecture = self.plan.lecture
        for (_, language, preset, *_), group in groupby(stale, key=lambda item: item[0].drawing):
            drawn, reasons = zip(*group, strict=True)
            tr, look = lecture.translator(language).read(), lecture.look(preset)
            result = self.results.get(name)
            self.pending.update(drawn)
            jobs[drawn] = Draw(study.path, lecture.folder, drawn, tr, result, look, reasons[0])
        return jobs

    def _pieces_in(self, language: str) -> dict[str, bytes]:
        """Return what the documents in a language were made of: they have much in common."""
        if self.plan.options.force:
            return {}
        in_it = [p for p, e in self.entries.items() if e.made_from.get("language") == language]
        return read_pieces(self.plan.options.output, in_it)

    def _why(self, path: str, key: Key, because: Mapping[str, str] = MappingProxyType({})) -> str:
        """Say why an output has to be made; an empty text counts it as current."""
        options, entry = self.plan.options, self.entries.get(path)
        why = manifest.why_not_current(options.output, path, entry, key, because)
        why = why or why_translated_anew(self.plan.lecture, entry) or "--force" * options.force
        self.report.current += not why
        return why

    def _record(self, path: str, data: bytes, entry: Entry) -> None:
        """Write an output, and put it into the manifest."""
        write_whole(self.plan.options.output, path, data)
        self.entries[path] = entry
        self.report.written.append(path)

    def _keep(self, name: str) -> str:
        """Put a result into the manifest, in place of the simulation's earlier ones; return its path."""
        simulation, data = self.plan.every[name], self.results[name]
        for old in manifest.results(self.entries, name):
            del self.entries[old]
        path = entry_path(simulation.experiment, simulation.digest, data)
        read = tuple(simulation.origin.read)
        entry = Entry(sha256(data), simulation.key, "result", simulation.made_from(), read=read)
        self.entries[path] = entry
        return path


@contextmanager
def _durations(output: Path) -> Iterator[dict[str, float]]:
    """Yield how long each job took last time, by its label, and keep what is put into it."""
    noted = notes.read(output, "seconds").items()
    seconds = {label: value for label, value in noted if isinstance(value, float)}
    yield seconds
    notes.write(output, "seconds", seconds)
