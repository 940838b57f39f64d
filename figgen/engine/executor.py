"""Where jobs run, processes on this machine or this process itself, and in which order."""

import heapq
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

from figgen.errors import FiggenError, Problem, SourceError

_UNKNOWN_SECONDS = 1.0
_SAFE_PATH = "PYTHONSAFEPATH"


class Progress(Protocol):
    """What is told of the work while it goes on."""

    def expect(self, steps: int) -> None:
        """There are so many more steps to do."""

    def done(self, step: str, seconds: float, why: str) -> None:
        """One step is done, which there was a reason for."""

    def note(self, text: str) -> None:
        """There is something to know while the work goes on."""


class Job(Protocol):
    """A step of the work, which a process can be handed."""

    @property
    def label(self) -> str:
        """What the progress calls it."""

    @property
    def why(self) -> str:
        """Why it has to be done."""

    def __call__(self) -> Any:
        """Do it."""


Follow = Callable[[Any, Any], Mapping[Any, Job]]
"""Takes a job's name and what it gave to the jobs, by name, that can be done now."""


@dataclass(frozen=True, slots=True)
class Workers:
    """A pool of processes, and what is known of the work.

    Attributes:
        pool: Runs the jobs.
        number: How many jobs run at once.
        progress: Is told of each.
        seconds: How long each job took last time, by its label; brought up to date.
    """

    pool: Executor
    number: int
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    def do(
        self, jobs: Mapping[Any, Job], then: Follow = lambda name, given: {}
    ) -> tuple[dict[Any, Any], tuple[Problem, ...]]:
        """Do jobs, and those that follow from them, the longest first.

        Returns:
            What each job gave, by its name, and the problems of those that failed, each once.
        """
        given: dict[Any, Any] = {}
        problems: dict[Problem, None] = {}
        queue: list[tuple[float, int, Any, Job]] = []
        running: dict[Future[Any], tuple[Any, Job]] = {}
        order = count()
        self._enqueue(queue, order, jobs)
        while queue or running:
            while queue and len(running) < self.number:
                _, _, name, job = heapq.heappop(queue)
                running[self.pool.submit(_timed, job)] = (name, job)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                name, job = running.pop(future)
                outcome, self.seconds[job.label] = _result(future, job)
                self.progress.done(job.label, self.seconds[job.label], job.why)
                if isinstance(outcome, SourceError):
                    problems |= dict.fromkeys(outcome.problems)
                else:
                    given[name] = outcome
                    self._enqueue(queue, order, then(name, outcome))
        return given, tuple(problems)

    def _enqueue(
        self, queue: list[tuple[float, int, Any, Job]], order: Iterator[int], jobs: Mapping[Any, Job]
    ) -> None:
        self.progress.expect(len(jobs))
        for name, job in jobs.items():
            seconds = self.seconds.get(job.label, _UNKNOWN_SECONDS)
            heapq.heappush(queue, (-seconds, next(order), name, job))


def _result(future: Future[Any], job: Job) -> Any:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise FiggenError(f"{job.label}: its process died, perhaps out of memory; try --jobs 1") from error


def _timed(job: Job) -> tuple[Any, float]:
    """Do a job; return what it gave, or the `SourceError` that it raised, and the seconds that it took."""
    started = time.perf_counter()
    try:
        outcome = job()
    except SourceError as error:
        outcome = error
    return outcome, time.perf_counter() - started


def prepare(number: int) -> None:
    """Begin to import what workers need in a process beside this one, which has to plan meanwhile."""
    if number > 1 and _context().get_start_method() == "forkserver":
        from multiprocessing import forkserver  # which Windows does not have

        with _apart_from_the_current_folder():
            forkserver.ensure_running()


@contextmanager
def executor(number: int) -> Iterator[Executor]:
    """Yield what runs `number` jobs at once; an exception, or Ctrl-C, ends those that run."""
    if number == 1:
        yield _SerialExecutor()
        return
    with _apart_from_the_current_folder() as before:
        pool = ProcessPoolExecutor(number, _context(), initializer=_begin_work, initargs=(before,))
        try:
            yield pool
        except BaseException:
            for process in multiprocessing.active_children():
                process.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _apart_from_the_current_folder() -> Iterator[str | None]:
    """Start processes that look for no module in the current folder, where a lecture may have a `signal.py`.

    Yields:
        What the variable for it was before.
    """
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield before
    finally:
        _set_safe_path(before)


def _set_safe_path(value: str | None) -> None:
    if value is None:
        os.environ.pop(_SAFE_PATH, None)
    else:
        os.environ[_SAFE_PATH] = value


class _SerialExecutor(Executor):
    """Does each job in this process, at once."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def _context() -> multiprocessing.context.BaseContext:
    """Return a way to start processes that imports NumPy and Matplotlib once, where the system has it."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["figgen.engine.work", "figgen.engine.compute"])
    return context


def _begin_work(safe_path: str | None) -> None:
    """Leave Ctrl-C to the parent, which ends the workers; and end when the parent is no more.

    Args:
        safe_path: What that variable was where figgen was started, which experiments have to find.
    """
    _set_safe_path(safe_path)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
