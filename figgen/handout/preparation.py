"""The chapters made ready for pandoc to write: read, ordered, and in parts, once for all formats."""

import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from figgen.errors import Problem, SourceError
from figgen.handout.chapters import has_own_filters, parse, split, whole
from figgen.handout.citations import cite
from figgen.handout.macros import macros_for
from figgen.handout.manuscript import Manuscript
from figgen.handout.order import number
from figgen.handout.pandoc import Pandoc
from figgen.handout.parts import Parts

_T = TypeVar("_T")

_LONGEST = 120_000
"""Characters of a tree, about six pages: pandoc takes .06 s to begin, and .2 s more for so many."""


@dataclass(frozen=True, slots=True)
class Work:
    """Several pieces of work at once; what is wrong is noted, so that all of it can be told together."""

    problems: list[Problem] = field(default_factory=list)

    def each(self, pieces: Iterable[Callable[[], _T]]) -> list[_T]:
        """Do each piece; return what came of those that went well."""
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            done = list(threads.map(self._attempt, pieces))
        return [given for given in done if given is not None]

    def _attempt(self, piece: Callable[[], _T]) -> _T | None:
        try:
            return piece()
        except SourceError as error:
            self.problems.extend(error.problems)
        return None


def read_parts(manuscript: Manuscript, pandoc: Pandoc) -> Parts:
    """Have pandoc read the chapters; give everything its name and number; write citations.

    This needs no picture of a figure.
    """
    work, sources = Work(), manuscript.prose.sources
    macros = macros_for(sources, manuscript.macros)
    texts = work.each(
        partial(parse, source, before, pandoc) for source, before in zip(sources, macros, strict=True)
    )
    if not texts:  # what a chapter names that could not be read is not unknown
        return Parts((), {}, tuple(work.problems))
    is_part = manuscript.is_part or len(texts) < len(sources)
    known, problems = number(texts, replace(manuscript, is_part=is_part))
    work.problems.extend(problems)
    lists = work.each([partial(cite, texts, manuscript, pandoc)])
    longest = sys.maxsize if has_own_filters(manuscript) else _LONGEST
    chapters = [tuple(split(text, longest)) for text in texts]
    chapters += [(whole(tree, manuscript.prose),) for tree in lists]
    numbers = {name: numbered.number for name, numbered in known.items()}
    return Parts(tuple(chapters), numbers, tuple(work.problems))
