"""What is wrong with a figure is found, and nothing in ordinary ones."""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from ordinary_figures import GALLERY

from figgen.experiment import Drawing, Reveal
from figgen.plotting.export import Rendering, Shape, render
from figgen.plotting.finding import Kind
from figgen.plotting.frames import in_turn
from figgen.plotting.onlooker import Sheet
from figgen.plotting.presets import FORMATS, WHOLE, Preset
from figgen.translation import Translator

TR = Translator("en")


def rendered(draw: Callable[[Figure], object], preset: Preset = "print", format: str = "svg") -> Rendering:
    drawing = Drawing(lambda result, figure, tr: draw(figure))  # type: ignore[arg-type, return-value]
    return render(drawing, None, TR, preset, [(format, WHOLE)])  # type: ignore[list-item]


def named(figure: Figure) -> Figure:
    """Put into a figure what is as it should be."""
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1])
    axes.set(xlabel="time [s]", ylabel="way [m]", title="A way")
    return figure


@pytest.mark.parametrize("preset", ["print", "slides-dark"])  # which is laid out as slides are
@pytest.mark.parametrize("draw", GALLERY.values(), ids=GALLERY)
def test_an_ordinary_figure_has_no_findings(draw: Callable[[Figure], None], preset: Preset) -> None:
    assert rendered(draw, preset).findings == ()


def tiny_ticks(figure: Figure) -> None:
    named(figure).axes[0].tick_params(labelsize=5)


def a_wide_figure(figure: Figure) -> None:
    figure.set_size_inches(12.6, 6)
    named(figure)


def a_title_too_long(figure: Figure) -> None:
    named(figure).axes[0].set_title("A title that is far too long " * 5)


def a_note_outside(figure: Figure) -> None:
    named(figure).text(0.97, 0.5, "a note", fontsize=12)


def crowded_names(figure: Figure) -> None:
    axes = figure.subplots()
    axes.bar([f"a rather long name {number}" for number in range(9)], range(9))
    axes.set_ylabel("number")


def two_notes_in_one_place(figure: Figure) -> None:
    axes = named(figure).axes[0]
    axes.text(0.1, 0.7, "one note")
    axes.text(0.11, 0.7, "another note", rotation=10)


def a_note_over_the_legend(figure: Figure) -> None:
    axes = named(figure).axes[0]
    axes.plot([], [], label="down")
    axes.legend(loc="upper left")
    axes.text(0.1, 0.94, "a note", va="center", transform=axes.transAxes)


def a_note_on_a_curve(figure: Figure) -> None:
    named(figure).axes[0].text(0.5, 0.5, "a note", ha="center")


def a_note_on_markers(figure: Figure) -> None:
    axes = named(figure).axes[0]
    axes.scatter(np.linspace(0, 1, 50), np.full(50, 0.8), s=9, c=np.arange(50), cmap="viridis")
    axes.text(0.5, 0.8, "a note", ha="center", va="center")


def a_slanting_note_on_a_curve(figure: Figure) -> None:
    named(figure).axes[0].text(0.5, 0.5, "a note", rotation=70, ha="center", va="center")


def a_note_across_a_bar(figure: Figure) -> None:
    axes = named(figure).axes[0]
    axes.bar([0.2], [0.8], width=0.2, color="0.5")
    axes.text(0.2, 0.78, "a note", ha="center")


def a_note_at_a_tick(figure: Figure) -> None:
    axes = named(figure).axes[0]
    axes.set_yticks([0, 0.5, 1], ["", "", ""])
    axes.yaxis.labelpad = 40
    axes.text(-0.002, 0.5, "a note", ha="right", va="center", transform=axes.get_yaxis_transform())


def a_note_on_an_arrow(figure: Figure) -> None:
    axes = named(figure).axes[0]
    axes.annotate("", (0.9, 0.2), (0.4, 0.2), arrowprops={"arrowstyle": "->"})
    axes.text(0.6, 0.18, "a note")


def a_legend_on_a_curve(figure: Figure) -> None:
    axes = named(figure).axes[0]
    axes.plot([0, 1], [1, 0], label="down and down and down")
    axes.legend(loc="center")


