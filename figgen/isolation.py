"""What a process has in common for all the code that runs in it, given back as it was."""

import io
import locale
import os
import random
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from typing import Any

_NUMPY_ERRORS = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
"""NumPy's own choice, for a process in which an experiment is the first to import it."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """Undo what a lecturer's code does to the process that runs it, so that it never reaches other code.

    These are the working folder, the umask, the locale, the environment, signals and their handlers, the path
    of modules, the filters of warnings, standard streams, NumPy's reaction to errors, the random numbers that
    all code shares, and Matplotlib's settings.
    """
    with ExitStack() as stack:
        for undo in (
            _folder(),
            _umask(),
            _locale(),
            _environment(),
            _signals(),
            _warnings(),
            _streams(),
            _numpy(),
            _random(),
            _matplotlib(),
            _path(),
            _alarm(),
        ):
            stack.callback(undo)
        yield


def _folder() -> Callable[[], object]:
    folder = os.getcwd()  # noqa: PTH109 (kept as it is, links and all)
    return lambda: os.chdir(folder)


def _umask() -> Callable[[], object]:
    mask = os.umask(0o022)
    os.umask(mask)
    return lambda: os.umask(mask)


def _locale() -> Callable[[], object]:
    chosen = locale.setlocale(locale.LC_ALL)

    def undo() -> None:
        with suppress(locale.Error):
            locale.setlocale(locale.LC_ALL, chosen)

    return undo


def _environment() -> Callable[[], object]:
    before = dict(os.environ)

    def undo() -> None:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        for name, value in before.items():
            if os.environ.get(name) != value:
                os.environ[name] = value

    return undo


def _signals() -> Callable[[], object]:
    handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}

    def undo() -> None:
        for number, handler in handlers.items():
            if handler is not None and signal.getsignal(number) != handler:
                with suppress(ValueError):  # of another thread than the main one
                    signal.signal(number, handler)

    return undo


def _warnings() -> Callable[[], object]:
    filters = list(warnings.filters)

    def undo() -> None:
        warnings.filters[:] = filters  # type: ignore[index]  # typed as a Sequence; it is a list

    return undo


def _streams() -> Callable[[], object]:
    streams = sys.stdin, sys.stdout, sys.stderr

    def undo() -> None:
        sys.stdin, sys.stdout, sys.stderr = streams

    return undo


def _numpy() -> Callable[[], object]:
    numpy = sys.modules.get("numpy")
    errors = numpy.geterr() if numpy else _NUMPY_ERRORS

    def undo() -> None:
        if found := sys.modules.get("numpy"):
            found.seterr(**errors)

    return undo


def _random() -> Callable[[], object]:
    """Keep which random numbers come next."""
    numpys = sys.modules.get("numpy.random")
    state, numpys_state = random.getstate(), numpys and numpys.get_state()

    def undo() -> None:
        random.setstate(state)
        if numpys:
            numpys.set_state(numpys_state)
        elif found := sys.modules.get("numpy.random"):
            found.seed()

    return undo


def _matplotlib() -> Callable[[], object]:
    matplotlib = sys.modules.get("matplotlib")
    settings = dict(matplotlib.rcParams) if matplotlib else None

    def undo() -> None:
        if found := sys.modules.get("matplotlib"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of settings that are deprecated
                found.rcParams.update(settings or found.rcParamsDefault)

    return undo


def _path() -> Callable[[], object]:
    """Keep where modules are looked for."""
    path = list(sys.path)

    def undo() -> None:
        sys.path[:] = path

    return undo


def _alarm() -> Callable[[], object]:
    """Have no signal come later."""
    if not hasattr(signal, "setitimer"):
        return lambda: None
    return lambda: signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def printing_aside(who: str) -> Iterator[None]:
    """Send what is printed to standard error, each line marked; reports go to the other."""
    error = sys.stderr
    lines = Lines(lambda text: print(f"{who}: {text}", file=error))
    with redirect_stdout(lines), redirect_stderr(lines):
        try:
            yield
        finally:
            lines.finish()


class Lines(io.TextIOBase):
    """A text stream that hands on each line when it is complete."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell
        self._rest = ""

    def writable(self) -> bool:
        """Tell that one can write into it."""
        return True

    def write(self, text: str) -> int:
        """Take in a text."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._tell(line)
        return len(text)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """That of bytes written into `buffer`."""
        return "utf-8"

    @property
    def buffer(self) -> "_Bytes":
        """Takes in bytes."""
        return _Bytes(self)

    def finish(self) -> None:
        """Hand on what no line break has followed."""
        if self._rest:
            self.write("\n")


class _Bytes(io.RawIOBase):
    """Takes in bytes for a stream of lines."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def writable(self) -> bool:
        """Tell that one can write into it."""
        return True

    def write(self, data: Any) -> int:
        """Take in bytes."""
        self._lines.write(bytes(data).decode("utf-8", "replace"))
        return len(data)
