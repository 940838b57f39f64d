"""Networks of maxout units beside those of ReLUs."""

import numpy as np
import pytest

from figgen.experiments.activations import maxout_learning
from figgen.experiments.activations.maxout_learning import (
    EXPERIMENT,
    MAXOUT,
    RELU,
    WIDE,
    MaxoutNetwork,
    Params,
    simulate,
)
from figgen.sim.activations import maxout_backward
from figgen.sim.arrays import FloatArray
from figgen.sim.finite_differences import numerical_gradient
from figgen.sim.losses import softmax_cross_entropy

QUICK = Params(replicas=2)


def test_claims_hold() -> None:
    assert EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0))) == set()


def test_the_networks_gradients_are_those_of_finite_differences() -> None:
    rng = np.random.default_rng(1)
    net = MaxoutNetwork(rng, width=3)
    x, labels = rng.standard_normal((5, 64)), rng.integers(10, size=5)
    gradients = net.backward(softmax_cross_entropy(net(x), labels)[1])
    for theta, gradient in zip(net.parameters, gradients, strict=True):
        assert gradient.shape == theta.shape
    bias = net.parameters[3]  # of the first hidden layer

    def loss(values: FloatArray) -> float:
        kept = bias.copy()
        bias[...] = values
        value = float(softmax_cross_entropy(net(x), labels)[0])
        bias[...] = kept
        return value

    measured = numerical_gradient(loss, bias.astype(np.float64), step=1e-3)
    np.testing.assert_allclose(gradients[3], measured, atol=2e-3)


def test_the_wide_network_has_as_many_parameters_as_maxout() -> None:
    result = simulate(Params(replicas=2, epochs=1, width=16), np.random.default_rng(0))
    assert result.parameters[WIDE] == pytest.approx(result.parameters[MAXOUT], rel=0.03)
    assert result.parameters[RELU] < 0.7 * result.parameters[MAXOUT]


def test_hidden_layers_that_do_not_learn_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_any(*given: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        dx, weights, biases = maxout_backward(*given)
        return 0 * dx, 0 * weights, 0 * biases

    monkeypatch.setattr(maxout_learning, "maxout_backward", without_any)
    fallen = EXPERIMENT.fallen(simulate(Params(replicas=2, epochs=2), np.random.default_rng(0)))
    assert "over_relu" in fallen
