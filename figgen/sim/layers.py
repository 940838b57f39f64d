"""The affine layer, forward and backward, for one network or for a stack of replicas."""

from typing import NamedTuple

import numpy as np

from figgen.sim.arrays import FloatArray
from figgen.sim.shapes import check_shapes


class LinearCache(NamedTuple):
    """What the backward pass needs of the forward one."""

    x: FloatArray
    W: FloatArray
    b: FloatArray


def linear(x: FloatArray, W: FloatArray, b: FloatArray) -> tuple[FloatArray, LinearCache]:
    """Compute y = xW + b.

    Leading axes are replicas; they broadcast, so that many networks can share one input.

    Args:
        x: Inputs, (..., N, D).
        W: Weights, (..., D, H).
        b: Biases, (..., H).

    Returns:
        Outputs, (..., N, H), and the cache for `linear_backward`.

    Raises:
        ShapeError: The sizes of D or H differ, or an axis is missing.
    """
    check_shapes("linear", x=(x, "N D"), W=(W, "D H"), b=(b, "H"))
    return x @ W + b[..., np.newaxis, :], LinearCache(x, W, b)


def linear_backward(dy: FloatArray, cache: LinearCache) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Propagate a gradient back through `linear`.

    Args:
        dy: Gradient of the loss with respect to y, (..., N, H).
        cache: From `linear`.

    Returns:
        Gradients with respect to x, W and b, each of the shape of its own.
    """
    x, W, b = cache
    dx = dy @ np.swapaxes(W, -1, -2)
    dW = np.swapaxes(x, -1, -2) @ dy
    return _sum_to(dx, x.shape), _sum_to(dW, W.shape), _sum_to(dy.sum(axis=-2), b.shape)


def _sum_to(gradient: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Sum over the replica axes along which an array of `shape` was broadcast."""
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    broadcast = [i for i, (n, m) in enumerate(zip(gradient.shape, shape, strict=True)) if m < n]
    summed: FloatArray = gradient.sum(axis=tuple(broadcast), keepdims=True)
    return summed
