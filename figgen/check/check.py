"""Is everything there, whole, current and true? Nothing is written; missing results are simulated anew."""

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from figgen.check.outputs import figure_faults, handout_faults
from figgen.check.seeds import spread_over_seeds
from figgen.check.verdict import Output, Verdict
from figgen.engine import manifest
from figgen.engine.executor import Progress, Workers, executor
from figgen.engine.key import Key
from figgen.engine.manifest import Manifest
from figgen.engine.plan import Document, Options, Plan, Run
from figgen.engine.run import measure_all, store_of
from figgen.engine.store import Store
from figgen.engine.work import Simulate
from figgen.errors import Problem
from figgen.experiment import Evidence
from figgen.lecture import Lecture
from figgen.paths import LECTURE_FILE

_MEND = "run figgen build"


def check(
    lecture: Lecture,
    plan: Plan,
    documents: Sequence[Document],
    options: Options,
    progress: Progress,
    seeds: int = 0,
) -> Verdict:
    """Compare the output folder with the lecture's sources as they are now.

    Args:
        lecture: What should be there.
        plan: Its figures.
        documents: Its handouts.
        options: The output folder, seed and settings.
        progress: Is told of the work.
        seeds: With how many seeds to measure the claims besides.
    """
    with executor(options.jobs) as pool, TemporaryDirectory() as folder:
        workers = Workers(pool, options.jobs, progress)
        results, failed = _results(plan.runs, options.output, Store(Path(folder)), workers)
        evidence, unmeasured = measure_all(plan.runs, results)
        problems = (*failed, *unmeasured, *lecture.failures)
        keys = {document: None if problems else document.key(plan, evidence) for document in documents}
        outputs = tuple(_outputs(lecture, _wanted(lecture, plan, keys, options.output), options.output, plan))
        if not problems:
            bad = {output.path for output in outputs if not output.good}
            drafts = [document for document in documents if document.path in bad]
            problems = _proofread(drafts, plan.runs, results, options.output, workers)
        measured = [run for run in plan.runs if run.experiment in evidence]
        spreads, failed = spread_over_seeds(lecture, measured, seeds, workers)
    studies = tuple(lecture.study(run.experiment) for run in plan.runs)
    return Verdict(outputs, evidence, (*problems, *failed), studies, spreads)


def measure_now(
    runs: Sequence[Run], options: Options, progress: Progress
) -> tuple[dict[str, tuple[Evidence, ...]], tuple[Problem, ...]]:
    """Measure the claims of `runs`, on the results in the output folder where current, else on new ones.

    Returns:
        The evidence by experiment, and what went wrong with the experiments that have none.
    """
    with executor(options.jobs) as pool, TemporaryDirectory() as folder:
        workers = Workers(pool, options.jobs, progress)
        results, failed = _results(runs, options.output, Store(Path(folder)), workers)
        evidence, unmeasured = measure_all(runs, results)
    return evidence, failed + unmeasured


def _results(
    runs: Iterable[Run], output: Path, fresh: Store, workers: Workers
) -> tuple[dict[str, Path], tuple[Problem, ...]]:
    """Return the result of each run by experiment, from the output folder or else simulated into `fresh`."""
    kept = store_of(output)
    found = {run.experiment: path for run in runs if (path := kept.path(run.experiment, run.digest))}
    jobs = {run.experiment: Simulate(run, fresh) for run in runs if run.experiment not in found}
    made, problems = workers.do(jobs)
    return found | made, problems


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An output that should be there: its key, which is not known while an experiment fails, and its test."""

    output: Output
    key: Key | None
    faults: Callable[[], Iterator[str]]


def _wanted(
    lecture: Lecture, plan: Plan, documents: Mapping[Document, Key | None], output: Path
) -> Iterator[_Wanted]:
    for picture in plan.pictures:
        figure = Output(picture.path, "figure", picture.run.path)
        yield _Wanted(figure, picture.key, functools.partial(figure_faults, output, picture.path))
    for document, key in documents.items():
        handout = Output(document.path, "handout", lecture.folder / LECTURE_FILE)
        look = functools.partial(handout_faults, lecture, output, document.path, document.language)
        yield _Wanted(handout, key, look)


def _outputs(lecture: Lecture, wanted: Iterable[_Wanted], output: Path, plan: Plan) -> Iterator[Output]:
    """Judge the outputs that are wanted, and find others that are not as they should be."""
    entries = manifest.read(output)
    toml = lecture.folder / LECTURE_FILE
    if entries is None:
        state = "is damaged" if (output / manifest.NAME).is_file() else "is missing"
        yield Output(manifest.NAME, "manifest", toml, f"{state}; {_MEND}")
        for item in wanted:
            yield replace(item.output, unjudged=f"{manifest.NAME} {state}")
        return
    because = manifest.why_results_changed(entries, {run.experiment: run.key for run in plan.runs})
    judged = {item.output.path: _judge(item, entries, because, output) for item in wanted}
    orphans = manifest.orphans(lecture, entries)
    for path, entry in entries.items():
        if path not in judged:
            fault = manifest.why_not_current(output, path, entry, entry.key)
            fault = fault or "the lecture no longer has it" * (path in orphans)
            if fault:
                judged[path] = Output(path, entry.kind, toml, f"{fault}; {_MEND}")
    yield from (judged[path] for path in sorted(judged))


def _judge(wanted: _Wanted, entries: Manifest, because: Mapping[str, str], output: Path) -> Output:
    """Tell whether one output is there, as figgen wrote it, current, and good for something."""
    entry = entries.get(wanted.output.path)
    key = wanted.key if wanted.key is not None or entry is None else entry.key
    if why := manifest.why_not_current(output, wanted.output.path, entry, key or {}, because):
        return replace(wanted.output, fault=f"{why}; {_MEND}")
    if faults := ", ".join(wanted.faults()):
        source = wanted.output.source.name if wanted.output.kind == "figure" else "the chapters or the layout"
        return replace(wanted.output, fault=f"{faults}; mend {source}, or report a bug of figgen")
    if wanted.key is None:
        return replace(wanted.output, fault="is out of date: an experiment fails; mend that first")
    return wanted.output


@dataclass(frozen=True, slots=True)
class _Draft:
    """Write a handout for what can be wrong with its chapters, and keep nothing of it."""

    document: Document
    runs: tuple[Run, ...]
    results: dict[str, Path]
    output: Path
    why: str = ""

    @property
    def label(self) -> str:
        """What the progress calls it."""
        return f"proofread {self.document.path}"

    def __call__(self) -> None:
        """Raise what is wrong; figures that are missing are told of elsewhere."""
        with contextlib.suppress(FileNotFoundError):
            self.document.write(self.runs, self.results, self.output)


def _proofread(
    documents: Iterable[Document],
    runs: tuple[Run, ...],
    results: dict[str, Path],
    output: Path,
    workers: Workers,
) -> tuple[Problem, ...]:
    """Find what is wrong with the chapters of documents that are not current; one in each language tells."""
    drafts: dict[str, _Draft] = {}
    for document in documents:
        drafts.setdefault(document.language, _Draft(document, runs, results, output))
    return workers.do(drafts)[1]
