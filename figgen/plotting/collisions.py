"""Do texts lie upon lines, markers, ticks, legends, or across the edges of areas?"""

import numpy as np
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray

from figgen.colours import contrast
from figgen.plotting.onlooker import Line, Sheet
from figgen.plotting.shapes import Box, Shape

Points = NDArray[np.float64]

_SEEN = 1.5  # contrast of the lightest to the darkest pixel behind a text: no grid, no tint, no faint band
_ASKEW = 1e-6  # of the sine of twice the angle from which on a text is neither level nor upright
_SLACK = 0.4  # points by which a text's box may reach into a shape's, and no ink does
_CORNERS = 0.15  # the share of a marker's box at each side that most markers leave free at the corners


def touched(line: Line, sheet: Sheet) -> Shape | None:
    """Return the first shape that a line of text lies upon, if it can be seen there.

    What a ground of the text's own, or a legend's frame, hides is not in the way.

    Args:
        line: A line that shows.
        sheet: The figure as it was drawn.
    """
    if _is_even(line, sheet):
        return None
    shapes = (shape for shape in sheet.shapes if _is_in_the_way(shape, line))
    return next((shape for shape in shapes if _touches(line, shape)), None)


def _is_even(line: Line, sheet: Sheet) -> bool:
    """Tell whether nothing stands out from what lies behind a line of text."""
    behind = sheet.behind(line).reshape(-1, 3) / 255
    lightness = behind @ (0.2126, 0.7152, 0.0722)
    darkest, lightest = behind[lightness.argmin()], behind[lightness.argmax()]
    return contrast(tuple(darkest), tuple(lightest)) < _SEEN


def _is_in_the_way(shape: Shape, line: Line) -> bool:
    """Tell whether a shape is one that a text should not touch.

    A text's own frame is meant to be behind it, and a legend's lines beside its texts. Numbers on axes in the
    middle of a chart, of polar ones, in space, and of insets lie where Matplotlib puts them.
    """
    if shape.place.part == "text":
        return False
    if line.place.part == "tick":
        return shape.place.axes != line.place.axes and shape.kind != "frame"
    return not (line.place.part == "legend" and shape.place.part == "legend")


def _touches(line: Line, shape: Shape) -> bool:
    low, high = line.corners.min(axis=0) + _SLACK, line.corners.max(axis=0) - _SLACK
    if shape.shown is not None:
        low, high = np.maximum(low, shape.shown[:2]), np.minimum(high, shape.shown[2:])
    near = _meet(shape.boxes, low, high)
    if (low >= high).any() or not near.any():
        return False
    if shape.path is None:
        return _is_on_a_marker(shape.boxes[near], low, high)
    along = line.corners[1] - line.corners[0]
    angle = float(np.arctan2(along[1], along[0]))
    turned = Affine2D()
    if abs(np.sin(2 * angle)) > _ASKEW:
        turned = turned.rotate(-angle)
        corners = turned.transform(line.corners)
        low, high = corners.min(axis=0) + _SLACK, corners.max(axis=0) - _SLACK
    lines = shape.path.to_polygons(turned, closed_only=False)
    return any(
        _crosses(np.asarray(points, np.float64), low - shape.width / 2, high + shape.width / 2)
        for points in lines
    )


def _crosses(points: Points, low: Points, high: Points) -> bool:
    """Tell whether a line through points crosses a box: nothing separates one of its pieces from it.

    Reference: C. Ericson, "Real-Time Collision Detection", 2005, section 5.3.3.
    """
    half, middle = (high - low) / 2, (high + low) / 2
    reach = np.diff(points, axis=0) / 2  # from the middle of a piece to its end, (N - 1, 2)
    away = points[:-1] + reach - middle
    beside = (np.abs(away) > half + np.abs(reach)).any(axis=1)
    across = np.abs(reach[:, 0] * away[:, 1] - reach[:, 1] * away[:, 0])
    beyond = across > np.abs(reach) @ half[::-1]
    return bool((~beside & ~beyond).any())


def _is_on_a_marker(boxes: Box, low: Points, high: Points) -> bool:
    """Tell whether any marker is reached, and not large enough to have the text on it."""
    has_it = ((boxes[:, :2] <= low) & (boxes[:, 2:] >= high)).all(axis=1)
    inner = boxes + _CORNERS * np.tile(boxes[:, 2:] - boxes[:, :2], 2) * (1, 1, -1, -1)
    return bool((_meet(inner, low, high) & ~has_it).any())


def _meet(boxes: Box, low: Points, high: Points) -> NDArray[np.bool_]:
    return np.asarray(((boxes[:, :2] < high) & (boxes[:, 2:] > low)).all(axis=1))
