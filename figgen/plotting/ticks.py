"""Ticks with words and numbers in the reader's language."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from numpy.typing import ArrayLike

FIFTHS = (0, 0.2, 0.4, 0.6, 0.8, 1)
"""Of a share: ticks from 0 to 100 %."""


def write_ticks(axis: "Axis", ticks: Iterable[Any], write: Callable[[Any], str]) -> None:
    """Put ticks on an axis, and no others.

    Args:
        axis: Such as `axes.yaxis`.
        ticks: Where they stand.
        write: Writes each of them, such as `tr.number` or `tr.percent`.
    """
    places = list(ticks)
    axis.set_ticks(places, [write(place) for place in places])
    axis.set_ticks([], minor=True)


def name_rows(axes: "Axes", rows: "ArrayLike", names: Sequence[str]) -> None:
    """Name what stands in rows below each other, the first on top."""
    axes.set_yticks(rows, names)
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
