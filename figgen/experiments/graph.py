"""Pictures of computations as graphs: boxes, arrows to and fro between them, matrices of numbers.

All lengths are in font sizes, so that rows of numbers keep their distance on paper and on slides: draw into
the axes of `canvas`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

from figgen.experiments.palette import GRADIENT
from figgen.plotting.palette import BLACK
from figgen.sim.arrays import FloatArray
from figgen.translation import Translator

_ROW = 1.35  # height of a row of numbers
_GAP = 0.75  # between an edge and the numbers above or below it
_LANE = 0.25  # between an edge and each of its arrows
_TITLE = 3  # height that the figure's title takes

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """A box with a text; edges end `reach` to the left and to the right of its middle."""

    text: str
    x: float
    y: float
    reach: float = 1.3
    colour: str = BLACK


def canvas(figure: Figure) -> tuple[Axes, float, float]:
    """Return axes without frame that fill the figure below its title, their width and their height."""
    width, height = figure.get_size_inches() * 72 / rcParams["font.size"]
    axes = figure.subplots()
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(0, height - _TITLE))
    return axes, float(width), float(height - _TITLE)


def draw_node(axes: Axes, node: Node) -> None:
    """Draw a node's box and text."""
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": node.colour}
    text = axes.text(node.x, node.y, node.text, color=node.colour, ha="center", va="center", bbox=box)
    if (patch := text.get_bbox_patch()) is not None:
        patch.set_linewidth(_line_width())


def draw_edge(axes: Axes, left: Node, right: Node) -> Point:
    """Draw an arrow forward and, below it, a dashed one back; return the middle between the nodes."""
    start, end, y = left.x + left.reach, right.x - right.reach, left.y
    _draw_arrow(axes, [(start, y + _LANE), (end, y + _LANE)], BLACK)
    _draw_arrow(axes, [(end, y - _LANE), (start, y - _LANE)], GRADIENT, "dashed")
    return (start + end) / 2, y


def draw_elbow(axes: Axes, node: Node, lower: Node) -> Point:
    """Draw the same to the right and down to a lower node; return the middle of the level part."""
    start, x, y = node.x + node.reach, lower.x, node.y
    end = lower.y + 1.3
    _draw_arrow(axes, [(start, y + _LANE), (x + _LANE, y + _LANE), (x + _LANE, end)], BLACK)
    _draw_arrow(axes, [(x - _LANE, end), (x - _LANE, y - _LANE), (start, y - _LANE)], GRADIENT, "dashed")
    return (start + x) / 2, y


def write_pair(
    axes: Axes, place: Point, value: FloatArray, gradient: FloatArray, tr: Translator, name: str = ""
) -> None:
    """Write a value above an edge, after its name if it has one, and its gradient below.

    Args:
        axes: Those of `canvas`.
        place: The middle of the edge.
        value: A vector, written as a column, or a matrix.
        gradient: Of the same shape.
        tr: Writes the numbers.
        name: Of the value, in TeX.
    """
    (x, y), rise = place, _GAP + _ROW * len(value) / 2
    left = _write_matrix(axes, value, (x, y + rise), BLACK, tr)
    _write_matrix(axes, gradient, (x, y - rise), GRADIENT, tr)
    if name:
        axes.text(left - 0.35, y + rise, f"${name}=$", color=BLACK, ha="right", va="center_baseline")


def _write_matrix(axes: Axes, values: FloatArray, centre: Point, colour: str, tr: Translator) -> float:
    """Write numbers in rows and columns between brackets; return where the left bracket stands."""
    texts = [[tr.number(value) for value in row] for row in values.reshape(len(values), -1)]
    widths = [max(map(_width, column)) + 0.7 for column in zip(*texts, strict=True)]
    left, middle = centre[0] - sum(widths) / 2, centre[1]
    ends = left + np.cumsum(widths)
    for i, row in enumerate(texts):
        y = middle + _ROW * ((len(texts) - 1) / 2 - i)
        for text, end in zip(row, ends, strict=True):
            axes.text(end - 0.35, y, text, color=colour, ha="right", va="center_baseline")
    half = _ROW * len(texts) / 2 - 0.1
    for side, tip in ((left, left + 0.25), (ends[-1], ends[-1] - 0.25)):
        xs, ys = [tip, side, side, tip], [middle - half, middle - half, middle + half, middle + half]
        axes.plot(xs, ys, color=colour, linewidth=rcParams["axes.linewidth"])
    return left


def _width(number: str) -> float:
    """Estimate the width of a written number: a minus is wider than a digit, a point half as wide."""
    return 0.64 * len(number) + 0.2 * number.count("−") - 0.32 * (number.count(".") + number.count(","))


def _draw_arrow(axes: Axes, points: Sequence[Point], colour: str, dash: str = "solid") -> None:
    arrow = FancyArrowPatch(
        path=Path(points),
        arrowstyle="-|>",
        mutation_scale=0.9 * rcParams["font.size"],
        color=colour,
        linestyle=dash,
        linewidth=_line_width(),
    )
    axes.add_patch(arrow)


def _line_width() -> float:
    return 1.4 * float(rcParams["axes.linewidth"])
