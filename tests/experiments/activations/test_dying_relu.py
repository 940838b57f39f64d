import numpy as np
import pytest

from figgen.experiments.activations import dying_relu
from figgen.experiments.activations.dying_relu import EXPERIMENT, RATES, START, TEACHER, Params, simulate
from figgen.sim.activations import Activation, leaky_relu, relu
from figgen.sim.arrays import FloatArray
from figgen.sim.finite_differences import numerical_gradient


def fallen(seed: int = 0) -> set[str]:
    result = simulate(Params(), np.random.default_rng(seed))
    return EXPERIMENT.fallen(result)


@pytest.mark.parametrize("seed", range(20))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert fallen(seed) == set()


def test_learning_is_descent_along_the_finite_difference() -> None:
    result = simulate(Params(points=50, steps=50), np.random.default_rng(0))
    x = np.c_[result.cloud, np.ones(50)]  # (N, 3): the bias is a weight of 1
    target = np.maximum(x @ TEACHER, 0)

    def loss(plane: FloatArray) -> float:
        return float(np.mean((np.maximum(x @ plane, 0) - target) ** 2))

    for rate, end in zip(RATES, result.planes, strict=True):
        plane = START
        for _ in range(50):
            plane = plane - rate * numerical_gradient(loss, plane, step=1e-7)
        np.testing.assert_allclose(end, plane, atol=1e-5)


def test_a_neuron_that_no_point_activates_stands_still() -> None:
    short, long = (simulate(Params(steps=n), np.random.default_rng(0)) for n in (100, 300))
    np.testing.assert_array_equal(short.planes[1], long.planes[1])
    assert not np.array_equal(short.planes[0], long.planes[0])
    death = long.steps_to_death
    assert (long.active_share[death:, 1] == 0).all()
    assert (long.active_share[:death, 1] > 0).all()


def test_a_leaky_derivative_drops_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dying_relu, "relu", Activation("relu", relu, leaky_relu.derivative))
    assert {"negative_input", "gradient_of_the_dead"} <= fallen()


def test_short_steps_on_both_sides_drop_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dying_relu, "RATES", (0.05, 0.05))
    assert fallen() == {"long_steps", "gradient_of_the_dead"}
