"""The commands that look at a lecture and its outputs, or take them away: check, list, show, clean."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click  # noqa: TID251

from figgen.cli.commands import tell_whose
from figgen.cli.options import ReportTo, complete_with, handouts, how, lang, where
from figgen.errors import SourceError
from figgen.paths import lecture_folder

if TYPE_CHECKING:
    from figgen.check.verdict import Verdict
    from figgen.engine.plan import Plan


@click.command()
@where
@lang
@how
@handouts
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    metavar="N",
    help="Measure the claims with N seeds, too, from --seed upwards; each has to hold with all of them.",
)
@click.option(
    "--report",
    "reports",
    type=ReportTo(),
    multiple=True,
    help="Report for machines; FORMAT is junit, json or github. Without a FILE it takes the place of what is "
    "told to people. Repeatable.",
)
@click.option(
    "--deck",
    "decks",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="Are the figures in these slides of your own current, too? A .pptx or .odp; repeatable.",
)
def check(
    targets: tuple[Any, ...],
    editions: tuple[Any, ...],
    seeds: int | None,
    decks: tuple[Path, ...],
    reports: tuple[tuple[Any, Path | None], ...],
    **asked: Any,
) -> None:
    """Exit with 0 if every output is there, good and current, and every claim holds; else with 1.

    Compares with the sources as they are now, and measures the claims with them; writes nothing into the
    output folder. A good picture opens and, as SVG, draws more than axes; its texts are large enough, apart,
    whole, and stand out; its font has all letters; its axes have labels; nothing warned while it was drawn. A
    good handout opens, is in its language, and as HTML shows every figure and has no link that leads nowhere.

    \b
      figgen check --seeds 20                    do the claims hold with other seeds, too?
      figgen check --report junit=check.xml      a test case for each figure, handout and claim
      figgen check --report github               annotations beside the code, in GitHub Actions
    """
    from figgen.check.check import check
    from figgen.check.report import report, save_report
    from figgen.check.verdict import Verdict
    from figgen.console import progress, show_verdict
    from figgen.request import read_request

    if [path for _, path in reports].count(None) > 1:
        raise click.UsageError("only one --report can do without a FILE; write --report junit=check.xml")
    tell_whose(asked)
    try:
        plan = read_request(asked).everything(targets, editions)
        with progress(quiet=asked["quiet"]) as shown:
            verdict = check(plan, shown, seeds or 0)
        for file in decks:
            verdict = _with_deck(verdict, file, plan, asked["languages"])
    except SourceError as error:
        if not reports:
            raise
        verdict = Verdict(problems=error.problems)
    for format_, path in reports:
        if path:
            save_report(verdict, format_, path)
        else:
            click.echo(report(verdict, format_).encode(), nl=False)
    if all(path for _, path in reports):
        show_verdict(verdict, quiet=asked["quiet"])
    sys.exit(0 if verdict.good else 1)


def _with_deck(verdict: "Verdict", file: Path, plan: "Plan", languages: Sequence[str]) -> "Verdict":
    """Return a verdict that tells of the pictures in somebody's slides, too."""
    from figgen.slides.decks.update import judge, look_into

    judged = judge(look_into(file, plan.lecture, plan.options, languages[0] if languages else ""))
    return replace(verdict, outputs=(*verdict.outputs, *judged))


@click.command("list")
@where
def list_(lecture: Path | None, **_: Any) -> None:
    """List the chapters with their experiments and figures."""
    from figgen.console import show_lecture, show_problems
    from figgen.engine.description import describe_lecture

    loaded = describe_lecture(lecture_folder(lecture))
    show_lecture(loaded)
    show_problems(loaded.failures)
    sys.exit(1 if loaded.failures else 0)


@click.command()
@click.argument("name", shell_complete=complete_with(lambda lec: [study.name for study in lec.studies]))
@where
@how
def show(name: str, **asked: Any) -> None:
    """Show the experiment NAME: its parameters, figures, and claims with measured values."""
    from figgen.check.check import measure_now
    from figgen.console import progress, show_problems, show_study
    from figgen.request import read_request

    plan = read_request(asked).experiment(name)
    with progress(quiet=asked["quiet"]) as shown:
        evidence, problems = measure_now(plan, shown)
    study, simulation = plan.lecture.study(name), plan.simulations.get(name)
    params = simulation.parameters(study.experiment) if simulation else study.experiment.params
    show_study(study, params, evidence.get(name, ()))
    show_problems(problems)
    sys.exit(1 if problems else 0)


@click.command()
@where
def clean(output: Path, **_: Any) -> None:
    """Delete what figgen made in the output folder, and nothing else."""
    from figgen.console import progress
    from figgen.engine.clean import clean

    with progress(quiet=False) as shown:
        cleaned = clean(output, shown)
    click.echo(f"{cleaned.deleted} files deleted from {output}")
    for path in cleaned.left:
        click.echo(f"left: {output / path}, which is not as figgen wrote it", err=True)
