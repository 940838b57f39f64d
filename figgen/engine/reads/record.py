"""What has been noted of an experiment at work: all that it read, and what it should have left."""

import json
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any

from figgen.engine.key import Key
from figgen.engine.reads import values
from figgen.engine.reads.whose import Whose
from figgen.errors import Problem

_BETWEEN = frozenset({
    "_collections_abc", "collections", "collections.abc", "genericpath", "ntpath", "os", "pathlib",
    "posixpath", "shutil", "string"
})  # fmt: skip
"""Modules of Python that ask on behalf of who calls them."""

_HERE = str(Path(__file__).parent) + os.sep


@dataclass(frozen=True, slots=True)
class Noted:
    """What a job hands back of its record; the attributes are those of a `Record`."""

    reads: Key = field(default_factory=dict)
    modules: Key = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Record:
    """What is read while an experiment is at work.

    Attributes:
        experiment: The file of the experiment.
        whose: Tells whose files are.
        current: The current folder at the beginning, as its value.
        reads: The value of each thing that was read, by its name, as it was when it was read first.
        modules: The hash of each file of code that was imported, by its path.
        made: What the experiment itself wrote or set, which it may read then.
        problems: What it did that cannot be followed, or that it should leave.
    """

    experiment: Path
    whose: Whose
    current: str
    reads: Key = field(default_factory=dict)
    modules: Key = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    problems: dict[Problem, None] = field(default_factory=dict)
    _busy: threading.local = field(default_factory=threading.local)
    _process: int = field(default_factory=os.getpid)
    _from_copies: IO[bytes] | None = None

    def attend(self, to: Callable[..., None], *args: Any) -> None:
        """Take in what happens, but for what happens by taking it in."""
        if not getattr(self._busy, "now", False):
            self._busy.now = True
            try:
                to(self, *args)
            finally:
                self._busy.now = False

    def note(self, name: str, value: Callable[[], str]) -> None:
        """Note that something was read, unless the experiment has made it."""
        if name not in self.reads and name not in self.made:
            self._add("reads", name, value())

    def note_path(self, given: Any, value: Callable[[Path], str], end: str = "") -> None:
        """Note that a file, or with an end to its name a folder, was read; and what its path depends on."""
        path = absolute(given)
        name = self.whose.name(path)
        if not name or name in self.made:
            return
        self.note(name + end, lambda: value(Path(path)))
        if not Path(os.fsdecode(given)).is_absolute():
            self.note(values.CURRENT, lambda: self.current)
        if Path(name).is_absolute():
            self.note(values.PLACE, lambda: self.whose.lecture)

    def note_code(self, file: Path, value: Callable[[], str]) -> None:
        """Note that a file of code was imported."""
        if str(file) not in self.modules:
            self._add("modules", str(file), value())

    def note_made(self, name: str) -> None:
        """Note that the experiment makes something itself."""
        self._add("made", name, "")

    def tell(self, message: str) -> None:
        """Note a problem in the line of the lecture that is being run."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and not self.whose.writes(frame.f_code.co_filename):
            frame = frame.f_back
        path = str(self.experiment) if frame is None else frame.f_code.co_filename
        self._add("problems", path, frame and frame.f_lineno, message)

    def asked_by_lecture(self, *through: str) -> bool:
        """Tell whether it is a line of the lecture that asks now, not a library for itself.

        Args:
            through: The names of more modules that may ask on behalf of it.
        """
        frame = asker(_BETWEEN | set(through))
        return frame is not None and self.whose.writes(frame.f_code.co_filename)

    def prepare_copy(self) -> None:
        """Have what is noted in a copy of this process, which is forked now, written where it is found."""
        if self._from_copies is None:
            self._from_copies = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `gather`

    def gather(self) -> None:
        """Take in what copies of this process have noted."""
        if self._from_copies is not None:
            with self._from_copies as file:
                file.seek(0)
                for line in file.readlines():
                    self._add(*json.loads(line))
            self._from_copies = None

    def take_in(self, noted: Noted) -> None:
        """Note what was noted by another record, for a part of the same work."""
        for kind, values_ in (("reads", noted.reads), ("modules", noted.modules)):
            for name, value in values_.items():
                self._add(kind, name, value)
        self.problems |= dict.fromkeys(noted.problems)

    def noted(self) -> Noted:
        """Return what was read, but for what the experiment had made itself."""
        kept = {name for name in self.reads if name not in self.made or name.startswith(values.VARIABLE)}
        reads = {name: value for name, value in self.reads.items() if name in kept}
        return Noted(reads, self.modules, tuple(self.problems))

    def _add(self, kind: str, *noted: Any) -> None:
        if self._from_copies is not None and os.getpid() != self._process:
            os.write(self._from_copies.fileno(), json.dumps([kind, *noted]).encode() + b"\n")
        if kind == "problems":
            path, line, message = noted
            self.problems[Problem(Path(path), line, message)] = None
        else:
            name, value = noted
            getattr(self, kind).setdefault(name, value)


def absolute(path: Any) -> str:
    """Return a whole path, without a look at the disk; of a file that is open already, an empty text."""
    is_path = isinstance(path, str | bytes | os.PathLike)
    return os.path.abspath(os.fsdecode(path)) if is_path else ""  # noqa: PTH100 - that looks at links


def asker(between: Container[str] = ()) -> FrameType | None:
    """Return the frame that asks for what is noted: outside this package, and the modules in between."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and (
        frame.f_code.co_filename.startswith(_HERE) or frame.f_globals.get("__name__") in between
    ):
        frame = frame.f_back
    return frame
