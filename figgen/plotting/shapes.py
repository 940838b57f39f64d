"""What stands on a picture besides texts, noted as a renderer is asked to draw it: lines, markers, areas."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Transform
from numpy.typing import NDArray

Kind = Literal["line", "marker", "area", "frame"]
Part = Literal["", "tick", "legend", "text"]
Box = NDArray[np.float64]
"""Left, bottom, right and top, in points."""

_MARKER = 24  # points: what is repeated and larger is looked at by its outline, not by its box


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is drawn.

    Attributes:
        axes: The number of the axes, the innermost ones; 0 is none.
        part: The part of them or of the figure, or an empty text.
        group: What Matplotlib calls it, such as `patch` or `line2d`.
    """

    axes: int
    part: Part
    group: str


@dataclass(frozen=True, slots=True)
class Brush:
    """What shapes are drawn with: the width of their lines in points, and whether they are filled."""

    width: float
    fills: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A line or area, or a marker put to many points.

    Attributes:
        kind: What it is; a `frame` is an arrow, too, and the side of a chart.
        place: Where it is drawn.
        path: Its outline in points; None if it is put to many points.
        width: Of the outline's line, in points.
        boxes: Around the outline and its line, or around each marker: (N, 4).
        shown: Where it shows; None if it does everywhere.
    """

    kind: Kind
    place: Place
    path: Path | None
    width: float
    boxes: Box
    shown: Box | None


@dataclass(frozen=True, slots=True)
class Spot:
    """What shapes that are drawn at once have in common.

    Attributes:
        place: Where they are drawn.
        to_points: Points in a pixel.
    """

    place: Place
    to_points: float


def of_path(
    spot: Spot, gc: GraphicsContextBase, path: Path, transform: Transform, face: Any = None
) -> Iterator[Shape]:
    """Yield the shape of what `RendererBase.draw_path` draws, but for the lines of a grid."""
    if spot.place.part != "tick":
        yield from _outlines(spot, gc, [_in_points(spot, path, transform)], [_brush(gc, face)])


def of_markers(
    spot: Spot,
    gc: GraphicsContextBase,
    marker: Path,
    transform: Transform,
    path: Path,
    to_pixels: Transform,
    face: Any = None,
) -> Iterator[Shape]:
    """Yield the shapes of what `RendererBase.draw_markers` draws."""
    points = np.asarray(to_pixels.transform(path.vertices), np.float64) * spot.to_points
    yield from _repeated(spot, gc, [_in_points(spot, marker, transform)], points, [_brush(gc, face)])


def of_collection(
    spot: Spot,
    gc: GraphicsContextBase,
    transform: Transform,
    paths: Sequence[Path],
    transforms: Sequence[Any],
    offsets: Any,
    offset_transform: Transform,
    faces: Sequence[Any],
    edges: Sequence[Any],
    widths: Sequence[float],
    *_: Any,
    **__: Any,
) -> Iterator[Shape]:
    """Yield the shapes of what `RendererBase.draw_path_collection` draws."""
    if not len(paths):
        return
    steps = [Affine2D(step) + transform for step in transforms] or [transform]
    marks = [
        _in_points(spot, paths[i % len(paths)], steps[i % len(steps)])
        for i in range(max(len(paths), len(transforms)))
    ]
    points = np.asarray(offset_transform.transform(offsets), np.float64) * spot.to_points
    brushes = [
        Brush(
            float(widths[i % len(widths)]) if len(edges) and len(widths) else 0,
            bool(len(faces)) and _fills(faces[i % len(faces)]),
        )
        for i in range(max(len(widths), len(faces), 1))
    ]
    yield from _repeated(spot, gc, marks, points, brushes)


NOTED: dict[str, Callable[..., Iterator[Shape]]] = {
    "draw_path": of_path,
    "draw_markers": of_markers,
    "draw_path_collection": of_collection,
}
"""What is noted of a renderer's methods; meshes and images are grounds, which nothing is in the way of."""


def _brush(gc: GraphicsContextBase, face: Any) -> Brush:
    return Brush(float(gc.get_linewidth()), _fills(face))


def _fills(face: Any) -> bool:
    return face is not None and (len(face) == 3 or face[3] > 0)


def _in_points(spot: Spot, path: Path, transform: Transform) -> Path:
    return path.transformed(Affine2D(transform.get_matrix()).scale(spot.to_points))


def _repeated(
    spot: Spot,
    gc: GraphicsContextBase,
    marks: Sequence[Path],
    points: NDArray[np.float64],
    brushes: Sequence[Brush],
) -> Iterator[Shape]:
    """Yield the shapes of marks that are put to points in turn, the first ones again after the last."""
    sizes = np.array([_box(mark) for mark in marks])  # (M, 4)
    number = max(len(points), len(marks))
    points = points[np.arange(number) % len(points)]  # (N, 2)
    if len(points) == len(marks) or (sizes[:, 2:] - sizes[:, :2]).max() > _MARKER:
        paths = (
            marks[i % len(marks)].transformed(Affine2D().translate(*point)) for i, point in enumerate(points)
        )
        yield from _outlines(spot, gc, paths, brushes)
        return
    boxes = np.tile(points, 2) + sizes[np.arange(number) % len(sizes)]
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    yield Shape("marker", spot.place, None, 0, boxes, _shown(spot, gc))


def _outlines(
    spot: Spot, gc: GraphicsContextBase, paths: Iterator[Path] | Sequence[Path], brushes: Sequence[Brush]
) -> Iterator[Shape]:
    for i, path in enumerate(paths):
        brush = brushes[i % len(brushes)]
        kind: Kind = "area" if brush.fills else "frame" if spot.place.group == "patch" else "line"
        box = _box(path) + brush.width / 2 * np.array([-1, -1, 1, 1])
        if np.isfinite(box).all() and (brush.fills or brush.width):
            yield Shape(kind, spot.place, path, brush.width, box[None], _shown(spot, gc))


def _box(path: Path) -> Box:
    """Return the box around a path, whose curves lie within their points; NaN if it has no points."""
    places = np.asarray(path.vertices, np.float64)
    drawn = np.isfinite(places).all(axis=1)
    if path.codes is not None:
        drawn &= np.asarray(path.codes) != Path.CLOSEPOLY
    places = places[drawn]
    if not len(places):
        return np.full(4, np.nan)
    return np.concatenate([places.min(axis=0), places.max(axis=0)])


def _shown(spot: Spot, gc: GraphicsContextBase) -> Box | None:
    clip = gc.get_clip_rectangle()
    return np.multiply(clip.extents, spot.to_points) if clip else None
