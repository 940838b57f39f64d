"""Jobs that do to their process what lecturers' code may do, for the tests of the engine."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Attack:
    """A job that runs some lines of Python, and gives what they call `given`."""

    code: str
    label: str = "simulate coin"
    why: str = ""
    stage: int = 0
    told: bool = True
    source: Path = Path("coin.py")

    def __call__(self) -> Any:
        """Run the lines."""
        names: dict[str, Any] = {}
        exec(self.code, names)
        return names.get("given")


@dataclass(slots=True)
class Told:
    """A progress that remembers what it was told."""

    steps: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def expect(self, steps: int) -> None:
        """Is told with the steps themselves."""

    def done(self, step: str, seconds: float, why: str) -> None:
        """Remember a step."""
        self.steps.append(step)

    def failed(self, step: str) -> None:
        """Remember that it failed."""
        self.steps.append(f"{step} failed")

    def said(self, who: str, text: str) -> None:
        """Remember a line."""
        self.lines.append(f"{who}: {text}")

    def note(self, text: str) -> None:
        """Remember a note."""
        self.notes.append(text)
