import math

import numpy as np
import pytest

from figgen.experiments.normalization.batch_norm_depth import (
    EXPERIMENT,
    LARGE,
    NORMALIZED,
    PLAIN,
    SMALL,
    Params,
    Result,
    growth,
    simulate,
)
from figgen.sim import signal
from figgen.sim.activations import tanh
from figgen.sim.arrays import FloatArray
from figgen.sim.meanfield import mean_field
from figgen.sim.normalization import BatchNormCache, batch_norm, batch_norm_backward

QUICK: Params = EXPERIMENT.quick


def run(params: Params, seed: int = 0) -> Result:
    return simulate(params, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def result() -> Result:
    return run(QUICK)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_claims_hold_at_the_lectures_size(seed: int) -> None:
    assert not EXPERIMENT.fallen(run(Params(), seed))


def test_the_plain_rows_follow_mean_field_theory(result: Result) -> None:
    for start in (SMALL, LARGE):
        sigma_w = result.weight_std[start] * math.sqrt(QUICK.width)
        theory = mean_field(tanh, sigma_w, QUICK.depth, QUICK.samples)
        np.testing.assert_allclose(result.activation_std[start, PLAIN], theory.activation_std, rtol=0.04)
        np.testing.assert_allclose(result.gradient_rms[start, PLAIN], theory.gradient_rms, rtol=0.08)


def test_normalised_activations_are_tanh_of_a_standardised_variable(result: Result) -> None:
    """In a large batch its std is √(E tanh(u)²) = 0.628; one of 16 has no tails, and its std is larger."""
    u = np.random.default_rng(0).normal(size=(16, 100_000))
    standardised = (u - u.mean(axis=0)) / u.std(axis=0)
    np.testing.assert_allclose(result.activation_std[:, NORMALIZED], np.tanh(standardised).std(), rtol=0.01)


def test_growth_is_the_geometric_mean_over_the_layers() -> None:
    assert growth(np.array([8.0, 1.0, 2.0, 1.0])) == pytest.approx(2)


def test_layer_normalisation_in_its_place_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would not take away ReLU's mean, and gradients would not grow."""

    def per_sample(x: FloatArray, gamma: FloatArray, beta: FloatArray) -> tuple[FloatArray, BatchNormCache]:
        samples = np.ones(len(x), x.dtype)
        y, cache = batch_norm(x.T, samples, 0 * samples)
        return y.T, cache

    def per_sample_backward(dy: FloatArray, cache: BatchNormCache) -> tuple[FloatArray, ...]:
        dx, dgamma, dbeta = batch_norm_backward(dy.T, cache)
        return dx.T, dgamma, dbeta

    monkeypatch.setattr(signal, "batch_norm", per_sample)
    monkeypatch.setattr(signal, "batch_norm_backward", per_sample_backward)
    assert EXPERIMENT.fallen(run(QUICK)) >= {"relu_growth", "theory"}


def test_a_backward_pass_without_the_division_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def undivided(dy: FloatArray, cache: BatchNormCache) -> tuple[FloatArray, FloatArray, FloatArray]:
        dx, dgamma, dbeta = batch_norm_backward(dy, cache)
        return dx / cache.inverse_std, dgamma, dbeta

    monkeypatch.setattr(signal, "batch_norm_backward", undivided)
    assert EXPERIMENT.fallen(run(QUICK)) >= {"same_profile", "inverse_scale", "relu_growth"}
