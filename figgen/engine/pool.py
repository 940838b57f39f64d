"""Worker processes, each with at most one job: started, told, listened to, ended."""

import multiprocessing
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import connection
from pathlib import Path
from types import ModuleType
from typing import Any

from figgen.engine.worker import PLAIN, SAFE_PATH, Done, Said, Task, serve, set_safe_path
from figgen.errors import FiggenError

_WARM, _ORPHAN = "figgen.engine.warm", "figgen.engine.orphan"


@dataclass(frozen=True, slots=True)
class Died:
    """The end of a process that gave no answer, in words."""

    how: str


Answer = Said | Done | Died


@dataclass(slots=True, eq=False)
class Worker:
    """A process, and the job that it does.

    Attributes:
        process: The process.
        connection: Leads to it.
        trace: The file that it writes into when its job takes too long.
        since: When the job was begun, by `time.monotonic`.
    """

    process: Any
    connection: Any
    trace: Path
    since: float = 0.0

    def end(self) -> None:
        """End the process, and those that its job has started."""
        if hasattr(os, "killpg"):
            with suppress(OSError):  # it has no group of its own yet, or is gone
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        self.connection.close()
        self.process.close()


@dataclass(slots=True)
class Pool:
    """The worker processes of a command.

    Where the system can fork a process that has all libraries already, which takes milliseconds, each
    job gets one of its own; elsewhere a worker does one job after the other, and puts back what they share.

    Attributes:
        folder: For what workers write when their job takes too long.
        timeout: After how many seconds a job is ended, if at all.
        near: Whether to fork this process, which is there already, though it has no libraries yet.
    """

    folder: Path
    timeout: float | None = None
    near: bool = False
    idle: list[Worker] = field(default_factory=list)
    busy: list[Worker] = field(default_factory=list)

    def start(self, job: Callable[[], Any]) -> Worker:
        """Hand a job to a worker.

        Raises:
            FiggenError: The system has no process for it.
        """
        worker = self.idle.pop() if self.idle else self._new_worker()
        self.busy.append(worker)
        worker.since = time.monotonic()
        with suppress(OSError):  # it has died since; that will be its answer
            worker.connection.send(Task(job, self.timeout, worker.trace))
        return worker

    def warm_up(self) -> None:
        """Have workers begin with all that draws: as forks of this process, if no other is prepared."""
        if _forks() and _ORPHAN in (prepared := _preloaded()) and _WARM not in prepared:
            import_module(_WARM)

    def answers(self, seconds: float | None = None) -> Iterator[tuple[Worker, Answer]]:
        """Wait for answers, but no longer than `seconds`; yield those that there are."""
        by_connection = {worker.connection: worker for worker in self.busy}
        for ready in connection.wait(by_connection, seconds):
            worker = by_connection[ready]
            try:
                answer: Answer = worker.connection.recv()
            except Exception:  # the end of the file, or half of a message
                answer = Died(_how_it_died(worker))
            if not isinstance(answer, Said):
                self._release(worker, again=isinstance(answer, Done) and not (answer.unfit or _forks()))
            yield worker, answer

    def end(self) -> None:
        """End all workers, whatever they do."""
        for worker in [*self.busy, *self.idle]:
            worker.end()
        self.idle, self.busy = [], []

    def _release(self, worker: Worker, *, again: bool) -> None:
        self.busy.remove(worker)
        if again:
            self.idle.append(worker)
        else:
            worker.end()

    def _new_worker(self) -> Worker:
        with _enough_resources(), _apart_from_the_command() as safe_path:
            here, there = multiprocessing.Pipe()
            told = there, safe_path, not (self.near or _forks())
            process = _context(self.near).Process(target=serve, args=told)  # type: ignore[attr-defined]
            handle, name = tempfile.mkstemp(dir=self.folder)
            os.close(handle)
            process.start()
            there.close()
        return Worker(process, here, Path(name))


@contextmanager
def worker_pool(timeout: float | None = None, *, near: bool = False) -> Iterator[Pool]:
    """Yield a pool; at the end, as after an exception or Ctrl-C, all its processes are ended."""
    with tempfile.TemporaryDirectory(prefix="figgen-") as folder:
        pool = Pool(Path(folder), timeout, near)
        try:
            yield pool
        finally:
            pool.end()


def prepare(modules: Sequence[str] = (), *, drawing: bool = True) -> None:
    """Begin to import what workers need in a process beside this one, which has to plan meanwhile.

    Args:
        modules: What jobs import besides.
        drawing: Whether figures are likely to be drawn, which needs far more than to write documents.
    """
    if _forks() and _WARM not in sys.modules:
        from multiprocessing import forkserver  # which Windows does not have

        forkserver.set_forkserver_preload([_ORPHAN, *[PLAIN, _WARM] * drawing, *modules])
        with _enough_resources(), _apart_from_the_command():
            forkserver.ensure_running()


def _preloaded() -> Sequence[str]:
    """Return what the process has imported, or will have, that workers are forked from."""
    module: Any = sys.modules.get("multiprocessing.forkserver")
    return module._forkserver._preload_modules if module else ()


def _forks() -> bool:
    """Tell whether processes are forked from one that has imported NumPy and Matplotlib."""
    return "forkserver" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"


def _context(near: bool = False) -> multiprocessing.context.BaseContext:
    if not _forks():
        return multiprocessing.get_context("spawn")
    if near or _WARM in sys.modules:  # this process itself has all that a worker needs
        return multiprocessing.get_context("fork")
    context = multiprocessing.get_context("forkserver")
    if _ORPHAN not in _preloaded():
        context.set_forkserver_preload([PLAIN, _WARM, _ORPHAN])
    return context


@contextmanager
def _enough_resources() -> Iterator[None]:
    """Say what to do if the system has no process, file or memory left, in whatever way that fails."""
    try:
        yield
    except (OSError, EOFError, RuntimeError, AssertionError) as error:
        hint = "try fewer --jobs, or raise the limits (ulimit -a)"
        raise FiggenError(f"cannot start a process: {error or type(error).__name__}; {hint}") from error


@contextmanager
def _apart_from_the_command() -> Iterator[str | None]:
    """Start processes that neither import this command's main module nor look for any in the current folder.

    They need nothing of the first, and in the second a lecture may have a `signal.py`.

    Yields:
        What the variable for the folder was before.
    """
    main, safe_path = sys.modules["__main__"], os.environ.get(SAFE_PATH)
    sys.modules["__main__"] = ModuleType("__main__")
    os.environ[SAFE_PATH] = "1"
    try:
        yield safe_path
    finally:
        sys.modules["__main__"] = main
        set_safe_path(safe_path)


def _how_it_died(worker: Worker) -> str:
    worker.process.join()
    if trace := worker.trace.read_text(errors="replace"):
        return f"was ended by --timeout; it was {_place(trace)}"
    code = worker.process.exitcode
    if code >= 0:
        return f"its process died: it ended with exit code {code}, and gave nothing"
    name = signal.Signals(-code).name
    why = ", perhaps out of memory: try smaller parameters" if name == "SIGKILL" else ""
    return f"its process died: {name}{why}"


def _place(trace: str) -> str:
    """Say where a process was, from what `faulthandler` wrote; the innermost call comes first."""
    frames = re.findall(r'File "(.+)", line (\d+) in (.+)', trace.rpartition("most recent call first")[2])
    own = [frame for frame in frames if "site-packages" not in frame[0] and "/lib/python" not in frame[0]]
    path, line, function = (own or frames)[0]
    return f"in {function} ({path}:{line})"
