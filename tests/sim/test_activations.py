import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import DTypeLike

from figgen.errors import ShapeError
from figgen.sim.activations import (
    Activation,
    elu,
    leaky_relu,
    maxout,
    maxout_backward,
    prelu,
    relu,
    sigmoid,
    tanh,
)
from figgen.sim.arrays import FloatArray
from figgen.sim.finite_differences import numerical_gradient

ALL = (sigmoid, tanh, relu, leaky_relu, prelu, elu, leaky_relu.with_slope(0.1), elu.with_alpha(2))
every_activation = pytest.mark.parametrize("activation", ALL, ids=lambda a: a.name)


@pytest.mark.parametrize(
    ("activation", "x", "value", "derivative"),
    [
        (sigmoid, -10, 4.5397868702434395e-5, 4.5395807735951673e-5),
        (sigmoid, 0, 0.5, 0.25),
        (sigmoid, 100, 1, math.exp(-100)),
        (tanh, 0.5, 0.46211715726000976, 0.7864477329659274),
        (tanh, -50, -1, 4 * math.exp(-100)),
        (relu, -3, 0, 0),
        (relu, 3, 3, 1),
        (leaky_relu, -3, -0.03, 0.01),
        (leaky_relu.with_slope(0.1), -3, -0.3, 0.1),
        (prelu, -3, -0.75, 0.25),
        (elu, -1, 1 / math.e - 1, 1 / math.e),
        (elu, -1e-20, -1e-20, 1),
        (elu.with_alpha(2), -1, 2 / math.e - 2, 2 / math.e),
    ],
)
def test_values_are_those_of_the_formulas(
    activation: Activation, x: float, value: float, derivative: float
) -> None:
    assert activation(x) == pytest.approx(value, rel=1e-12, abs=0)
    assert activation.derivative(x) == pytest.approx(derivative, rel=1e-12, abs=0)


@every_activation
def test_far_arguments_give_the_limits_without_a_warning(activation: Activation) -> None:
    left, right = activation(np.array([-1e4, 1e4]))
    limits = {"sigmoid": (0, 1), "tanh": (-1, 1), "relu": (0, 1e4)}
    if activation.name in limits:
        assert (left, right) == limits[activation.name]
    assert np.isfinite([left, right]).all()
    assert np.isfinite(activation.derivative(np.array([-1e4, 1e4]))).all()


@every_activation
def test_derivative_is_the_finite_difference(activation: Activation) -> None:
    x = np.linspace(-6, 6, 25) + 0.01  # beside the kink at 0
    expected = numerical_gradient(lambda a: activation(a).sum(), x)
    np.testing.assert_allclose(activation.derivative(x), expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("activation", [relu, leaky_relu, prelu])
def test_derivative_at_the_kink_is_that_of_the_left(activation: Activation) -> None:
    assert activation.derivative(0) == activation.derivative(-1)


@every_activation
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_keep_their_type(activation: Activation, dtype: DTypeLike) -> None:
    x = np.linspace(-2, 2, 5, dtype=dtype)
    assert activation(x).dtype == activation.derivative(x).dtype == dtype


@every_activation
def test_integers_are_taken_as_floats(activation: Activation) -> None:
    x = np.array([-2, 0, 2])
    np.testing.assert_array_equal(activation(x), activation(x.astype(float)))
    np.testing.assert_array_equal(activation.derivative(x), activation.derivative(x.astype(float)))


def test_a_slope_from_an_array_keeps_float32() -> None:
    slope = np.array([0.1, 0.2])[0]
    assert leaky_relu.with_slope(slope)(np.array([-1, 1], np.float32)).dtype == np.float32
    assert elu.with_alpha(slope)(np.array([-1, 1], np.float32)).dtype == np.float32


@given(st.floats(-1e4, 1e4))
def test_sigmoid_is_a_shifted_and_scaled_tanh(x: float) -> None:
    assert sigmoid(x) == pytest.approx((1 + math.tanh(x / 2)) / 2, abs=1e-15)
    assert sigmoid(x) + sigmoid(-x) == pytest.approx(1, abs=1e-15)


@given(st.floats(-1e4, 1e4), st.floats(0, 1))
def test_leaky_relu_is_the_larger_of_two_lines(x: float, slope: float) -> None:
    assert leaky_relu.with_slope(slope)(x) == max(slope * x, x)


def test_maxout_with_a_zero_piece_is_relu(rng: np.random.Generator) -> None:
    x, W, b = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
    y = maxout(x, np.stack([W, 0 * W]), np.stack([b, 0 * b]))  # (5, 4)
    np.testing.assert_array_equal(y, relu(x @ W + b))


def test_maxout_refuses_pieces_that_do_not_match() -> None:
    with pytest.raises(ShapeError, match=r"maxout: .* biases is \(3, 4\); needed are"):
        maxout(np.zeros((5, 3)), np.zeros((2, 3, 4)), np.zeros((3, 4)))


def test_maxout_backward_is_the_finite_difference(
    rng: np.random.Generator, check_gradients: Callable[..., None]
) -> None:
    x, W, b = rng.normal(size=(5, 3)), rng.normal(size=(3, 3, 4)), rng.normal(size=(3, 4))
    dy = rng.normal(size=(5, 4))

    def loss(x: FloatArray, W: FloatArray, b: FloatArray) -> FloatArray:
        return np.asarray((maxout(x, W, b) * dy).sum())

    check_gradients(loss, (x, W, b), maxout_backward(dy, x, W, b))


def test_maxout_backward_gives_a_tie_to_the_first_piece() -> None:
    x, W, b = np.ones((1, 2)), np.zeros((2, 2, 3)), np.zeros((2, 3))
    _, _, db = maxout_backward(np.ones((1, 3)), x, W, b)
    np.testing.assert_array_equal(db, [[1, 1, 1], [0, 0, 0]])
