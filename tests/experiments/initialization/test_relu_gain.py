"""The step that a layer takes with the logarithm of a gradient's norm, and the gain that makes up for it."""

import math

import numpy as np
import pytest

from figgen.experiments.initialization import relu_gain
from figgen.experiments.initialization.relu_gain import DRAWN, EXPERIMENT, RELU, WIDTHS, Params, simulate
from figgen.sim.initializers import Gaussian

AT = WIDTHS.index(DRAWN)


@pytest.mark.parametrize("seed", range(3))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(seed))) == set()


def test_the_steps_are_those_of_matrices_and_masks() -> None:
    rng = np.random.default_rng(3)
    draws = 20_000
    W = rng.standard_normal((draws, DRAWN, DRAWN)) * math.sqrt(2 / DRAWN)
    full = rng.standard_normal((draws, DRAWN))
    masked = full * (rng.random(full.shape) < 0.5)
    steps = np.log(np.linalg.norm(np.einsum("rij,ri->rj", W, masked), axis=1) / np.linalg.norm(full, axis=1))
    expected = simulate(Params(), np.random.default_rng(0)).mean_step[RELU, AT]
    assert steps[np.isfinite(steps)].mean() == pytest.approx(expected, abs=0.012)


def test_a_gain_of_root_two_alone_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Gaussian(lambda fan_in: math.sqrt(2 / fan_in))
    monkeypatch.setattr(relu_gain, "random_walk", lambda rectified=False: kept)
    fallen = EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(0)))
    assert fallen >= {"relu_formula", "linear_formula"}
