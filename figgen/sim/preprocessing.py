"""Preprocessing of data: each function fits a transformation to training data, to be applied to any data.

What is returned is frozen: new data pass through the training data's statistics, never through their own.
"""

from dataclasses import dataclass

import numpy as np

from figgen.errors import ShapeError
from figgen.sim.arrays import FloatArray
from figgen.sim.shapes import check_shapes


@dataclass(frozen=True, slots=True, eq=False)
class Standardization:
    """The transformation x ↦ (x − mean) / scale, feature by feature.

    Attributes:
        mean: Of the training data, of the shape of a sample or of its last axes.
        scale: What the centred features are divided by, of the same shape.
    """

    mean: FloatArray
    scale: FloatArray

    def __call__(self, x: FloatArray) -> FloatArray:
        """Transform samples, (..., *mean.shape).

        Raises:
            ShapeError: The last axes of `x` are not those of the training data.
        """
        if x.shape[x.ndim - self.mean.ndim :] != self.mean.shape:
            needed = ", ".join(map(str, self.mean.shape))
            raise ShapeError(f"Standardization: x is {x.shape}; needed is (..., {needed})")
        transformed: FloatArray = (x - self.mean) / self.scale
        return transformed


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """The transformation x ↦ (x − mean) · components / scale, on the principal axes of the training data.

    Attributes:
        mean: Of the training data, (D,).
        components: The principal axes, orthonormal columns, the one of the largest variance first, (D, D).
        variances: Of the training data along each axis, (D,); exactly 0 where they do not vary at all.
        scale: What each coordinate is divided by, (D,).
    """

    mean: FloatArray
    components: FloatArray
    variances: FloatArray
    scale: FloatArray

    @property
    def rank(self) -> int:
        """The number of axes along which the training data vary."""
        return int(np.count_nonzero(self.variances))

    def __call__(self, x: FloatArray) -> FloatArray:
        """Transform samples, (..., N, D).

        Raises:
            ShapeError: The samples have not D features.
        """
        check_shapes("Projection", x=(x, "N D"), mean=(self.mean, "D"))
        transformed: FloatArray = (x - self.mean) @ self.components / self.scale
        return transformed

    def rotate_back(self, z: FloatArray) -> FloatArray:
        """Turn transformed samples, (..., N, D), back onto the features' axes, for whitened images (ZCA)."""
        check_shapes("Projection", z=(z, "N D"), mean=(self.mean, "D"))
        rotated: FloatArray = z @ self.components.T
        return rotated


def center(x: FloatArray, axis: int | tuple[int, ...] = 0) -> Standardization:
    """Fit x ↦ x − μ, with μ the mean of the training data.

    Args:
        x: Training data, (N, ...).
        axis: The leading axes to average over. For images (N, H, W, 3), 0 gives the mean image, (H, W, 3),
            and (0, 1, 2) the channels' means, (3,).

    Returns:
        The transformation.

    Raises:
        ShapeError: There is no sample, or `axis` are not the leading axes.
    """
    _check_fit("center", x, axis)
    mean = x.mean(axis=axis)
    return Standardization(mean, np.ones_like(mean))


def normalize(x: FloatArray, axis: int | tuple[int, ...] = 0) -> Standardization:
    """Fit x ↦ (x − μ)/σ, with mean and standard deviation of the training data, the biased one.

    A feature that is constant in the training data has no scale: it is centred, and left at that.

    Args:
        x: Training data, (N, ...).
        axis: The leading axes over which to take mean and standard deviation, as in `center`.

    Returns:
        The transformation.

    Raises:
        ShapeError: There is no sample, or `axis` are not the leading axes.
    """
    _check_fit("normalize", x, axis)
    mean, std = x.mean(axis=axis), x.std(axis=axis)
    constant = x.max(axis=axis) == x.min(axis=axis)  # rounding of the mean can make its std positive
    return Standardization(mean, np.where(constant, std.dtype.type(1), std))


def pca_decorrelate(x: FloatArray) -> Projection:
    """Fit the rotation onto the principal axes: there the training data's covariance is diagonal.

    (1/N) (X − μ)ᵀ(X − μ) = V Λ Vᵀ, and x ↦ (x − μ) V. The sign of an axis is a convention here: its largest
    entry is positive.

    Args:
        x: Training data, (N, D).

    Returns:
        The transformation.

    Raises:
        ShapeError: `x` has not two axes, or no sample.
    """
    mean, components, variances = _principal_axes("pca_decorrelate", x)
    return Projection(mean, components, variances, np.ones_like(variances))


def whiten(x: FloatArray, eps: float = 1e-5) -> Projection:
    """Fit the rotation onto the principal axes, and the scaling there that makes all variances 1.

    x ↦ (x − μ) V (Λ + ε)^(−1/2): the training data's covariance becomes Λ/(Λ + ε), which is the identity
    but for axes whose variance is not much larger than ε.

    Args:
        x: Training data, (N, D).
        eps: Added to the variances, in their unit; it keeps what is mostly noise from being blown up. An axis
            along which the training data do not vary at all is only centred if it is 0.

    Returns:
        The transformation.

    Raises:
        ShapeError: `x` has not two axes, or no sample.

    Reference:
        CS231n notes, "Setting up the data and the model".
    """
    mean, components, variances = _principal_axes("whiten", x)
    scale = np.sqrt(variances + variances.dtype.type(eps))
    return Projection(mean, components, variances, np.where(scale > 0, scale, scale.dtype.type(1)))


def _principal_axes(operation: str, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the mean, (D,), the principal axes as columns, (D, D), and the variances along them, (D,)."""
    if x.ndim != 2:
        raise ShapeError(f"{operation}: x is {x.shape}; needed is (N, D)")
    _check_fit(operation, x, 0)
    mean = x.mean(axis=0)
    centred = x - mean
    variances, components = np.linalg.eigh(centred.T @ centred / centred.dtype.type(len(x)))  # ascending
    variances, components = variances[::-1], components[:, ::-1]
    rounding = x.shape[1] * np.finfo(variances.dtype).eps * variances[0]
    variances = np.where(variances > rounding, variances, variances.dtype.type(0))
    largest = np.take_along_axis(components, np.abs(components).argmax(axis=0)[np.newaxis], axis=0)
    return mean, components * np.sign(largest), variances


def _check_fit(operation: str, x: FloatArray, axis: int | tuple[int, ...]) -> None:
    axes = (axis,) if isinstance(axis, int) else axis
    if axes != tuple(range(len(axes))) or x.ndim < len(axes) or x.size == 0:
        raise ShapeError(
            f"{operation}: x is {x.shape}, axis is {axis}; needed are at least one sample, and leading axes"
        )
