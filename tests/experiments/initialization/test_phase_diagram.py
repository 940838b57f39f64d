"""How many layers a gradient survives: closed forms, and mistakes that move the phases."""

import math

import numpy as np
import pytest

from figgen.experiments.initialization import phase_diagram
from figgen.experiments.initialization.phase_diagram import (
    EXPERIMENT,
    RELU,
    STARTS,
    TANH,
    Params,
    Result,
    simulate,
)
from figgen.sim import initializers
from figgen.sim.activations import Activation, relu, tanh

QUICK = EXPERIMENT.quick


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(QUICK, np.random.default_rng(0))


def test_claims_hold(result: Result) -> None:
    assert EXPERIMENT.fallen(result) == set()


def test_relus_theory_is_the_closed_form(result: Result) -> None:
    """Each layer multiplies the mean square by σ_w²/2, so that a factor e takes 1/|ln(σ_w²/2)| layers."""
    with np.errstate(divide="ignore"):
        expected = np.minimum(1 / np.abs(np.log(result.sigma_w**2 / 2)), result.depth)
    np.testing.assert_allclose(result.theory[RELU], expected, rtol=1e-6)


def test_tanhs_theory_far_below_the_critical_point_is_the_closed_form(result: Result) -> None:
    """At σ_w = 0.5 the signal dies, tanh is the identity, and each layer multiplies by σ_w²."""
    assert result.theory[TANH, 0] == pytest.approx(1 / abs(math.log(0.5**2)), rel=1e-4)


def test_the_lectures_starts_lie_where_its_widths_put_them(result: Result) -> None:
    np.testing.assert_allclose(result.start_sigma, [0.64, 3.2, 1, 1, math.sqrt(2)])
    assert [STARTS[name].activation for name in ("xavier", "kaiming")] == [TANH, RELU]


def test_a_gradient_survives_until_it_first_leaves_the_band() -> None:
    """Interpolated between layers; a return into the band does not count; never leaving counts as all."""
    walks = np.array([[0, 0, 0.0], [0.5, -2, 0.4], [1.5, 0, 0.9]])
    np.testing.assert_allclose(phase_diagram._survival(walks), [1.5, 0.5, 2])


def test_kaiming_without_its_2_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    start = STARTS["kaiming"]
    weak = phase_diagram.Start(start.label, RELU, initializers.kaiming_normal(gain=1), start.offset)
    monkeypatch.setitem(STARTS, "kaiming", weak)
    assert EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0))) == {"kaiming"}


def test_a_backward_pass_without_relus_derivative_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Activation("relu", relu.function, np.ones_like)
    monkeypatch.setattr(phase_diagram, "ACTIVATIONS", (tanh, wrong))
    lost = EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))
    assert lost == {"critical_relu", "xavier_relu", "kaiming"}


def test_extreme_parameters_give_finite_numbers() -> None:
    result = simulate(Params(width=32, depth=60, replicas=1, points=5), np.random.default_rng(0))
    assert np.isfinite(result.survival).all()
    assert ((result.survival > 0) & (result.survival <= 60)).all()
