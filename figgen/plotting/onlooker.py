"""What is on a picture, noted while Matplotlib draws it: each line of text, and what lies beneath text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray

from figgen.plotting.shapes import NOTED, Part, Place, Shape, Spot

_AREAS = {
    "draw_path",
    "draw_markers",
    "draw_path_collection",
    "draw_quad_mesh",
    "draw_gouraud_triangles",
}
"""The methods of a renderer that put anything but texts and images onto the picture."""

_PARTS: dict[str, Part] = {"legend": "legend", "xtick": "tick", "ytick": "tick", "text": "text"}
"""The parts of a figure by the groups in which Matplotlib draws them; the first that is open counts."""

INCH = 72
"""Points in an inch."""

Pixels = NDArray[np.uint8]
Rgba = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text as it was drawn.

    Attributes:
        text: What it says; TeX between dollar signs.
        font: Its font, with the size in points.
        colour: Red, green, blue and alpha.
        corners: Of its ink, from the lower left one on, along the text and up; in points, (4, 2).
        shown: Left, bottom, right and top of where it shows, in points; None if it shows everywhere.
        owner: Lines with the same number are of one text.
        is_math: Whether the text has TeX in it.
        place: Where it stands.
    """

    text: str
    font: FontProperties
    colour: Rgba
    corners: NDArray[np.float64]
    shown: NDArray[np.float64] | None
    owner: int
    is_math: bool
    place: Place


@dataclass(slots=True)
class Sheet:
    """What was drawn.

    Attributes:
        width: In points.
        height: In points.
        lines: Each line of text, but for those with path effects, which are drawn as shapes.
        shapes: All else but meshes and images, in the order in which it was drawn.
        ground: The picture without `lines`, from the bottom up: (rows, columns, RGB).
    """

    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    ground: Pixels = field(default_factory=lambda: np.full((1, 1, 3), 255, np.uint8))

    def behind(self, line: Line) -> Pixels:
        """Return the pixels that lie behind a line, in the upright box around it: (rows, columns, RGB)."""
        rows, columns = self.ground.shape[:2]
        places = line.corners * (columns / self.width, rows / self.height)
        left, bottom = np.clip(places.min(axis=0).astype(int), 0, (columns - 1, rows - 1))
        right, top = np.clip(places.max(axis=0).astype(int), 0, (columns - 1, rows - 1))
        return self.ground[bottom : top + 1, left : right + 1]


class WatchedFigure(Figure):
    """A figure that notes what is on it when it is first drawn whole.

    Attributes:
        sheet: What was noted.
        whole: Whether it is laid out, coloured, and shows all that it has, not a frame with a part of it.
    """

    sheet: Sheet | None = None
    whole: bool = False

    def draw(self, renderer: RendererBase) -> None:
        """Draw the figure."""
        if self.sheet is not None or not self.whole:
            super().draw(renderer)
            return
        onlooker = Onlooker(renderer, self)
        super().draw(onlooker)  # type: ignore[arg-type]  # it hands on all that a renderer is asked for
        self.sheet = onlooker.finish()


