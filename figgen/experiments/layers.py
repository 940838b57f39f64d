"""Pictures of a deep network layer by layer: a row of histograms, and curves over the depth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator

from figgen.experiments.palette import THEORY
from figgen.plotting.labels import write_beside
from figgen.plotting.ticks import write_ticks
from figgen.sim.arrays import FloatArray
from figgen.translation import Translator

_LINE = 0.07  # height of a label's line as a share of the axes', in either preset


@dataclass(frozen=True, slots=True)
class CurveStyle:
    """How one network's curve looks: the label at its end, its colour, the marker of its points."""

    label: str
    colour: str
    marker: str


def draw_histogram(axes: Axes, density: FloatArray, edges: FloatArray, colour: str, tr: Translator) -> None:
    """Fill one layer's histogram, with few ticks: it stands in a row of them.

    Args:
        axes: Where to draw; each histogram fills the height.
        density: (bins,) heights.
        edges: (bins + 1,) edges.
        colour: Of the filling.
        tr: Writes the numbers at the ticks.
    """
    axes.stairs(density, edges, fill=True, color=colour)
    margin, tick = 0.06 * (edges[-1] - edges[0]), _round_down(edges[-1])
    ticks = [x for x in (-tick, 0.0, tick) if x >= edges[0] - margin]
    axes.set(xlim=(edges[0] - margin, edges[-1] + margin), yticks=[])
    write_ticks(axes.xaxis, ticks, tr.number)


def draw_curves(
    axes: Axes, styles: Sequence[CurveStyle], measured: FloatArray, theory: FloatArray, tr: Translator
) -> None:
    """Draw a positive quantity over the layers of several networks, on a logarithmic scale.

    Args:
        axes: Where to draw.
        styles: One for each network.
        measured: (networks, depth) points.
        theory: (networks, depth) lines.
        tr: Gives labels and numbers their language.
    """
    layers = np.arange(1, measured.shape[1] + 1)
    for style, points, line in zip(styles, measured, theory, strict=True):
        axes.plot(layers, line, color=THEORY, linewidth=rcParams["axes.linewidth"])
        axes.plot(layers, points, style.marker, color=style.colour)
    axes.set(xlabel=tr("layer"), xticks=layers[:: 1 + len(layers) // 8], yscale="log")
    low, high = axes.get_ylim()
    if high < 1e4 * low:  # otherwise powers of ten, as Matplotlib writes them
        steps = (1, 2, 5) if high > 8 * low else range(1, 10)
        ticks = [y for y in LogLocator(subs=steps).tick_values(low, high) if low <= y <= high]
        write_ticks(axes.yaxis, ticks, tr.number)
    axes.set_yticks([], minor=True)
    heights = np.exp(_spread(np.log(theory[:, -1]), gap=_LINE * np.log(high / low)))
    for style, height in zip(styles, heights, strict=True):
        write_beside(axes, style.label, (layers[-1], height), (0.8, 0), color=style.colour, va="center")


def _spread(values: FloatArray, gap: float) -> FloatArray:
    """Push values apart until neighbours differ by about `gap`, so that labels there do not touch."""
    order = np.argsort(values)
    placed = values[order]
    for _ in range(50):
        overlap = np.maximum(gap - np.diff(placed), 0) / 2
        placed[:-1] -= overlap
        placed[1:] += overlap
    spread = np.empty_like(values)
    spread[order] = placed
    return spread


def _round_down(x: float) -> float:
    """Return the largest round number that is at most `x`."""
    magnitude = 10.0 ** math.floor(math.log10(x))
    return max(n * magnitude for n in (1, 1.5, 2, 3, 4, 5, 6, 8) if n * magnitude <= x)
