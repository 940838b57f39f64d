import math

import numpy as np
import pytest
from matplotlib.figure import Figure

from figgen.experiments.activations.activation_gallery import (
    EXPERIMENT,
    NAMES,
    Params,
    Result,
    draw,
    simulate,
)
from figgen.sim import activations
from figgen.sim.activations import Activation
from figgen.translation import Translator


def fallen(seed: int = 0) -> set[str]:
    result = simulate(Params(), np.random.default_rng(seed))
    return EXPERIMENT.fallen(result)


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(Params(), np.random.default_rng(0))


@pytest.mark.parametrize("seed", range(5))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert fallen(seed) == set()


def test_means_are_the_integrals_over_the_normal_density(result: Result) -> None:
    z = np.linspace(-10, 10, 20_001)
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    functions = {
        "sigmoid": 1 / (1 + np.exp(-z)),
        "tanh": np.tanh(z),
        "relu": np.where(z > 0, z, 0),
        "leaky_relu": np.where(z > 0, z, 0.1 * z),
        "maxout": np.where(z > -0.5, z, -0.25 * z - 0.625),
        "elu": np.where(z > 0, z, np.exp(z) - 1),
    }
    expected = [np.trapezoid(functions[name] * density, z) for name in NAMES]
    np.testing.assert_allclose(result.mean, expected, atol=0.01)


def test_each_panel_names_the_range_of_its_function(result: Result) -> None:
    figure = Figure()
    draw(result, figure, Translator("en"))
    ranges = [axes.texts[-1].get_text().splitlines()[0] for axes in figure.axes]
    assert ranges == [
        "range (0, 1)",
        "range (−1, 1)",
        "range [0, ∞)",
        "range (−∞, ∞)",
        "range [−0.5, ∞)",
        "range (−1, ∞)",
    ]


def test_each_panel_marks_where_its_function_crosses_or_leaves_zero(result: Result) -> None:
    figure = Figure()
    draw(result, figure, Translator("en"))
    zeros = [np.asarray(axes.lines[-1].get_xdata()) for axes in figure.axes]
    expected: list[list[float]] = [[], [0], [0], [0], [-2.5, 0], [0]]
    for found, where in zip(zeros, expected, strict=True):
        np.testing.assert_allclose(found, where, atol=1e-12)


def test_a_tanh_without_its_square_drops_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activations, "tanh", Activation("tanh", np.tanh, lambda x: 1 - np.tanh(x)))
    assert fallen() == {"derivatives"}


def test_a_sigmoid_from_minus_one_to_one_drops_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    shifted = Activation("sigmoid", np.tanh, activations.tanh.derivative)
    monkeypatch.setattr(activations, "sigmoid", shifted)
    assert fallen() == {"sigmoid_left", "sigmoid_mean"}