class Onlooker:
    """Passes on to a renderer whatever there is to draw, and notes it."""

    def __init__(self, renderer: RendererBase, figure: Figure) -> None:
        self._renderer = renderer
        self._figure = figure
        width, height = figure.get_size_inches() * INCH
        self._sheet = Sheet(float(width), float(height))
        self._texts = self._axes = 0
        self._groups: list[tuple[str, int]] = []  # the open ones, each with its number if it is of axes
        self._ground = self._layer = _canvas_for(figure)

    def __getattr__(self, name: str) -> Any:
        """Give what the renderer has; what is no text comes onto the ground, too."""
        found = getattr(self._renderer, name)
        return self._on_both(name, found) if name in _AREAS else found

    def finish(self) -> Sheet:
        """Return what was noted."""
        self._sheet.ground = np.asarray(self._ground.buffer_rgba())[::-1, :, :3]  # type: ignore[no-untyped-call]
        return self._sheet

    def open_group(self, name: str, gid: str | None = None) -> None:
        """Begin a group; each text is one."""
        self._texts += name == "text"
        self._axes += name == "axes"
        self._groups.append((name, self._axes if name == "axes" else 0))
        self._renderer.open_group(name, gid)

    def close_group(self, name: str) -> None:
        """End a group, and those in it that were left open, as a text that stands nowhere does."""
        while self._groups and self._groups.pop()[0] != name:
            pass
        self._renderer.close_group(name)

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        text: str,
        font: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Draw a line of text from (x, y) on, in pixels, and note it."""
        self._renderer.draw_text(gc, x, y, text, font, angle, ismath=ismath, mtext=mtext)
        _, height = self._renderer.get_canvas_width_height()
        start = (x, height - y if self._renderer.flipy() else y)
        w, h, below = self._renderer.get_text_width_height_descent(text, font, ismath)
        ink = [(0, -below), (w, -below), (w, h - below), (0, h - below)]
        to_points = INCH / self._figure.dpi
        corners = Affine2D().rotate_deg(angle).translate(*start).scale(to_points).transform(ink)
        clip = gc.get_clip_rectangle()
        shown = np.multiply(clip.extents, to_points) if clip else None
        line = Line(text, font.copy(), gc.get_rgb(), corners, shown, self._texts, bool(ismath), self._place())
        self._sheet.lines.append(line)

    def draw_image(
        self, gc: GraphicsContextBase, x: float, y: float, image: Pixels, transform: Any = None
    ) -> None:
        """Draw an image from (x, y) on; `transform` may stretch the unit square to it."""
        given = () if transform is None else (transform,)
        self._renderer.draw_image(gc, x, y, image, *given)
        if transform is None:
            fine = self._renderer.get_image_magnification()  # how many of its pixels make one of ours
            height, width = (n / fine for n in image.shape[:2])
        else:
            (width, _, right), (_, height, up), _ = transform.get_matrix()
            x, y = x + right, y + up
        self._layer.draw_image(gc, x, y, _stretch(image, round(height), round(width)))

    def start_rasterizing(self) -> None:
        """Begin a layer of pixels within a picture of shapes, at another resolution."""
        self._renderer.start_rasterizing()
        self._layer = _canvas_for(self._figure)

    def stop_rasterizing(self) -> None:
        """Put the layer onto the picture."""
        self._renderer.stop_rasterizing()
        _lay_over(self._ground, self._layer)
        self._layer = self._ground

    def _on_both(self, name: str, draw: Callable[..., None]) -> Callable[..., None]:
        def draw_twice(*args: Any, **kwargs: Any) -> None:
            draw(*args, **kwargs)
            getattr(self._layer, name)(*args, **kwargs)
            if name in NOTED:
                self._sheet.shapes += NOTED[name](
                    Spot(self._place(), INCH / self._figure.dpi), *args, **kwargs
                )

        return draw_twice

    def _place(self) -> Place:
        axes = next((number for name, number in reversed(self._groups) if number), 0)
        names = [name for name, _ in self._groups]
        part: Part = next((part for name, part in _PARTS.items() if name in names), "")
        return Place(axes, part, names[-1] if names else "")


def _canvas_for(figure: Figure) -> RendererAgg:
    width, height = figure.get_size_inches() * figure.dpi
    return RendererAgg(width, height, figure.dpi)  # type: ignore[no-untyped-call]


def _lay_over(ground: RendererAgg, layer: RendererAgg) -> None:
    """Put a layer of another resolution over the ground."""
    rows, columns = np.asarray(ground.buffer_rgba()).shape[:2]  # type: ignore[no-untyped-call]
    pixels = np.asarray(layer.buffer_rgba())[::-1]  # type: ignore[no-untyped-call]
    ground.draw_image(ground.new_gc(), 0, 0, _stretch(pixels, rows, columns))


def _stretch(image: Pixels, rows: int, columns: int) -> Pixels:
    """Return an image of another size, of the nearest pixels; a negative size turns it round."""
    vertical, horizontal = (
        (np.arange(abs(n)) * m // max(abs(n), 1))[:: 1 if n >= 0 else -1]
        for n, m in zip((rows, columns), image.shape[:2], strict=True)
    )
    return np.ascontiguousarray(image[np.ix_(vertical, horizontal)])
