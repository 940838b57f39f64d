"""One command at a time in an output folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from figgen.engine.executor import Progress
from figgen.engine.files import make_way, sweep
from figgen.engine.notes import CACHE
from figgen.errors import FiggenError

LOCK = f"{CACHE}/lock"
_AT_ONCE, _PATIENCE = 0.2, 600.0  # seconds


@contextmanager
def locked(output: Path, progress: Progress) -> Iterator[None]:
    """Hold an output folder for one command; a second one says that it waits, and waits.

    Raises:
        FiggenError: The folder cannot be written to, or another command holds it for ten minutes.
    """
    lock = FileLock(output / LOCK)
    try:
        make_way(output, LOCK)
        try:
            lock.acquire(timeout=_AT_ONCE)
        except Timeout:
            progress.note(f"another figgen is at work in {output}; waiting for it")
            lock.acquire(timeout=_PATIENCE)
        sweep(output)
    except Timeout as error:
        hint = "wait for it, or choose another --output"
        raise FiggenError(f"another figgen is still at work in {output}; {hint}") from error
    except OSError as error:
        lock.release()
        raise FiggenError(f"cannot write into {output}: {error.strerror}; choose another --output") from error
    try:
        yield
    finally:
        lock.release()
