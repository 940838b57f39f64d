import numpy as np
import pytest

from figgen.experiments.normalization import batch_norm_gradient_flow
from figgen.experiments.normalization.batch_norm_gradient_flow import (
    EXPERIMENT,
    GROWTH,
    KAIMING,
    NORMALISED,
    PLAIN,
    SCALES,
    Params,
    Result,
    simulate,
)
from figgen.sim.arrays import FloatArray
from figgen.sim.initializers import xavier_normal
from figgen.sim.normalization import BatchNormCache, batch, batch_norm_backward


def run(params: Params, seed: int = 0) -> Result:
    return simulate(params, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(10))
def test_claims_hold_whatever_the_seed(seed: int) -> None:
    assert not EXPERIMENT.fallen(run(Params(), seed))


def test_without_batch_norm_each_layer_multiplies_the_gradient_by_the_scale() -> None:
    """ReLU and a linear layer without bias are homogeneous: scaled weights scale what passes back."""
    norms = run(Params(depth=5)).gradient_norm[PLAIN]
    passed_back = norms / norms[:, -1:]
    for scale, path in zip(SCALES, passed_back, strict=True):
        np.testing.assert_allclose(path, passed_back[KAIMING] * scale ** np.arange(4, -1, -1), rtol=0.25)


def test_with_batch_norm_all_layers_agree_over_the_scales() -> None:
    norms = run(Params(depth=5)).gradient_norm[NORMALISED]
    np.testing.assert_allclose(norms, np.tile(norms[KAIMING], (3, 1)), rtol=0.01)


def test_in_wide_layers_far_from_the_data_the_growth_is_that_of_theory() -> None:
    """The first layers still feel that digits of a class are alike."""
    params = Params(depth=16, width=400, batch_size=400, replicas=2)
    norms = run(params).gradient_norm[NORMALISED, KAIMING, 7:15]
    assert (norms[0] / norms[-1]) ** (1 / 7) == pytest.approx(GROWTH, abs=0.01)


def test_a_norm_that_does_not_centre_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dividing by the root mean square alone keeps the gradient's size."""

    def without_mean(
        x: FloatArray, gamma: FloatArray, beta: FloatArray, eps: float = 1e-5
    ) -> tuple[FloatArray, BatchNormCache]:
        inverse = 1 / np.sqrt((x**2).mean(axis=-2, keepdims=True) + eps)
        return x * inverse, BatchNormCache(x * inverse, inverse, gamma)

    monkeypatch.setattr(batch, "batch_norm", without_mean)
    assert EXPERIMENT.fallen(run(Params())) == {"growth"}


def test_a_backward_pass_that_forgets_the_deviation_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_deviation(dy: FloatArray, cache: BatchNormCache) -> tuple[FloatArray, FloatArray, FloatArray]:
        return batch_norm_backward(dy, cache._replace(inverse_std=np.ones_like(cache.inverse_std)))

    monkeypatch.setattr(batch, "batch_norm_backward", without_deviation)
    assert {"with_batch_norm", "growth"} <= EXPERIMENT.fallen(run(Params()))


def test_xavier_instead_of_kaiming_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_norm_gradient_flow, "kaiming_normal", xavier_normal)
    assert EXPERIMENT.fallen(run(Params())) == {"kept_without"}
