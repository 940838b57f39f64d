"""Do the claims hold with other seeds, too? Simulates anew in processes that hand back numbers alone."""

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from figgen.engine.executor import Workers
from figgen.engine.jobs import RESULT, Simulate, measure
from figgen.engine.plan import Plan, Simulation
from figgen.errors import Problem, SourceError
from figgen.experiment import Claim, Evidence
from figgen.loading import load_study


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
    """Simulate with the seed of a simulation, and measure the claims; the result itself is not kept."""

    simulation: Simulation
    why: str = ""
    stage: int = 0
    told: bool = True

    @property
    def label(self) -> str:
        """What the progress calls it."""
        return f"simulate {self.simulation.experiment} with seed {self.simulation.seed}"

    @property
    def source(self) -> Path:
        """The file of the experiment."""
        return self.simulation.path

    def __call__(self) -> tuple[float, ...]:
        """Return what was measured for each claim, in their order."""
        try:
            result = Simulate(self.simulation)().files[RESULT]
            return measure(load_study(self.simulation.path), result)
        except SourceError as error:
            told = f" (with seed {self.simulation.seed})"
            raise SourceError(replace(p, message=p.message + told) for p in error.problems) from error


def spread_over_seeds(
    plan: Plan, experiments: Iterable[str], number: int, workers: Workers
) -> tuple[dict[str, tuple[Spread, ...]], tuple[Problem, ...]]:
    """Measure the claims of some experiments with `number` seeds, from that of the plan upwards.

    Returns:
        For each experiment the spread of each claim, and one problem of each experiment that raised.
    """
    simulations = [plan.simulations[name] for name in experiments]
    jobs = {
        (simulation.experiment, seed): MeasureSeed(replace(simulation, seed=seed))
        for simulation in simulations
        for seed in range(simulation.seed, simulation.seed + number)
    }
    measured, problems = workers.do(jobs)
    spreads = {}
    for simulation in simulations:
        name = simulation.experiment
        rows = [values for (experiment, _), values in sorted(measured.items()) if experiment == name]
        claims = plan.lecture.study(name).experiment.claims
        if rows:
            columns = zip(*rows, strict=True)
            spreads[name] = tuple(map(Spread, claims, columns))
    return spreads, tuple(sorted({problem.path: problem for problem in problems}.values()))
