"""What the terminal shows: progress while a build goes on, and what it came to."""

from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from figgen.check.cases import tell_spread
from figgen.check.seeds import Spread
from figgen.check.verdict import Verdict
from figgen.engine.executor import Progress
from figgen.engine.gaps import Gap
from figgen.engine.plan import Plan
from figgen.engine.report import Report
from figgen.errors import Problem
from figgen.experiment import Evidence
from figgen.lecture import Lecture
from figgen.loading import Study
from figgen.paths import relative
from figgen.plotting.finding import Finding
from figgen.plotting.presets import Picture
from figgen.translation.tags import name_of
from figgen.wording import count_claims, count_evidence, word_plainly

if TYPE_CHECKING:
    from figgen.slides.decks.update import Deck


@contextmanager
def progress(*, quiet: bool, explain: bool = False) -> Iterator[Progress]:
    """Show the work's progress on standard error: a bar on a terminal, a line a step elsewhere.

    Args:
        quiet: Show nothing.
        explain: Say of each step why it was done.
    """
    console = Console(stderr=True, quiet=quiet)
    if not console.is_terminal or quiet:
        yield _Lines(console, explain)
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Bar(*columns, console=console, transient=True) as bar:
        yield _OnTerminal(bar, explain)


def show_report(report: Report, plan: Plan, seconds: float, *, quiet: bool) -> None:
    """Say what a build made of how many figures, which claims do not hold, and what went wrong."""
    out = Console(quiet=quiet, highlight=False)
    made, current = _count(len(report.written), "output"), report.current
    out.print(f"{made} made, {current} up to date, in {seconds:.1f} s")
    for path in report.written:
        if "/" not in path:
            out.print(f"  {escape(str(plan.options.output / path))}", soft_wrap=True)
    for warning in report.warnings:
        err = Console(stderr=True, quiet=quiet, highlight=False)
        err.print(f"[yellow]![/] {escape(relative(str(warning)))}", soft_wrap=True)
    show_problems(report.problems)
    _show_findings(report.findings, quiet=quiet)
    if report.edited:
        names = ", ".join(relative(str(path)) for path in report.edited)
        told = f"{names}: edited during the build, so what it made does not count as current; build again"
        Console(stderr=True, highlight=False).print(escape(told), soft_wrap=True)
    evidence = [(name, e) for name, found in report.evidence.items() for e in found]
    _show_claims(out, evidence, count_figures(plan.lecture, plan.figures))
    for line in tell_gaps(report.gaps):
        Console(stderr=True, quiet=quiet, highlight=False).print(escape(line), soft_wrap=True)


def tell_gaps(gaps: Iterable[Gap]) -> list[str]:
    """Say what has no translation, by catalogue; of languages that are not finished, how much it is."""
    lines = []
    for gap in gaps:
        catalogue = relative(str(gap.catalogue))
        shown = name_of(gap.source_language) or gap.source_language
        if gap.missing and gap.is_draft:
            lines.append(f"{catalogue}: {_count(len(gap.missing), 'message')} to translate yet, of a draft")
        elif gap.missing:
            lines.append(f"{catalogue}: no translation of these messages, which are shown in {shown}:")
            lines += [f"  {message!r}" for message in gap.missing]
        if gap.borrowed:
            words = f"figgen shows {_count(len(gap.borrowed), 'message')} of its own in English"
            lines.append(f"{gap.language}: {words}; {catalogue} can translate them")
        if not gap.is_known:
            lines.append(
                f"{gap.language}: CLDR does not know this language; numbers are written as in English"
            )
    return lines


def _show_findings(findings: Mapping[Picture, Iterable[Finding]], *, quiet: bool) -> None:
    """Print what is wrong with figures for their readers, a line for each, on standard error."""
    where: dict[tuple[str, str], list[str]] = {}
    for picture, found in findings.items():
        for finding in (finding for finding in found if finding.grave or finding.kind == "large"):
            place = f"{picture.language} {picture.preset}"
            where.setdefault((picture.figure, finding.message), []).append(place)
    err = Console(stderr=True, highlight=False, quiet=quiet)
    for (figure, message), places in where.items():
        line = f"{figure} ({', '.join(places)}): {message}"
        err.print(f"[yellow]![/] {escape(line)}", soft_wrap=True)


def count_figures(lecture: Lecture, names: Container[str]) -> str:
    """Count those figures of a lecture that `names` has, and the illustrations among them."""
    figures = {name: study for name, study in lecture.figures().items() if name in names}
    illustrations = sum(name in study.experiment.illustrations for name, study in figures.items())
    among = f" ({_count(illustrations, 'illustration')})" if illustrations else ""
    return _count(len(figures), "figure") + among


def show_verdict(verdict: Verdict, *, quiet: bool) -> None:
    """Say what a check found."""
    out, err = Console(quiet=quiet, highlight=False), Console(stderr=True, highlight=False)
    for fault in verdict.faults:
        err.print(f"[red]✗[/] {escape(fault)}", soft_wrap=True)
    for remark in () if quiet else verdict.remarks:
        err.print(f"[yellow]![/] {escape(remark)}", soft_wrap=True)
    show_problems(verdict.problems)
    _show_claims(out, [(name, e) for name, found in verdict.evidence.items() for e in found])
    _show_spreads([(name, s) for name, found in verdict.spreads.items() for s in found], quiet=quiet)
    if verdict.good:
        out.print(f"{_count(len(verdict.outputs), 'output')} there, whole and current")


def show_problems(problems: Iterable[Problem]) -> None:
    """Print what is wrong in the sources, a line each, on standard error."""
    err = Console(stderr=True, highlight=False)
    for problem in problems:
        err.print(f"[red]✗[/] {escape(relative(str(problem)))}", soft_wrap=True)


