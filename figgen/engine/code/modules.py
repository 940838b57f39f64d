"""Where the modules lie that a lecture's code imports: figgen's own, and those of the lecture."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from figgen.engine.code.source import Import
from figgen.paths import PACKAGE

_NO_SOURCES = {"__pycache__", "node_modules", "site-packages"}


@dataclass(frozen=True, slots=True)
class Module:
    """A module of which the code is there to be read.

    Attributes:
        file: Its code; None for a package without `__init__.py`.
        folder: What its submodules lie in; None if it is no package.
    """

    file: Path | None
    folder: Path | None

    def files(self) -> Iterator[Path]:
        """Yield all that may count where the module as such is a value."""
        if self.folder is None:
            assert self.file is not None  # or it would be no module
            yield self.file
        else:
            yield from code_in(self.folder)


def _module_at(path: Path) -> Module | None:
    init, file = path / "__init__.py", path.with_name(f"{path.name}.py")
    if init.is_file():
        return Module(init, path)
    if file.is_file():
        return Module(file, None)
    return Module(None, path) if path.is_dir() else None


@dataclass(frozen=True, slots=True)
class Places:
    """Where code lies that counts; what was looked up once is known.

    Attributes:
        lecture: The lecture's folder.
        package: The folder of figgen.
    """

    lecture: Path
    package: Path = PACKAGE
    _modules: dict[Path, Module | None] = field(default_factory=dict)
    _names: dict[Path, str] = field(default_factory=dict)
    _imported: dict[tuple[Path, int, str], list[Module]] = field(default_factory=dict)

    def is_figgens(self, file: Path) -> bool:
        """Tell whether a file is figgen's own."""
        return file.is_relative_to(self.package)

    def name(self, file: Path) -> str:
        """Name a file in a way that does not depend on where the folders lie."""
        if file not in self._names:
            self._names[file] = file.relative_to(self.top(file)).as_posix()
        return self._names[file]

    def top(self, file: Path) -> Path:
        """Return the folder that the modules of a file's kind are found in."""
        if self.is_figgens(file):
            return self.package.parent
        if file.is_relative_to(self.lecture):
            return self.lecture
        return next(folder for folder in file.parents if not (folder / "__init__.py").is_file())

    def imported(self, by: Path, what: Import) -> list[Module]:
        """Return the modules that are imported for `what` by a file, each before those in it.

        What is neither figgen's, nor the lecture's, nor of the same package gives no modules.
        """
        asked = (by.parent, what.level, what.module)
        if asked not in self._imported:
            self._imported[asked] = self._find(by, what)
        return self._imported[asked]

    def module_at(self, path: Path) -> Module | None:
        """Return the module that a path without its suffix stands for, as Python would find it there."""
        if path not in self._modules:
            self._modules[path] = _module_at(path)
        return self._modules[path]

    def child(self, module: Module, name: str) -> Module | None:
        """Return a submodule."""
        return None if module.folder is None else self.module_at(module.folder / name)

    def _find(self, by: Path, what: Import) -> list[Module]:
        parts = [part for part in what.module.split(".") if part]
        if what.level:
            start = list(by.parents)[: what.level][-1]
            package = self.module_at(start)
            return self._descend(start, parts, [package] if package else [])
        if parts[:1] == [self.package.name]:
            return self._descend(self.package.parent, parts)
        if self.is_figgens(by):
            return []
        tops = (self.top(by), self.lecture)
        return next((found for top in tops if (found := self._descend(top, parts))), [])

    def _descend(self, start: Path, names: list[str], around: Iterable[Module] = ()) -> list[Module]:
        """Return the modules on a way down from a folder; none if it ends early."""
        found = list(around)
        for name in names:
            start = start / name
            module = self.module_at(start)
            if module is None:
                return []
            found.append(module)
        return found

    def packages_around(self, file: Path) -> Iterator[Path]:
        """Yield the `__init__.py` of each package that a file of code lies in."""
        top = self.top(file)
        for folder in file.parents:
            if folder == top:
                return
            if (init := folder / "__init__.py").is_file() and init != file:
                yield init


def code_in(folder: Path) -> Iterator[Path]:
    """Yield the files of code in a folder, in order, but for hidden ones and what is installed there."""
    for place, folders, names in os.walk(folder):
        inside = Path(place)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _NO_SOURCES
            and not (inside / name / "pyvenv.cfg").is_file()
        )
        for name in sorted(names):
            if name.endswith(".py") and not name.startswith(".") and (inside / name).is_file():
                yield inside / name
