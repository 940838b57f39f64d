"""What the lecture's starts learn, and what its ten layers of 500 show."""

import math

import numpy as np
import pytest

from figgen.experiments.initialization import init_learning
from figgen.experiments.initialization.init_learning import (
    DEEP,
    EXPERIMENT,
    NARROW,
    SMALL,
    STARTS,
    XAVIER,
    Result,
    Start,
    simulate,
)
from figgen.sim.activations import relu, tanh

QUICK = EXPERIMENT.quick


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(QUICK, np.random.default_rng(0))


def test_claims_hold(result: Result) -> None:
    assert EXPERIMENT.fallen(result) == set()


def test_starts_have_the_sigma_of_the_lectures_layers() -> None:
    sigma = [start.sigma_w for start in STARTS.values()]
    np.testing.assert_allclose(sigma, [0.64, 3.2, 1, 1, math.sqrt(2)])


def test_networks_are_drawn_with_the_sigma_that_is_asked_for() -> None:
    sigma_w = np.array([0.64, 3.2])
    net = init_learning._network(np.random.default_rng(0), tanh, sigma_w, depth=6)
    assert len(net.weights) == 7
    for W in net.weights[:-1]:
        np.testing.assert_allclose(W.std(axis=(-2, -1)) * 8, sigma_w, rtol=0.06)  # √64 inputs


def test_the_literal_listing_in_ten_layers_of_500_gives_the_same_gradients(result: Result) -> None:
    rng = np.random.default_rng(1)
    for index, std in ((SMALL, 0.01), (XAVIER, 1 / math.sqrt(NARROW))):
        x = rng.standard_normal((16, NARROW))
        layers = []
        for _ in range(10):
            W = std * rng.standard_normal((NARROW, NARROW))
            h = np.tanh(x @ W)
            layers.append((x, W, 1 - h**2))
            x = h
        dh, rms = rng.standard_normal(x.shape), []
        for x, W, slope in reversed(layers):
            delta = dh * slope
            rms.append(np.sqrt(np.mean((x.T @ delta) ** 2)))
            dh = delta @ W.T
        np.testing.assert_allclose(result.gradient_rms[index], rms[::-1], rtol=0.2)


def test_simulation_follows_mean_field_theory(result: Result) -> None:
    ratio = result.gradient_rms[: XAVIER + 1] / result.theory_gradient_rms[: XAVIER + 1]
    np.testing.assert_allclose(ratio, 1, atol=0.15)


def test_kaiming_without_its_2_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STARTS, "kaiming", Start("ReLU, Kaiming", relu, 1.0))
    assert "kaiming_gain" in EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))


def test_good_weights_under_the_name_of_small_ones_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STARTS, "small", Start("tanh, small", tanh, 1.0))
    monkeypatch.setattr(init_learning, "NARROW_STDS", (1 / math.sqrt(NARROW), 1 / math.sqrt(NARROW), 1.0))
    result = simulate(QUICK, np.random.default_rng(0))
    assert result.learnt(DEEP, "small") > 0.5
    assert EXPERIMENT.fallen(result) == {"small_deep", "narrow_small", "narrow_small_ratio"}
