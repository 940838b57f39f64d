"""Curves measured on several replicas: their mean as a line, their range as a band."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from numpy.typing import NDArray

from figgen.translation import Translator


def draw_replicas(axes: Axes, x: NDArray[Any], values: NDArray[Any], *, colour: str, **line: Any) -> None:
    """Draw a curve for a quantity that each replica measures.

    Args:
        axes: Where to draw.
        x: Where the quantity is measured, (P,).
        values: What each replica measures there, (P, R).
        colour: Of line and band.
        line: Passed on to `Axes.plot`: dash and marker, which tell curves apart without colour.
    """
    axes.fill_between(x, values.min(axis=1), values.max(axis=1), color=colour, alpha=0.15, linewidth=0)
    axes.plot(x, values.mean(axis=1), color=colour, **line)


def tick_percent(axes: Axes, shares: Sequence[float], tr: Translator) -> None:
    """Put ticks at shares on the vertical axis, written as percentages."""
    axes.set_yticks(shares, [tr.percent(share) for share in shares])
