"""Pictures of learning: accuracy over the epochs, for several networks of a kind."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis

from figgen.sim.arrays import FloatArray
from figgen.translation import Translator


def draw_accuracy(axes: Axes, accuracy: FloatArray, colour: str, **line: Any) -> None:
    """Draw the mean accuracy of networks over the epochs, and its range as a band.

    Args:
        axes: Where to draw.
        accuracy: (networks, epochs + 1) before the first epoch and after each.
        colour: Of the line and the band.
        line: How the line looks otherwise, as `Axes.plot` takes it: its dash and marker.
    """
    epochs = np.arange(accuracy.shape[-1])
    low, high = accuracy.min(axis=0), accuracy.max(axis=0)
    axes.fill_between(epochs, low, high, color=colour, alpha=0.2, linewidth=0)
    axes.plot(epochs, accuracy.mean(axis=0), color=colour, **line)


def name_accuracy(axes: Axes, tr: Translator) -> None:
    """Name the axes of learning curves, and let the accuracy run from 0 to 100 %."""
    axes.set_xlabel(tr("epoch"))
    axes.set_ylabel(tr("test accuracy"))
    axes.set_ylim(0, 1)
    write_shares(axes.yaxis, tr)


def write_shares(axis: Axis, tr: Translator) -> None:
    """Write percentages at an axis of shares, from 0 to 100 %."""
    ticks = np.linspace(0, 1, 6)
    axis.set_ticks(ticks, [tr.percent(tick) for tick in ticks])
