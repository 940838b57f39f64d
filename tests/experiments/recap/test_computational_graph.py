import math

import numpy as np
import pytest

from figgen.experiments.recap import computational_graph
from figgen.experiments.recap.computational_graph import EXPERIMENT, Params, Result, simulate
from figgen.sim.activations import Activation, relu
from figgen.sim.arrays import FloatArray

NAMES = ("x", "W1", "z", "h", "W2", "s")


def run(right_class: int = 1) -> Result:
    return simulate(Params(right_class=right_class), np.random.default_rng(0))


def test_the_numbers_are_those_that_one_finds_by_hand() -> None:
    """By the chain rule on paper; equal scores give both classes probability 1/2."""
    result = run()
    by_hand: dict[str, object] = {
        "z": (1.5, -2, 1),
        "h": (1.5, 0, 1),
        "s": (2, 2),
        "loss": math.log(2),
        "s_gradient": (-0.5, 0.5),
        "W2_gradient": ((-0.75, 0, -0.5), (0.75, 0, 0.5)),
        "h_gradient": (-0.5, 0.75, 0.75),
        "z_gradient": (-0.5, 0, 0.75),
        "W1_gradient": ((-1, 0.5), (0, 0), (1.5, -0.75)),
        "x_gradient": (0.25, 0.5),
    }
    for name, value in by_hand.items():
        np.testing.assert_allclose(getattr(result, name), np.asarray(value, float), atol=1e-15, err_msg=name)


@pytest.mark.parametrize("right_class", [1, 2])
def test_claims_hold_for_either_class(right_class: int) -> None:
    assert EXPERIMENT.fallen(run(right_class)) == set()


def test_the_other_class_turns_every_gradient_round() -> None:
    """The classes are equally probable: the scores' gradient changes sign, and all else is linear in it."""
    one, other = run(1), run(2)
    for name in NAMES:
        gradient = f"{name}_gradient"
        np.testing.assert_allclose(getattr(other, gradient), -getattr(one, gradient), err_msg=name)


def test_a_gradient_has_the_shape_of_its_value() -> None:
    result = run()
    for name in NAMES:
        assert getattr(result, f"{name}_gradient").shape == getattr(result, name).shape


def test_forgetting_the_derivative_of_relu_drops_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    always_open = Activation("relu", relu.function, lambda x: np.ones_like(x))
    monkeypatch.setattr(computational_graph, "relu", always_open)
    assert EXPERIMENT.fallen(run()) == {"gradient", "blocked", "step"}


def test_a_gradient_of_the_wrong_sign_drops_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    right = computational_graph.multiply_backward

    def wrong(dy: FloatArray, W: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        dW, dx = right(dy, W, x)
        return -dW, dx

    monkeypatch.setattr(computational_graph, "multiply_backward", wrong)
    assert EXPERIMENT.fallen(run()) == {"gradient", "step"}
