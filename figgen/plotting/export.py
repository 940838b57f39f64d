"""From a drawing to the bytes of a picture, the same bytes each time."""

import io
import re
from typing import Any

from matplotlib.figure import Figure
from matplotlib.style import context
from matplotlib.ticker import LogFormatter, ScalarFormatter

from figgen.experiment import Drawing
from figgen.paths import styles
from figgen.plotting.presets import Format, Preset
from figgen.translation import Translator

_SLIDE_HEIGHT = 9 / 16
_PLACES = re.compile(rb' (?:d|x|y)="[^"]*"')
_LONG = re.compile(rb"-?\d+\.\d{3,}")
_BETWEEN = re.compile(rb">\s+<")
_METADATA: dict[Format, dict[str, None]] = {
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}  # dates and versions would change the bytes


class _CommaScalarFormatter(ScalarFormatter):
    """Writes 0,5: `axes.formatter.use_locale` would depend on the locales that the machine has."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return super().__call__(x, pos).replace(".", ",")

    def get_offset(self) -> str:
        return super().get_offset().replace(".", ",")


def render(
    drawing: Drawing, result: Any, tr: Translator, preset: Preset, formats: tuple[Format, ...]
) -> dict[Format, bytes]:
    """Draw `result` once and save it in each of `formats`.

    Args:
        drawing: The figure to draw.
        result: What the experiment's `simulate` returned.
        tr: Gives the figure its language.
        preset: `print` (as wide as the handout's text) or `slides` (16:9, larger type).
        formats: Of `svg`, `png` and `pdf`.

    Returns:
        The bytes of a file for each format.
    """
    with context([styles() / "base.mplstyle", styles() / f"{preset}.mplstyle"], after_reset=True):
        figure = lay_out(drawing, result, tr, preset)
        return {name: _save(figure, name) for name in formats}


def lay_out(drawing: Drawing, result: Any, tr: Translator, preset: Preset) -> Figure:
    """Draw into a new figure and lay it out, once for all formats; call it within the preset's style."""
    figure = Figure(layout="constrained")
    width, _ = figure.get_size_inches()
    figure.set_size_inches(width, width * (_SLIDE_HEIGHT if preset == "slides" else drawing.height))
    drawing.draw(result, figure, tr)
    if tr.number(0.5) != "0.5":
        _use_decimal_commas(figure)
    if engine := figure.get_layout_engine():
        engine.execute(figure)
        figure.set_layout_engine("none")
    return figure


def _use_decimal_commas(figure: Figure) -> None:
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            formatter = axis.get_major_formatter()
            if isinstance(formatter, ScalarFormatter) and not isinstance(formatter, LogFormatter):
                axis.set_major_formatter(_CommaScalarFormatter())


def _save(figure: Figure, name: Format) -> bytes:
    buffer = io.BytesIO()
    title = title_of(figure)
    figure.savefig(buffer, format=name, metadata=_METADATA[name] | ({"Title": title} if title else {}))
    return _compact(buffer.getvalue()) if name == "svg" else buffer.getvalue()


def title_of(figure: Figure) -> str:
    """Return the title over the whole figure, or else that of the only axes that has one."""
    titles = [axes.get_title(loc) for axes in figure.axes for loc in ("left", "center", "right")]
    of_axes = [title for title in titles if title]
    title = figure.get_suptitle() or (of_axes[0] if len(of_axes) == 1 else "")
    return " ".join(title.split()).replace("'", "’")


def _compact(svg: bytes) -> bytes:
    """Drop what nobody sees: places finer than a hundredth of a point, and the spaces between elements.

    Its quotes become single ones, which need no escape where a page holds the picture.
    """
    rounded = _PLACES.sub(lambda places: _LONG.sub(_round, places[0]).replace(b"\n", b""), svg)
    close = _BETWEEN.sub(b"><", rounded)
    return close if b"'" in close else close.replace(b'"', b"'")


def _round(number: re.Match[bytes]) -> bytes:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".").encode()
