"""What the open pages are told: which version is there, what is wrong, what is being made."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition

from figgen.engine import manifest
from figgen.engine.files import read_own, sha256, stays_inside
from figgen.errors import FiggenError

_OUTPUTS = ("figure", "handout")


@dataclass(slots=True)
class Stage:
    """What those who make pages and those who serve them have in common.

    Attributes:
        output: The output folder.
        elsewhere: What is wrong with all that is made after the open pages.
        doing: The step that was done last, while something is made.
        first: The page that the bare address leads to.
        latest: The page that was opened last.
        ended: Whether the preview is over.
    """

    output: Path
    elsewhere: tuple[str, ...] = ()
    doing: str = ""
    first: str = ""
    latest: str = ""
    ended: bool = False
    _problems: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    _open: Counter[str] = field(default_factory=Counter)
    _changes: int = 0
    _changed: Condition = field(default_factory=Condition)
    _versions: dict[str, tuple[tuple[int, ...], str]] = field(default_factory=dict)

    def open_pages(self) -> list[str]:
        """Return the pages that a browser shows; if none does, the one that was opened last, or the first."""
        with self._changed:
            return [page for page, tabs in self._open.items() if tabs] or [self.latest or self.first]

    @contextmanager
    def shown(self, page: str) -> Iterator[None]:
        """Count a page as open."""
        with self._changed:
            self._open[page] += 1
            self.latest = page
        try:
            yield
        finally:
            with self._changed:
                self._open[page] -= 1

    def note_problems(self, page: str, problems: tuple[str, ...]) -> None:
        """Note what keeps a page, or the first one if that has no name yet, at its version."""
        self._problems[page] = (self._version(page), problems)

    def tell(self) -> None:
        """Have all open pages look at the news."""
        with self._changed:
            self._changes += 1
            self._changed.notify_all()

    def wait(self, known: int, seconds: float) -> int:
        """Wait until there are more changes than are known, but no longer than `seconds`; count them."""
        with self._changed:
            self._changed.wait_for(lambda: self._changes > known, seconds)
            return self._changes

    def news(self, page: str) -> Mapping[str, object]:
        """Return all that a page has to know."""
        version = self._version(page)
        kept_at, found = self._problems.get(page, ("", ()))
        own = found if kept_at == version else ()
        return {
            "version": version,
            "leads": self.first if page == "" else "",
            "problems": own,
            "elsewhere": [problem for problem in self.elsewhere if problem not in own],
            "doing": self.doing,
        }

    def read(self, path: str) -> bytes | None:
        """Return an output of figgen's by its path; None for all else, such as links and hidden files."""
        if not stays_inside(path) or any(part.startswith(".") for part in path.split("/")):
            return None
        try:
            entry = (manifest.read(self.output) or {}).get(path)
        except FiggenError:
            return None
        return read_own(self.output, path) if entry and entry.kind in _OUTPUTS else None

    def _version(self, page: str) -> str:
        """Return the hash of a page that is there, which is read only if it may be another."""
        try:
            found = os.lstat(self.output / page) if page else None
        except OSError:
            found = None
        if found is None:
            return ""
        mark = (found.st_mtime_ns, found.st_size, found.st_ino)
        known, version = self._versions.get(page, ((), ""))
        if known != mark or not version:  # of a page that is made for the first time, the manifest comes last
            version = version_of(self.read(page))
            self._versions[page] = (mark, version)
        return version


def version_of(data: bytes | None) -> str:
    """Name the version of a page; empty if it is not there."""
    return "" if data is None else sha256(data)[:16]
