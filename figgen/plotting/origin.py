"""The origin of a plane in which points lie."""

from matplotlib import rcParams
from matplotlib.axes import Axes

from figgen.plotting.palette import LIGHT_GREY


def draw_origin(axes: Axes) -> None:
    """Draw the two axes through the origin, behind all else: points are seen to lie there, or far away."""
    for line in (axes.axhline, axes.axvline):
        line(0, color=LIGHT_GREY, linewidth=rcParams["axes.linewidth"], zorder=0)
