"""Is everything there, whole, current and true? Nothing is written; missing results are simulated anew."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from figgen.check.outputs import document_faults, picture_faults
from figgen.check.seeds import spread_over_seeds
from figgen.check.verdict import Output, Verdict
from figgen.engine import manifest
from figgen.engine.documents import Document, Filled, Material, document_origin
from figgen.engine.evidence import Claims, kept_measurements
from figgen.engine.executor import Job, Progress, Workers
from figgen.engine.findings import findings_of
from figgen.engine.gaps import find_gaps, why_translated_anew
from figgen.engine.jobs import RESULT, Simulate, Write
from figgen.engine.key import Key
from figgen.engine.manifest import Manifest
from figgen.engine.orphans import orphans
from figgen.engine.plan import Plan, pictures_for
from figgen.engine.pool import worker_pool
from figgen.engine.store import find_entry
from figgen.errors import Problem, SourceError
from figgen.experiment import Evidence
from figgen.paths import LECTURE_FILE
from figgen.plotting.finding import Finding

_MEND = "run figgen build"


def check(plan: Plan, progress: Progress, seeds: int = 0) -> Verdict:
    """Compare the output folder with the lecture's sources as they are now.

    Args:
        plan: What should be there.
        progress: Is told of the work.
        seeds: With how many seeds to measure the claims besides.
    """
    jobs, failures = plan.options.jobs, plan.lecture.failures
    with worker_pool(plan.options.timeout) as pool:
        workers = Workers(pool, jobs, progress)
        results, evidence, failed = _measure(plan, workers)
        problems = (*failed, *failures)
        keys = {d.path: None if problems else document_origin(d, plan, evidence).key for d in plan.documents}
        outputs = tuple(_outputs(plan, keys))
        if not problems:
            bad = {output.path for output in outputs if not output.good}
            problems = _proofread(Material(plan, results, evidence), bad, workers)
        evidence = _of_simulations(plan, evidence)
        spreads, failed = spread_over_seeds(plan, evidence, seeds, workers)
    gaps = find_gaps(plan, manifest.read(plan.options.output) or {})
    untranslated = (problem for gap in gaps for problem in gap.problems())
    return Verdict(outputs, evidence, (*problems, *failed, *untranslated), plan.studies, spreads)


def measure_now(
    plan: Plan, progress: Progress
) -> tuple[dict[str, tuple[Evidence, ...]], tuple[Problem, ...]]:
    """Measure the claims of a plan, on the results in the output folder where current, else on new ones.

    Returns:
        The evidence by experiment, and what went wrong with the experiments that have none.
    """
    with worker_pool(plan.options.timeout) as pool:
        _, evidence, problems = _measure(plan, Workers(pool, plan.options.jobs, progress))
    return _of_simulations(plan, evidence), problems


def _of_simulations(
    plan: Plan, evidence: Mapping[str, tuple[Evidence, ...]]
) -> dict[str, tuple[Evidence, ...]]:
    """Return the evidence by experiment; what is explored states nothing, and may fail."""
    return {name: found for name, found in evidence.items() if name in plan.simulations}


def _measure(
    plan: Plan, workers: Workers
) -> tuple[dict[str, bytes], dict[str, tuple[Evidence, ...]], tuple[Problem, ...]]:
    """Return each result by simulation, from the output folder or else simulated anew, and the evidence."""
    output = plan.options.output
    listed = manifest.read(output) or {}
    simulations = plan.every
    kept = {name: find_entry(output, s.experiment, s.digest, listed) for name, s in simulations.items()}
    results = {name: data for name, data in kept.items() if data is not None}
    measurements = kept_measurements(output)
    jobs: dict[Any, Job] = {}
    for name, simulation in simulations.items():
        if name in results:
            jobs |= measurements.jobs(plan, name, results[name])
        else:
            jobs[name] = Simulate(simulation)

    def follow(name: Any, made: Any) -> Mapping[Any, Job]:
        if isinstance(name, Claims):
            measurements.measured(plan, name, made)
            return {}
        results[name] = made.files[RESULT]
        return measurements.jobs(plan, name, results[name])

    _, problems = workers.do(jobs, follow)
    evidence = measurements.evidence
    return results, {name: evidence[name] for name in simulations if name in evidence}, problems


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An output that should be there: its key, which is not known while an experiment fails, and its test."""

    output: Output
    key: Key | None
    faults: Callable[[], Iterator[str]]


