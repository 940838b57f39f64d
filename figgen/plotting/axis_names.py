"""Are the axes of a figure named? Those with numbers want it; words, dates, pictures speak for themselves."""

import re
from collections.abc import Iterator

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.dates import AutoDateFormatter, ConciseDateFormatter, DateFormatter
from matplotlib.figure import Figure

from figgen.plotting.finding import Finding

_COLOUR_BAR = "<colorbar>"  # how Matplotlib labels the axes of one
_DATES = (DateFormatter, AutoDateFormatter, ConciseDateFormatter)
_LETTER = re.compile(r"[^\W\d_]")
_NUMBER_IN_TEX = re.compile(r"\\(?:mathdefault|times|cdot)\b")


def nameless(figure: Figure) -> Iterator[Finding]:
    """Yield the finding that axes lack their names.

    One label is enough for all panels, which often share it. Where only one direction has none, it may be in
    the title, so that this is a remark.
    """
    panels = [axes for axes in figure.axes if axes.get_visible() and _is_chart(axes)]
    named = {name: any(_label(axes, name) for axes in panels) for name in "xyz"}
    named["x"] |= bool(figure.get_supxlabel())
    named["y"] |= bool(figure.get_supylabel())
    there = [name for name in "xyz" if any(hasattr(axes, f"{name}axis") for axes in panels)]
    bare = [name for name in there if not named[name] and any(_wants_name(axes, name) for axes in panels)]
    if not bare:
        return
    if len(bare) == len(there):
        yield Finding("axis", "no axis has a label: name what each shows, with its unit")
    else:
        which = f"the {bare[0]} axis has" if len(bare) == 1 else f"the {' and '.join(bare)} axes have"
        yield Finding(
            "axis", f"{which} no label: name what it shows, with its unit, unless the title does", False
        )


def _is_chart(axes: Axes) -> bool:
    """Tell whether axes have directions to name: no schema, colour bar, circle or picture of pixels."""
    is_on = getattr(axes, "_axis3don", axes.axison)  # in space the other one is always false
    is_picture = bool(axes.images) and axes.get_aspect() in ("equal", 1)
    is_straight = axes.name in ("rectilinear", "3d")
    return is_on and is_straight and axes.get_label() != _COLOUR_BAR and not is_picture


def _label(axes: Axes, name: str) -> str:
    axis = getattr(axes, f"{name}axis", None)
    return axis.get_label_text().strip() if axis and axis.get_visible() else ""


def _wants_name(axes: Axes, name: str) -> bool:
    axis: Axis | None = getattr(axes, f"{name}axis", None)
    if axis is None or not axis.get_visible():
        return False
    if isinstance(axis.get_major_formatter(), _DATES):
        return False
    labels = [label.get_text() for label in axis.get_ticklabels() if label.get_visible()]
    words = any(_LETTER.search(_NUMBER_IN_TEX.sub("", label)) for label in labels)
    return any(labels) and not words
