from collections.abc import Callable

import numpy as np
import pytest

from figgen.errors import ShapeError
from figgen.sim.arrays import FloatArray
from figgen.sim.layers import linear, linear_backward


@pytest.mark.parametrize(
    ("x_shape", "w_shape", "b_shape"),
    [
        ((5, 3), (3, 2), (2,)),
        ((4, 5, 3), (4, 3, 2), (4, 2)),
        ((5, 3), (4, 3, 2), (4, 2)),
        ((4, 5, 3), (3, 2), (2,)),
        ((6, 1, 5, 3), (4, 3, 2), (2,)),
    ],
)
def test_backward_is_the_finite_difference_also_where_replicas_broadcast(
    x_shape: tuple[int, ...],
    w_shape: tuple[int, ...],
    b_shape: tuple[int, ...],
    rng: np.random.Generator,
    check_gradients: Callable[..., None],
) -> None:
    x, W, b = (rng.normal(size=shape) for shape in (x_shape, w_shape, b_shape))
    y, cache = linear(x, W, b)
    dy = rng.normal(size=y.shape)

    def loss(x: FloatArray, W: FloatArray, b: FloatArray) -> FloatArray:
        return np.asarray((linear(x, W, b)[0] * dy).sum())

    check_gradients(loss, (x, W, b), linear_backward(dy, cache))


def test_replicas_compute_what_each_computes_alone(rng: np.random.Generator) -> None:
    x, W, b = rng.normal(size=(5, 3)), rng.normal(size=(4, 3, 2)), rng.normal(size=(4, 2))
    stacked, _ = linear(x, W, b)  # (4, 5, 2)
    for i in range(4):
        np.testing.assert_allclose(stacked[i], x @ W[i] + b[i])


def test_float32_stays_float32(rng: np.random.Generator) -> None:
    x, W, b = (rng.normal(size=shape).astype(np.float32) for shape in ((5, 3), (3, 2), (2,)))
    y, cache = linear(x, W, b)
    assert {a.dtype for a in (y, *linear_backward(y, cache))} == {np.dtype(np.float32)}


def test_sizes_that_do_not_match_are_named() -> None:
    with pytest.raises(ShapeError, match=r"^linear: x is \(5, 3\), W is \(4, 2\), b is \(2,\); needed are"):
        linear(np.zeros((5, 3)), np.zeros((4, 2)), np.zeros(2))
