"""Pictures of learning: accuracy over the epochs."""

from matplotlib.axes import Axes

from figgen.plotting.ticks import FIFTHS, write_ticks
from figgen.translation import Translator


def name_accuracy(axes: Axes, tr: Translator) -> None:
    """Name the axes of learning curves, and let the accuracy run from 0 to 100 %."""
    axes.set_xlabel(tr("epoch"))
    axes.set_ylabel(tr("test accuracy"))
    axes.set_ylim(0, 1)
    write_ticks(axes.yaxis, FIFTHS, tr.percent)
