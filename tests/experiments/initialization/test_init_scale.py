"""The claims about the scale of weights hold, and fall with the tempting mistakes."""

import dataclasses

import numpy as np
import pytest

from figgen.errors import ParameterError
from figgen.experiments.initialization import init_scale
from figgen.experiments.initialization.init_scale import EXPERIMENT, Params, Result, simulate
from figgen.sim import activations, initializers
from figgen.sim.initializers import Gaussian


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(Params(), np.random.default_rng(0))


@pytest.mark.parametrize("seed", range(5))
def test_claims_hold(seed: int) -> None:
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(seed))) == set()


@pytest.mark.long
def test_claims_hold_over_many_seeds() -> None:
    for seed in range(30):
        assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(seed))) == set(), seed


def test_kaiming_without_its_2_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(init_scale, "kaiming_normal", lambda: initializers.kaiming_normal(gain=1))
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(0))) == {
        "relu_signal",
        "relu_gradient",
        "kaiming_signal",
    }


def test_xavier_without_its_root_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(init_scale, "xavier_normal", lambda: Gaussian(lambda fan_in: 1 / fan_in))
    assert {"tanh_signal", "relu_signal", "relu_halving"} <= EXPERIMENT.fallen(
        simulate(Params(), np.random.default_rng(0))
    )


def test_wrong_derivative_of_tanh_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Theory uses the same derivative as the simulation; the lecture's numbers do not."""
    configurations = init_scale._CONFIGURATIONS
    wrong = dataclasses.replace(activations.tanh, derivative=lambda x: 1 - np.tanh(x))
    mistaken = [dataclasses.replace(c, activation=wrong) for c in configurations[:3]]
    monkeypatch.setattr(init_scale, "_CONFIGURATIONS", (*mistaken, *configurations[3:]))
    assert {"small_gradient_equal", "large_local_gradient", "large_gradient_growth"} <= EXPERIMENT.fallen(
        simulate(Params(), np.random.default_rng(0))
    )


def test_activations_are_those_of_the_lecture(result: Result) -> None:
    expected = [0.046, 0.849, 0.294, 0.103, 0.826]
    np.testing.assert_allclose(result.activation_std[:, -1], expected, rtol=0.08)


def test_relu_has_the_mean_of_a_rectified_gaussian(result: Result) -> None:
    np.testing.assert_allclose(result.activation_mean[init_scale.KAIMING], 0.564, rtol=0.08)


def test_histogram_of_relu_leaves_out_the_zeros(result: Result) -> None:
    width = np.diff(result.activation_edges[init_scale.KAIMING])
    shares = result.activation_density[init_scale.KAIMING] @ width
    np.testing.assert_allclose(shares, 0.5, atol=0.05)  # the other half, less a tail beyond 3


def test_same_seed_gives_the_same_arrays(result: Result) -> None:
    again = simulate(Params(), np.random.default_rng(0))
    for field in dataclasses.fields(Result):
        np.testing.assert_array_equal(getattr(again, field.name), getattr(result, field.name))


@pytest.mark.parametrize(
    "params",
    [
        Params(samples=2, width=64, depth=2),
        Params(samples=80, width=64, depth=12, small_std=0.0005, large_std=1.0),
        Params(samples=3, width=5000, depth=12, small_std=1.0, large_std=0.0005),
    ],
)
def test_extreme_parameters_give_finite_numbers(params: Params) -> None:
    result = simulate(params, np.random.default_rng(0))
    EXPERIMENT.measure(result)
    for field in dataclasses.fields(Result):
        assert np.isfinite(getattr(result, field.name)).all(), field.name


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"samples": 1}, "samples must be an integer from 2 to 256, not 1"),
        ({"depth": 1}, "depth must be an integer from 2 to 12, not 1"),
        ({"width": 63}, "width must be an integer at least 64, not 63"),
        ({"small_std": 0.0}, "small_std must be a number from 0.0005 to 1, not 0.0"),
    ],
)
def test_parameters_out_of_range_are_refused(setting: dict[str, int], message: str) -> None:
    with pytest.raises(ParameterError, match=f"^{message}$"):
        Params(**setting)
