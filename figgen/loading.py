"""Experiment files: found below a folder, imported, each with its place in a lecture."""

import importlib
import importlib.util
import sys
import traceback
from dataclasses import dataclass
from hashlib import sha256
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from figgen.errors import Problem, SourceError
from figgen.experiment import Experiment
from figgen.paths import PACKAGE


@dataclass(frozen=True, slots=True)
class Study:
    """An experiment in its place in a lecture: the file gives it name, chapter and title."""

    path: Path
    title: str
    experiment: Experiment

    @property
    def name(self) -> str:
        """The file's stem."""
        return self.path.stem

    @property
    def chapter(self) -> str:
        """The name of the folder that the file lies in."""
        return self.path.parent.name


def load_study(path: Path) -> Study:
    """Import one experiment file.

    Raises:
        SourceError: It fails on import, has no docstring, or offers no `EXPERIMENT`; with line and cause.
    """
    try:
        module = _import(path)
    except (Exception, SystemExit) as error:
        raise SourceError([problem_in(path, error)]) from error
    experiment = getattr(module, "EXPERIMENT", None)
    if not isinstance(experiment, Experiment):
        raise SourceError([Problem(path, None, "must define EXPERIMENT = Experiment(...)")])
    title = str(module.__doc__ or "").strip().partition("\n")[0].rstrip(".")
    if not title:
        raise SourceError([Problem(path, 1, "must begin with a docstring: its first line is the title")])
    return Study(path, title, experiment)


def problem_in(path: Path, error: BaseException) -> Problem:
    """Say where in the file `path` an exception came from, and what it was."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return Problem(path, error.lineno, f"{type(error).__name__}: {error.msg}")
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    return Problem(path, lines[-1] if lines else None, f"{type(error).__name__}: {error}")


def load_studies(root: Path) -> tuple[list[Study], tuple[Problem, ...]]:
    """Import every experiment file below `root`; one that fails is reported, never skipped."""
    studies: list[Study] = []
    failures: list[Problem] = []
    for path in sorted(root.glob("[!.]*/[!.]*.py")):
        if path.stem == "__init__":
            continue
        try:
            studies.append(load_study(path))
        except SourceError as error:
            failures.extend(error.problems)
    return studies, tuple(failures)


class _FromSource(SourceFileLoader):
    """Compiles a file whenever it is imported: byte code goes by size and time, which an edit may keep."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


def _import(path: Path) -> ModuleType:
    if path.is_relative_to(PACKAGE):
        return importlib.import_module(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts))
    folder = str(path.parents[2])
    if folder not in sys.path:
        sys.path.insert(0, folder)  # a lecture's own helpers are found wherever the command runs
    name = f"figgen_lecture_{sha256(str(path).encode()).hexdigest()[:12]}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path, loader=_FromSource(name, str(path)))
    assert spec is not None  # it has a loader
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
