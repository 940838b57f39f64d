"""Orthogonal maps have unit singular values; what learns at which speed."""

import math

import numpy as np
import pytest

from figgen.experiments.initialization import orthogonal_init
from figgen.experiments.initialization.orthogonal_init import (
    EXPERIMENT,
    GAUSSIAN,
    MAP_DEPTHS,
    ORTHOGONAL,
    WIDTH,
    Params,
    Result,
    simulate,
)
from figgen.sim import initializers
from figgen.sim.arrays import FloatArray
from figgen.sim.deep_linear import layer_gradients


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(Params(replicas=3), np.random.default_rng(0))


def test_claims_hold(result: Result) -> None:
    assert EXPERIMENT.fallen(result) == set()


def test_orthogonal_maps_have_unit_singular_values(result: Result) -> None:
    np.testing.assert_allclose(result.singular_values[ORTHOGONAL], 1, rtol=1e-12)


def test_gaussian_maps_shrink_a_volume_as_their_determinants_say(result: Result) -> None:
    """The ln |det| of a Gaussian matrix is half a sum of ln χ² with 1, …, N degrees of freedom."""
    log_volumes = np.log(result.singular_values[GAUSSIAN]).sum(axis=-1)
    rng = np.random.default_rng(1)
    chi_squares = rng.chisquare(np.arange(1, WIDTH + 1), size=(20_000, WIDTH))
    drawn = (np.log(chi_squares / WIDTH) / 2).sum(axis=1)
    for depth, log_volume in zip(MAP_DEPTHS, log_volumes, strict=True):
        assert abs(log_volume - depth * drawn.mean()) < 4 * math.sqrt(depth) * drawn.std()


def test_no_network_is_given_up(result: Result) -> None:
    assert result.steps.min() > 0
    assert result.steps.max() < Params().most_steps


def test_gaussian_weights_under_the_name_of_orthogonal_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orthogonal_init, "orthogonal", initializers.xavier_normal)
    lost = EXPERIMENT.fallen(simulate(Params(replicas=3), np.random.default_rng(0)))
    assert {"isometry", "depth_is_free", "steps_ratio"} <= lost


def test_a_step_that_does_not_shrink_with_depth_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each layer adds a share to the change of the map: with a fixed step depth would even help."""

    def times_depth(weights: list[FloatArray], of_map: FloatArray) -> list[FloatArray]:
        return [len(weights) / 3 * gradient for gradient in layer_gradients(weights, of_map)]

    monkeypatch.setattr(orthogonal_init, "layer_gradients", times_depth)
    result = simulate(Params(replicas=3, learning_rate=0.02), np.random.default_rng(0))
    assert "depth_is_free" in EXPERIMENT.fallen(result)
