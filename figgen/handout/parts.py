"""The chapters as pandoc writes them, in parts, so that an edit has one part written anew."""

from dataclasses import dataclass

from figgen.errors import Problem
from figgen.handout.prose import Prose


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a chapter, as long as pandoc writes it in one go; or the list of references.

    Attributes:
        tree: Pandoc's tree, as JSON.
        figures: The names of the figures that it shows.
        prose: The chapters that it comes from.
    """

    tree: str
    figures: tuple[str, ...]
    prose: Prose


@dataclass(frozen=True, slots=True)
class Parts:
    """The chapters in parts.

    Attributes:
        chapters: The parts of each chapter; those of the list of references are the last.
        numbers: All numbers by name.
        problems: What is wrong in the chapters.
    """

    chapters: tuple[tuple[Part, ...], ...]
    numbers: dict[str, str]
    problems: tuple[Problem, ...]
