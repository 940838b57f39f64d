"""What several commands take: options, and the types of their values."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click  # noqa: TID251

from figgen import slides
from figgen.check import REPORTS
from figgen.errors import FiggenError, unknown
from figgen.handout import EDITIONS, TARGETS
from figgen.paths import lecture_folder

if TYPE_CHECKING:
    from figgen.lecture import Lecture


class OneOf(click.ParamType):  # type: ignore[type-arg]  # generic since Click 8.4
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


class Setting(click.ParamType):  # type: ignore[type-arg]
    """EXPERIMENT.PARAM=VALUE, as a triple."""

    name = "EXPERIMENT.PARAM=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        left, equals, text = value.partition("=")
        experiment, dot, name = left.partition(".")
        if not (experiment and dot and name and equals):
            hint = "figgen show EXPERIMENT lists the parameters"
            self.fail(f"{value!r} is not EXPERIMENT.PARAM=VALUE; {hint}", param, ctx)
        return experiment, name, text


class ReportTo(click.ParamType):  # type: ignore[type-arg]
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


def complete_with(names: Callable[["Lecture"], Iterable[str]]) -> Any:
    """Make a shell completion from the names that a lecture has."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        from figgen.engine.description import describe_lecture

        try:
            lecture = describe_lecture(lecture_folder(ctx.params.get("lecture")))
            return [name for name in names(lecture) if name.startswith(incomplete)]
        except FiggenError:
            return []

    return complete


def options(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Put several options on a command, in the order given."""

    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def folders(lecture: str, output: str) -> Callable[[Any], Any]:
    """Return the options --lecture and --output with their helps."""
    folder = click.Path(path_type=Path, file_okay=False)
    return options(
        click.option("--lecture", type=folder, metavar="DIR", help=lecture),
        click.option(
            "--output", type=folder, default=Path("output"), show_default=True, metavar="DIR", help=output
        ),
    )


where = folders(
    "Folder with lecture.toml.  [default: this folder if it has one, else the built-in lecture]",
    "Folder for all that is made.",
)
lang = click.option(
    "--lang", "languages", multiple=True, metavar="LANG", help="Only this language; repeatable."
)


how = options(
    click.option(
        "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the simulations."
    ),
    click.option(
        "--set",
        "settings",
        type=Setting(),
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


force = options(
    click.option("--force", is_flag=True, help="Make everything again, current or not."),
    click.option("--explain", is_flag=True, help="Say of each thing made what has changed."),
)


handouts = options(
    click.option(
        "--to",
        "targets",
        type=OneOf("format", (*TARGETS, slides.TARGET)),
        multiple=True,
        help="Only this format; repeatable. epub is for e-readers, pptx makes slides of the figures.  "
        "[default: html, pdf, and what was made before]",
    ),
    click.option(
        "--edition",
        "editions",
        type=OneOf("edition", EDITIONS),
        multiple=True,
        help="Only this edition; repeatable. The student's leaves the answers out.  "
        "[default: full, and what was made before]",
    ),
    click.option(
        "--no-explore",
        "explore",
        is_flag=True,
        flag_value=False,
        default=True,
        help="Make nothing of what readers can explore in the page, which is quicker.",
    ),
)


chapters_only = click.option(
    "--chapter",
    "chapters",
    multiple=True,
    metavar="NAME",
    help="Only this chapter, for those who write it; repeatable.",
)
