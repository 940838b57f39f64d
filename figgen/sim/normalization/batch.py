"""Batch normalisation: the function and its gradient, and the layer with running statistics."""

from typing import NamedTuple

import numpy as np

from figgen.errors import ShapeError
from figgen.sim.arrays import FloatArray
from figgen.sim.normalization.standardization import (
    batch_axes,
    check_channels,
    over_batch,
    standardize,
    standardize_backward,
)


class BatchNormCache(NamedTuple):
    """What the backward pass needs of the forward one."""

    x_hat: FloatArray
    inverse_std: FloatArray
    gamma: FloatArray


def batch_norm(
    x: FloatArray, gamma: FloatArray, beta: FloatArray, eps: float = 1e-5
) -> tuple[FloatArray, BatchNormCache]:
    """Normalise each channel over the batch, in images also over height and width; then scale and shift it.

    μ_j = mean over i of x_ij, σ²_j = mean over i of (x_ij − μ_j)²,
    x̂_ij = (x_ij − μ_j)/√(σ²_j + ε), y_ij = γ_j x̂_ij + β_j

    Args:
        x: A batch, (..., N, C), or images, (..., N, C, H, W); leading axes are replicas, normalised each by
            itself.
        gamma: Scale of each channel, (..., C), with all replica axes of x.
        beta: Shift of each channel, (..., C).
        eps: Added to the variance, in its unit.

    Returns:
        The output, of the shape of x, and the cache for `batch_norm_backward`.

    Raises:
        ShapeError: The shapes do not fit.

    Reference:
        Ioffe & Szegedy 2015, algorithm 1; section 3.2 for images.
    """
    check_channels("batch_norm", x, gamma=gamma, beta=beta)
    x_hat, inverse_std = standardize(x, batch_axes(x, gamma), eps)
    return over_batch(gamma, x) * x_hat + over_batch(beta, x), BatchNormCache(x_hat, inverse_std, gamma)


def batch_norm_backward(dy: FloatArray, cache: BatchNormCache) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Propagate a gradient back through `batch_norm`, its mean and its variance included.

    Args:
        dy: Gradient of the loss with respect to y, of the shape of x.
        cache: From `batch_norm`.

    Returns:
        Gradients with respect to x, gamma and beta, each of the shape of its own.
    """
    x_hat, inverse_std, gamma = cache
    axes = batch_axes(dy, gamma)
    dx = standardize_backward(dy * over_batch(gamma, dy), x_hat, inverse_std, axes)
    return dx, (dy * x_hat).sum(axis=axes), dy.sum(axis=axes)


class BatchNorm:
    """A batch normalisation layer, which behaves differently in training and in evaluation.

    In training it normalises by the batch's own statistics and averages them into the running ones; in
    evaluation it normalises by the running ones, and is an affine function of each sample. As in PyTorch,
    running = (1 − momentum)·running + momentum·batch, where the batch's variance is the unbiased one,
    although the normalisation itself uses the biased.

    Args:
        shape: (..., C): the number of channels, after any replica axes.
        momentum: Weight of the newest batch in the running statistics; 0 leaves them as they are.
        eps: Added to the variance, in its unit.
        dtype: Of the parameters and the running statistics.

    Reference:
        Ioffe & Szegedy 2015, algorithm 2.
    """

    def __init__(
        self,
        shape: int | tuple[int, ...],
        momentum: float = 0.1,
        eps: float = 1e-5,
        dtype: type[np.floating] = np.float64,
    ) -> None:
        self.gamma: FloatArray = np.ones(shape, dtype)
        self.beta: FloatArray = np.zeros(shape, dtype)
        self.running_mean: FloatArray = np.zeros(shape, dtype)
        self.running_var: FloatArray = np.ones(shape, dtype)
        self.momentum = momentum
        self.eps = eps
        self.training = True
        self._cache: BatchNormCache | None = None

    def train(self) -> None:
        """Normalise by the batch's statistics from now on."""
        self.training = True

    def eval(self) -> None:
        """Normalise by the running statistics from now on."""
        self.training = False

    def __call__(self, x: FloatArray) -> FloatArray:
        """Normalise `x`, (..., N, C) or (..., N, C, H, W); in training mode also move the running statistics.

        Raises:
            ShapeError: `x` has not C channels, or a single value in each, which has no variance.
        """
        if self.training:
            y, self._cache = batch_norm(x, self.gamma, self.beta, self.eps)
            if self.momentum:
                self._track(x)
            return y
        self._cache = None
        check_channels("BatchNorm", x, gamma=self.gamma)
        scale, shift = self.as_affine()
        return x * over_batch(scale, x) + over_batch(shift, x)

    def backward(self, dy: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Propagate a gradient back through the last call, which was in training mode."""
        if self._cache is None:
            raise RuntimeError("BatchNorm.backward needs a call in training mode right before it")
        return batch_norm_backward(dy, self._cache)

    def as_affine(self) -> tuple[FloatArray, FloatArray]:
        """Return scale and shift, (..., C), of the affine function that evaluation mode applies."""
        scale = self.gamma / np.sqrt(self.running_var + self.eps)
        return scale, self.beta - self.running_mean * scale

    def _track(self, x: FloatArray) -> None:
        axes = batch_axes(x, self.gamma)
        if x.size == self.gamma.size:
            raise ShapeError(
                f"BatchNorm in training mode: x is {x.shape}, one value a channel; needed are at least 2"
            )
        m = self.momentum
        self.running_mean = (1 - m) * self.running_mean + m * x.mean(axis=axes)
        self.running_var = (1 - m) * self.running_var + m * x.var(axis=axes, ddof=1)