def a_tick_of_an_inset_on_a_curve(figure: Figure) -> None:
    inset = named(figure).axes[0].inset_axes((0.55, 0.1, 0.3, 0.3))
    inset.set(xticks=[], yticks=[1], ylim=(-1, 1))
    inset.set_yticklabels(["a rather long name"])


def white_on_white(figure: Figure) -> None:
    named(figure).axes[0].text(0.1, 0.8, "a note", color="white")


def almost_transparent(figure: Figure) -> None:
    named(figure).axes[0].text(0.1, 0.8, "a note", alpha=0.2)


def black_on_black(figure: Figure) -> None:
    axes = named(figure).axes[0]
    axes.axhspan(0.7, 0.9, color="black")
    axes.text(0.1, 0.8, "a note", va="center")


def white_on_a_light_mesh(figure: Figure) -> None:
    axes = named(figure).axes[0]
    axes.pcolormesh(np.full((3, 3), 0.2), cmap="Blues", vmin=0, vmax=1, rasterized=True)
    axes.text(0.5, 1.5, "a note", color="white")


def grey_in_the_dark(figure: Figure) -> None:
    named(figure).axes[0].text(0.1, 0.8, "a note", color="0.8")


def no_labels(figure: Figure) -> None:
    figure.subplots().plot([0, 1])


def no_labels_but_of_the_colours(figure: Figure) -> None:
    axes = figure.subplots()
    figure.colorbar(axes.pcolormesh(np.eye(3)), label="height [m]")


def no_label_of_y(figure: Figure) -> None:
    named(figure).axes[0].set_ylabel(" ")


def no_label_of_two_axes(figure: Figure) -> None:
    axes = figure.add_subplot(projection="3d")
    axes.plot([0, 1], [0, 1], [0, 1])
    axes.set_xlabel("length")


def letters_without_glyphs(figure: Figure) -> None:
    named(figure).axes[0].set_title("抽样 scatter")


def letters_without_glyphs_in_formulas(figure: Figure) -> None:
    named(figure).axes[0].set_title("抽 $x$")


def a_logarithm_of_zero(figure: Figure) -> None:
    figure.subplots().plot(np.log([0.0, 1.0]))
    figure.axes[0].set(xlabel="x", ylabel="log x")


def a_legend_of_nothing(figure: Figure) -> None:
    named(figure).axes[0].legend()


ENLARGE = "make the font larger"
ROOM = "does not fit into the figure: shorten it, move it, or leave it more room"
MOVE = "move or shorten one, or give the figure more room"
GROUND = "move it, or give it a ground of its own (bbox)"
FAINT = "'a note' can hardly be seen: a contrast of"
GLYPH = "use a font that has it in styles/base.mplstyle"
NAME = "name what it shows, with its unit, unless the title does"
NO_AXIS = "no axis has a label: name what each shows, with its unit"
SILENCE = "mend it, or silence it there if it is meant"

