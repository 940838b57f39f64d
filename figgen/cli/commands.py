"""What all commands have in common: how mistakes end, where help comes from, what is said first."""

import errno
import io
import os
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click  # noqa: TID251

from figgen.errors import FiggenError, unknown
from figgen.paths import LECTURE_FILE, docstring_of, relative

_NONE: Mapping[str, str] = MappingProxyType({})
_NOWHERE = "the current folder is gone; go to one that is there, and try again"


class Commands(click.Group):
    """Commands whose mistakes end in one message and the right exit code, without a traceback.

    Args:
        args: Those of a group.
        modules: The modules that commands are in, by name; one is imported when its command is asked for.
        attributes: More of a group's.
    """

    def __init__(self, *args: Any, modules: Mapping[str, str] = _NONE, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self._modules = modules
        self.help = self.help or _docstring(self)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        cmd.help = cmd.help or _docstring(cmd)
        super().add_command(cmd, name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._modules})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._modules and cmd_name not in self.commands:
            found = vars(import_module(self._modules[cmd_name])).values()
            self.add_command(next(c for c in found if isinstance(c, click.Command) and c.name == cmd_name))
        return super().get_command(ctx, cmd_name)

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
            ctx.fail(unknown("command", args[0], self.list_commands(ctx)))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the workers, as Ctrl-C does
        os.environ["MPLBACKEND"] = "agg"  # Jupyter exports one that only its own packages have
        os.environ["MATPLOTLIBRC"] = os.devnull  # figures go by nobody's own settings, which may be damaged
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a terminal that has no ✓
        try:
            if not _is_somewhere():
                raise FiggenError(_NOWHERE)
            return super().invoke(ctx)
        except FiggenError as error:
            click.echo(relative(f"figgen: {error}"), err=True)
            ctx.exit(error.exit_code)
        except FileNotFoundError:
            if _is_somewhere():
                raise
            click.echo(f"figgen: {_NOWHERE}", err=True)
            ctx.exit(1)


def _is_somewhere() -> bool:
    """Tell whether there is a current folder: it may be deleted while a shell, or a command, is in it."""
    try:
        return bool(Path.cwd())
    except OSError:
        return False


def _docstring(command: click.Command) -> str:
    """Return the docstring of a command, which Python does not have if it was told to leave them out."""
    code = getattr(command.callback, "__code__", None)
    return docstring_of(Path(code.co_filename), code.co_name) if code else ""


def tell_whose(asked: dict[str, Any]) -> None:
    """Say so if the lecture is figgen's own, which who is in another folder may not expect."""
    if asked["lecture"] is None and not asked["quiet"] and not os.path.lexists(LECTURE_FILE):
        told = f"there is no {LECTURE_FILE} here, so this is the lecture that comes with figgen"
        click.echo(f"{told}; figgen init DIR writes one of your own", err=True)
