import numpy as np
import pytest

from figgen.experiments.activations import sigmoid_saturation
from figgen.experiments.activations.sigmoid_saturation import EXPERIMENT, SAMPLES, Params, simulate
from figgen.sim.activations import Activation, sigmoid
from figgen.sim.arrays import FloatArray
from figgen.sim.finite_differences import numerical_gradient


def fallen(seed: int = 0) -> set[str]:
    result = simulate(EXPERIMENT.quick, np.random.default_rng(seed))
    return EXPERIMENT.fallen(result)


@pytest.mark.parametrize("seed", range(5))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert fallen(seed) == set()


def test_gradient_norms_are_those_of_finite_differences() -> None:
    width, layers = 3, 4
    result = simulate(Params(layers=layers, width=width, replicas=1), np.random.default_rng(0))

    rng = np.random.default_rng(0)  # the sigmoid's stack is drawn first: the same weights
    x = rng.standard_normal((SAMPLES, width))
    weights = [rng.standard_normal((width, width)) / np.sqrt(width) for _ in range(layers)]
    upstream = rng.standard_normal((SAMPLES, width))

    def norm(layer: int) -> float:
        def loss(W: FloatArray) -> float:
            h = x
            for matrix in (*weights[:layer], W, *weights[layer + 1 :]):
                h = 1 / (1 + np.exp(-(h @ matrix)))
            return float(np.sum(h * upstream))

        return float(np.linalg.norm(numerical_gradient(loss, weights[layer])))

    expected = np.array([norm(layer) for layer in range(layers)])
    np.testing.assert_allclose(result.gradient_norm[0, 0], expected / expected[-1], rtol=1e-6)


def test_a_deeper_stack_of_sigmoids_leaves_less_of_the_gradient() -> None:
    shallow, deep = (simulate(Params(layers=n, replicas=5), np.random.default_rng(0)) for n in (5, 10))
    assert deep.first_to_last("sigmoid") < 0.01 * shallow.first_to_last("sigmoid")


def test_a_derivative_that_forgets_a_factor_drops_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sigmoid_saturation, "sigmoid", Activation("sigmoid", sigmoid, sigmoid))
    assert {"saturated", "steepest", "sigmoid_stack"} <= fallen()


def test_a_tanh_without_its_square_drops_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sigmoid_saturation, "tanh", Activation("tanh", np.tanh, lambda z: 1 - np.tanh(z)))
    assert fallen() == {"tanh_stack"}
