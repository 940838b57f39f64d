from collections.abc import Callable

import numpy as np
import pytest

from figgen.errors import ShapeError
from figgen.sim.activations import leaky_relu
from figgen.sim.arrays import FloatArray
from figgen.sim.prelu import parametric_relu, parametric_relu_backward


@pytest.mark.parametrize("replicas", [(), (2,)])
def test_backward_is_the_finite_difference_in_inputs_and_slopes(
    replicas: tuple[int, ...], rng: np.random.Generator, check_gradients: Callable[..., None]
) -> None:
    x, slope = rng.normal(size=(*replicas, 6, 3)), rng.normal(size=(*replicas, 3))
    y, cache = parametric_relu(x, slope)
    dy = rng.normal(size=y.shape)

    def loss(x: FloatArray, slope: FloatArray) -> FloatArray:
        return np.asarray((parametric_relu(x, slope)[0] * dy).sum())

    check_gradients(loss, (x, slope), parametric_relu_backward(dy, cache))


def test_equal_slopes_make_it_a_leaky_relu(rng: np.random.Generator) -> None:
    x, dy = rng.normal(size=(2, 6, 3))
    y, cache = parametric_relu(x, np.full(3, 0.2))
    leaky = leaky_relu.with_slope(0.2)
    np.testing.assert_array_equal(y, leaky(x))
    np.testing.assert_allclose(parametric_relu_backward(dy, cache)[0], dy * leaky.derivative(x))


def test_float32_stays_float32(rng: np.random.Generator) -> None:
    x, slope = rng.normal(size=(4, 3)).astype(np.float32), np.full(3, 0.25, np.float32)
    y, cache = parametric_relu(x, slope)
    assert {a.dtype for a in (y, *parametric_relu_backward(y, cache))} == {np.dtype(np.float32)}


def test_slopes_that_do_not_match_the_channels_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"^parametric_relu: x is \(5, 3\), slope is \(4,\); needed are"):
        parametric_relu(np.zeros((5, 3)), np.zeros(4))
