"""A random lecture on its way: its files, and what can be changed about it.

Each number stands alone in its line, and is the value of a knob: something that can be turned by itself.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Turn = Callable[[Path, random.Random], object]
"""Changes one thing about a lecture, in its folder or in the environment that it returns."""


@dataclass(frozen=True)
class Function:
    """A function without arguments that gives a number, in a module."""

    module: str
    name: str


@dataclass
class Lecture:
    """A lecture on its way.

    Attributes:
        rng: Decides.
        files: The texts of its files by path; a path that begins with `../` lies outside.
        environment: Variables that are set.
        turns: What can be changed, by a name for it.
        functions: What there is to call.
    """

    rng: random.Random
    files: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str | None] = field(default_factory=dict)
    turns: dict[str, Turn] = field(default_factory=dict)
    functions: list[Function] = field(default_factory=list)
    numbers: int = 0

    def fresh(self, what: str) -> str:
        """Return a name that nothing has yet."""
        self.numbers += 1
        return f"{what}{self.numbers}"

    def knob(self, file: str, before: str = "k = ") -> str:
        """Return a line that sets `k` to a number, which can be turned in the file."""
        name = self.fresh("knob")
        self.turns[name] = lambda lecture, rng: _turn_number(lecture / file, name, rng)
        return f"{before}{self.rng.randrange(100, 1000)}  # {name}"


def _turn_number(file: Path, name: str, rng: random.Random) -> None:
    """Give a knob another number, of the same length."""
    text = file.read_text(encoding="utf-8")
    (number,) = re.findall(rf"(\d+)  # {name}\n", text)
    other = rng.choice([n for n in range(100, 1000) if n != int(number)])
    file.write_text(text.replace(f"{number}  # {name}\n", f"{other}  # {name}\n"), encoding="utf-8")
