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
from figgen.engine.documents import Document, Material, document_key
from figgen.engine.evidence import Claims, Measurements, kept_measurements
from figgen.engine.executor import Job, Progress, Workers
from figgen.engine.files import delete_own, sha256, write_whole
from figgen.engine.findings import findings_of
from figgen.engine.gaps import Gap, find_gaps, why_translated_anew
from figgen.engine.jobs import RESULT, Draw, Simulate, Write
from figgen.engine.key import Key
from figgen.engine.lock import locked
from figgen.engine.manifest import Entry, Manifest
from figgen.engine.origins import translation_of
from figgen.engine.orphans import orphans
from figgen.engine.pieces import keep_pieces, read_pieces
from figgen.engine.plan import Plan
from figgen.engine.pool import worker_pool
from figgen.engine.store import entry_path, find_entry, kept_results
from figgen.errors import Problem, SourceError
from figgen.experiment import Evidence
from figgen.loading import Study
from figgen.plotting.finding import Finding
from figgen.plotting.presets import Picture


@dataclass(slots=True)
class Report:
    """How a build ended.

    Attributes:
        written: Files that were made, relative to the output folder, in order.
        current: How many outputs were up to date already.
        evidence: What was measured, by experiment.
        problems: What went wrong; the rest is made all the same.
        warnings: What readers may stumble over in documents that were written, and what experiments do that
            they should leave, each thing once.
        edited: Sources that were edited meanwhile, so that nothing that was made counts as current.
        hashes: The hash of each file that is there in the end, by its path.
        findings: What is wrong with figures for their readers.
        read: What experiments have read, by name, for all that is there in the end.
        gaps: What lacks a translation in the outputs of the plan.
    """

    written: list[str] = field(default_factory=list)
    current: int = 0
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    edited: tuple[Path, ...] = ()
    hashes: dict[str, str] = field(default_factory=dict)
    findings: dict[Picture, tuple[Finding, ...]] = field(default_factory=dict)
    read: Key = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()


