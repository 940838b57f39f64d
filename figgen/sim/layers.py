"""Affine and convolutional layers, forward and backward; affine ones also for a stack of replicas."""

from typing import NamedTuple

import numpy as np

from figgen.errors import ShapeError
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
    if gradient.shape == shape:  # a sum over no axis would copy
        return gradient
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    broadcast = [i for i, (n, m) in enumerate(zip(gradient.shape, shape, strict=True)) if m < n]
    summed: FloatArray = gradient.sum(axis=tuple(broadcast), keepdims=True)
    return summed


class ConvCache(NamedTuple):
    """What the backward pass needs of the forward one."""

    columns: FloatArray
    W: FloatArray
    padded: tuple[int, ...]
    stride: int
    padding: int


def conv2d(
    x: FloatArray, W: FloatArray, b: FloatArray, stride: int = 1, padding: int = 0
) -> tuple[FloatArray, ConvCache]:
    """Slide K filters over images: a cross-correlation, as deep learning's convolution is one.

    The windows, one for each place of a filter, are laid out as rows, and meet all filters in one matrix
    product (im2col).

    Args:
        x: Images, (N, C, H, W).
        W: Filters, (K, C, h, w).
        b: Biases, (K,).
        stride: Step between places of a filter, in pixels.
        padding: Zeros put around each image, in pixels.

    Returns:
        Activation maps, (N, K, H′, W′) with H′ = (H + 2·padding − h) // stride + 1 and W′ likewise, and the
        cache for `conv2d_backward`.

    Raises:
        ShapeError: The sizes of C or K differ, an axis is missing, or a filter is larger than a padded image.
    """
    check_shapes("conv2d", x=(x, "N C H W"), W=(W, "K C h w"), b=(b, "K"))
    border = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    padded = np.pad(x, border)
    if padded.shape[2] < W.shape[2] or padded.shape[3] < W.shape[3]:
        raise ShapeError(f"conv2d: filters of {W.shape[2:]} are larger than images of {padded.shape[2:]}")
    windows = np.lib.stride_tricks.sliding_window_view(padded, W.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]  # (N, C, H′, W′, h, w)
    columns = windows.transpose(0, 2, 3, 1, 4, 5).reshape(*_places(windows), -1)  # (N, H′, W′, C·h·w)
    y = columns @ W.reshape(len(W), -1).T + b  # (N, H′, W′, K)
    return y.transpose(0, 3, 1, 2), ConvCache(columns, W, padded.shape, stride, padding)


def conv2d_backward(dy: FloatArray, cache: ConvCache) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Propagate a gradient back through `conv2d`.

    Args:
        dy: Gradient of the loss with respect to the maps, (N, K, H′, W′).
        cache: From `conv2d`.

    Returns:
        Gradients with respect to x, (N, C, H, W), W and b, each of the shape of its own.
    """
    columns, W, shape, stride, padding = cache
    K, C, h, w = W.shape
    by_place = dy.transpose(0, 2, 3, 1)  # (N, H′, W′, K)
    dW = np.tensordot(by_place, columns, axes=([0, 1, 2], [0, 1, 2])).reshape(W.shape)
    dcolumns = (by_place @ W.reshape(K, -1)).reshape(*by_place.shape[:3], C, h, w)
    dx = np.zeros(shape, dy.dtype)
    rows, cols = (stride * n for n in by_place.shape[1:3])
    for i, j in np.ndindex(h, w):  # windows overlap: each place in the window adds up by itself
        dx[:, :, i : i + rows : stride, j : j + cols : stride] += dcolumns[..., i, j].transpose(0, 3, 1, 2)
    inside = slice(padding, -padding or None)
    return dx[:, :, inside, inside], dW, dy.sum(axis=(0, 2, 3))


def _places(windows: FloatArray) -> tuple[int, int, int]:
    """Return the numbers of images, rows and columns of a filter's places."""
    return windows.shape[0], windows.shape[2], windows.shape[3]
