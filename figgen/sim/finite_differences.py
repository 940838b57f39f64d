"""Gradients by finite differences: the oracle that a backward pass is checked against."""

from collections.abc import Callable
from typing import SupportsFloat

import numpy as np

from figgen.sim.arrays import FloatArray


def numerical_gradient(
    f: Callable[[FloatArray], SupportsFloat], x: FloatArray, step: float = 1e-5
) -> FloatArray:
    """Estimate the gradient of `f` at `x` by central differences, (f(x + h) − f(x − h))/2h in each element.

    Args:
        f: A scalar function of an array.
        x: Where to take the gradient, any shape, float64.
        step: The h of the formula, in units of x; the error is of order h², and of rounding/h.

    Returns:
        The gradient, of the shape of x.
    """
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        shift = np.zeros_like(x)
        shift[i] = step
        gradient[i] = (float(f(x + shift)) - float(f(x - shift))) / (2 * step)
    return gradient
