"""PReLU, the leaky ReLU whose slopes for negative inputs are learnt: forward and backward."""

from typing import NamedTuple

import numpy as np

from figgen.sim.arrays import FloatArray
from figgen.sim.shapes import check_shapes


class PReLUCache(NamedTuple):
    """What the backward pass needs of the forward one."""

    x: FloatArray
    slope: FloatArray


def parametric_relu(x: FloatArray, slope: FloatArray) -> tuple[FloatArray, PReLUCache]:
    """Compute y = max(0, x) + slope·min(0, x), with a slope for each channel.

    Args:
        x: Inputs, (..., N, H); leading axes are replicas.
        slope: One a channel, (..., H).

    Returns:
        Outputs, (..., N, H), and the cache for `parametric_relu_backward`.

    Raises:
        ShapeError: The sizes of H differ, or an axis is missing.

    Reference:
        He et al. 2015, equation 1.
    """
    check_shapes("parametric_relu", x=(x, "N H"), slope=(slope, "H"))
    return np.where(x > 0, x, slope[..., np.newaxis, :] * x), PReLUCache(x, slope)


def parametric_relu_backward(dy: FloatArray, cache: PReLUCache) -> tuple[FloatArray, FloatArray]:
    """Propagate a gradient back through `parametric_relu`.

    Args:
        dy: Gradient of the loss with respect to y, (..., N, H).
        cache: From `parametric_relu`.

    Returns:
        Gradients with respect to x, (..., N, H), and the slopes, (..., H): Σ over the batch of dy·min(0, x).

    Reference:
        He et al. 2015, equations 2 and 3.
    """
    x, slope = cache
    dx = np.where(x > 0, dy, slope[..., np.newaxis, :] * dy)
    return dx, (dy * np.minimum(x, 0)).sum(axis=-2)
