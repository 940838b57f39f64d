"""Batch normalisation: the function and its gradient, the layer with running statistics, its fusion."""

from typing import NamedTuple

import numpy as np

from figgen.errors import ShapeError
from figgen.sim.arrays import FloatArray
from figgen.sim.shapes import check_shapes


class BatchNormCache(NamedTuple):
    """What the backward pass needs of the forward one."""

    x_hat: FloatArray
    inverse_std: FloatArray
    gamma: FloatArray


def batch_norm(
    x: FloatArray, gamma: FloatArray, beta: FloatArray, eps: float = 1e-5
) -> tuple[FloatArray, BatchNormCache]:
    """Normalise each channel over the batch, then scale and shift it.

    μ_j = mean over i of x_ij, σ²_j = mean over i of (x_ij − μ_j)²,
    x̂_ij = (x_ij − μ_j)/√(σ²_j + ε), y_ij = γ_j x̂_ij + β_j

    Args:
        x: A batch, (..., N, D); leading axes are replicas, normalised each by itself.
        gamma: Scale of each channel, (..., D).
        beta: Shift of each channel, (..., D).
        eps: Added to the variance, in its unit.

    Returns:
        The output, (..., N, D), and the cache for `batch_norm_backward`.

    Raises:
        ShapeError: The sizes of D differ, or an axis is missing.

    Reference:
        Ioffe & Szegedy 2015, algorithm 1.
    """
    check_shapes("batch_norm", x=(x, "N D"), gamma=(gamma, "D"), beta=(beta, "D"))
    mean = x.mean(axis=-2, keepdims=True)  # (..., 1, D)
    variance = x.var(axis=-2, keepdims=True)  # (..., 1, D), biased
    inverse_std = 1 / np.sqrt(variance + eps)
    x_hat = (x - mean) * inverse_std  # (..., N, D)
    y = gamma[..., np.newaxis, :] * x_hat + beta[..., np.newaxis, :]
    return y, BatchNormCache(x_hat, inverse_std, gamma)


def batch_norm_backward(dy: FloatArray, cache: BatchNormCache) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Propagate a gradient back through `batch_norm`, its mean and its variance included.

    Args:
        dy: Gradient of the loss with respect to y, (..., N, D).
        cache: From `batch_norm`.

    Returns:
        Gradients with respect to x, (..., N, D), gamma and beta, (..., D).

    Reference:
        Ioffe & Szegedy 2015, section 3; the six equations there, collected into one.
    """
    x_hat, inverse_std, gamma = cache
    dx_hat = dy * gamma[..., np.newaxis, :]
    through_mean = dx_hat.mean(axis=-2, keepdims=True)
    through_variance = x_hat * (dx_hat * x_hat).mean(axis=-2, keepdims=True)
    dx = inverse_std * (dx_hat - through_mean - through_variance)
    return dx, (dy * x_hat).sum(axis=-2), dy.sum(axis=-2)


class BatchNorm:
    """A batch normalisation layer, which behaves differently in training and in evaluation.

    In training it normalises by the batch's own statistics and averages them into the running ones; in
    evaluation it normalises by the running ones, and is an affine function of each sample. As in PyTorch,
    running = (1 − momentum)·running + momentum·batch, where the batch's variance is the unbiased one,
    although the normalisation itself uses the biased.

    Args:
        shape: (..., D): the number of channels, after any replica axes.
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
        """Normalise `x`, (..., N, D); in training mode this also moves the running statistics.

        Raises:
            ShapeError: `x` has not D channels, or is one sample, which has no variance to average in.
        """
        if self.training:
            y, self._cache = batch_norm(x, self.gamma, self.beta, self.eps)
            if self.momentum:
                self._track(x)
            return y
        self._cache = None
        check_shapes("BatchNorm", x=(x, "N D"), gamma=(self.gamma, "D"))
        scale, shift = _as_affine(self)
        return x * scale[..., np.newaxis, :] + shift[..., np.newaxis, :]

    def backward(self, dy: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Propagate a gradient back through the last call, which was in training mode."""
        if self._cache is None:
            raise RuntimeError("BatchNorm.backward needs a call in training mode right before it")
        return batch_norm_backward(dy, self._cache)

    def _track(self, x: FloatArray) -> None:
        if x.shape[-2] < 2:
            raise ShapeError(
                f"BatchNorm in training mode: x is {x.shape}; needed is N of at least 2 in (..., N, D)"
            )
        m = self.momentum
        self.running_mean = (1 - m) * self.running_mean + m * x.mean(axis=-2)
        self.running_var = (1 - m) * self.running_var + m * x.var(axis=-2, ddof=1)


def fuse_linear(W: FloatArray, b: FloatArray, bn: BatchNorm) -> tuple[FloatArray, FloatArray]:
    """Merge a linear layer with the `BatchNorm` after it, as it is in evaluation mode.

    W′ = W·s and b′ = (b − μ)·s + β with s = γ/√(σ² + ε), each column its own.

    Args:
        W: Weights, (..., D, H).
        b: Biases, (..., H).
        bn: Normalises the H outputs.

    Returns:
        Weights and biases of the one linear layer that does the same.

    Raises:
        ShapeError: The sizes of H differ, or an axis is missing.
    """
    check_shapes("fuse_linear", W=(W, "D H"), b=(b, "H"), gamma=(bn.gamma, "H"))
    scale, shift = _as_affine(bn)
    return W * scale[..., np.newaxis, :], b * scale + shift


def _as_affine(bn: BatchNorm) -> tuple[FloatArray, FloatArray]:
    """Return scale and shift, (..., D), of the affine function that `bn` is in evaluation mode."""
    scale = bn.gamma / np.sqrt(bn.running_var + bn.eps)
    return scale, bn.beta - bn.running_mean * scale
