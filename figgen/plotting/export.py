"""From a drawing to the bytes of a picture, the same bytes each time."""

import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.style import context
from matplotlib.ticker import AutoLocator, LogLocator, MaxNLocator
from PIL import Image

from figgen.errors import DrawingError
from figgen.experiment import Drawing, Reveal
from figgen.paths import styles
from figgen.plotting.axis_names import nameless
from figgen.plotting.complaints import complained_of, gathered, parse_formulas
from figgen.plotting.dark import darken
from figgen.plotting.finding import Finding
from figgen.plotting.legibility import illegible
from figgen.plotting.look import PLAIN, Look, parameters
from figgen.plotting.numbers import spell_ticks
from figgen.plotting.onlooker import Sheet, WatchedFigure
from figgen.plotting.presets import SHEETS, Format, Preset
from figgen.plotting.svg import compact
from figgen.translation import Translator

_INCH = 72  # points
_SLIDE_HEIGHT = 9 / 16
_FEW_TICKS = 6  # steps between the ticks of a slide's axis
_ROOM_IN_SPACE = 12  # points that a slide's ticks are larger by
_LARGE = 2_000_000  # bytes of a picture
_METADATA: dict[Format, dict[str, None]] = {
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}  # dates and versions would change the bytes

_LOOP, _REST = 6000, 3000  # milliseconds in which all frames pass, and that the last one stays besides

Shape = tuple[Format, int]
"""A format, and a frame's number or `WHOLE`."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure that is laid out, and what reveals it step by step, if it comes in frames."""

    figure: WatchedFigure
    reveal: Reveal | None


@dataclass(frozen=True, slots=True)
class Rendering:
    """A drawing that is saved.

    Attributes:
        images: The bytes of a file for each shape.
        findings: What is wrong with the figure, as a whole, for its readers.
    """

    images: dict[Shape, bytes]
    findings: tuple[Finding, ...]


class _FewTicks(MaxNLocator):
    """Marks few round numbers, and even fewer where they have no room."""

    def __init__(self) -> None:
        super().__init__(steps=[1, 2, 5, 10])

    def __call__(self) -> Any:
        assert self.axis is not None
        self.set_params(nbins=min(max(self.axis.get_tick_space(), 1), _FEW_TICKS))
        return super().__call__()


def style(preset: Preset, look: Look = PLAIN) -> AbstractContextManager[None]:
    """Return the context in which a figure for `preset` is drawn and saved.

    Raises:
        SourceError: What is wrong in a lecture's own style sheet.
    """
    sheets = [styles() / f"{sheet}.mplstyle" for sheet in SHEETS[preset]]
    return context([*sheets, *parameters(look)], after_reset=True)


def render(
    drawing: Drawing,
    result: Any,
    tr: Translator,
    preset: Preset,
    shapes: Iterable[Shape],
    look: Look = PLAIN,
    size: Sequence[float] = (),
) -> Rendering:
    """Draw `result` once, save it in each of `shapes`, and look whether it can be read.

    Args:
        drawing: The figure to draw.
        result: What the experiment's `simulate` returned.
        tr: Gives the figure its language.
        preset: `print` (as wide as the handout's text), `slides` (16:9, larger type), or `slides-dark`.
        look: What goes over figgen's style sheets.
        shapes: Formats, each of the whole figure or of a frame; a `gif` has all frames.
        size: Width and height in points, if not those of the preset.
    """
    with style(preset, look), gathered() as complaints:
        drawn = lay_out(drawing, result, tr, preset, size)
        images = dict(_save_all(drawn, drawing.frames, sorted(shapes, key=lambda shape: shape[1])))
        sheet = _look_at(drawn)
        unnamed = tuple(nameless(drawn.figure))
    findings = (*illegible(sheet, preset), *unnamed, *_large(images), *complained_of(complaints))
    return Rendering(images, findings)


def _large(images: dict[Shape, bytes]) -> Iterator[Finding]:
    """Find the largest picture made of lines and points, if readers should not have to wait for it."""
    sizes = [(len(data), form) for (form, _), data in images.items() if form in ("svg", "pdf")]
    for size, form in sorted(sizes)[-1:]:
        if size > _LARGE:
            remedy = "draw its many points as pixels (rasterized=True), or fewer of them"
            message = f"takes {size / 1e6:.1f} MB as {form.upper()}, which each reader downloads; {remedy}"
            yield Finding("large", message, grave=False)


