"""Mean 0 and variance 1 over given axes, forward and backward; where x has its batch, channels and places."""

import numpy as np

from figgen.errors import ShapeError
from figgen.sim.arrays import FloatArray


def standardize(x: FloatArray, axes: tuple[int, ...], eps: float) -> tuple[FloatArray, FloatArray]:
    """Compute x̂ = (x − μ)/√(σ² + ε) with the mean and the biased variance over `axes`.

    Returns:
        x̂, of the shape of x, and 1/√(σ² + ε), of size 1 along `axes`.
    """
    mean = x.mean(axis=axes, keepdims=True)
    variance = x.var(axis=axes, keepdims=True)
    inverse_std: FloatArray = 1 / np.sqrt(variance + eps)
    return (x - mean) * inverse_std, inverse_std


def standardize_backward(
    dx_hat: FloatArray, x_hat: FloatArray, inverse_std: FloatArray, axes: tuple[int, ...]
) -> FloatArray:
    """Propagate a gradient back through `standardize`, its mean and its variance included.

    Args:
        dx_hat: Gradient of the loss with respect to x̂, of the shape of x.
        x_hat: From `standardize`.
        inverse_std: From `standardize`.
        axes: As given to it.

    Returns:
        Gradient with respect to x.

    Reference:
        Ioffe & Szegedy 2015, section 3; the six equations there, collected into one.
    """
    through_mean = dx_hat.mean(axis=axes, keepdims=True)
    through_variance = x_hat * (dx_hat * x_hat).mean(axis=axes, keepdims=True)
    dx: FloatArray = inverse_std * (dx_hat - through_mean - through_variance)
    return dx


def check_channels(operation: str, x: FloatArray, **parameters: FloatArray) -> None:
    """Check that parameters of the channels, (..., C), fit to x, (..., N, C) or (..., N, C, H, W).

    The leading axes are replicas, and a parameter has all that x has: x's channels stand at the axis
    `parameter.ndim`, and its batch right before them.

    Raises:
        ShapeError: They do not fit.
    """
    for parameter in parameters.values():
        replicas_and_channels = (*x.shape[: parameter.ndim - 1], *x.shape[parameter.ndim :][:1])
        if x.ndim - parameter.ndim not in (1, 3) or replicas_and_channels != parameter.shape:
            given = ", ".join(f"{name} is {array.shape}" for name, array in {"x": x, **parameters}.items())
            needed = ", ".join(f"{name} (..., C)" for name in parameters)
            raise ShapeError(f"{operation}: {given}; needed are x (..., N, C) or (..., N, C, H, W), {needed}")


def batch_axes(x: FloatArray, gamma: FloatArray) -> tuple[int, ...]:
    """Return the axes of x that a channel extends over: the batch, and in images height and width."""
    return gamma.ndim - 1, *range(gamma.ndim + 1, x.ndim)


def over_batch(parameter: FloatArray, x: FloatArray) -> FloatArray:
    """View a parameter, (..., C), with axes of size 1 in place of x's batch, and of height and width."""
    places = (1,) * (x.ndim - parameter.ndim - 1)
    return parameter.reshape(*parameter.shape[:-1], 1, parameter.shape[-1], *places)
