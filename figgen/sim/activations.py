"""Activation functions and their derivatives: the lecture's six, and PReLU.

Each is right at any finite argument, without overflow, and keeps float32 in float32. At a kink the derivative
is that of the left side.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from figgen.sim.arrays import FloatArray
from figgen.sim.shapes import check_shapes


@dataclass(frozen=True, slots=True)
class Activation:
    """A function that acts on each element, with its derivative."""

    name: str
    function: Callable[[ArrayLike], FloatArray]
    derivative: Callable[[ArrayLike], FloatArray]

    def __call__(self, x: ArrayLike) -> FloatArray:
        """Apply the function to each element of `x`."""
        return self.function(x)


@dataclass(frozen=True, slots=True)
class LeakyReLU(Activation):
    """An activation of the family x for x > 0, slope·x elsewhere."""

    def with_slope(self, slope: float) -> Self:
        """Return the member of the family with another slope on the left."""
        slope = float(slope)  # a NumPy float64 would make float64 of float32
        return type(self)(self.name, partial(_leaky, slope=slope), partial(_leaky_derivative, slope=slope))


@dataclass(frozen=True, slots=True)
class ELU(Activation):
    """An activation of the family x for x > 0, alpha·(exp(x) − 1) elsewhere."""

    def with_alpha(self, alpha: float) -> Self:
        """Return the member of the family that falls to −alpha."""
        alpha = float(alpha)
        return type(self)(self.name, partial(_elu, alpha=alpha), partial(_elu_derivative, alpha=alpha))


def maxout(x: FloatArray, weights: FloatArray, biases: FloatArray) -> FloatArray:
    """Take the largest of K affine pieces: max over k of x·W_k + b_k.

    Args:
        x: Inputs, (N, D).
        weights: One matrix a piece, (K, D, H).
        biases: One vector a piece, (K, H).

    Returns:
        Outputs, (N, H).

    Raises:
        ShapeError: The sizes of D, H or K differ, or an axis is missing.

    Reference:
        Goodfellow et al. 2013, section 3.
    """
    check_shapes("maxout", x=(x, "N D"), weights=(weights, "K D H"), biases=(biases, "K H"))
    largest: FloatArray = _pieces(x, weights, biases).max(axis=0)
    return largest


def maxout_backward(
    dy: FloatArray, x: FloatArray, weights: FloatArray, biases: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Propagate a gradient back through `maxout`: the piece that is largest receives all of it.

    Args:
        dy: Gradient of the loss with respect to the outputs, (N, H).
        x: As in `maxout`.
        weights: As in `maxout`.
        biases: As in `maxout`.

    Returns:
        Gradients with respect to x, weights and biases, each of the shape of its own. Of pieces that are
        equally large the first counts.
    """
    winner = _pieces(x, weights, biases).argmax(axis=0)  # (N, H)
    wins = winner == np.arange(len(weights))[:, np.newaxis, np.newaxis]  # (K, N, H)
    dpieces = wins * dy
    dx = (dpieces @ np.swapaxes(weights, -1, -2)).sum(axis=0)
    return dx, x.T @ dpieces, dpieces.sum(axis=1)


def _pieces(x: FloatArray, weights: FloatArray, biases: FloatArray) -> FloatArray:
    """Compute the affine pieces of `maxout`, (K, N, H)."""
    pieces: FloatArray = x @ weights + biases[:, np.newaxis, :]
    return pieces


def _sigmoid(x: ArrayLike) -> FloatArray:
    x = _floating(x)
    decay: FloatArray = np.exp(-np.abs(x))  # never overflows
    return np.where(x >= 0, 1, decay) / (1 + decay)


def _sigmoid_derivative(x: ArrayLike) -> FloatArray:
    decay: FloatArray = np.exp(-np.abs(_floating(x)))
    return decay / (1 + decay) ** 2  # σ(1 − σ) would cancel to 0 at x = 40


def _tanh(x: ArrayLike) -> FloatArray:
    return np.tanh(_floating(x))


def _tanh_derivative(x: ArrayLike) -> FloatArray:
    return 4 * _sigmoid_derivative(2 * _floating(x))  # 1 − tanh² would cancel to 0 at x = 20


def _relu(x: ArrayLike) -> FloatArray:
    return np.maximum(_floating(x), 0)


def _relu_derivative(x: ArrayLike) -> FloatArray:
    x = _floating(x)
    return (x > 0).astype(x.dtype)


def _leaky(x: ArrayLike, slope: float) -> FloatArray:
    x = _floating(x)
    return np.where(x > 0, x, slope * x)


def _leaky_derivative(x: ArrayLike, slope: float) -> FloatArray:
    x = _floating(x)
    return np.where(x > 0, 1, slope).astype(x.dtype)


def _elu(x: ArrayLike, alpha: float) -> FloatArray:
    x = _floating(x)
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _elu_derivative(x: ArrayLike, alpha: float) -> FloatArray:
    x = _floating(x)
    return np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0)))


def _floating(x: ArrayLike) -> FloatArray:
    """Return `x` as an array of floats; numbers that are none become float64."""
    x = np.asarray(x)
    return x if np.issubdtype(x.dtype, np.floating) else x.astype(np.float64)


sigmoid = Activation("sigmoid", _sigmoid, _sigmoid_derivative)
tanh = Activation("tanh", _tanh, _tanh_derivative)
relu = Activation("relu", _relu, _relu_derivative)
leaky_relu = LeakyReLU("leaky_relu", partial(_leaky, slope=0.01), partial(_leaky_derivative, slope=0.01))
# He et al. 2015, section 2.1: the slope at which learning it starts.
prelu = LeakyReLU("prelu", partial(_leaky, slope=0.25), partial(_leaky_derivative, slope=0.25))
elu = ELU("elu", partial(_elu, alpha=1.0), partial(_elu_derivative, alpha=1.0))
