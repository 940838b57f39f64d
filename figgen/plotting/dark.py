"""Dark slides: a figure that is drawn for a white ground gets the colours that a dark one wants.

Greys are mirrored: black text becomes light, a light shade dark. Other colours are lightened until they stand
out. Pictures (photographs, heat maps) stay as they are, and so does what is drawn upon opaque ones. Text upon
an area that stays light, or gets lighter, becomes dark.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.collections import Collection
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch
from matplotlib.quiver import QuiverKey
from matplotlib.table import Cell
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from figgen.colours import STANDS_OUT, contrast, mix

GROUND = (0.08, 0.09, 0.10)
INK = (0.94, 0.94, 0.94)
"""What white and black become."""

_GREY = 0.02  # red, green and blue of a grey differ by no more
_COLOURED = (Text, Line2D, Patch, Collection, QuiverKey)
_LINE = ("color", "markerfacecolor", "markeredgecolor")
_AREA = ("facecolor", "edgecolor")

Rgba = tuple[float, float, float, float]


def darken(figure: Figure) -> None:
    """Recolour a figure, drawn and laid out for a white ground, for a dark one."""
    pictures = [artist for artist in figure.findobj(_is_picture) if artist.get_visible()]
    if pictures:
        figure.draw_without_rendering()  # everything gets its place
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    plates = [picture.get_tightbbox(renderer) for picture in pictures if picture.get_alpha() in (None, 1)]
    grounds = [figure.patch, *(axes.patch for axes in figure.axes)]
    for artist in figure.findobj(lambda artist: isinstance(artist, _COLOURED)):
        upon = plates and _lies_upon(plates, artist.get_tightbbox(renderer))
        if artist in grounds or not (artist in pictures or upon):
            for part in _parts(artist):
                _recolour(part)
    for text, area in _texts_upon_areas(figure, renderer):
        if not (plates and _lies_upon(plates, text.get_tightbbox(renderer))):
            text.set_color(_readable_upon(area, text))


def on_dark(colour: Any) -> Rgba | str:
    """Return what a colour becomes on the dark ground; it keeps its alpha."""
    *rgb, alpha = to_rgba(colour)
    if alpha == 0:
        return "none"  # (r, g, b, 0) would take on the alpha of its artist
    red, green, blue = rgb
    if max(rgb) - min(rgb) < _GREY:
        return (*mix(INK, GROUND, red), alpha)
    lightened, share = (red, green, blue), 0.0
    while contrast(lightened, GROUND) < STANDS_OUT:
        share += 0.01
        lightened = mix((red, green, blue), (1, 1, 1), share)
    return (*lightened, alpha)


def _is_picture(artist: Artist) -> bool:
    """Tell whether an artist shows values as coloured areas."""
    lines = isinstance(artist, ContourSet) and not artist.filled
    return isinstance(artist, ScalarMappable) and artist.get_array() is not None and not lines


def _lies_upon(plates: Iterable[Bbox | None], box: Bbox | None) -> bool:
    """Tell whether the middle of `box` lies within one of `plates`, and not on its edge, as spines do."""
    if box is None or not np.isfinite(box.extents).all():
        return False  # it draws nothing
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return any(plate is not None and plate.padded(-1).contains(x, y) for plate in plates)


def _parts(artist: Artist) -> Iterator[Artist | None]:
    """Yield an artist, and those that it draws without counting them among its children."""
    yield artist
    if isinstance(artist, Text):
        yield artist.get_bbox_patch()
    if isinstance(artist, Annotation):
        yield artist.arrow_patch
    if isinstance(artist, Cell):
        yield artist.get_text()
    if isinstance(artist, QuiverKey):
        yield artist.text


def _texts_upon_areas(figure: Figure, renderer: RendererBase) -> Iterator[tuple[Text, Patch]]:
    """Yield each text that lies upon opaque areas, its own box or cell among them, with the uppermost one."""
    for axes in figure.axes:
        yield from ((cell.get_text(), cell) for table in axes.tables for cell in table.get_celld().values())
    homes = [(figure.texts, figure.patches), *((axes.texts, axes.patches) for axes in figure.axes)]
    for texts, patches in homes:
        areas = sorted(filter(_is_opaque, patches), key=lambda patch: patch.get_zorder())
        for text in texts:
            box = text.get_bbox_patch()
            behind = [*_containing(areas, text, renderer), *([box] if box and _is_opaque(box) else [])]
            if behind:
                yield text, behind[-1]


def _is_opaque(patch: Patch) -> bool:
    """Tell whether a patch hides what lies behind it; arrows have the colour of a face, but no face."""
    if isinstance(patch, FancyArrowPatch) or not patch.get_fill():
        return False
    return patch.get_visible() and to_rgba(patch.get_facecolor())[3] == 1


def _containing(areas: list[Patch], text: Text, renderer: RendererBase) -> list[Patch]:
    """Return those of `areas` that the middle of a text lies upon."""
    if not areas:
        return []
    text.get_window_extent(renderer)  # puts a note where it goes
    box = Text.get_window_extent(text, renderer)  # without the note's arrow
    return [area for area in areas if area.contains_point(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))]


def _readable_upon(area: Patch, text: Text) -> Any:
    """Return the colour of a text, or light or dark ink if it does not stand out from an area."""
    ground, colour = to_rgb(area.get_facecolor()), text.get_color()
    if contrast(to_rgb(colour), ground) >= STANDS_OUT:
        return colour
    return max(INK, GROUND, key=lambda ink: contrast(ink, ground))


def _recolour(artist: Artist | None) -> None:
    if isinstance(artist, Text):
        artist.set_color(on_dark(artist.get_color()))
    elif isinstance(artist, Line2D):
        artist.set(**{name: on_dark(getattr(artist, f"get_{name}")()) for name in _LINE})
    elif isinstance(artist, Patch):
        artist.set(**{name: on_dark(getattr(artist, f"get_{name}")()) for name in _AREA})
    elif isinstance(artist, Collection):
        if isinstance(artist, ContourSet):
            artist.set_array(None)  # its levels would set the colours again
        old = {name: getattr(artist, f"get_{name}")() for name in _AREA}
        artist.set(**{name: [on_dark(colour) for colour in old[name]] or "none" for name in _AREA})