def show_lecture(lecture: Lecture) -> None:
    """Print a lecture's chapters with their experiments and figures, and how many there are."""
    out = Console(highlight=False)
    for chapter in lecture.chapters:
        out.print(f"[bold]{chapter}[/]")
        for study in (s for s in lecture.studies if s.chapter == chapter):
            out.print(f"  [cyan]{study.name}[/]  {escape(study.title)}", soft_wrap=True)
            for figure in study.experiment.figures:
                out.print(f"      {figure}")
    experiments = _count(len(lecture.studies), "experiment")
    claims = count_claims([claim for study in lecture.studies for claim in study.experiment.claims])
    out.print(f"{experiments}, {count_figures(lecture, lecture.figures())}, {claims}")


def tell_deck(deck: "Deck", *, done: bool) -> None:
    """Say of each picture in somebody's slides what has become of it, or is to become."""
    out, stale = Console(highlight=False), deck.stale
    for found in deck.found:
        state = f"left alone: {found.why}" if found.why else "current"
        if found in stale:
            state = "updated" if done else "out of date"
        out.print(f"{escape(found.label)}: {escape(state)}", soft_wrap=True)
    counted = _count(len(deck.found), "picture")
    changed = f"{len(stale)} updated" if done else f"{len(stale)} out of date"
    others = _count(deck.others, "other")
    out.print(f"{escape(str(deck.package.path))}: {counted} of figgen's, {changed}; {others}", soft_wrap=True)


def show_study(study: Study, params: Any, evidence: Iterable[Evidence]) -> None:
    """Print one experiment: its parameters in effect, figures, and claims with measured values."""
    out = Console(highlight=False)
    experiment = study.experiment
    out.print(f"[bold]{study.name}[/]  {escape(study.title)}", soft_wrap=True)
    out.print(escape(f"{relative(str(study.path))}\n{experiment.source}".rstrip()), soft_wrap=True)
    out.print("\n[bold]Parameters[/]  (change one with --set EXPERIMENT.PARAM=VALUE)")
    width = max((len(item.name) for item in fields(params)), default=0)
    for item in fields(params):
        spec, value = item.metadata["spec"], getattr(params, item.name)
        allowed = f" ({spec})" if str(spec) else ""
        out.print(
            f"  [cyan]{item.name:{width}}[/] = {value}  [dim]{escape(spec.doc + allowed)}[/]", soft_wrap=True
        )
    out.print("\n[bold]Figures[/]")
    for figure in experiment.figures:
        out.print(f"  {figure}")
    if experiment.claims:
        out.print("\n[bold]Claims[/]")
    for item_ in evidence:
        out.print(f"  {_line(item_)}", soft_wrap=True)


def _show_claims(out: Console, evidence: list[tuple[str, Evidence]], figures: str = "") -> None:
    """Count claims that hold, after the figures; name those that do not, with measured value and bound."""
    err = Console(stderr=True, highlight=False)
    fallen = [(name, e) for name, e in evidence if not e.holds]
    for name, e in fallen:
        err.print(f"[red]✗[/] {name}.{_line(e, mark=False)}", soft_wrap=True)
    before = f"{figures}, " if figures else ""
    out.print(before + count_evidence([e for _, e in evidence]))


def _show_spreads(spreads: list[tuple[str, Spread]], *, quiet: bool) -> None:
    """Print with how many seeds each claim held, and what was measured; quietly, those that did not hold."""
    out, err = Console(quiet=quiet, highlight=False), Console(stderr=True, highlight=False)
    width = max((len(f"{name}.{spread.claim.name}") for name, spread in spreads), default=0)
    for name, spread in spreads:
        mark, where = ("[green]✓[/]", out) if spread.steady else ("[red]✗[/]", err)
        where.print(f"{mark} {f'{name}.{spread.claim.name}':{width}}  {tell_spread(spread)}", soft_wrap=True)


def _line(evidence: Evidence, *, mark: bool = True) -> str:
    words = word_plainly(evidence)
    sign = ("[green]✓[/] " if words.holds else "[red]✗[/] ") if mark else ""
    told = f"{evidence.claim.name}: measured {words.measured}, {words.demand}"
    return f"{sign}{told}  [dim]{escape(words.statement)}[/]"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


class _Lines:
    """A line a step."""

    def __init__(self, console: Console, explain: bool) -> None:
        self._console, self._explain = console, explain
        self._expected = self._finished = 0

    def expect(self, steps: int) -> None:
        self._expected += steps

    def done(self, step: str, seconds: float, why: str) -> None:
        self._finished += 1
        reason = f" — {why}" if self._explain else ""
        self.note(f"[{self._finished}/{self._expected}] {step} {seconds:.1f} s{reason}")

    def failed(self, step: str) -> None:
        self._finished += 1
        self.note(f"[{self._finished}/{self._expected}] {step} failed")

    def said(self, who: str, text: str) -> None:
        self.note(f"{who}: {text}")

    def note(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


class _OnTerminal:
    """A bar that names the last step done."""

    def __init__(self, bar: Bar, explain: bool) -> None:
        self._bar, self._explain = bar, explain
        self._task = bar.add_task("", total=0)
        self._expected = 0

    def expect(self, steps: int) -> None:
        self._expected += steps
        self._bar.update(self._task, total=self._expected)

    def done(self, step: str, seconds: float, why: str) -> None:
        self._bar.update(self._task, description=step, advance=1)
        if self._explain:
            self.note(f"{step} {seconds:.1f} s — {why}")

    def failed(self, step: str) -> None:
        self._bar.update(self._task, description=f"{step} failed", advance=1)

    def said(self, who: str, text: str) -> None:
        self.note(f"{who}: {text}")

    def note(self, text: str) -> None:
        self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
