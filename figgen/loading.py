"""Experiment files: found below a folder, imported, each with its place in a lecture."""

import re
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from multiprocessing import parent_process
from pathlib import Path

from figgen.errors import Problem, SourceError
from figgen.experiment import Experiment
from figgen.isolation import printing_aside, undisturbed
from figgen.modules import forget, hidden_by, import_file, is_imported, place
from figgen.paths import LECTURE_FILE, composed, docstring_of

_EXPERIMENT = re.compile(rb"^EXPERIMENT\s*[:=]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Study:
    """An experiment in its place in a lecture: the file gives it name, chapter and title."""

    path: Path
    title: str
    experiment: Experiment

    @property
    def name(self) -> str:
        """The file's stem."""
        return composed(self.path.stem)

    @property
    def chapter(self) -> str:
        """The name of the folder that the file lies in."""
        return composed(self.path.parent.name)


def load_study(path: Path) -> Study:
    """Import one experiment file, unless it is imported already.

    Raises:
        SourceError: It fails on import, has no docstring, or offers no `EXPERIMENT`; with line and cause.
    """
    study = _load(path)
    if study is None:
        raise SourceError([_without_experiment(path)])
    return study


def _load(path: Path) -> Study | None:
    """Import one file; it may have no experiment."""
    try:
        module = import_file(path)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and parent_process() is None:
            raise  # workers leave Ctrl-C to their parent: there the file has raised it
        raise SourceError([problem_in(path, error)]) from error
    if not hasattr(module, "EXPERIMENT"):
        return None
    if not isinstance(module.EXPERIMENT, Experiment):
        raise SourceError([_without_experiment(path)])
    title = (module.__doc__ or docstring_of(path)).strip().partition("\n")[0].rstrip(".")
    if not title:
        raise SourceError([Problem(path, 1, "must begin with a docstring: its first line is the title")])
    return Study(path, title, module.EXPERIMENT)


def _without_experiment(path: Path) -> Problem:
    return Problem(path, None, "must define EXPERIMENT = Experiment(...), or be imported by one that does")


def _misplaced(root: Path) -> Iterator[Problem]:
    """Find experiments where none is looked for: in no chapter's folder, or deeper."""
    for path in sorted([*root.glob("[!.]*.py"), *root.glob("[!.]*/[!.]*/[!.]*.py")]):
        if path.is_file() and _EXPERIMENT.search(path.read_bytes()):
            told = f"an experiment lies in the folder of its chapter: {root.name}/<chapter>/{path.name}"
            yield Problem(path, None, told)


def problem_in(path: Path, error: BaseException) -> Problem:
    """Say where in the file `path` an exception came from, and what it was."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return Problem(path, error.lineno, f"{type(error).__name__}: {error.msg}")
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    told = f"{type(error).__name__}: {_words(error)}{_in_helper(path, frames)}{hidden_by(path, error)}"
    return Problem(path, lines[-1] if lines else None, told)


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # of a class of the lecture's own
        return "(it cannot say why)"


def _in_helper(path: Path, frames: traceback.StackSummary) -> str:
    """Say which other file of the lecture the experiment in `path` was in, and at which line."""
    lecture = path.parents[2]
    own = [
        f for f in frames if Path(f.filename).is_relative_to(lecture) and "site-packages" not in f.filename
    ]
    if not own or own[-1].filename == str(path):
        return ""
    return f" (in {Path(own[-1].filename).relative_to(lecture).as_posix()}:{own[-1].lineno})"


@dataclass(slots=True)
class Loaded:
    """What came of importing files.

    Attributes:
        studies: The experiments.
        failures: What is wrong with the files that cannot be imported.
        without: Files in which there is no experiment.
        helpers: Files that others import.
    """

    studies: list[Study] = field(default_factory=list)
    failures: dict[Path, tuple[Problem, ...]] = field(default_factory=dict)
    without: list[Path] = field(default_factory=list)
    helpers: set[Path] = field(default_factory=set)


def experiment_files(root: Path) -> list[Path]:
    """Return the files below a folder in which there may be experiments."""
    found = sorted(root.glob("[!.]*/[!.]*.py"))
    return [path for path in found if path.stem != "__init__" and path.is_file()]


def load_files(paths: Iterable[Path], among: Iterable[Path]) -> Loaded:
    """Import files; what one of them does to the process is put back before the next, as far as can be.

    Args:
        paths: The files.
        among: All files in which there may be experiments: those that are imported by others are helpers.
    """
    forget()
    loaded = Loaded()
    for path in paths:
        helps = is_imported(path)
        try:
            with undisturbed(), printing_aside(path.stem):
                study = _load(path)
        except SourceError as error:
            loaded.failures[path] = error.problems
            continue
        if study is not None:
            loaded.studies.append(study)
        elif not helps:
            loaded.without.append(path)
            forget(path)  # so that it is seen whether another imports it
    loaded.helpers |= {path for path in among if is_imported(path)}
    return loaded


def sort_out(root: Path, loaded: Loaded) -> tuple[list[Study], tuple[Problem, ...]]:
    """Return the experiments below `root`, and what is wrong with others; none is skipped in silence.

    A file without an experiment is a helper if another imports it.
    """
    failures = [problem for problems in loaded.failures.values() for problem in problems]
    failures += [_without_experiment(path) for path in loaded.without if path not in loaded.helpers]
    failures += _misplaced(root)
    return sorted(loaded.studies, key=lambda study: study.path), tuple(sorted(failures))


def load_studies(lecture: Path, named: str) -> tuple[list[Study], tuple[Problem, ...]]:
    """Import all experiments of a lecture in this process.

    Args:
        lecture: The lecture's folder.
        named: The folder or package of its experiments, as it calls it; empty if it does not.
    """
    root = experiments_folder(lecture, named)
    paths = experiment_files(root)
    return sort_out(root, load_files(paths, paths))


def experiments_folder(lecture: Path, named: str) -> Path:
    """Return the folder of a lecture's experiments, which may be that of a package; it need not be there.

    From now on, the modules of the lecture can be imported.

    Raises:
        SourceError: There is neither a folder nor a package of that name.
    """
    place(lecture)
    folder = lecture / (named or "experiments")
    if folder.is_dir() or not named:
        return folder
    top, _, inside = named.partition(".")
    try:
        spec = find_spec(top)  # which imports nothing, as that of a package inside would
    except (ImportError, ValueError) as error:
        told = f"experiments: {named!r} is no folder, and cannot be imported: {error}"
        raise SourceError([Problem(lecture / LECTURE_FILE, None, told)]) from error
    for found in (spec and spec.submodule_search_locations) or ():
        if (package := Path(found, *filter(None, inside.split(".")))).is_dir():
            return package
    told = f"experiments: there is no folder and no package {named!r}"
    raise SourceError([Problem(lecture / LECTURE_FILE, None, told)])
