"""Words in a figure: its headline, and labels beside what they name."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def headline(figure: "Figure", text: str) -> None:
    """Write a figure's finding above all its panels, from the left edge on."""
    figure.suptitle(text, x=0.01, ha="left")


def write_beside(
    axes: "Axes", text: str, place: Iterable[float], offset: tuple[float, float], **style: Any
) -> None:
    """Write beside a point, as many font sizes away on paper as on a slide.

    Args:
        axes: Where to write.
        text: What to write.
        place: The point, in the axes' coordinates.
        offset: How far to the right of it and above it, in font sizes.
        style: The text's `color`, `ha`, `va`, and whatever else `Axes.annotate` takes.
    """
    x, y = place
    axes.annotate(text, (x, y), offset, textcoords="offset fontsize", **style)
