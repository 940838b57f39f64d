"""Units that start alike stay alike, and a little noise is enough to part them."""

import numpy as np
import pytest

from figgen.experiments.initialization import constant_init
from figgen.experiments.initialization.constant_init import (
    CONSTANTS,
    EXPERIMENT,
    RANDOM,
    Params,
    Result,
    simulate,
)
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import split_digits
from figgen.sim.initializers import Initializer, constant
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.mlp import MLP
from figgen.sim.optimizers import Optimizer, sgd


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(Params(), np.random.default_rng(0))


@pytest.mark.parametrize("seed", range(5))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(seed))) == set()


def test_each_network_starts_from_its_own_constant(result: Result) -> None:
    for network, value in enumerate(CONSTANTS):
        np.testing.assert_array_equal(result.weights[network, 0], value)
    assert result.weights[RANDOM, 0].std() == pytest.approx(1 / 8, rel=0.05)  # Xavier's of 64 inputs


def test_a_constant_start_hands_no_gradient_back_at_first(result: Result) -> None:
    """All classes get the same logit, and softmax's errors p − y sum to 0 over equal outgoing weights."""
    np.testing.assert_allclose(result.gradients[:RANDOM, 0], 0, atol=1e-15)
    assert np.abs(result.gradients[1, -1]).max() > 1e-6  # once the last layer has parted its classes


def test_the_gradient_of_alike_units_is_that_of_one_unit_counted_32_times() -> None:
    """Train one network on one batch; a scalar for each layer, the classes apart, gives the same weights."""
    x = split_digits(np.random.default_rng(0)).x_train[:64].astype(np.float64)
    labels = split_digits(np.random.default_rng(0)).labels_train[:64]
    net = constant_init._network(np.random.default_rng(0))
    step = sgd(0.5)
    for _ in range(5):
        train_step(net, step, x, labels)
    w, v, u, c = np.full(64, 0.01), 0.01, np.full(10, 0.01), [np.zeros(1), np.zeros(1), np.zeros(10)]
    for _ in range(5):
        h1 = np.tanh(x @ w + c[0])
        h2 = np.tanh(32 * v * h1 + c[1])
        _, d = softmax_cross_entropy(32 * h2[:, None] * u + c[2], labels)
        d2 = (d @ u) * (1 - h2**2)
        d1 = 32 * v * d2 * (1 - h1**2)
        w, v, u = w - 0.5 * x.T @ d1, v - 0.5 * h1 @ d2, u - 0.5 * h2 @ d
        c = [b - 0.5 * g for b, g in zip(c, (d1.sum(), d2.sum(), d.sum(axis=0)), strict=True)]
    np.testing.assert_allclose(net.weights[0][1], np.repeat(w[:, None], 32, axis=1), rtol=1e-9)
    np.testing.assert_allclose(net.weights[2][1], np.repeat(u[None], 32, axis=0), rtol=1e-9)


def train_step(net: MLP, step: Optimizer, x: FloatArray, labels: IntArray) -> None:
    _, dlogits = softmax_cross_entropy(net(x), labels)
    step(net.parameters, net.backward(dlogits))


def test_a_constant_other_than_zero_does_move(result: Result) -> None:
    assert np.abs(result.weights[1, -1] - CONSTANTS[1]).max() > 1e-3
    assert result.later_change[1] > 1e-3


def test_a_constant_with_noise_is_not_constant(monkeypatch: pytest.MonkeyPatch) -> None:
    def noisy(value: float) -> Initializer:
        return lambda rng, fan_in, fan_out: value + 0.1 * rng.standard_normal((fan_in, fan_out))

    monkeypatch.setattr(constant_init, "constant", noisy)
    lost = {"weights_alike", "gradients_alike", "rank", "zero_stays", "constant_accuracy"}
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(0))) == lost


def test_a_constant_in_place_of_the_random_start_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constant_init, "xavier_normal", lambda: constant(0.1))
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(0))) == {
        "random_rank",
        "random_accuracy",
    }
