"""Whose a file is: the lecture's, Python's or an installed package's, or somebody else's."""

import os
import site
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from figgen.engine.sources import is_for_outputs
from figgen.modules import home
from figgen.paths import PACKAGE

_OF_THE_SYSTEM = ("/proc", "/dev", "/sys", "/etc", "/usr", "/run", "/var/cache", "/Library", "/System")
_DATA = ("/run/media/", "/usr/local/share/")
"""Where in these people do put data: on memory sticks, and for all users of a machine."""

_FONTS = ("~/.fonts", "~/.local/share/fonts", "~/Library/Fonts", "/usr/local/share/fonts")
"""Where fonts are installed, all of which Matplotlib looks into."""

_LECTURES = tuple(str(PACKAGE / room) + os.sep for room in ("experiments", "sim"))
"""What of figgen is a lecture's code."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Tells whose files are, as seen by one lecture.

    Attributes:
        lecture: The lecture's folder.
        package: The folder of the package that its experiments are, if they are one elsewhere; else empty.
    """

    lecture: str
    package: str = ""
    _names: dict[str, str] = field(default_factory=dict)
    _writers: dict[str, bool] = field(default_factory=dict)

    def name(self, path: str) -> str:
        """Return the name of a file that counts if it is read; empty if it does not count."""
        if path not in self._names:
            self._names[path] = self._name(path) if path else ""
        return self._names[path]

    def _name(self, path: str) -> str:
        if path.startswith(_installed()):
            return ""
        for inside in (path, os.path.realpath(path)):
            if inside.startswith(self.lecture + os.sep):
                outputs = any(map(is_for_outputs, _folders(Path(inside), Path(self.lecture))))
                return "" if outputs else Path(os.path.relpath(inside, self.lecture)).as_posix()
        systems = path.startswith(_not_the_authors()) and not path.startswith(_DATA)
        if systems or path.startswith((*_matplotlibs(), *_of_fonts())):
            return ""
        return Path(path).as_posix()

    def writes(self, code: str) -> bool:
        """Tell whether a file of code is neither Python's, nor a package's, nor of figgen's tool."""
        if code not in self._writers:
            experiments = code.startswith((*_LECTURES, *([self.package + os.sep] if self.package else [])))
            lectures = code.startswith(self.lecture + os.sep)
            others = code.startswith(("<frozen ", *_not_the_authors()))
            self._writers[code] = experiments or (
                not code.startswith(_installed()) and (lectures or not others)
            )
        return self._writers[code]


_PACKAGE = str(PACKAGE) + os.sep


def seen_from(experiment: Path, lecture: Path) -> Whose:
    """Return whose files are, as seen from the file of an experiment of a lecture."""
    if experiment.is_relative_to(lecture) or experiment.is_relative_to(PACKAGE):
        return Whose(str(lecture))
    top = home(experiment)
    return Whose(str(lecture), str(top / experiment.relative_to(top).parts[0]))


def _folders(path: Path, top: Path) -> Iterator[Path]:
    """Yield the folders around a file, below another folder."""
    for folder in path.parents:
        if folder == top:
            return
        yield folder


@cache
def _installed() -> tuple[str, ...]:
    """Return where Python and packages are installed, and figgen: what lies there counts by its version."""
    paths = {sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths |= {*site.getsitepackages(), site.getusersitepackages()}
    paths |= {path for path in sys.path if Path(path).name in {"site-packages", "dist-packages"}}
    real = {os.path.realpath(path) for path in paths}
    return (*(path + os.sep for path in sorted(paths | real)), _PACKAGE)


@cache
def _not_the_authors() -> tuple[str, ...]:
    """Return where nothing lies that the author of a lecture has written."""
    windows = {os.environ.get("SYSTEMROOT", ""), os.environ.get("WINDIR", "")} - {""}
    paths = {*_OF_THE_SYSTEM, *windows, sys.prefix, sys.base_prefix}
    return tuple(path + os.sep for path in sorted(paths))


@cache
def _of_fonts() -> tuple[str, ...]:
    windows = os.environ.get("LOCALAPPDATA")
    users = [f"{windows}/Microsoft/Windows/Fonts"] if windows else []
    return tuple(os.path.abspath(os.path.expanduser(folder)) + os.sep for folder in (*_FONTS, *users))  # noqa: PTH100, PTH111


def _matplotlibs() -> tuple[str, ...]:
    """Return where Matplotlib keeps what it knows of fonts, if it is there."""
    library = sys.modules.get("matplotlib")
    folders = (library.get_cachedir(), library.get_configdir()) if library else ()
    return tuple(folder + os.sep for folder in folders)
