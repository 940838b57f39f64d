"""Can everybody read a figure? What is wrong with its texts, each finding with what to mend.

What is measured is the figure as it was drawn: see `figgen.plotting.onlooker`.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from figgen.colours import Rgb, contrast
from figgen.plotting.collisions import touched
from figgen.plotting.dark import GROUND
from figgen.plotting.finding import Finding
from figgen.plotting.onlooker import INCH, Line, Sheet
from figgen.plotting.presets import Preset
from figgen.plotting.shapes import Kind, Part

_SHOWN_WIDTH: dict[Preset, float] = {"print": 6.3, "slides": 40 / 3, "slides-dark": 40 / 3}
"""How wide a figure is shown, in inches: as the text of an A4 page, 160 mm; a slide of 1920 pixels."""

_SMALLEST: dict[Preset, float] = {"print": 7, "slides": 18, "slides-dark": 18}
"""Points at that width."""

_PLACE: dict[Preset, str] = {
    "print": "160 mm wide",
    "slides": "on a slide of 1920 × 1080",
    "slides-dark": "on a slide of 1920 × 1080",
}
_LEAST_CONTRAST: dict[Preset, float] = {"print": 1.9, "slides": 1.9, "slides-dark": 4.5}
"""On white, labels have their lines' colours: 2.0 is Matplotlib's olive, 2.3 Okabe and Ito's orange. Colours
of dark slides are ours, and have what text needs (WCAG 2.2, 1.4.3)."""

_ON_AN_AREA = 3  # the least contrast there: a picture keeps its colours, and grey ones allow no more than 4.6
_KINDS: dict[Kind, str] = {
    "line": "a line",
    "marker": "a marker",
    "area": "the edge of an area",
    "frame": "an arrow or a frame",
}
_PARTS: dict[Part, str] = {"tick": "a tick", "legend": "a legend"}
_SLACK = 0.5  # points by which boxes may overlap, or stand out, and no ink does
_LONGEST = 40  # letters of a text that a message quotes


def illegible(sheet: Sheet, preset: Preset) -> Iterator[Finding]:
    """Yield what is wrong with the texts of a figure, one finding of each kind.

    Args:
        sheet: The figure as it was drawn.
        preset: What it was drawn for.
    """
    lines = [line for line in sheet.lines if _shows(line)]
    yield from _small(lines, sheet, preset)
    yield from _cut(lines, sheet)
    yield from _overlapping(lines)
    yield from _touching(lines, sheet)
    yield from _faint(lines, sheet, preset)


def _shows(line: Line) -> bool:
    if not line.text.strip() or line.colour[3] == 0:
        return False
    (left, bottom), (right, top) = line.corners.min(axis=0), line.corners.max(axis=0)
    if line.shown is None:
        return True
    return bool(
        left < line.shown[2] and right > line.shown[0] and bottom < line.shown[3] and top > line.shown[1]
    )


def _small(lines: Iterable[Line], sheet: Sheet, preset: Preset) -> Iterator[Finding]:
    scale = _SHOWN_WIDTH[preset] * INCH / sheet.width
    sizes = [(line.font.get_size_in_points() * scale, line.text) for line in lines]
    small = sorted(item for item in sizes if item[0] < _SMALLEST[preset] - 0.01)
    if small:
        size, text = small[0]
        remedy = "the font larger" + (" or the figure narrower" if scale < 0.99 else "")
        yield Finding(
            "small",
            f"text of {size:.1f} pt {_PLACE[preset]}: {_quote(text)}{_more(small)}; "
            f"at least {_SMALLEST[preset]:.0f} pt: make {remedy}",
        )


def _cut(lines: Iterable[Line], sheet: Sheet) -> Iterator[Finding]:
    page = np.array([sheet.width, sheet.height])
    cut = [line for line in lines if max(-line.corners.min(), (line.corners - page).max()) > _SLACK]
    if cut:
        yield Finding(
            "cut",
            f"{_quote(cut[0].text)}{_more(cut)} does not fit into the figure: shorten it, move it, "
            "or leave it more room",
        )


def _overlapping(lines: Sequence[Line]) -> Iterator[Finding]:
    pairs = [pair for pair in _near(lines) if _overlap(*pair)]
    if pairs:
        one, other = pairs[0]
        yield Finding(
            "overlap",
            f"{_quote(one.text)} and {_quote(other.text)} overlap{_more(pairs, 'pair')}: "
            "move or shorten one, or give the figure more room",
        )


def _touching(lines: Iterable[Line], sheet: Sheet) -> Iterator[Finding]:
    touching = ((line, touched(line, sheet)) for line in lines)
    found = [(line, shape) for line, shape in touching if shape is not None]
    for line, shape in found[:1]:
        what = _PARTS.get(shape.place.part) or _KINDS[shape.kind]
        yield Finding(
            "touch",
            f"{_quote(line.text)} touches {what}{_more(found)}: "
            "move it, or give it a ground of its own (bbox)",
        )


def _near(lines: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    """Yield the pairs of lines whose boxes, upright ones, overlap, but for those of one text."""
    corners = np.array([line.corners for line in lines]).reshape(-1, 4, 2)
    low, high = corners.min(axis=1), corners.max(axis=1)  # (N, 2)
    for i, line in enumerate(lines):
        later = slice(i + 1, None)
        near = ((low[later] < high[i]) & (high[later] > low[i])).all(axis=1)
        others = (lines[i + 1 + int(j)] for j in np.flatnonzero(near))
        yield from ((line, other) for other in others if other.owner != line.owner)


def _overlap(one: Line, other: Line) -> bool:
    """Tell whether the boxes of two lines overlap: no axis along their sides separates them."""
    if one.text == other.text and np.allclose(one.corners, other.corners, atol=_SLACK):
        return False  # the same in the same place, as ticks of two axes over one another
    for box in (one.corners, other.corners):
        for side in np.diff(box[:3], axis=0):
            length = np.hypot(*side)
            if length == 0:
                return False
            a, b = one.corners @ side / length, other.corners @ side / length
            if min(a.max(), b.max()) - max(a.min(), b.min()) <= _SLACK:
                return False
    return True


def _faint(lines: Iterable[Line], sheet: Sheet, preset: Preset) -> Iterator[Finding]:
    seen = [(*_contrast(line, sheet, preset), line.text) for line in lines]
    faint = sorted(item for item in seen if item[0] < item[1])
    if faint:
        found, least, text = faint[0]
        yield Finding(
            "faint",
            f"{_quote(text)}{_more(faint)} can hardly be seen: a contrast of {found:.1f} to its ground, "
            f"at least {least}: choose another",
        )


def _contrast(line: Line, sheet: Sheet, preset: Preset) -> tuple[float, float]:
    """Return the contrast of a line to its ground, and the least that it should have."""
    ground = _ground(line, sheet)
    *ink, alpha = line.colour
    red, green, blue = (alpha * a + (1 - alpha) * b for a, b in zip(ink, ground, strict=True))
    on_an_area = preset == "slides-dark" and contrast(ground, GROUND) > _ON_AN_AREA
    return contrast((red, green, blue), ground), _ON_AN_AREA if on_an_area else _LEAST_CONTRAST[preset]


def _ground(line: Line, sheet: Sheet) -> Rgb:
    """Return the colour that most lies behind a line: the median within its box."""
    behind = sheet.behind(line).reshape(-1, 3)
    red, green, blue = (float(value) / 255 for value in np.median(behind, axis=0))
    return red, green, blue


def _quote(text: str) -> str:
    flat = " ".join(text.split())
    return f"'{flat}'" if len(flat) <= _LONGEST else f"'{flat[: _LONGEST - 1]}…'"


def _more(found: Sequence[object], what: str = "text") -> str:
    others = len(found) - 1
    return f" (and {others} more {what}{'s' * (others > 1)})" if others else ""