def lay_out(
    drawing: Drawing, result: Any, tr: Translator, preset: Preset, size: Sequence[float] = ()
) -> Drawn:
    """Draw into a new figure and lay it out, once for all shapes; call it within the preset's style."""
    figure = WatchedFigure(layout="constrained")
    width, _ = figure.get_size_inches()
    height = width * (drawing.height if preset == "print" else _SLIDE_HEIGHT)
    figure.set_size_inches(*((points / _INCH for points in size) if size else (width, height)))
    with _no_pyplot():
        reveal = drawing.draw(result, figure, tr)
    if not set(figure.get_children()) - {figure.patch}:
        raise DrawingError("draws nothing into the figure that it is given; begin with figure.subplots()")
    if (reveal is None) != (drawing.frames == 1):
        told = f"draw must return what reveals the figure if it comes in frames; {drawing.frames=}"
        raise DrawingError(told)
    spell_ticks(figure, tr.notation)
    if preset != "print":
        _thin_out_ticks(figure)
        _move_labels_out(figure)
    if (engine := figure.get_layout_engine()) and figure.axes:
        engine.execute(figure)
        figure.set_layout_engine("none")
    if preset == "slides-dark":
        darken(figure)
    return Drawn(figure, reveal)


@contextmanager
def _no_pyplot() -> Iterator[None]:
    """Refuse the figures that pyplot keeps for itself: nobody would see them."""
    _close_pyplot()
    yield
    if _close_pyplot():
        told = "draws with pyplot, which keeps a figure of its own; draw into the figure that it is given: "
        raise DrawingError(told + "axes = figure.subplots()")


def _close_pyplot() -> bool:
    """Close the figures of pyplot, if anybody has imported it; tell whether there were any."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or not pyplot.get_fignums():
        return False
    pyplot.close("all")
    return True


def _each_axis(figure: Figure) -> Iterator[Axis]:
    return (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis))


def _thin_out_ticks(figure: Figure) -> None:
    """Leave few of the ticks that Matplotlib has chosen; those that a drawing has chosen stay."""
    for axis in _each_axis(figure):
        locator = axis.get_major_locator()
        if isinstance(locator, AutoLocator):
            axis.set_major_locator(_FewTicks())
        elif isinstance(locator, LogLocator):
            locator.set_params(numticks=min(axis.get_tick_space(), _FEW_TICKS))


def _move_labels_out(figure: Figure) -> None:
    """Move the labels of axes in space off their ticks, for which Matplotlib leaves the same room always."""
    for axes in figure.axes:
        if hasattr(axes, "zaxis"):
            for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
                axis.labelpad += _ROOM_IN_SPACE


def _save_all(drawn: Drawn, frames: int, shapes: Iterable[Shape]) -> Iterator[tuple[Shape, bytes]]:
    for format_, frame in shapes:
        if format_ == "gif":
            yield (format_, frame), _animate(drawn, frames)
            continue
        _show(drawn, frame / frames if frame else 1)
        yield (format_, frame), _save(drawn.figure, format_)


def _show(drawn: Drawn, share: float) -> None:
    drawn.figure.whole = share == 1
    if drawn.reveal:
        drawn.reveal(share)


def _look_at(drawn: Drawn) -> Sheet:
    """Return what is on the whole figure, which need not be among the shapes that were saved."""
    _show(drawn, 1)
    if drawn.figure.sheet is None:
        drawn.figure.draw_without_rendering()
    assert drawn.figure.sheet
    parse_formulas(drawn.figure.sheet.lines)
    return drawn.figure.sheet


def _save(figure: Figure, format: Format) -> bytes:
    buffer = io.BytesIO()
    title = title_of(figure)
    figure.savefig(buffer, format=format, metadata=_METADATA[format] | ({"Title": title} if title else {}))
    return compact(buffer.getvalue()) if format == "svg" else buffer.getvalue()


def _animate(drawn: Drawn, frames: int) -> bytes:
    """Save all frames in one moving picture; each has its own palette, so that white stays white."""
    pictures = []
    for frame in range(1, frames + 1):
        _show(drawn, frame / frames)
        pictures.append(_pixels(drawn.figure))
    first, *others = pictures
    pace = [_LOOP // frames] * (frames - 1) + [_LOOP // frames + _REST]
    buffer = io.BytesIO()
    first.save(buffer, "GIF", save_all=True, append_images=others, duration=pace, loop=0)
    return buffer.getvalue()


def _pixels(figure: Figure) -> Image.Image:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    rgba = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return Image.fromarray(rgba[:, :, :3])


def title_of(figure: Figure) -> str:
    """Return the title over the whole figure, or else that of the only axes that has one."""
    titles = [axes.get_title(loc) for axes in figure.axes for loc in ("left", "center", "right")]
    of_axes = [title for title in titles if title]
    title = figure.get_suptitle() or (of_axes[0] if len(of_axes) == 1 else "")
    return " ".join(title.split()).replace("'", "’")
