"""The processes that make pages: one at work, and one that stands ready for the next save."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from figgen.engine.executor import Progress
from figgen.preview.making import Made, Order

_PATIENCE = 10.0  # seconds, for a process to end its workers


@dataclass(slots=True)
class Making:
    """A making on its way.

    Attributes:
        made: How it ended, once it has.
    """

    process: "subprocess.Popen[bytes]"
    made: Made | None = None
    _thread: Thread | None = None

    def begin(self, order: Order, progress: Progress) -> None:
        """Hand it the order; a thread tells `progress` of its steps."""
        assert self.process.stdin is not None
        with suppress(OSError):  # it has died since; that will be its answer
            pickle.dump(order, self.process.stdin)
            self.process.stdin.flush()
        self._thread = Thread(target=self._listen, args=(order, progress), daemon=True)
        self._thread.start()

    def is_over(self, seconds: float) -> bool:
        """Wait for its end, but no longer than `seconds`."""
        assert self._thread is not None
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """End it before its time; what it was at is not begun, its files are old or new, none is half."""
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self._thread is not None:
            self._thread.join()
        self._close()

    def _close(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):  # what it was not told any more
                if pipe is not None:
                    pipe.close()

    def _listen(self, order: Order, progress: Progress) -> None:
        assert self.process.stdout is not None
        answer: Any = None
        with suppress(EOFError, OSError, pickle.UnpicklingError):
            while not isinstance(answer := pickle.load(self.process.stdout), Made):
                name, given = answer
                getattr(progress, name)(*given)
        died = f"the process that makes the pages ended with exit code {self.process.wait()}"
        self._close()
        self.made = answer if isinstance(answer, Made) else Made(order.page or "", problems=(died,))


@dataclass(slots=True)
class Makers:
    """Starts makings.

    Attributes:
        variables: What they find in their environment besides.
    """

    variables: Mapping[str, str]
    _ready: list[Making] = field(default_factory=list)
    _at_work: list[Making] = field(default_factory=list)

    def get_ready(self) -> None:
        """Have a process ready for the next order."""
        if not self._ready:
            self._ready.append(Making(self._start()))

    def renew(self) -> None:
        """Let go of what stands ready, because figgen's own code is another now."""
        while self._ready:
            self._ready.pop().stop()

    def start(self, order: Order, progress: Progress) -> Making:
        """Have an order made."""
        self.get_ready()
        making = self._ready.pop()
        self._at_work = [other for other in self._at_work if other.process.poll() is None] + [making]
        making.begin(order, progress)
        return making

    def end(self) -> None:
        """End them all."""
        self.renew()
        for making in self._at_work:
            making.stop()

    def _start(self) -> "subprocess.Popen[bytes]":
        """Start a process apart from the terminal, whose Ctrl-C is for this one alone."""
        apart: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        pipe, env = subprocess.PIPE, {**os.environ, **self.variables}
        command = [sys.executable, "-m", "figgen.preview"]
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, env=env, **apart)


@contextmanager
def makers(variables: Mapping[str, str]) -> Iterator[Makers]:
    """Yield what starts makings; at the end, as after Ctrl-C, all its processes are ended."""
    all_of_them = Makers(variables)
    try:
        yield all_of_them
    finally:
        all_of_them.end()
