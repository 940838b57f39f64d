"""Notes what is read meanwhile: an audit hook sees each file that Python opens, and each folder it lists.

What it does not see: files that a library opens in C by itself, what another program reads, and what was read
before and kept. What is read in a process that this one was forked into is seen.
"""

import functools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from figgen.engine.reads import values
from figgen.engine.reads.environment import watched
from figgen.engine.reads.events import HEARD
from figgen.engine.reads.record import Record
from figgen.engine.reads.whose import seen_from
from figgen.modules import forget

_COMMAND = {"__main__", "__mp_main__", "sitecustomize", "usercustomize"}
"""What runs figgen or prepares Python for it, which no lecture imports."""


@contextmanager
def tracing(experiment: Path, lecture: Path, *, anew: bool = True) -> Iterator[Record]:
    """Note what is read until the end, for who notes it around this, too.

    Args:
        experiment: The file of the experiment that is at work.
        lecture: The folder of the lecture that it belongs to.
        anew: Whether to import the lecture's modules anew, so that what they read on import is noted, too.
    """
    if anew:
        forget()
    whose, watch = seen_from(experiment, lecture), _watch()
    record = Record(experiment, whose, values.of_current_folder(lecture))
    before, watch.record = watch.record, record
    try:
        with watched(record):
            yield record
    finally:
        watch.record = before
        record.gather()
    _add_other_code(record)
    if before is not None:
        before.take_in(record.noted())


def _add_other_code(record: Record) -> None:
    """Add the modules that belong neither to the lecture nor to an installed package."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name not in _COMMAND and isinstance(file, str) and Path(record.whose.name(file)).is_absolute():
            record.note_code(Path(file), functools.partial(values.of_file, Path(file)))


@dataclass(slots=True)
class _Watch:
    """Hands on what the audit hook hears to the record of the experiment that is at work, if one is."""

    record: Record | None = None

    def hear(self, event: str, args: tuple[Any, ...]) -> None:
        """Take in an event."""
        if self.record is not None and event in HEARD:
            self.record.attend(HEARD[event], *args)


@cache
def _watch() -> _Watch:
    """Return the one watch of this process: an audit hook stays for good."""
    watch = _Watch()
    sys.addaudithook(watch.hear)
    return watch
