"""A process that does jobs for another: what it is told, what it answers."""

import ctypes
import faulthandler
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, replace
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from figgen.engine.replaced import is_replaced, offered
from figgen.isolation import Lines, undisturbed

PLAIN = "figgen.plotting.plain_matplotlib"
SAFE_PATH = "PYTHONSAFEPATH"
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux's prctl


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is told: a job, after how many seconds to give up, and where to write what it was at."""

    job: Callable[[], Any]
    timeout: float | None
    trace: Path


@dataclass(frozen=True, slots=True)
class Said:
    """A line that a lecturer's code has printed."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """What a job gave, how many seconds it took, and whether it has left the process unfit for another."""

    outcome: Any
    seconds: float
    unfit: bool = False


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception that a job raised, and its traceback as text."""

    error: Exception
    trace: str


def serve(connection: "Connection[Any, Task]", safe_path: str | None, many: bool) -> None:
    """Do the jobs that come through a connection, each as if it were alone, until it is closed.

    Args:
        connection: Leads to the parent.
        safe_path: What that variable was where figgen was started, which experiments have to find.
        many: Whether there may be more than one job.
    """
    _begin()
    set_safe_path(safe_path)
    if os.path.lexists("matplotlibrc"):
        import_module(PLAIN)
    if many:
        import_module("figgen.engine.compute")  # whose libraries are seen to be as they are now
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        process = os.getpid()
        try:
            with undisturbed(), _telling(connection), _limited(task):
                done = _do_one_of_many(task.job) if many else _do(task.job)
            if os.getpid() != process:  # a job has forked this process
                os._exit(0)
            connection.send(done)
        except OSError:  # a job has closed the connection, whose end the parent sees
            os._exit(1)


def set_safe_path(value: str | None) -> None:
    """Set the variable that keeps the current folder off the path of modules, or take it away."""
    if value is None:
        os.environ.pop(SAFE_PATH, None)
    else:
        os.environ[SAFE_PATH] = value


def _begin() -> None:
    """Leave Ctrl-C to the parent, and end with it; give lecturers' code Python's way to start processes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a fork of the command has the command's own
    multiprocessing.set_start_method(None, force=True)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # a group of its own: the parent ends it with all processes that a job has started
    with suppress(OSError):
        os.dup2(2, 1)  # what C code prints; standard output is for reports
    _let_go_of_the_fork_server()
    end_with_parent()


def end_with_parent() -> None:
    """Have this process end with the one that has started it, which need not tell it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    else:
        threading.Thread(target=_follow_parent, daemon=True).start()


def _let_go_of_the_fork_server() -> None:
    """Close what keeps the server alive: it is to end with the command, and workers with the server."""
    module: Any = sys.modules.get("multiprocessing.forkserver")
    server = module._forkserver if module else None
    if server is not None and server._forkserver_alive_fd is not None and server._forkserver_pid is None:
        with suppress(OSError):
            os.close(server._forkserver_alive_fd)
        server._forkserver_alive_fd = server._forkserver_address = None


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(job: Callable[[], Any]) -> Done:
    started = time.perf_counter()
    try:
        outcome = job()
    except Exception as error:
        outcome = Raised(_portable(error), traceback.format_exc())
    return Done(outcome, time.perf_counter() - started)


def _do_one_of_many(job: Callable[[], Any]) -> Done:
    before = offered()
    done = _do(job)
    return replace(done, unfit=is_replaced(before))


def _portable(error: Exception) -> Exception:
    """Return an exception, or if it cannot cross the border between processes, one with its text."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


@contextmanager
def _limited(task: Task) -> Iterator[None]:
    """End the process when a job takes too long, after writing where it was."""
    if task.timeout is None:
        yield
        return
    with task.trace.open("w") as file:
        faulthandler.dump_traceback_later(task.timeout, exit=True, file=file)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


@contextmanager
def _telling(connection: "Connection[Any, Any]") -> Iterator[None]:
    """Send what is printed to the parent, line by line."""
    stream = Lines(lambda text: connection.send(Said(text)))
    with redirect_stdout(stream), redirect_stderr(stream):
        yield
        stream.finish()
