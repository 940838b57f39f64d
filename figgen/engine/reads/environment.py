"""Notes what a lecture asks the system for: variables, files that are not there, the current folder."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from figgen.engine.reads import values
from figgen.engine.reads.record import Record

TYPESETTER = "FIGGEN_TYPESETTER"
"""Where `figgen build --watch` tells its builds of a compiler that stays alive."""

_OF_NO_CONCERN = {"_", "COLUMNS", "LINES", "OLDPWD", "PWD", "SHLVL", "WINDOWID", TYPESETTER}
"""Variables that a shell or figgen sets by itself; who copies all of the environment means none of them."""


@contextmanager
def watched(record: Record) -> Iterator[None]:
    """Note what is asked for until the end."""
    kind: Any = type(os.environ)
    copies: list[bool] = []

    def get(environ: Any, key: Any) -> Any:
        try:
            value = get_before(environ, key)
        except KeyError:
            record.attend(_read, key, None)
            raise
        record.attend(_read, key, value)
        return value

    def names(environ: Any) -> Iterator[Any]:
        copies.append(True)
        yield from iterate_before(environ)

    get_before, iterate_before = kind.__getitem__, kind.__iter__
    with (
        _instead(kind, "__getitem__", get),
        _instead(kind, "__iter__", names),
        _instead(os, "stat", _missing(record, os.stat)),
        _instead(os, "lstat", _missing(record, os.lstat)),
        _instead(os, "access", _asked_for(record, os.access)),
        _instead(os, "getcwd", _where(record, os.getcwd)),
        _instead(os, "getcwdb", _where(record, os.getcwdb)),
    ):
        yield
    if copies:
        for name in _OF_NO_CONCERN:
            record.reads.pop(values.VARIABLE + name, None)


def _read(record: Record, key: Any, value: Any) -> None:
    if isinstance(key, str | bytes) and record.asked_by_lecture():
        name, text = os.fsdecode(key), None if value is None else os.fsdecode(value)
        record.note(values.VARIABLE + name, lambda: values.of_variable(name, text))


def _missing(record: Record, before: Callable[..., Any]) -> Callable[..., Any]:
    """Return `os.stat` or the like so that it notes what is not there."""

    def ask(path: Any, *args: Any, **words: Any) -> Any:
        try:
            state = before(path, *args, **words)
        except (FileNotFoundError, NotADirectoryError):
            record.attend(_missed, path)
            raise
        if before.__name__ == "stat" and isinstance(path, str | bytes | os.PathLike):
            record.attend(_looked_at, path, state)
        return state

    for supports in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        if before in supports:
            supports.add(ask)
    return ask


def _asked_for(record: Record, before: Callable[..., bool]) -> Callable[..., bool]:
    """Return `os.access` so that it notes the file that it is asked for."""

    def access(path: Any, *args: Any, **words: Any) -> bool:
        record.attend(_looked_for, path)
        return before(path, *args, **words)

    for supports in (os.supports_dir_fd, os.supports_effective_ids, os.supports_follow_symlinks):
        if before in supports:
            supports.add(access)
    return access


def _looked_for(record: Record, path: Any) -> None:
    if record.asked_by_lecture():
        record.note_path(path, values.of_file)


def _missed(record: Record, path: Any) -> None:
    if record.asked_by_lecture():
        record.note_path(path, lambda _: values.NOT_THERE)


def _looked_at(record: Record, path: Any, state: os.stat_result) -> None:
    """Note a file whose being there, or size, or time, was asked for."""
    if stat.S_ISREG(state.st_mode) and record.asked_by_lecture():
        record.note_path(path, values.of_file)


def _where(record: Record, before: Callable[[], Any]) -> Callable[[], Any]:
    """Return `os.getcwd` or the like so that it notes that the current folder counts."""

    def getcwd() -> Any:
        record.attend(_asked_where)
        return before()

    return getcwd


def _asked_where(record: Record) -> None:
    if record.asked_by_lecture():
        record.note(values.CURRENT, lambda: record.current)


@contextmanager
def _instead(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)
