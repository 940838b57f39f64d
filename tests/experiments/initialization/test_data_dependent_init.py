import numpy as np
import pytest

from figgen.experiments.initialization import data_dependent_init
from figgen.experiments.initialization.data_dependent_init import (
    DATA,
    EXPERIMENT,
    FOURFOLD,
    XAVIER,
    Params,
    Result,
    simulate,
)
from figgen.sim.activations import sigmoid
from figgen.sim.arrays import FloatArray
from figgen.sim.mlp import MLP
from figgen.sim.network_initializers import lsuv

QUICK = Params(replicas=1)


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(QUICK, np.random.default_rng(0))


def test_claims_hold(result: Result) -> None:
    assert EXPERIMENT.fallen(result) == set()


def test_xaviers_signal_decays_as_mean_field_theory_says(result: Result) -> None:
    """Where q = E σ(√q u)² has settled, each layer multiplies the variance between digits by E σ′(√q u)²."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(101)
    weights = weights / weights.sum()
    q = 1.0
    for _ in range(50):
        q = float(weights @ sigmoid(np.sqrt(q) * nodes) ** 2)
    factor = np.sqrt(weights @ sigmoid.derivative(np.sqrt(q) * nodes) ** 2)
    std = np.sqrt((result.unit_std[XAVIER] ** 2).mean(axis=-1))
    measured = (std[-1] / std[1]) ** (1 / (len(std) - 2))
    assert measured == pytest.approx(factor, rel=0.08)


def test_fourfold_weights_spread_the_units_and_not_the_digits(result: Result) -> None:
    assert result.unit_mean[FOURFOLD, -1].std() > 3 * result.unit_mean[XAVIER, -1].std()
    assert result.unit_std[FOURFOLD, -1].mean() < 0.1


def test_the_best_learning_rate_is_the_one_that_ends_highest(result: Result) -> None:
    ends = result.accuracy[DATA, :, :, -1].mean(axis=-1)
    assert result.final(DATA) == ends.max()
    assert result.best(DATA).shape == (QUICK.replicas, QUICK.epochs + 1)


def test_scaling_without_centring_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def scale_only(network: MLP, x: FloatArray) -> None:
        h = x
        for W, b in zip(network.weights, network.biases, strict=True):
            W /= (h @ W + b[..., np.newaxis, :]).std(axis=-2, keepdims=True)
            h = network.activation(h @ W + b[..., np.newaxis, :])

    monkeypatch.setattr(data_dependent_init, "data_dependent", scale_only)
    assert {"centred", "accuracy"} <= EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))


def test_one_scale_for_a_whole_layer_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_dependent_init, "data_dependent", lsuv)
    assert {"centred", "spread", "accuracy"} <= EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))