BAD: list[tuple[Callable[[Figure], None], Preset, Kind, str]] = [
    (tiny_ticks, "print", "small",
     f"text of 5.0 pt 160 mm wide: '0.0' (and 11 more texts); at least 7 pt: {ENLARGE}"),
    (a_wide_figure, "print", "small",
     f"text of 3.8 pt 160 mm wide: '0.0' (and 14 more texts); at least 7 pt: {ENLARGE} or "
     "the figure narrower"),
    (tiny_ticks, "slides", "small",
     f"text of 5.0 pt on a slide of 1920 × 1080: '0.0' (and 11 more texts); at least 18 pt: {ENLARGE}"),
    (a_title_too_long, "print", "cut", f"'A title that is far too long A title th…' {ROOM}"),
    (a_note_outside, "print", "cut", f"'a note' {ROOM}"),
    (crowded_names, "print", "overlap",
     f"'a rather long name 0' and 'a rather long name 1' overlap (and 7 more pairs): {MOVE}"),
    (two_notes_in_one_place, "print", "overlap", f"'one note' and 'another note' overlap: {MOVE}"),
    (a_note_over_the_legend, "slides", "overlap", f"'a note' and 'down' overlap: {MOVE}"),
    (a_note_on_a_curve, "print", "touch", f"'a note' touches a line: {GROUND}"),
    (a_note_on_a_curve, "slides-dark", "touch", f"'a note' touches a line: {GROUND}"),
    (a_slanting_note_on_a_curve, "print", "touch", f"'a note' touches a line: {GROUND}"),
    (a_note_on_markers, "print", "touch", f"'a note' touches a marker: {GROUND}"),
    (a_note_across_a_bar, "print", "touch", f"'a note' touches the edge of an area: {GROUND}"),
    (a_note_at_a_tick, "print", "touch", f"'a note' touches a tick: {GROUND}"),
    (a_note_on_an_arrow, "print", "touch", f"'a note' touches an arrow or a frame: {GROUND}"),
    (a_legend_on_a_curve, "print", "touch", f"'down and down and down' touches a line: {GROUND}"),
    (a_tick_of_an_inset_on_a_curve, "print", "touch", f"'a rather long name' touches a line: {GROUND}"),
    (white_on_white, "print", "faint", f"{FAINT} 1.0 to its ground, at least 1.9: choose another"),
    (almost_transparent, "slides", "faint", f"{FAINT} 1.6 to its ground, at least 1.9: choose another"),
    (black_on_black, "print", "faint", f"{FAINT} 1.0 to its ground, at least 1.9: choose another"),
    (white_on_a_light_mesh, "print", "faint", f"{FAINT} 1.3 to its ground, at least 1.9: choose another"),
    (grey_in_the_dark, "slides-dark", "faint", f"{FAINT} 1.8 to its ground, at least 4.5: choose another"),
    (no_labels, "print", "axis", NO_AXIS),
    (no_labels_but_of_the_colours, "print", "axis", NO_AXIS),
    (no_label_of_y, "print", "axis", f"the y axis has no label: {NAME}"),
    (no_label_of_two_axes, "print", "axis", f"the y and z axes have no label: {NAME}"),
    (letters_without_glyphs, "print", "glyph",
     f"the font DejaVu Sans has no glyph for U+62BD '抽', U+6837 '样'; {GLYPH}"),
    (letters_without_glyphs_in_formulas, "print", "glyph",
     f"the font of formulas has no glyph for U+62BD '抽'; {GLYPH}"),
    (a_logarithm_of_zero, "print", "warning", "warns: divide by zero encountered in log, at "
     f"`figure.subplots().plot(np.log([0.0, 1.0]))`; {SILENCE}"),
    (a_legend_of_nothing, "print", "warning", "warns: No artists with labels found to put in legend."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("draw", "preset", "kind", "message"), BAD, ids=[f"{row[0].__name__}-{row[1]}" for row in BAD]
)
def test_what_is_wrong_is_found_and_nothing_else(
    draw: Callable[[Figure], None], preset: Preset, kind: Kind, message: str
) -> None:
    (found,) = rendered(draw, preset).findings
    assert (found.kind, found.message[: len(message)]) == (kind, message)


def a_note_with_a_ground(axes: Axes) -> None:
    axes.text(0.5, 0.5, "a note", ha="center", bbox={"facecolor": "white", "edgecolor": "none"})


def a_note_on_a_large_marker(axes: Axes) -> None:
    axes.scatter([0.2, 0.8], [0.8, 0.2], s=4000, color="0.9", edgecolors="black")
    axes.text(0.2, 0.8, "a note", ha="center", va="center")


def a_note_on_a_large_bar(axes: Axes) -> None:
    axes.bar([0.1], [1], width=0.6, color="0.3")
    axes.text(0.1, 0.9, "a note", ha="center", color="white")


def a_note_on_a_tinted_band(axes: Axes) -> None:
    axes.axhspan(0.75, 0.85, color="0.93")
    axes.text(0.1, 0.83, "a note")


def a_note_on_a_grid(axes: Axes) -> None:
    axes.grid(True, color="0.6")
    axes.text(0.2, 0.6, "a note", ha="center", va="center")


def a_legend_with_a_frame(axes: Axes) -> None:
    axes.plot([0, 1], [1, 0], label="down")
    axes.legend(loc="center", frameon=True)


def a_note_where_a_line_is_cut_off(axes: Axes) -> None:
    axes.plot([0, 2], [1.1, 1.2])
    axes.set(xlim=(0, 1), ylim=(0, 1), title="")
    axes.text(0.5, 1.12, "a note")


@pytest.mark.parametrize(
    "draw",
    [
        a_note_with_a_ground,
        a_note_on_a_large_marker,
        a_note_on_a_large_bar,
        a_note_on_a_tinted_band,
        a_note_on_a_grid,
        a_legend_with_a_frame,
        a_note_where_a_line_is_cut_off,
    ],
)
def test_a_text_that_is_parted_from_what_lies_there_touches_nothing(draw: Callable[[Axes], None]) -> None:
    assert rendered(lambda figure: draw(named(figure).axes[0])).findings == ()


def test_a_remark_is_no_failure() -> None:
    assert [found.grave for found in rendered(no_label_of_y).findings] == [False]
    assert [found.grave for found in rendered(no_labels).findings] == [True]


@pytest.mark.parametrize("draw", [tiny_ticks, two_notes_in_one_place, letters_without_glyphs_in_formulas])
def test_findings_are_the_same_whatever_is_made_of_the_drawing(draw: Callable[[Figure], None]) -> None:
    formats = [format for format in FORMATS if format != "gif"]
    assert len({rendered(draw, "print", format).findings for format in formats}) == 1


def test_what_only_the_whole_shows_is_found_though_a_frame_is_saved() -> None:
    def draw_two(result: None, figure: Figure, tr: Translator) -> Reveal:
        axes = named(figure).axes[0]
        return in_turn([[axes.text(0.1, 0.8, "one")], [axes.text(0.1, 0.8, "other")]])

    drawing = Drawing(draw_two, frames=2)
    shapes: list[Shape] = [("png", 1), ("png", 2), ("gif", WHOLE)]
    for shape in shapes:
        (found,) = render(drawing, None, TR, "print", [shape]).findings
        assert found.message.startswith("'one' and 'other' overlap")


def test_a_figure_that_is_drawn_before_it_is_dark_is_looked_at_when_it_is() -> None:
    def draw_and_measure(figure: Figure) -> None:
        axes = named(figure).axes[0]
        axes.imshow(
            np.zeros((2, 2)), extent=(0, 0.5, 0, 0.5)
        )  # a figure with a picture is drawn to be darkened
        axes.text(0.6, 0.6, "a note", color="gold")
        figure.draw_without_rendering()

    assert rendered(draw_and_measure, "slides-dark").findings == ()
    assert [found.kind for found in rendered(draw_and_measure, "print").findings] == ["faint"]


def test_a_warning_that_is_for_programmers_goes_on_and_is_no_finding() -> None:
    def draw_as_of_old(figure: Figure) -> None:
        named(figure)
        warnings.warn("use another", DeprecationWarning, stacklevel=1)

    with pytest.warns(DeprecationWarning, match="use another"):
        assert rendered(draw_as_of_old).findings == ()


def test_a_picture_has_the_same_bytes_as_when_nobody_looks_on() -> None:
    def draw_mixed(figure: Figure) -> None:
        axes = named(figure).axes[0]
        axes.pcolormesh(np.eye(3), rasterized=True)
        axes.scatter([0, 1], [1, 0])
        axes.imshow(np.eye(2), extent=(0, 1, 0, 1))
        axes.text(0.5, 0.5, "a note", rotation=30)

    def draw_unwatched(figure: Figure) -> None:
        draw_mixed(figure)
        figure.sheet = Sheet(1, 1)  # type: ignore[attr-defined]

    for format in ("svg", "pdf", "png"):
        shape = (format, WHOLE)
        watched, plain = rendered(draw_mixed, format=format), rendered(draw_unwatched, format=format)
        assert watched.images[shape] == plain.images[shape]  # type: ignore[index]