def run(plan: Plan, progress: Progress) -> Report:
    """Make what of a plan is out of date.

    A failure of one experiment leaves the others to be made; documents need all of them, and keep their last
    good version otherwise.

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
            if not build.report.problems and not plan.lecture.failures:
                build.write()
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
    report: Report = field(default_factory=Report)
    results: dict[str, bytes] = field(default_factory=dict)
    simulated: list[str] = field(default_factory=list)
    pieces: dict[str, Mapping[str, bytes]] = field(default_factory=dict)

    def make(self) -> None:
        """Simulate, measure and draw what is out of date, each as soon as its result is there."""
        simulations = self.plan.simulations
        because = manifest.why_results_changed(self.entries, {n: s.key for n, s in simulations.items()})
        jobs: dict[Any, Job] = {}
        for study in self.plan.studies:
            if self._is_stale(study.name):
                otherwise = "--force" if self.plan.options.force else "its result is not there"
                why = because.get(f"result of {study.name}") or otherwise
                jobs[study.name] = Simulate(simulations[study.name], why)
            else:
                jobs |= self._measuring(study.name) | self._drawings(study, because)

        def follow(name: Any, made: Any) -> Mapping[Any, Job]:
            if isinstance(name, Claims):
                self.measurements.measured(self.plan, name, made)
                return {}
            self._warn(made.noted.problems)
            if name in simulations:
                self._warn(simulations[name].origin.problems())
                self.plan = self.plan.having_simulated(name, made.noted)
                self.results[name] = made.files[RESULT]
                self.simulated.append(name)
                write_whole(self.plan.options.output, self._keep(name), self.results[name])
                return self._measuring(name) | self._drawings(self.plan.lecture.study(name), because)
            self.plan = self.plan.having_drawn(name, made.noted)
            for picture in name:
                self._warn(self.plan.pictures[picture].problems())
                data = self.plan.marked(picture, made.files[picture.path])
                key = self.plan.pictures[picture].key
                said = {m: text for m, text in made.said.items() if translation_of(m) not in key}
                origin, read = self.plan.origin_of(picture), tuple(self.plan.pictures[picture].read)
                entry = Entry(sha256(data), key, "figure", origin, made.findings, read, said)
                self._record(picture.path, data, entry)
            return {}

        _, problems = self.workers.do(jobs, follow)
        measured = self.measurements.evidence
        self.report.evidence = {name: measured[name] for name in simulations if name in measured}
        self.report.problems += problems
        self._warn(self.measurements.problems)
        self.report.read |= self.measurements.read
        for origin in self.plan.origins:
            self.report.read |= origin.read

    def write(self) -> None:
        """Write the documents that are out of date."""
        material = Material(self.plan, self.results, self.report.evidence)
        keys = {d.path: document_key(d, self.plan, self.report.evidence) for d in self.plan.documents}
        stale = {d: why for d in self.plan.documents if (why := self._why(d.path, keys[d.path]))}
        fillings = dict(document.filling(material) for document in stale)
        problems: dict[Problem, None] = {}
        warnings: list[Problem] = []

        def follow(name: Any, made: Any) -> Mapping[Any, Job]:
            if name in fillings:
                material.put(name, made)
                filled_in = [document for document in stale if document.filling(material)[0] == name]
                return self._writings(filled_in, stale, material, problems)
            options = self.plan.options
            origin = {"language": name.language, "seed": options.seed, "set": options.settings}
            said = {message: text for message, text in made.said.items() if not text}  # keyed are catalogues
            for path, data in made.files.items():
                self._record(path, data, Entry(sha256(data), keys[path], "handout", origin, said=said))
            self.pieces[name.path] = made.pieces
            warnings.extend(made.warnings)
            return {}

        _, failed = self.workers.do(fillings, follow)
        by_message = {problem.message: problem for problem in sorted(warnings, key=str, reverse=True)}
        self.report.warnings += sorted(by_message.values(), key=str)
        self.report.problems += dict.fromkeys((*problems, *failed))

    def _writings(
        self,
        documents: Iterable[Document],
        reasons: Mapping[Document, str],
        material: Material,
        problems: dict[Problem, None],
    ) -> dict[Any, Job]:
        """Return the jobs that write documents whose chapters are filled in; note what stands in the way."""
        jobs: dict[Any, Job] = {}
        for document in documents:
            try:
                manuscript, pieces = document.manuscript(material), self._pieces_in(document.language)
                jobs[document] = Write(document, manuscript, reasons[document], pieces)
            except SourceError as error:
                problems |= dict.fromkeys(error.problems)
        return jobs

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
        """Tell whether an experiment has to be simulated; if not, and it has a result, take that."""
        simulation = self.plan.simulations.get(name)
        if simulation is None:
            return False
        output, force = self.plan.options.output, self.plan.options.force
        kept = None if force else find_entry(output, name, simulation.digest, self.entries)
        if kept is None:
            return True
        self.results[name] = kept
        self._keep(name)
        return False

    def _measuring(self, name: str) -> dict[Any, Job]:
        """Return the job that measures the claims of an experiment, if it has a result and that is needed."""
        return {**self.measurements.jobs(self.plan, name, self.results[name])} if name in self.results else {}

    def _drawings(self, study: Study, because: Mapping[str, str]) -> dict[Any, Job]:
        """Return an experiment's figures to draw, by the pictures to make of each."""
        origins = {p: o for p, o in self.plan.pictures.items() if p.figure in study.experiment.figures}
        stale = [(p, why) for p, o in origins.items() if (why := self._why(p.path, o.key, because))]
        jobs: dict[Any, Job] = {}
        lecture = self.plan.lecture
        for (_, language, preset, _), group in groupby(stale, key=lambda item: item[0].drawing):
            drawn, reasons = zip(*group, strict=True)
            tr, look = lecture.translator(language).read(), lecture.look(preset)
            result = self.results.get(study.name)
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
        """Put a result into the manifest, in place of the experiment's earlier ones; return its path."""
        simulation, data = self.plan.simulations[name], self.results[name]
        for old in manifest.results(self.entries, name):
            del self.entries[old]
        path = entry_path(name, simulation.digest, data)
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
