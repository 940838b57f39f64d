"""A dark slide: what is drawn for white paper gets colours that stand out, and pictures stay as they are."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb, to_rgba, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from figgen.colours import contrast
from figgen.experiments.palette import ACTIVATION_COLOURS
from figgen.plotting import palette
from figgen.plotting.dark import GROUND, INK, darken, on_dark
from figgen.plotting.export import style

COLOURS = {name: value for name, value in vars(palette).items() if name.isupper() and isinstance(value, str)}
SHADES = {"WHITE", "LIGHT_GREY"}  # grounds, and what lies behind all else


@pytest.fixture
def figure() -> Iterator[Figure]:
    """A figure in the style of slides, with one axes."""
    with style("slides-dark"):
        figure = Figure()
        figure.subplots()
        yield figure


def rgb(colour: object) -> tuple[float, float, float]:
    return to_rgb(colour)  # type: ignore[arg-type]


def pixels(figure: Figure) -> np.ndarray:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    return np.array(canvas.buffer_rgba())[:, :, :3]  # type: ignore[no-untyped-call]


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert contrast(rgb("#767676"), (1, 1, 1)) == pytest.approx(4.54, abs=0.005)  # the lightest grey for text
    assert contrast((1, 1, 1), rgb("#767676")) == contrast(rgb("#767676"), (1, 1, 1))


@pytest.mark.parametrize("name", sorted(COLOURS.keys() - SHADES))
def test_each_colour_of_the_palette_can_be_read_on_the_dark_ground(name: str) -> None:
    assert contrast(rgb(on_dark(COLOURS[name])), GROUND) >= 4.5


def test_black_and_white_change_places_and_shades_stay_behind() -> None:
    assert on_dark("black") == (*INK, 1)
    assert on_dark("white") == (*GROUND, 1)
    assert 1.3 < contrast(rgb(on_dark(palette.LIGHT_GREY)), GROUND) < 3


def test_colours_that_stand_out_stay_and_all_can_be_told_apart() -> None:
    assert on_dark(palette.ORANGE) == to_rgba(palette.ORANGE)
    assert contrast(rgb(palette.BLUE), GROUND) < 4.5 < contrast(rgb(on_dark(palette.BLUE)), GROUND)
    dark = [np.array(rgb(on_dark(colour))) for colour in ACTIVATION_COLOURS.values()]
    assert min(np.abs(one - other).max() for one, other in combinations(dark, 2)) > 0.15


def test_a_colour_keeps_its_alpha_and_none_stays_none() -> None:
    assert on_dark((0, 0, 0, 0.25)) == (*INK, 0.25)
    assert on_dark("none") == "none"
    assert on_dark((1, 0, 0, 0)) == "none"


def test_every_kind_of_artist_is_recoloured(figure: Figure) -> None:
    axes = figure.axes[0]
    (line,) = axes.plot([0, 1], color="black", marker="o", markerfacecolor="white")
    (bar,) = axes.bar([1], [1], color="black", alpha=0.5)
    points = axes.scatter([0], [0], c="black")
    band = axes.fill_between([0, 1], [1, 2], color="black")
    contour = axes.contour([[0, 1], [1, 2]], levels=[1], colors=["black"])
    note = axes.annotate("note", (0, 0), (1, 1), arrowprops={"color": "black"}, bbox={"facecolor": "white"})
    axes.set(title="title", xlabel="x")
    darken(figure)
    assert (line.get_color(), line.get_markerfacecolor()) == ((*INK, 1), (*GROUND, 1))
    assert (bar.get_facecolor(), bar.get_edgecolor()[3]) == ((*INK, 0.5), 0)
    for area in (points, band):
        assert to_rgba_array(area.get_facecolor()).tolist() == [[*INK, 1]]
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    assert to_rgba_array(contour.get_edgecolor()).tolist() == [[*INK, 1]]
    box = note.get_bbox_patch()
    assert box is not None
    assert note.arrow_patch is not None
    assert (box.get_facecolor(), note.arrow_patch.get_facecolor()) == ((*GROUND, 1), (*INK, 1))
    assert {axes.get_facecolor(), figure.get_facecolor()} == {(*GROUND, 1)}
    for shown in (note, axes.title, axes.xaxis.label, axes.xaxis.get_ticklabels()[0]):
        assert contrast(rgb(shown.get_color()), GROUND) > 7
    for edge in (axes.spines["left"].get_edgecolor(), axes.xaxis.get_ticklines()[0].get_color()):
        assert contrast(rgb(edge), GROUND) > 7


def test_pictures_and_what_lies_upon_them_stay_as_they_are(figure: Figure) -> None:
    axes = figure.axes[0]
    image = axes.imshow(np.linspace(0, 1, 64).reshape(8, 8), cmap="gray")
    upon, beside = axes.text(4, 4, "upon"), axes.set_xlabel("beside")
    (across,) = axes.plot([-100, 100], [4, 4], color="black")  # of which the axes show a part
    axes.set(xlim=(-0.5, 7.5), ylim=(7.5, -0.5))
    before = pixels(figure)
    darken(figure)
    assert {upon.get_color(), across.get_color()} == {"black"}
    assert contrast(rgb(beside.get_color()), GROUND) > 7
    place = image.get_window_extent().padded(-5)
    rows = slice(*(round(before.shape[0] - y) for y in (place.y1, place.y0)))
    window = rows, slice(round(place.x0), round(place.x1))
    np.testing.assert_array_equal(pixels(figure)[window], before[window])
    assert (pixels(figure)[0, 0] < 30).all()


def test_what_lies_upon_a_translucent_picture_lies_upon_the_dark_ground(figure: Figure) -> None:
    axes = figure.axes[0]
    axes.pcolormesh([[0, 1]], alpha=0.3)
    upon = axes.text(1, 0.5, "upon")
    darken(figure)
    assert upon.get_color() == (*INK, 1)


def test_text_upon_an_area_can_be_read_whether_that_stays_light_or_turns_dark(figure: Figure) -> None:
    axes = figure.axes[0]
    for x, colour in enumerate(["#DDEEFF", "white", palette.BLUE, "gold"]):
        axes.add_patch(Rectangle((x, 0), 1, 1, facecolor=colour))
        axes.text(x + 0.5, 0.5, "upon", ha="center", va="center")
    axes.text(2.5, 0.7, "white upon it", color="white", ha="center")
    axes.add_patch(FancyArrowPatch((0, 2), (4, 2), connectionstyle="arc3,rad=-0.5"))
    axes.text(2, 2.1, "within a bow")
    axes.text(1, 2, "boxed", bbox={"facecolor": "gold"})
    axes.annotate("with an arrow", (0.5, 0.5), (2, 2.5), arrowprops={"arrowstyle": "->"})
    axes.set(xlim=(0, 4), ylim=(0, 3))
    cells = axes.table([["in a table"]], loc="top").get_celld().values()
    darken(figure)
    areas = [axes.patches[x] for x in (0, 1, 2, 3, 2)]
    for text, area in zip(axes.texts, areas, strict=False):
        assert contrast(rgb(text.get_color()), rgb(area.get_facecolor())) >= 4.5, text
    *_, bowed, boxed, noted = axes.texts
    assert boxed.get_color() == GROUND
    assert bowed.get_color() == (*INK, 1)
    assert noted.get_color() == (*INK, 1)
    assert [cell.get_text().get_color() for cell in cells] == [(*INK, 1)]


def test_what_draws_nothing_is_no_trouble(figure: Figure) -> None:
    axes = figure.axes[0]
    axes.imshow(np.eye(2))
    axes.plot([np.nan], [np.nan])
    darken(figure)
    assert figure.get_facecolor() == (*GROUND, 1)
