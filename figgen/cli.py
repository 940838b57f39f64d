"""The command line: parse, call, print. The only module that imports Click; the rest comes when needed."""

import errno
import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click  # noqa: TID251

from figgen import __version__, slides
from figgen.check import REPORTS
from figgen.errors import FiggenError, SourceError, unknown
from figgen.handout import EDITIONS, TARGETS
from figgen.paths import BUILT_IN, LECTURE_FILE, PACKAGE, docstring_of, lecture_folder
from figgen.plotting.presets import FORMATS, PRESETS

if TYPE_CHECKING:
    from figgen.check.verdict import Verdict
    from figgen.engine.plan import Plan
    from figgen.engine.report import Report
    from figgen.lecture import Lecture
    from figgen.scaffold.additions import Added


class _Commands(click.Group):
    """Commands whose mistakes end in one message and the right exit code, without a traceback."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.help = self.help or docstring_of(Path(__file__), "main")

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        cmd.help = cmd.help or docstring_of(Path(__file__), getattr(cmd.callback, "__name__", ""))
        super().add_command(cmd, name)

    def main(self, *args: Any, **extra: Any) -> Any:
        for name in ("stdin", "stdout", "stderr"):
            if getattr(sys, name) is None:  # it was closed, as `>&-` does
                setattr(sys, name, Path(os.devnull).open("r" if name == "stdin" else "w"))  # noqa: SIM115
        try:
            try:
                return super().main(*args, **extra)
            finally:
                sys.stdout.flush()
        except OSError as error:
            if error.errno != errno.ENOSPC or error.filename:
                raise
            os.dup2(
                os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
            )  # Python flushes once more at its end
            click.echo(f"figgen: cannot write to standard output: {error.strerror}", err=True)
            sys.exit(1)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            ctx.fail(unknown("command", args[0], self.commands))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the workers, as Ctrl-C does
        os.environ["MPLBACKEND"] = "agg"  # Jupyter exports one that only its own packages have
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a terminal that has no ✓
        try:
            return super().invoke(ctx)
        except FiggenError as error:
            click.echo(f"figgen: {error}".replace(f"{Path.cwd()}/", ""), err=True)
            ctx.exit(error.exit_code)


class _OneOf(click.ParamType):  # type: ignore[type-arg]  # generic since Click 8.4
    """One of a few names; for any other, the nearest are named."""

    def __init__(self, kind: str, names: Iterable[str]) -> None:
        self.name = kind
        self._names = tuple(names)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return f"[{'|'.join(self._names)}]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self._names:
            self.fail(unknown(self.name, value, self._names), param, ctx)
        return value


class _Setting(click.ParamType):  # type: ignore[type-arg]
    """EXPERIMENT.PARAM=VALUE, as a triple."""

    name = "EXPERIMENT.PARAM=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        left, equals, text = value.partition("=")
        experiment, dot, name = left.partition(".")
        if not (experiment and dot and name and equals):
            hint = "figgen show EXPERIMENT lists the parameters"
            self.fail(f"{value!r} is not EXPERIMENT.PARAM=VALUE; {hint}", param, ctx)
        return experiment, name, text


class _ReportTo(click.ParamType):  # type: ignore[type-arg]
    """FORMAT[=FILE], as a pair."""

    name = "FORMAT[=FILE]"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return self.name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        format_, equals, path = value.partition("=")
        if format_ not in REPORTS:
            self.fail(unknown("format", format_, REPORTS), param, ctx)
        if equals and not path:
            self.fail(f"{value!r} names no file", param, ctx)
        return format_, Path(path) if path else None


def _complete_with(names: Callable[["Lecture"], Iterable[str]]) -> Any:
    """Make a shell completion from the names that a lecture has."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        from figgen.engine.description import describe_lecture

        try:
            lecture = describe_lecture(lecture_folder(ctx.params.get("lecture")))
            return [name for name in names(lecture) if name.startswith(incomplete)]
        except FiggenError:
            return []

    return complete


