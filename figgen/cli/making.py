"""The commands that make outputs: build, preview, figures."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click  # noqa: TID251

from figgen.cli.commands import tell_whose
from figgen.cli.options import OneOf, chapters_only, complete_with, force, handouts, how, lang, where
from figgen.paths import PACKAGE, lecture_folder, relative
from figgen.plotting.presets import FORMATS, PRESETS

if TYPE_CHECKING:
    from figgen.engine.plan import Plan
    from figgen.engine.report import Report

_WRITING = tuple(f"figgen.handout.{name}" for name in ("templates", "preparation", "html", "pdf"))
"""What jobs import that write documents."""


@click.command()
@where
@lang
@how
@force
@handouts
@chapters_only
@click.option("--watch", is_flag=True, help="Build again whenever a source is saved.  [extra: figgen[watch]]")
def build(
    targets: tuple[Any, ...], editions: tuple[Any, ...], chapters: tuple[str, ...], watch: bool, **asked: Any
) -> None:
    """Make everything that is out of date.

    Simulates the experiments, measures their claims, draws the figures, and writes the handouts as HTML and
    PDF in each language; with --to epub, for e-readers, too; with --to pptx, slides with the figures. A
    claim that does not hold stops nothing: the handout and the summary show it.
    """
    from figgen.engine.sources import look_at_sources
    from figgen.engine.unchanged import remember, signature, unchanged

    tell_whose(asked)
    lecture, output = lecture_folder(asked["lecture"]), asked["output"]
    if watch:
        _watch(lecture, output)
        return
    started = time.perf_counter()
    sources = look_at_sources(lecture, output)
    given = signature(sources, asked | {"targets": targets, "editions": editions, "chapters": chapters})
    if not asked["force"] and (summary := unchanged(lecture, output, given)):
        if not asked["quiet"]:
            seconds = time.perf_counter() - started
            click.echo(f"0 outputs made, {summary.outputs} up to date, in {seconds:.1f} s")
            click.echo(f"{summary.figures}, {summary.claims}")
            for note in summary.notes:
                click.echo(note, err=True)
        return
    from figgen.engine.outlines import Shelf
    from figgen.engine.pool import prepare

    prepare(_WRITING, drawing=asked["force"] or not Shelf(output, lecture, sources).fits())
    from figgen.request import read_request

    plan = read_request(asked, sources).everything(targets, editions, chapters)
    report = _make(plan, asked)
    from figgen.console import count_figures, tell_gaps

    remember(plan, report, given, count_figures(plan.lecture, plan.figures), tell_gaps(report.gaps))


@click.command()
@where
@lang
@how
@handouts
@chapters_only
@click.option(
    "--port", type=click.IntRange(1, 65535), metavar="N", help="Serve there.  [default: any that is free]"
)
@click.option("--no-browser", is_flag=True, help="Open no browser; the address is printed.")
def preview(
    targets: tuple[Any, ...],
    editions: tuple[Any, ...],
    chapters: tuple[str, ...],
    port: int | None,
    no_browser: bool,
    **asked: Any,
) -> None:
    """Show the handout in the browser while it is written; needs pip install 'figgen[watch]'.

    After each save the page is made and reloaded where its reader was; what is wrong stands at its bottom,
    with file and line. Other languages, PDF and slides follow. Serves to browsers on this machine only.
    """
    import webbrowser

    from figgen.console import progress
    from figgen.handout.compiler import living_compiler
    from figgen.preview.making import Order
    from figgen.preview.session import Terminal, preview

    terminal = Terminal(
        say=lambda line: None if asked["quiet"] else click.echo(line),
        complain=lambda line: click.echo(relative(line), err=True),
        progress=lambda: progress(quiet=asked["quiet"]),
        open=lambda address: no_browser or webbrowser.open(address),
    )
    with living_compiler() as variables:
        preview(Order(asked, targets, editions, chapters), port, terminal, variables)


@click.command()
@click.argument(
    "names", nargs=-1, metavar="[NAME]...", shell_complete=complete_with(lambda lec: lec.figures())
)
@click.option(
    "--preset", type=OneOf("preset", PRESETS), default="print", show_default=True, help="For paper or 16:9."
)
@click.option(
    "--format",
    "formats",
    type=OneOf("format", FORMATS),
    multiple=True,
    help="Repeatable; gif moves, for figures that come in frames.  [default: svg]",
)
@click.option(
    "--frames", is_flag=True, help="Draw the steps in which a lecture reveals a figure, as NAME-01 and so on."
)
@where
@lang
@how
@force
def figures(
    names: tuple[str, ...], preset: Any, formats: tuple[Any, ...], frames: bool, **asked: Any
) -> None:
    """Draw pictures only: the figures called NAME, or those of the experiments called so, or all.

    \b
    For print they go to figures/LANG/, as wide as the text of an A4 page;
    for slides to slides/LANG/ or slides-dark/LANG/, 1920 x 1080 pixels with larger type.
    """
    from figgen.engine.pool import prepare
    from figgen.engine.sources import look_at_sources
    from figgen.request import read_request

    tell_whose(asked)
    sources = look_at_sources(lecture_folder(asked["lecture"]), asked["output"])
    prepare()
    _make(read_request(asked, sources).figures(names, preset, formats, frames=frames), asked)


def _make(plan: "Plan", asked: dict[str, Any]) -> "Report":
    """Make what is out of date, and show what came of it; exit with 1 if not all is well."""
    from figgen.console import progress, show_problems, show_report
    from figgen.engine.run import run

    started = time.perf_counter()
    with progress(quiet=asked["quiet"], explain=asked["explain"]) as shown:
        report = run(plan, shown)
    show_report(report, plan, time.perf_counter() - started, quiet=asked["quiet"])
    show_problems(plan.lecture.failures)
    if report.problems or plan.lecture.failures:
        sys.exit(1)
    return report


def _watch(lecture: Path, output: Path) -> None:
    """Build whenever a file of the lecture or of figgen is saved, with this command's other options."""
    from figgen.engine.watch import watch
    from figgen.handout.compiler import living_compiler

    words = [word for word in sys.argv[1:] if word != "--watch"]
    with living_compiler() as variables:
        watch([lecture, PACKAGE], output, words, click.echo, variables)
