"""Which job comes next: the earliest stage, its longest first; what follows from a job when it is done."""

import heapq
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from figgen.engine.pool import Pool, Worker
from figgen.engine.worker import Done, Raised, Said
from figgen.errors import Problem, SourceError

_UNKNOWN_SECONDS = 1.0
_LONG = 300.0  # seconds after which the user wants to know that a job is still at work


class Progress(Protocol):
    """What is told of the work while it goes on."""

    def expect(self, steps: int) -> None:
        """There are so many more steps to do."""

    def done(self, step: str, seconds: float, why: str) -> None:
        """One step is done, which there was a reason for."""

    def failed(self, step: str) -> None:
        """One step came to nothing; why is told in the end."""

    def said(self, who: str, text: str) -> None:
        """A lecturer's code has printed a line."""

    def note(self, text: str) -> None:
        """There is something to know while the work goes on."""


class Job(Protocol):
    """A step of the work, which a process can be handed."""

    @property
    def label(self) -> str:
        """What the progress calls it."""

    @property
    def why(self) -> str:
        """Why it has to be done."""

    @property
    def stage(self) -> int:
        """Those of an earlier stage come first: others wait for what they give."""

    @property
    def told(self) -> bool:
        """Whether it is a step of the work that users are told of."""

    @property
    def source(self) -> Path:
        """The file of the lecture whose code it runs."""

    def __call__(self) -> Any:
        """Do it."""


Follow = Callable[[Any, Any], Mapping[Any, Job]]
"""Takes a job's name and what it gave to the jobs, by name, that can be done now."""


@dataclass(frozen=True, slots=True)
class Workers:
    """A pool of processes, and what is known of the work.

    Attributes:
        pool: Runs the jobs.
        number: How many jobs run at once.
        progress: Is told of each.
        seconds: How long each job took last time, by its label; brought up to date.
    """

    pool: Pool
    number: int
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    def do(
        self, jobs: Mapping[Any, Job], then: Follow = lambda name, given: {}
    ) -> tuple[dict[Any, Any], tuple[Problem, ...]]:
        """Do jobs, and those that follow from them, stage by stage, the longest first.

        Returns:
            What each job gave, by its name, and the problems of those that failed, each once.
        """
        given: dict[Any, Any] = {}
        problems: dict[Problem, None] = {}
        queue: list[tuple[int, float, int, Any, Job]] = []
        running: dict[Worker, tuple[Any, Job]] = {}
        order = count()
        self._enqueue(queue, order, jobs)
        while queue or running:
            while queue and len(running) < self.number:
                *_, name, job = heapq.heappop(queue)
                running[self.pool.start(job)] = (name, job)
            for worker, answer in self._answers(running):
                if isinstance(answer, Said):
                    self.progress.said(running[worker][1].source.stem, answer.text)
                    continue
                name, job = running.pop(worker)
                outcome = self._outcome(job, answer)
                following: Mapping[Any, Job] = {}
                if isinstance(outcome, SourceError):
                    problems |= dict.fromkeys(outcome.problems)
                else:
                    given[name] = outcome
                    following = then(name, outcome)  # keeps it
                if job.told:
                    self._tell(job, outcome)
                self._enqueue(queue, order, following)
        return given, tuple(problems)

    def _tell(self, job: Job, outcome: Any) -> None:
        """Tell what came of a job."""
        if isinstance(outcome, SourceError):
            self.progress.failed(job.label)
        else:
            self.progress.done(job.label, self.seconds.get(job.label, 0), job.why)

    def _answers(self, running: Mapping[Worker, tuple[Any, Job]]) -> Iterator[tuple[Worker, Any]]:
        """Wait for answers; meanwhile tell of jobs that take minutes."""
        began = time.monotonic()
        yield from self.pool.answers(min(_LONG - (began - worker.since) % _LONG for worker in running))
        for worker, (_, job) in running.items():
            times, known = ((now - worker.since) // _LONG for now in (time.monotonic(), began))
            if times > known >= 0:
                self.progress.note(f"{job.label} has run for {times * _LONG / 60:.0f} min")

    def _outcome(self, job: Job, answer: Any) -> Any:
        """Return what a job gave, or a `SourceError` for what went wrong in the lecturer's code."""
        if not isinstance(answer, Done):
            return SourceError([Problem(job.source, None, f"{job.label}: {answer.how}")])
        self.seconds[job.label] = answer.seconds
        if not isinstance(answer.outcome, Raised):
            return answer.outcome
        if isinstance(answer.outcome.error, SourceError):
            return answer.outcome.error
        answer.outcome.error.add_note(answer.outcome.trace)
        raise answer.outcome.error

    def _enqueue(
        self, queue: list[tuple[int, float, int, Any, Job]], order: Iterator[int], jobs: Mapping[Any, Job]
    ) -> None:
        self.progress.expect(sum(job.told for job in jobs.values()))
        for name, job in jobs.items():
            seconds = self.seconds.get(job.label, _UNKNOWN_SECONDS)
            heapq.heappush(queue, (job.stage, -seconds, next(order), name, job))