def _wanted(plan: Plan, keys: Mapping[str, Key | None], entries: Manifest) -> Iterator[_Wanted]:
    lecture, output = plan.lecture, plan.options.output
    for picture, origin in plan.pictures.items():
        figure = Output(picture.path, "figure", plan.study_of(picture).path)
        yield _Wanted(figure, origin.key, partial(picture_faults, output, picture))
    for document in plan.documents:
        handout = Output(document.path, "handout", lecture.folder / LECTURE_FILE)
        look = partial(document_faults, lecture, output, entries, document)
        yield _Wanted(handout, keys[document.path], look)


def _outputs(plan: Plan, keys: Mapping[str, Key | None]) -> Iterator[Output]:
    """Judge the outputs that are wanted, and find others that are not as they should be."""
    output, toml = plan.options.output, plan.lecture.folder / LECTURE_FILE
    entries = manifest.read(output)
    if entries is None:
        state = "is damaged" if (output / manifest.NAME).is_file() else "is missing"
        yield Output(manifest.NAME, "manifest", toml, f"{state}; {_MEND}")
        for item in _wanted(plan, keys, {}):
            yield replace(item.output, unjudged=f"{manifest.NAME} {state}")
        return
    because = manifest.why_results_changed(entries, {n: s.key for n, s in plan.every.items()})
    wanted = _wanted(plan, keys, entries)
    judged = {item.output.path: _judge(item, plan, entries, because) for item in wanted}
    for picture, found in findings_of(plan, entries).items():
        judged[picture.path] = _add_findings(judged[picture.path], found)
    gone = orphans(plan.lecture, entries)
    for path, entry in entries.items():
        if path not in judged:
            fault = manifest.why_not_current(output, path, entry, entry.key)
            fault = fault or "the lecture no longer has it" * (path in gone)
            if fault:
                judged[path] = Output(path, entry.kind, toml, f"{fault}; {_MEND}")
    yield from (judged[path] for path in sorted(judged))


def _judge(wanted: _Wanted, plan: Plan, entries: Manifest, because: Mapping[str, str]) -> Output:
    """Tell whether one output is there, as figgen wrote it, current, and good for something."""
    entry = entries.get(wanted.output.path)
    key = wanted.key if wanted.key is not None or entry is None else entry.key
    why = manifest.why_not_current(plan.options.output, wanted.output.path, entry, key or {}, because)
    if why := why or why_translated_anew(plan.lecture, entry):
        return replace(wanted.output, fault=f"{why}; {_MEND}")
    if faults := ", ".join(wanted.faults()):
        source = wanted.output.source.name if wanted.output.kind == "figure" else "the chapters or the layout"
        return replace(wanted.output, fault=f"{faults}; mend {source}, or report a bug of figgen")
    if wanted.key is None:
        return replace(wanted.output, fault="is out of date: an experiment fails; mend that first")
    return wanted.output


def _add_findings(output: Output, found: Iterable[Finding]) -> Output:
    """Add what was found when a picture was drawn, if it is current; otherwise it says nothing of today's."""
    if not output.good:
        return output
    told = {
        grave: "\n".join(f"{f.message} ({output.source.name})" for f in found if f.grave == grave)
        for grave in (True, False)
    }
    return replace(output, fault=told[True], remark=told[False])


def _proofread(material: Material, bad: set[str], workers: Workers) -> tuple[Problem, ...]:
    """Find what is wrong with the chapters of documents that are not current; one in each language tells.

    Pictures that are bad are told of already, and nothing can be written with them.
    """
    plan, drafts = material.plan, dict[str, Document]()
    for document in plan.documents:
        pictures = (*pictures_for(plan.lecture, document), *plan.explored_for(document))
        shown = {picture.path for picture in pictures}
        if document.path in bad and not shown & bad:
            drafts.setdefault(document.language, document)
    fillings = dict(document.filling(material) for document in drafts.values())
    problems: dict[Problem, None] = {}

    def follow(name: Any, made: Any) -> Mapping[Any, Job]:
        jobs: dict[Any, Job] = {}
        if isinstance(made, Filled):
            material.put(name, made)
            for document in drafts.values():
                try:
                    if document.filling(material)[0] == name:
                        manuscript = document.manuscript(material)
                        jobs[document] = _Proofread(Write(document, manuscript, pieces=made.pieces))
                except SourceError as error:
                    problems.update(dict.fromkeys(error.problems))
        return jobs

    failed = workers.do(fillings, follow)[1]
    return (*problems, *failed)


@dataclass(frozen=True, slots=True)
class _Proofread:
    """Write a document for what can be wrong with its chapters, and keep nothing of it."""

    writing: Write
    why: str = ""
    stage: int = 0
    told: bool = True

    @property
    def label(self) -> str:
        """What the progress calls it."""
        return f"proofread {self.writing.document.path}"

    @property
    def source(self) -> Path:
        """Stands for the chapters."""
        return self.writing.source

    def __call__(self) -> None:
        """Raise what is wrong."""
        self.writing()
