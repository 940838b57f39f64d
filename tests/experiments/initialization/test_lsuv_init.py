import numpy as np
import pytest

from figgen.experiments.initialization import lsuv_init
from figgen.experiments.initialization.lsuv_init import EXPERIMENT, LSUV, SIGMOID, Params, Result, simulate
from figgen.sim.arrays import FloatArray
from figgen.sim.mlp import MLP
from figgen.sim.network_initializers import data_dependent

QUICK = Params(replicas=2)


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(QUICK, np.random.default_rng(0))


def test_claims_hold(result: Result) -> None:
    assert EXPERIMENT.fallen(result) == set()


def test_a_stage_has_set_its_layers_and_touched_none_above(result: Result) -> None:
    """Above the layers that are set, a signal decays from variance 1 as it does from the input."""
    for stage, variance in zip(result.stages, result.variance, strict=True):
        np.testing.assert_array_equal(variance[:stage], result.variance[-1, :stage])
    for stage, variance in zip(result.stages[1:-1], result.variance[1:-1], strict=True):
        above = variance[stage:]
        np.testing.assert_allclose(above, result.variance[0, 1 : len(above) + 1], rtol=0.05)


def test_tanh_keeps_all_of_its_variance_between_digits_and_sigmoid_none(result: Result) -> None:
    assert result.varying[LSUV] > 0.95
    assert result.varying[SIGMOID] < 1e-6


def test_dividing_by_the_variance_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(network: MLP, x: FloatArray) -> None:
        h = x
        for W in network.weights:
            W /= (h @ W).var(axis=(-2, -1), keepdims=True)
            h = network.activation(h @ W)

    monkeypatch.setattr(lsuv_init, "lsuv", mistaken)
    assert "unit_variance" in EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))


def test_leaving_the_weights_as_they_are_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lsuv_init, "lsuv", lambda network, x: None)
    names = {"unit_variance", "variance_alone"}
    assert names <= EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))


def test_centring_the_units_would_make_sigmoids_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lsuv_init, "lsuv", data_dependent)
    assert "sigmoid_signal" in EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))
