import numpy as np
import pytest

from figgen.experiments.normalization import batch_norm_forward
from figgen.experiments.normalization.batch_norm_forward import EXPERIMENT, Params, simulate, skewness
from figgen.sim.arrays import FloatArray
from figgen.sim.normalization import BatchNormCache, batch_norm, batch_norm_backward


def fallen(params: Params, seed: int = 0) -> set[str]:
    result = simulate(params, np.random.default_rng(seed))
    return EXPERIMENT.fallen(result)


@pytest.mark.parametrize("seed", range(20))
def test_claims_hold_whatever_the_seed(seed: int) -> None:
    assert not fallen(Params(), seed)


@pytest.mark.parametrize("params", [Params(samples=4, channels=2), Params(samples=200, channels=8)])
def test_claims_hold_at_the_ends_of_the_parameters(params: Params) -> None:
    assert not fallen(params)


def test_the_last_channel_alone_is_skewed() -> None:
    result = simulate(Params(samples=200), np.random.default_rng(0))
    assert skewness(result.x)[-1] > 1
    assert np.abs(skewness(result.x)[:-1]).max() < 0.6


def test_skewness_of_a_bernoulli_variable_is_the_closed_form() -> None:
    """(1 − 2p)/√(p(1 − p)) with p = 1/4."""
    np.testing.assert_allclose(skewness(np.array([[0.0], [0.0], [0.0], [1.0]])), 0.5 / np.sqrt(3 / 16))


def test_the_unbiased_variance_in_the_normalisation_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def unbiased(
        x: FloatArray, gamma: FloatArray, beta: FloatArray, eps: float
    ) -> tuple[FloatArray, BatchNormCache]:
        correction = np.sqrt((len(x) - 1) / len(x))
        return batch_norm(x, gamma * correction, beta, eps)

    monkeypatch.setattr(batch_norm_forward, "batch_norm", unbiased)
    assert {"normalised_variance", "learnt_mean_and_spread", "identity"} <= fallen(Params())


def test_eps_outside_the_root_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def outside(
        x: FloatArray, gamma: FloatArray, beta: FloatArray, eps: float
    ) -> tuple[FloatArray, BatchNormCache]:
        std = x.std(axis=0)
        return batch_norm(x, gamma * np.sqrt(std**2 + eps) / (std + eps), beta, eps)

    monkeypatch.setattr(batch_norm_forward, "batch_norm", outside)
    assert "identity" in fallen(Params())


def test_a_backward_pass_that_takes_the_statistics_as_constant_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def constant_statistics(
        dy: FloatArray, cache: BatchNormCache
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        _, dgamma, dbeta = batch_norm_backward(dy, cache)
        return dy * cache.gamma * cache.inverse_std, dgamma, dbeta

    monkeypatch.setattr(batch_norm_forward, "batch_norm_backward", constant_statistics)
    assert fallen(Params()) == {"gradient"}
