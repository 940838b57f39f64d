from collections.abc import Callable

import numpy as np
import pytest

from figgen.errors import ShapeError
from figgen.sim.arrays import FloatArray
from figgen.sim.layers import conv2d, conv2d_backward, linear, linear_backward


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


def conv2d_by_loops(x: FloatArray, W: FloatArray, b: FloatArray, stride: int, padding: int) -> FloatArray:
    """The definition, one output at a time."""
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    height, width = ((x.shape[i] - W.shape[i]) // stride + 1 for i in (2, 3))
    y = np.empty((len(x), len(W), height, width))
    for n, k, i, j in np.ndindex(y.shape):
        top, left = stride * i, stride * j
        y[n, k, i, j] = (x[n, :, top : top + W.shape[2], left : left + W.shape[3]] * W[k]).sum() + b[k]
    return y


CONVOLUTIONS = pytest.mark.parametrize(
    ("x_shape", "w_shape", "stride", "padding"),
    [
        ((2, 3, 6, 5), (4, 3, 3, 2), 1, 0),
        ((2, 3, 6, 5), (4, 3, 3, 3), 1, 1),
        ((1, 2, 7, 6), (3, 2, 3, 3), 2, 0),  # the last column meets no filter
        ((2, 1, 5, 5), (2, 1, 3, 3), 2, 2),
        ((2, 3, 4, 4), (5, 3, 1, 1), 1, 0),
    ],
)


@CONVOLUTIONS
def test_conv2d_is_what_its_definition_says(
    x_shape: tuple[int, ...], w_shape: tuple[int, ...], stride: int, padding: int, rng: np.random.Generator
) -> None:
    x, W, b = rng.normal(size=x_shape), rng.normal(size=w_shape), rng.normal(size=w_shape[0])
    y, _ = conv2d(x, W, b, stride, padding)
    np.testing.assert_allclose(y, conv2d_by_loops(x, W, b, stride, padding), atol=1e-12)


@CONVOLUTIONS
def test_conv2d_backward_is_the_finite_difference(
    x_shape: tuple[int, ...],
    w_shape: tuple[int, ...],
    stride: int,
    padding: int,
    rng: np.random.Generator,
    check_gradients: Callable[..., None],
) -> None:
    x, W, b = rng.normal(size=x_shape), rng.normal(size=w_shape), rng.normal(size=w_shape[0])
    y, cache = conv2d(x, W, b, stride, padding)
    dy = rng.normal(size=y.shape)

    def loss(x: FloatArray, W: FloatArray, b: FloatArray) -> FloatArray:
        return np.asarray((conv2d(x, W, b, stride, padding)[0] * dy).sum())

    check_gradients(loss, (x, W, b), conv2d_backward(dy, cache))


def test_conv2d_refuses_channels_that_differ_and_filters_that_do_not_fit() -> None:
    with pytest.raises(ShapeError, match=r"^conv2d: x is \(1, 3, 8, 8\), W is \(2, 1, 3, 3\), b is \(2,\);"):
        conv2d(np.zeros((1, 3, 8, 8)), np.zeros((2, 1, 3, 3)), np.zeros(2))
    with pytest.raises(ShapeError, match=r"^conv2d: filters of \(5, 5\) are larger than images of \(4, 4\)$"):
        conv2d(np.zeros((1, 1, 4, 4)), np.zeros((2, 1, 5, 5)), np.zeros(2))


def test_conv2d_keeps_float32(rng: np.random.Generator) -> None:
    x, W, b = (rng.normal(size=s).astype(np.float32) for s in ((2, 1, 5, 5), (3, 1, 3, 3), (3,)))
    y, cache = conv2d(x, W, b)
    assert {a.dtype for a in (y, *conv2d_backward(y, cache))} == {np.dtype(np.float32)}
