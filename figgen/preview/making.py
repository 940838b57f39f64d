"""What is made at once: one page, or all the rest, in a process that has done its imports already.

Each such process makes one thing and ends, so that the next sees the lecture's code as it is then.
"""

import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from figgen.engine.plan import Plan
from figgen.engine.planning import make_plan
from figgen.engine.pool import prepare
from figgen.engine.run import run
from figgen.engine.sources import look_at_sources
from figgen.errors import FiggenError, Problem, SourceError, UsageError, unknown
from figgen.handout import EDITIONS, Edition
from figgen.handout.documents import Handout, handouts
from figgen.lecture import absent_texts
from figgen.paths import lecture_folder
from figgen.request import Request, read_request


@dataclass(frozen=True, slots=True)
class Order:
    """What to make.

    Attributes:
        asked: The options of the command line that have to do with the lecture and with how to build.
        targets: Formats of the rest, as `build` takes them.
        editions: Editions of the rest, likewise.
        chapters: Those that pages are about; if none is given, all.
        page: The page to make; the first one, if empty; None for all the rest.
    """

    asked: Mapping[str, Any]
    targets: Sequence[str]
    editions: Sequence[Edition]
    chapters: tuple[str, ...]
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """How a making ended.

    Attributes:
        page: The page that was ordered; empty if it was the first, and there is none.
        pages: The pages that there are, in the editions that are asked for.
        problems: What went wrong, a text each.
        warnings: What readers may stumble over, a text each.
        seconds: How long it took.
    """

    page: str = ""
    pages: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0


Told = tuple[str, tuple[Any, ...]]
"""What is told on the way: a method of `Progress`, and what it is given."""


def serve() -> None:
    """Get ready, take an order from standard input, and answer on standard output; without one, end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the workers, as Ctrl-C does
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a lecture prints is no answer
    from figgen.handout import html  # noqa: F401  # all that a page needs

    prepare()
    try:
        order = pickle.load(sys.stdin.buffer)
        _answer(answers, make(order, _Relay(answers)))
    except (EOFError, KeyboardInterrupt, BrokenPipeError):
        os._exit(1)  # nobody wants it any more


def make(order: Order, progress: Any) -> Made:
    """Make what is ordered; whatever goes wrong is part of the answer."""
    started, folder = time.perf_counter(), lecture_folder(order.asked["lecture"])
    page = order.page or ""
    pages: tuple[str, ...] = ()
    problems: list[Problem | str] = []
    warnings: list[Problem] = []
    try:
        request = read_request(dict(order.asked), look_at_sources(folder, order.asked["output"]))
        everywhere = handouts(request.languages, ["html"], EDITIONS, order.chapters)
        pages = tuple(h.path for h in everywhere if h.edition in (order.editions or EDITIONS[:1]))
        page = page or pages[0]
        plan = _plan(order, request, page, everywhere)
        report = run(plan, progress)
        problems += [*report.problems, *plan.lecture.failures]
        warnings += report.warnings
    except SourceError as error:
        problems += error.problems
    except FiggenError as error:
        problems.append(str(error))
    except Exception:  # a bug of figgen must not end the preview
        problems.append(traceback.format_exc())
    told = tuple(_relative(problem, folder) for problem in dict.fromkeys(problems))
    warned = tuple(_relative(warning, folder) for warning in warnings)
    return Made(page, pages, told, warned, time.perf_counter() - started)


def _plan(order: Order, request: Request, page: str, everywhere: Sequence[Handout]) -> Plan:
    """Plan a page and the pictures in it, and nothing else; or all the rest.

    Raises:
        UsageError: There is no such page.
        SourceError: A chapter of it has no text in its language.
    """
    if order.page is None:
        return request.everything(order.targets, order.editions, order.chapters)
    handout = next((h for h in everywhere if h.path == page), None)
    if handout is None:
        raise UsageError(unknown("page", page, (h.path for h in everywhere)))
    if absent := tuple(absent_texts(request.lecture, [handout.language], order.chapters)):
        raise SourceError(absent)
    return make_plan(request.lecture, request.options, (), [handout], request.sources)


def _relative(problem: Problem | str, folder: Path) -> str:
    """Write a problem with its path from the lecture's folder."""
    return str(problem).replace(f"{folder}{os.sep}", "")


def _answer(answers: IO[bytes], answer: Told | Made) -> None:
    pickle.dump(answer, answers)
    answers.flush()


@dataclass(frozen=True, slots=True)
class _Relay:
    """A progress that is told elsewhere."""

    answers: IO[bytes]

    def expect(self, steps: int) -> None:
        _answer(self.answers, ("expect", (steps,)))

    def done(self, step: str, seconds: float, why: str) -> None:
        _answer(self.answers, ("done", (step, seconds, why)))

    def failed(self, step: str) -> None:
        _answer(self.answers, ("failed", (step,)))

    def said(self, who: str, text: str) -> None:
        _answer(self.answers, ("said", (who, text)))

    def note(self, text: str) -> None:
        _answer(self.answers, ("note", (text,)))
