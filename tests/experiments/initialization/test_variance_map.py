"""The map of a layer's variance to the next one's, and networks upon it."""

import numpy as np
import pytest

from figgen.experiments.initialization import variance_map
from figgen.experiments.initialization.variance_map import (
    EXPERIMENT,
    KAIMING,
    LARGE,
    XAVIER_RELU,
    Params,
    simulate,
)
from figgen.sim.activations import tanh
from figgen.sim.meanfield import variance_map as right


@pytest.mark.parametrize("seed", range(3))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(seed))) == set()


def test_relu_has_straight_curves_with_the_slopes_one_half_and_one() -> None:
    result = simulate(Params(width=64), np.random.default_rng(0))
    np.testing.assert_allclose(result.curves[XAVIER_RELU], result.grid / 2, rtol=1e-6)
    np.testing.assert_allclose(result.curves[KAIMING], result.grid, rtol=1e-6)


def test_the_fixed_point_of_large_weights_stays_where_it_is_by_monte_carlo() -> None:
    fixed = simulate(Params(width=64), np.random.default_rng(0)).fixed
    z = np.sqrt(fixed) * np.random.default_rng(1).standard_normal(2_000_000)
    sigma_w = variance_map.STARTS[LARGE][2]
    assert sigma_w**2 * (np.tanh(z) ** 2).mean() == pytest.approx(fixed, rel=0.005)


def test_the_scale_in_place_of_its_square_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variance_map, "variance_map", lambda f, sigma_w, q: right(f, sigma_w, q) / sigma_w)
    fallen = EXPERIMENT.fallen(simulate(Params(width=256), np.random.default_rng(0)))
    assert fallen >= {"map", "kaiming"}


def test_another_activation_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = tuple((label, tanh, sigma_w) for label, _, sigma_w in variance_map.STARTS)
    monkeypatch.setattr(variance_map, "STARTS", starts)
    assert EXPERIMENT.fallen(simulate(Params(width=256), np.random.default_rng(0))) >= {"kaiming"}
