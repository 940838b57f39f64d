"""Group normalisation, with layer and instance normalisation as its ends: each sample is on its own."""

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


class GroupNormCache(NamedTuple):
    """What the backward pass needs of the forward one."""

    x_hat: FloatArray
    inverse_std: FloatArray
    gamma: FloatArray
    groups: int


def group_norm(
    x: FloatArray, groups: int, gamma: FloatArray, beta: FloatArray, eps: float = 1e-5
) -> tuple[FloatArray, GroupNormCache]:
    """Normalise each group of each sample's channels, then scale and shift each channel.

    Mean and variance are taken over the C/groups channels of the group, and over height and width.

    Args:
        x: A batch, (..., N, C), or images, (..., N, C, H, W); leading axes are replicas.
        groups: Number of groups of neighbouring channels, a divisor of C.
        gamma: Scale of each channel, (..., C), with all replica axes of x.
        beta: Shift of each channel, (..., C).
        eps: Added to the variance, in its unit.

    Returns:
        The output, of the shape of x, and the cache for `group_norm_backward`.

    Raises:
        ShapeError: The shapes do not fit, or the channels do not part into the groups.

    Reference:
        Wu & He 2018, equation 7.
    """
    check_channels("group_norm", x, gamma=gamma, beta=beta)
    channel = gamma.ndim
    if groups < 1 or x.shape[channel] % groups:
        raise ShapeError(f"group_norm: {x.shape[channel]} channels do not part into {groups} equal groups")
    grouped = _grouped(x, groups, channel)
    standardized, inverse_std = standardize(grouped, _group_axes(grouped, channel), eps)
    x_hat = standardized.reshape(x.shape)
    y = over_batch(gamma, x) * x_hat + over_batch(beta, x)
    return y, GroupNormCache(x_hat, inverse_std, gamma, groups)


def layer_norm(
    x: FloatArray, gamma: FloatArray, beta: FloatArray, eps: float = 1e-5
) -> tuple[FloatArray, GroupNormCache]:
    """Normalise each sample over all its channels, height and width: `group_norm` with a single group.

    Scale and shift belong to channels, as Wu & He 2018 have them; PyTorch's LayerNorm gives each place in an
    image its own.

    Args:
        x: A batch, (..., N, C), or images, (..., N, C, H, W); leading axes are replicas.
        gamma: Scale of each channel, (..., C), with all replica axes of x.
        beta: Shift of each channel, (..., C).
        eps: Added to the variance, in its unit.

    Returns:
        The output, of the shape of x, and the cache for `group_norm_backward`.

    Raises:
        ShapeError: The shapes do not fit.

    Reference:
        Ba, Kiros & Hinton 2016, equation 3.
    """
    check_channels("layer_norm", x, gamma=gamma, beta=beta)
    return group_norm(x, 1, gamma, beta, eps)


def instance_norm(
    x: FloatArray, gamma: FloatArray, beta: FloatArray, eps: float = 1e-5
) -> tuple[FloatArray, GroupNormCache]:
    """Normalise each channel of each sample over height and width: `group_norm` with a group a channel.

    Without height and width a channel of a sample is a single number, and only beta is left of it.

    Args:
        x: A batch, (..., N, C), or images, (..., N, C, H, W); leading axes are replicas.
        gamma: Scale of each channel, (..., C), with all replica axes of x.
        beta: Shift of each channel, (..., C).
        eps: Added to the variance, in its unit.

    Returns:
        The output, of the shape of x, and the cache for `group_norm_backward`.

    Raises:
        ShapeError: The shapes do not fit.

    Reference:
        Ulyanov, Vedaldi & Lempitsky 2016, equation 3.
    """
    check_channels("instance_norm", x, gamma=gamma, beta=beta)
    return group_norm(x, gamma.shape[-1], gamma, beta, eps)


def group_norm_backward(dy: FloatArray, cache: GroupNormCache) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Propagate a gradient back through `group_norm`, `layer_norm` or `instance_norm`.

    Args:
        dy: Gradient of the loss with respect to y, of the shape of x.
        cache: From the forward pass.

    Returns:
        Gradients with respect to x, gamma and beta, each of the shape of its own.
    """
    x_hat, inverse_std, gamma, groups = cache
    channel = gamma.ndim
    dx_hat, x_hat_grouped = (
        _grouped(array, groups, channel) for array in (dy * over_batch(gamma, dy), x_hat)
    )
    dx = standardize_backward(dx_hat, x_hat_grouped, inverse_std, _group_axes(dx_hat, channel))
    axes = batch_axes(dy, gamma)
    return dx.reshape(dy.shape), (dy * x_hat).sum(axis=axes), dy.sum(axis=axes)


class GroupNorm:
    """A group normalisation layer: it does the same in training and in evaluation.

    Args:
        shape: (..., C): the number of channels, after any replica axes.
        groups: Number of groups of neighbouring channels, a divisor of C.
        eps: Added to the variance, in its unit.
        dtype: Of the parameters.

    Reference:
        Wu & He 2018.
    """

    def __init__(
        self,
        shape: int | tuple[int, ...],
        groups: int,
        eps: float = 1e-5,
        dtype: type[np.floating] = np.float64,
    ) -> None:
        self.gamma: FloatArray = np.ones(shape, dtype)
        self.beta: FloatArray = np.zeros(shape, dtype)
        self.groups = groups
        self.eps = eps
        self._cache: GroupNormCache | None = None

    def train(self) -> None:
        """Do nothing: a network need not know which of its normalisations have two modes."""

    def eval(self) -> None:
        """Do nothing, as in `train`."""

    def __call__(self, x: FloatArray) -> FloatArray:
        """Normalise `x`, (..., N, C) or (..., N, C, H, W).

        Raises:
            ShapeError: `x` has not C channels, or they do not part into the groups.
        """
        y, self._cache = group_norm(x, self.groups, self.gamma, self.beta, self.eps)
        return y

    def backward(self, dy: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Propagate a gradient back through the last call."""
        if self._cache is None:
            raise RuntimeError("GroupNorm.backward needs a call right before it")
        return group_norm_backward(dy, self._cache)


def _grouped(x: FloatArray, groups: int, channel: int) -> FloatArray:
    """Part the axis of the channels into groups and the channels within, (..., N, groups, C/groups, ...)."""
    size = x.shape[channel] // groups
    return x.reshape(*x.shape[:channel], groups, size, *x.shape[channel + 1 :])


def _group_axes(grouped: FloatArray, channel: int) -> tuple[int, ...]:
    """Return the axes that a group extends over: its channels, and in images height and width."""
    return tuple(range(channel + 1, grouped.ndim))
