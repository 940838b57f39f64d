"""The walk of a gradient's log-norm, against the moments of ln χ²."""

import math

import numpy as np
import pytest

from figgen.experiments.initialization import random_walk_init
from figgen.experiments.initialization.random_walk_init import (
    CORRECTED,
    EXPERIMENT,
    KEPT,
    LINEAR,
    RELU,
    Params,
    Result,
    random_walks,
    simulate,
)
from figgen.sim import initializers
from figgen.sim.arrays import FloatArray
from figgen.sim.initializers import Gaussian


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(Params(), np.random.default_rng(0))


@pytest.fixture(scope="module")
def walks() -> FloatArray:
    return random_walks(Params(), np.random.default_rng(0))


def test_claims_hold(result: Result) -> None:
    assert EXPERIMENT.fallen(result) == set()


def test_steps_of_the_linear_walk_are_those_of_half_a_log_chi_square(walks: FloatArray) -> None:
    """‖Wᵀδ‖²/‖δ‖² is χ² of N degrees over N, independent of all before; 40,000 steps show it."""
    steps = np.diff(walks[LINEAR, KEPT], axis=-1)
    drawn = np.log(np.random.default_rng(1).chisquare(20, size=1_000_000) / 20) / 2
    error = drawn.std() / math.sqrt(steps.size)
    assert steps.mean() == pytest.approx(drawn.mean(), abs=4 * error)
    assert steps.std() == pytest.approx(drawn.std(), rel=0.02)


def test_both_scalings_meet_the_same_networks(walks: FloatArray) -> None:
    """Linear and ReLU networks are homogeneous: the gains' ratio is all that parts the walks."""
    layers = np.arange(walks.shape[-1])
    parted = walks[:, CORRECTED] - walks[:, KEPT]  # (2, replicas, depth + 1)
    np.testing.assert_allclose(parted[LINEAR], np.broadcast_to(layers / 40, parted[LINEAR].shape), atol=1e-2)
    expected = np.broadcast_to(layers * 1.2 / (20 - 2.4), parted[RELU].shape)
    alive = np.isfinite(parted[RELU])
    np.testing.assert_allclose(parted[RELU][alive], expected[alive], atol=1e-2)


def test_the_band_holds_nine_networks_of_ten_that_are_alive(result: Result, walks: FloatArray) -> None:
    within = (walks >= result.band[:, :, :1]) & (walks <= result.band[:, :, 1:])
    share = within[..., 1:].sum(axis=2) / np.isfinite(walks[..., 1:]).sum(axis=2)
    np.testing.assert_allclose(share, 0.9, atol=0.011)
    np.testing.assert_array_equal(result.example, walks[:, :, 0])


def test_a_network_whose_relus_are_all_off_is_left_out() -> None:
    """Ten ReLUs are all off once in 2¹⁰ layers: of 1000 networks with 200 layers some die."""
    walks = random_walks(Params(units=10, replicas=200), np.random.default_rng(0))
    dead = np.isnan(walks)
    assert not dead[LINEAR].any()
    assert 0.05 < dead[RELU, KEPT, :, -1].mean() < 0.35
    assert (dead[..., 1:] >= dead[..., :-1]).all()


def test_walks_without_the_correction_drop_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgotten(rectified: bool = False) -> Gaussian:
        return initializers.kaiming_normal() if rectified else initializers.xavier_normal()

    monkeypatch.setattr(random_walk_init, "random_walk", forgotten)
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(0))) == {
        "linear_corrected",
        "relu_corrected",
    }


def test_the_correction_for_the_square_of_the_norm_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """exp(1/N) in place of exp(1/2N): the variance's gain taken for the norm's."""
    squared = Gaussian(lambda fan_in: math.exp(1 / fan_in) / math.sqrt(fan_in))
    random_walk = initializers.random_walk
    monkeypatch.setattr(
        random_walk_init, "random_walk", lambda rectified=False: random_walk(True) if rectified else squared
    )
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(0))) == {"linear_corrected"}
