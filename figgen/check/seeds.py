"""Do the claims hold with other seeds, too? Simulates anew in processes that hand back numbers alone."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from figgen.engine.executor import Workers
from figgen.engine.plan import Run
from figgen.engine.store import Store
from figgen.engine.work import Simulate, measure
from figgen.errors import Problem, SourceError
from figgen.experiment import Claim, Evidence
from figgen.lecture import Lecture


@dataclass(frozen=True, slots=True)
class Spread:
    """What was measured for one claim with each of some seeds; a NaN only counts as not holding."""

    claim: Claim
    values: tuple[float, ...]

    @property
    def low(self) -> float:
        """The least value."""
        return min(self._numbers)

    @property
    def median(self) -> float:
        """The value in the middle."""
        return statistics.median(self._numbers)

    @property
    def high(self) -> float:
        """The greatest value."""
        return max(self._numbers)

    @property
    def held(self) -> int:
        """With how many seeds the claim held; a value that is no number never does."""
        return sum(Evidence(self.claim, value).holds for value in self.values)

    @property
    def steady(self) -> bool:
        """Whether the claim held with every seed."""
        return self.held == len(self.values)

    @property
    def _numbers(self) -> list[float]:
        return [value for value in self.values if not math.isnan(value)] or [math.nan]


@dataclass(frozen=True, slots=True)
class MeasureSeed:
    """Simulate with the seed of `run`, and measure the claims; the result itself is not kept."""

    run: Run
    why: str = ""

    @property
    def label(self) -> str:
        """What the progress calls it."""
        return f"simulate {self.run.experiment} with seed {self.run.seed}"

    def __call__(self) -> tuple[float, ...]:
        """Return what was measured for each claim, in their order."""
        try:
            with TemporaryDirectory() as folder:
                evidence = measure(self.run, Simulate(self.run, Store(Path(folder)))())
        except SourceError as error:
            told = f" (with seed {self.run.seed})"
            raise SourceError(replace(p, message=p.message + told) for p in error.problems) from error
        return tuple(item.measured for item in evidence)


def spread_over_seeds(
    lecture: Lecture, runs: Sequence[Run], number: int, workers: Workers
) -> tuple[dict[str, tuple[Spread, ...]], tuple[Problem, ...]]:
    """Measure the claims of `runs` with `number` seeds, from that of the run upwards.

    Returns:
        For each experiment the spread of each claim, and one problem of each experiment that raised.
    """
    jobs = {
        (run.experiment, seed): MeasureSeed(replace(run, seed=seed))
        for run in runs
        for seed in range(run.seed, run.seed + number)
    }
    measured, problems = workers.do(jobs)
    spreads = {}
    for run in runs:
        rows = [values for (name, _), values in sorted(measured.items()) if name == run.experiment]
        claims = lecture.study(run.experiment).experiment.claims
        if rows:
            columns = zip(*rows, strict=True)
            spreads[run.experiment] = tuple(map(Spread, claims, columns))
    return spreads, tuple(sorted({problem.path: problem for problem in problems}.values()))