def _options(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Put several options on a command, in the order given."""

    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


_where = _options(
    click.option(
        "--lecture",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Folder with lecture.toml.  [default: this folder if it has one, else the built-in lecture]",
    ),
    click.option(
        "--output",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("output"),
        show_default=True,
        metavar="DIR",
        help="Folder for all that is made.",
    ),
)
_lang = click.option(
    "--lang", "languages", multiple=True, metavar="LANG", help="Only this language; repeatable."
)
_how = _options(
    click.option(
        "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the simulations."
    ),
    click.option(
        "--set",
        "settings",
        type=_Setting(),
        multiple=True,
        help="Change a parameter of an experiment; repeatable.",
    ),
    click.option(
        "--retime",
        is_flag=True,
        help="Take times on this machine, where figgen otherwise shows those that were recorded.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(min=1),
        default=lambda: os.cpu_count() or 1,
        metavar="N",
        help="Processes at work at once.  [default: as many as there are cores]",
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="End a simulation or a drawing that takes longer, and say where it was.",
    ),
    click.option("--quiet", is_flag=True, help="Print errors only."),
)
_force = _options(
    click.option("--force", is_flag=True, help="Make everything again, current or not."),
    click.option("--explain", is_flag=True, help="Say of each thing made what has changed."),
)
_handouts = _options(
    click.option(
        "--to",
        "targets",
        type=_OneOf("format", (*TARGETS, slides.TARGET)),
        multiple=True,
        help="Only this format; repeatable. epub is for e-readers, pptx makes slides of the figures.  "
        "[default: html, pdf, and what was made before]",
    ),
    click.option(
        "--edition",
        "editions",
        type=_OneOf("edition", EDITIONS),
        multiple=True,
        help="Only this edition; repeatable. The student's leaves the answers out.  "
        "[default: full, and what was made before]",
    ),
)
_chapters = click.option(
    "--chapter",
    "chapters",
    multiple=True,
    metavar="NAME",
    help="Only this chapter, for who writes it; repeatable.",
)


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="figgen %(version)s")
def main() -> None:
    """Make the figures and handouts of a lecture from simulations.

    \b
      figgen build          the handouts, and every figure in them
      figgen figures NAME   one picture, for print or (--preset slides) for a slide
      figgen check          is it all there, current, true, and legible?

    Everything goes into the folder output/, and only what is out of date is made again.
    """


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--lang",
    "languages",
    multiple=True,
    metavar="LANG",
    help="A language of the lecture; repeatable. Experiments are written in the first.  [default: en]",
)
@click.option("--title", default="", metavar="TEXT", help="The lecture's title.")
@click.option(
    "--from",
    "built_in",
    default="",
    metavar="NAME",
    help=f"Copy a lecture that comes with figgen, {BUILT_IN}, to cut it down.",
)
def init(folder: Path, languages: tuple[str, ...], title: str, built_in: str) -> None:
    """Write a lecture of your own into the new folder DIR.

    It builds at once, and teaches figgen by being a lecture: a chapter that shows what a chapter can have, an
    experiment with a figure and claims, its test, and what GitHub and GitLab need to check it.
    """
    from datetime import date

    from figgen.scaffold import advice
    from figgen.scaffold.beginning import begin_lecture
    from figgen.scaffold.copying import copy_lecture

    if built_in:
        copy = copy_lecture(folder, built_in, languages, title)
        click.echo("\n".join(advice.of_copy(folder, copy)))
        return
    beginning = begin_lecture(folder, languages, title, date.today())
    click.echo("\n".join(advice.of_beginning(folder, beginning)))


_into = _options(
    click.option(
        "--lecture",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Folder with lecture.toml.  [default: this folder]",
    ),
    click.option(
        "--output",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("output"),
        show_default=True,
        metavar="DIR",
        help="Folder of all that was made, which is left alone.",
    ),
)


@main.group(cls=_Commands)
def new() -> None:
    """Add to a lecture of your own: a chapter, an experiment, a language, a file of its looks."""


@new.command("chapter")
@click.argument("name")
@_into
def new_chapter(name: str, lecture: Path | None, **_: Any) -> None:
    """Begin the chapter NAME in each language.

    It is listed in lecture.toml as the last one.
    """
    from figgen.scaffold.additions import new_chapter
    from figgen.scaffold.toml import own_lecture

    _tell_added(
        new_chapter(own_lecture(lecture), name),
        f"Next: its text, and figgen new experiment {name}/NAME for a figure",
    )


@new.command("experiment")
@click.argument("place", metavar="CHAPTER/NAME")
@click.option("--from", "built_in", default="", metavar="NAME", help="Copy this built-in experiment.")
@_into
def new_experiment(place: str, built_in: str, lecture: Path | None, output: Path) -> None:
    """Write an experiment and its test.

    Its figure is shown at the end of the chapter in each language; a chapter that is not there is begun.

    With --from, a built-in experiment is copied with its helpers, captions and translations;
    figgen list, in a folder without a lecture, names them.
    """
    from figgen.scaffold.experiments import new_experiment
    from figgen.scaffold.toml import own_lecture

    _tell_added(
        new_experiment(own_lecture(lecture), place, built_in, output),
        "Next: figgen build, then simulate, draw and the claims in its file",
    )


@new.command("language")
@click.argument("tag", metavar="LANG")
@_into
def new_language(tag: str, lecture: Path | None, output: Path) -> None:
    """Add the language LANG as a draft.

    It gets the texts of the source language, to be translated, and a catalogue for what figures say.
    """
    from figgen.scaffold.additions import new_language
    from figgen.scaffold.messages import load_whole, update_catalogues
    from figgen.scaffold.toml import own_lecture

    folder = own_lecture(lecture)
    load_whole(folder)
    added = new_language(folder, tag)
    updates = update_catalogues(load_whole(folder), output)
    _tell_added(
        added,
        *(update.told(folder) for update in updates if update.language == tag),
        "Next: translate these; when all is there, take the language out of drafts in lecture.toml",
    )


@new.command("layout")
@click.argument("name", metavar="FILE")
@_into
def new_layout(name: str, lecture: Path | None, **_: Any) -> None:
    """Write FILE of the layout, to be changed.

    Such as handout.css, which goes after figgen's; other files go in the place of figgen's.
    """
    from figgen.scaffold.additions import new_layout
    from figgen.scaffold.toml import own_lecture

    _tell_added(new_layout(own_lecture(lecture), name))


@new.command("style")
@click.argument("name")
@_into
def new_style(name: str, lecture: Path | None, **_: Any) -> None:
    """Write a style sheet of figures, to be changed.

    NAME is base, print or slides; it goes after figgen's.
    """
    from figgen.scaffold.additions import new_style
    from figgen.scaffold.toml import own_lecture

    _tell_added(new_style(own_lecture(lecture), name))


def _tell_added(added: "Added", *more: str) -> None:
    from figgen.scaffold import advice

    click.echo("\n".join([*advice.of_added(added), *more]))


@main.command()
@_into
def messages(lecture: Path | None, output: Path) -> None:
    """Bring the catalogues in locale/ up to date with what figures and claims say.

    New messages are added, those that nothing says any more are kept as comments with their translations. No
    translation is guessed. A message that is put together while a figure is drawn is found after a build.
    """
    from figgen.scaffold.messages import load_whole, update_catalogues
    from figgen.scaffold.toml import own_lecture

    folder = own_lecture(lecture)
    updates = update_catalogues(load_whole(folder), output)
    for update in updates:
        click.echo(update.told(folder))
    if not updates:
        click.echo("this lecture has one language only, and nothing to translate")


@main.group(cls=_Commands)
def rename() -> None:
    """Give a part of a lecture another name."""


@rename.command("chapter")
@click.argument("old")
@click.argument("new")
@_into
def rename_chapter(old: str, new: str, lecture: Path | None, output: Path) -> None:
    """Call the chapter OLD NEW: in lecture.toml, texts, experiments, and where they speak of it."""
    from figgen.scaffold.renaming import rename_chapter
    from figgen.scaffold.toml import own_lecture

    for path in rename_chapter(own_lecture(lecture), old, new, output):
        click.echo(f"changed {path}")


@main.command()
@_where
@_lang
@_how
@_force
@_handouts
@_chapters
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

    _tell_whose(asked)
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
    from figgen.engine.pool import prepare
    from figgen.request import read_request

    prepare()
    plan = read_request(asked, sources).everything(targets, editions, chapters)
    report = _make(plan, asked)
    from figgen.console import count_figures, tell_gaps

    remember(plan, report, given, count_figures(plan.lecture, plan.figures), tell_gaps(report.gaps))


@main.command()
@_where
@_lang
@_how
@_handouts
@_chapters
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

    from figgen.console import progress, relative
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


@main.command()
@click.argument(
    "names", nargs=-1, metavar="[NAME]...", shell_complete=_complete_with(lambda lec: lec.figures())
)
@click.option(
    "--preset", type=_OneOf("preset", PRESETS), default="print", show_default=True, help="For paper or 16:9."
)
@click.option(
    "--format",
    "formats",
    type=_OneOf("format", FORMATS),
    multiple=True,
    help="Repeatable; gif moves, for figures that come in frames.  [default: svg]",
)
@click.option(
    "--frames", is_flag=True, help="Draw the steps in which a lecture reveals a figure, as NAME-01 and so on."
)
@_where
@_lang
@_how
@_force
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

    _tell_whose(asked)
    sources = look_at_sources(lecture_folder(asked["lecture"]), asked["output"])
    prepare()
    _make(read_request(asked, sources).figures(names, preset, formats, frames=frames), asked)


@main.command()
@_where
@_lang
@_how
@_handouts
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    metavar="N",
    help="Measure the claims with N seeds, too, from --seed upwards; each has to hold with all of them.",
)
@click.option(
    "--report",
    "reports",
    type=_ReportTo(),
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
    _tell_whose(asked)
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


@main.group(cls=_Commands, help="Keep pictures current in slides of your own.")
def deck() -> None:
    """See `help`: a group has that of `main` where docstrings are gone."""


@deck.command("update")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@_where
@_lang
@_how
def update_deck(file: Path, dry_run: bool, **asked: Any) -> None:
    """Draw the figures in FILE, a .pptx or .odp, anew where they are out of date.

    Knows the pictures that figgen has drawn for slides, wherever they were copied to, and any picture with
    figgen:NAME as its alternative text. Each is drawn for the place that it has on its slide, light or dark
    as that is, and put back there; all else in FILE stays as it is.
    """
    from figgen.console import progress, show_problems, tell_deck
    from figgen.engine.sources import look_at_sources
    from figgen.request import read_request
    from figgen.slides.decks.update import look_into, update

    sources = look_at_sources(lecture_folder(asked["lecture"]), asked["output"])
    request = read_request(asked, sources)
    language = request.languages[0] if asked["languages"] else ""
    found = look_into(file, request.lecture, request.options, language, sources)
    if dry_run:
        tell_deck(found, done=False)
        return
    with progress(quiet=asked["quiet"]) as shown:
        problems = update(found, shown)
    if not (problems or asked["quiet"]):
        tell_deck(found, done=True)
    show_problems(problems)
    sys.exit(1 if problems else 0)


@main.command("list")
@_where
def list_(lecture: Path | None, **_: Any) -> None:
    """List the chapters with their experiments and figures."""
    from figgen.console import show_lecture, show_problems
    from figgen.engine.description import describe_lecture

    loaded = describe_lecture(lecture_folder(lecture))
    show_lecture(loaded)
    show_problems(loaded.failures)
    sys.exit(1 if loaded.failures else 0)


@main.command()
@click.argument("name", shell_complete=_complete_with(lambda lec: [study.name for study in lec.studies]))
@_where
@_how
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


@main.command()
@_where
def clean(output: Path, **_: Any) -> None:
    """Delete what figgen made in the output folder, and nothing else."""
    from figgen.console import progress
    from figgen.engine.clean import clean

    with progress(quiet=False) as shown:
        cleaned = clean(output, shown)
    click.echo(f"{cleaned.deleted} files deleted from {output}")
    for path in cleaned.left:
        click.echo(f"left: {output / path}, which is not as figgen wrote it", err=True)


def _tell_whose(asked: dict[str, Any]) -> None:
    """Say so if the lecture is figgen's own, which who is in another folder may not expect."""
    if asked["lecture"] is None and not asked["quiet"] and not os.path.lexists(LECTURE_FILE):
        told = f"there is no {LECTURE_FILE} here, so this is the lecture that comes with figgen"
        click.echo(f"{told}; figgen init DIR writes one of your own", err=True)


def _with_deck(verdict: "Verdict", file: Path, plan: "Plan", languages: Sequence[str]) -> "Verdict":
    """Return a verdict that tells of the pictures in somebody's slides, too."""
    from figgen.slides.decks.update import judge, look_into

    judged = judge(look_into(file, plan.lecture, plan.options, languages[0] if languages else ""))
    return replace(verdict, outputs=(*verdict.outputs, *judged))


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
