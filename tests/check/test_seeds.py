"""The spread of a claim over seeds, and what becomes of an experiment that raises with one of them."""

import math
import statistics
from pathlib import Path

import pytest
from attacks import Told
from tiny_lecture import edit

from figgen.check.seeds import MeasureSeed, Spread, spread_over_seeds
from figgen.engine.executor import Workers
from figgen.engine.plan import Options, Plan
from figgen.engine.planning import make_plan
from figgen.engine.pool import worker_pool
from figgen.experiment import Claim, at_most, generator
from figgen.lecture import load_lecture
from figgen.plotting.presets import Picture

CLAIM = Claim("small", "It is {value}.", lambda r: r, at_most(2))


def plan_of(folder: Path, seed: int = 0) -> Plan:
    lecture = load_lecture(folder)
    pictures = [Picture(figure, "en", "print", "svg") for figure in lecture.figures()]
    return make_plan(lecture, Options(folder / "output", seed), pictures)


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_seed_is_measured_once_from_that_of_the_run_upwards(tiny: Path, jobs: int) -> None:
    plan = plan_of(tiny, seed=5)
    told = Told()
    with worker_pool() as pool:
        spreads, problems = spread_over_seeds(plan, plan.simulations, 3, Workers(pool, jobs, told))
    assert problems == ()
    (coin,) = spreads["coin"]
    expected = [generator("coin", seed).integers(0, 2, 1000).mean() for seed in (5, 6, 7)]
    assert coin.values == pytest.approx(expected)
    assert coin.median == statistics.median(coin.values)
    wanted = [f"simulate {name} with seed {seed}" for name in ("coin", "dice") for seed in (5, 6, 7)]
    assert sorted(told.steps) == wanted


def test_a_worker_hands_back_numbers_and_leaves_no_file(tiny: Path) -> None:
    plan = plan_of(tiny)
    before = sorted(tiny.rglob("*"))
    given = MeasureSeed(plan.simulations["coin"])()
    assert [type(value) for value in given] == [float]
    assert [path for path in sorted(tiny.rglob("*")) if "__pycache__" not in path.parts] == before


def test_a_seed_that_raises_is_named_once_and_the_others_count(tiny: Path) -> None:
    edit(
        tiny / "experiments/chance/coin.py",
        "    heads =",
        "    if rng.integers(0, 3):\n        1 / 0\n    heads =",
    )
    plan = plan_of(tiny)
    fail = [bool(generator("coin", seed).integers(0, 3)) for seed in range(12)]
    with worker_pool() as pool:
        spreads, (problem,) = spread_over_seeds(plan, plan.simulations, 12, Workers(pool, 1, Told()))
    assert len(spreads["coin"][0].values) == fail.count(False)
    assert len(spreads["dice"][0].values) == 12
    assert (problem.path.name, problem.line) == ("coin.py", 26)
    assert "ZeroDivisionError: division by zero (with seed " in problem.message


def test_a_spread_counts_where_the_claim_held() -> None:
    spread = Spread(CLAIM, (1.0, 3.0, 2.0, 1.5))
    assert (spread.low, spread.median, spread.high) == (1.0, 1.75, 3.0)
    assert (spread.held, spread.steady) == (3, False)
    assert Spread(CLAIM, (1.0, 2.0)).steady


def test_a_value_that_is_no_number_only_counts_as_not_holding() -> None:
    spread = Spread(CLAIM, (math.nan, 1.0, math.nan))
    assert (spread.low, spread.median, spread.high, spread.held) == (1.0, 1.0, 1.0, 1)
    nothing = Spread(CLAIM, (math.nan,))
    assert math.isnan(nothing.low)
    assert (nothing.held, nothing.steady) == (0, False)
