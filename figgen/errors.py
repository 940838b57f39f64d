"""The user's mistakes: what was given, what is allowed, and which file to mend.

Everything here is shown as one message without a traceback; any other exception is a bug of figgen and keeps
its traceback.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


class FiggenError(Exception):
    """A mistake that the user can mend. The command line exits with `exit_code`."""

    exit_code = 1


class UsageError(FiggenError):
    """A wrong name or value on the command line."""

    exit_code = 2


class ParameterError(UsageError):
    """A parameter of an experiment has the wrong type or is out of range."""


class ShapeError(FiggenError, ValueError):
    """An array has a shape that the operation does not take."""


class TranslationError(FiggenError):
    """A message has no translation in the language that was asked for."""


class DrawingError(FiggenError):
    """A `draw` does not draw into the figure that it is given, or not as its `Drawing` says."""


class ResultError(FiggenError):
    """A `simulate` returns what cannot be kept and read again as it was."""


class SpeechError(FiggenError):
    """A formula has something that figgen has no words for."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one source file."""

    path: Path
    line: int | None
    message: str

    def __str__(self) -> str:
        place = str(self.path) if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}"


class SourceError(FiggenError):
    """Everything that is wrong in the sources of a lecture, reported together."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type["SourceError"], tuple[tuple[Problem, ...]]]:
        """Cross the border between processes whole."""
        return SourceError, (self.problems,)


def wrong_encoding(path: Path) -> Iterator[Problem]:
    """Find the first place in a text file that is not UTF-8."""
    data = path.read_bytes()
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        yield Problem(
            path, line, f"byte {data[error.start]:#04x} is not UTF-8; save the file in that encoding"
        )


def unknown(kind: str, name: str, allowed: Iterable[str]) -> str:
    """Say that `name` is not a known `kind`, and name the nearest ones (or all, if none is near)."""
    names = sorted(set(allowed))
    from difflib import get_close_matches

    near = get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(names) or 'none'}"
    return f"unknown {kind} {name!r}; {hint}"
