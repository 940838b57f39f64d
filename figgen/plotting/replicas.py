"""Curves measured on several replicas: their mean as a line, their range as a band."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray


def draw_replicas(
    axes: Axes,
    x: ArrayLike,
    values: NDArray[Any],
    *,
    colour: str,
    centre: Callable[..., NDArray[Any]] = np.mean,
    **line: Any,
) -> None:
    """Draw a curve for a quantity that each replica measures.

    Args:
        axes: Where to draw.
        x: Where the quantity is measured, (P,).
        values: What each replica measures there, (R, P).
        colour: Of line and band.
        centre: What the line is of the replicas, such as `np.mean` and `np.median`.
        line: Passed on to `Axes.plot`: dash and marker, which tell curves apart without colour.
    """
    draw_band(axes, x, values.min(axis=0), values.max(axis=0), colour)
    axes.plot(x, centre(values, axis=0), color=colour, **line)


def draw_band(axes: Axes, x: ArrayLike, low: NDArray[Any], high: NDArray[Any], colour: str) -> None:
    """Fill the range between two curves, (P,) each, pale enough for lines to stand out in it."""
    axes.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0)
