"""Experiment files: found below a folder, imported, each with its place in a lecture."""

import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from figgen.errors import Problem, SourceError
from figgen.experiment import Experiment
from figgen.isolation import printing_aside, undisturbed
from figgen.modules import forget, hidden_by, import_file, is_imported
from figgen.paths import composed, docstring_of

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
        if isinstance(error, KeyboardInterrupt):
            raise
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


def load_studies(root: Path) -> tuple[list[Study], tuple[Problem, ...]]:
    """Import every experiment file below `root`; one that fails is reported, never skipped.

    A file without an experiment is a helper if another imports it.
    """
    forget()
    studies: list[Study] = []
    failures: list[Problem] = []
    without: list[Path] = []
    for path in sorted(root.glob("[!.]*/[!.]*.py")):
        if path.stem == "__init__" or not path.is_file():
            continue
        helps = is_imported(path)
        try:
            with undisturbed(), printing_aside(path.stem):
                study = _load(path)
        except SourceError as error:
            failures.extend(error.problems)
            continue
        if study is not None:
            studies.append(study)
        elif not helps:
            without.append(path)
            forget(path)  # so that it is seen whether another imports it
    failures += [_without_experiment(path) for path in without if not is_imported(path)]
    failures += _misplaced(root)
    return studies, tuple(sorted(failures))
