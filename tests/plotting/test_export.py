"""From a drawing to files: presets, frames, what moves, titles within; small, and the same drawing."""

import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from figgen.errors import DrawingError
from figgen.experiment import Drawing, Reveal
from figgen.plotting import export
from figgen.plotting.export import Shape, lay_out, render, style
from figgen.plotting.frames import in_turn
from figgen.plotting.presets import PRESETS, WHOLE, Format, Picture, Preset, picture_at
from figgen.translation import Translator

FRAMES = 4
TR = Translator("en")


def draw(result: None, figure: Figure, tr: Translator) -> Reveal:
    left, right = figure.subplots(1, 2)
    left.plot([0, 9.4], [-1, 7.5])
    right.semilogy([0, 1], [1e-9, 1])
    figure.suptitle("Two at $10^2$\nor more", x=0.01, ha="left")
    return in_turn([[left], [right]])


def draw_whole(result: None, figure: Figure, tr: Translator) -> None:
    draw(result, figure, tr)
    figure.suptitle("")
    figure.axes[0].set_title("At the left", loc="left")


@pytest.fixture(scope="module")
def made() -> dict[Shape, bytes]:
    """The figure on a slide: whole, in frames, and moving."""
    shapes: list[Shape] = [("gif", WHOLE), *(("png", number) for number in range(WHOLE, FRAMES + 1))]
    return render(Drawing(draw, frames=FRAMES), None, TR, "slides", shapes).images


def image(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def grey(data: bytes) -> np.ndarray:
    return np.asarray(image(data).convert("L"))


def frames_of(gif: bytes) -> Iterator[Image.Image]:
    moving = image(gif)
    for number in range(moving.n_frames):  # type: ignore[attr-defined]
        moving.seek(number)
        yield moving


def test_a_picture_lies_where_it_can_be_known_again() -> None:
    assert Picture("a_b", "sk", "slides-dark", "png").path == "slides-dark/sk/a_b.png"
    assert Picture("a_b", "sk", "slides", "png", 3).path == "slides/sk/a_b-03.png"
    assert picture_at("slides/sk/a_b-03.png") == Picture("a_b", "sk", "slides", "png", 3)
    assert picture_at("figures/pt-BR/a_b.svg") == Picture("a_b", "pt-BR", "print", "svg", WHOLE)


@pytest.mark.parametrize(
    "path",
    ["handout.en.html", "figures/en/a.bmp", "photos/en/a.svg", "figures/../a.svg"],
)
def test_what_is_no_pictures_place_is_known(path: str) -> None:
    assert picture_at(path) is None


@pytest.mark.parametrize("preset", PRESETS)
def test_slides_are_16_to_9_and_prints_as_high_as_the_drawing_says(preset: Preset) -> None:
    png = render(Drawing(draw_whole, height=0.5), None, TR, preset, [("png", WHOLE)]).images["png", WHOLE]
    assert image(png).size == ((1260, 630) if preset == "print" else (1920, 1080))


def test_a_slide_has_fewer_ticks_than_a_print_but_those_that_a_drawing_asks_for() -> None:
    def draw_wide(result: None, figure: Figure, tr: Translator) -> None:
        above, below = figure.subplots(2)
        above.plot([0, 15.5], [1, 2])
        below.semilogx([1e-9, 1e5], [1, 2])
        above.set_yticks(np.linspace(1, 2, 11))

    def ticks(preset: Preset) -> list[int]:
        with style(preset):
            above, below = lay_out(Drawing(draw_wide), None, TR, preset).figure.axes
            axes = (above.xaxis, below.xaxis, above.yaxis)
            shown = [(axis.get_majorticklocs(), sorted(axis.get_view_interval())) for axis in axes]
        return [sum(view[0] <= tick <= view[1] for tick in ticks) for ticks, view in shown]

    on_paper, on_a_slide = ticks("print"), ticks("slides")
    assert all(3 <= few < many for few, many in zip(on_a_slide[:2], on_paper[:2], strict=True))
    assert on_a_slide[2] == on_paper[2] == 11


def test_frames_are_parts_of_the_same_layout(made: dict[Shape, bytes]) -> None:
    pictures = [grey(made["png", number]) for number in range(1, FRAMES + 1)]
    whole = grey(made["png", WHOLE])
    np.testing.assert_array_equal(pictures[-1], whole)
    left, right = (slice(None), slice(0, 900)), (slice(200, None), slice(1000, None))
    for picture in pictures:
        np.testing.assert_array_equal(picture[left], whole[left])
    assert [bool((picture[right] < 255).any()) for picture in pictures] == [False, False, True, True]


def test_a_moving_picture_shows_the_frames_and_rests_at_the_end(made: dict[Shape, bytes]) -> None:
    frames = [(frame.convert("L"), frame.info["duration"]) for frame in frames_of(made["gif", WHOLE])]
    assert len(frames) == 2  # of which each is there twice
    assert frames[0][1] + frames[1][1] == 6000 + 3000
    assert frames[1][1] > frames[0][1]
    for (picture, _), number in zip(frames, (1, FRAMES), strict=True):
        difference = np.abs(np.asarray(picture).astype(int) - grey(made["png", number]))
        assert difference.max() < 60
        assert difference.mean() < 0.1
    assert image(made["gif", WHOLE]).info["loop"] == 0
    assert image(made["gif", WHOLE]).convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_a_picture_is_the_same_whatever_else_is_made_of_the_drawing(made: dict[Shape, bytes]) -> None:
    for shape in made:
        again = render(Drawing(draw, frames=FRAMES), None, TR, "slides", [shape])
        assert again.images[shape] == made[shape]


def test_a_png_says_its_title(made: dict[Shape, bytes]) -> None:
    assert image(made["png", WHOLE]).info["Title"] == "Two at $10^2$ or more"


@pytest.mark.parametrize(("wrong", "frames"), [(draw, 1), (draw_whole, 3)])
def test_frames_and_what_reveals_them_go_together(wrong: object, frames: int) -> None:
    drawing = Drawing(wrong, frames=frames)  # type: ignore[arg-type]
    message = f"draw must return what reveals the figure if it comes in frames; drawing.frames={frames}"
    with pytest.raises(DrawingError, match=f"^{re.escape(message)}$"):
        render(drawing, None, TR, "print", [("png", WHOLE)])


def test_a_draw_that_draws_nothing_is_refused() -> None:
    with pytest.raises(DrawingError, match=r"^draws nothing into the figure .*; begin with figure\.subplots"):
        render(Drawing(lambda result, figure, tr: None), None, TR, "print", [("svg", WHOLE)])


@pytest.mark.parametrize("beside", [False, True])
def test_pyplot_is_refused_and_its_figures_are_closed(beside: bool) -> None:
    from matplotlib import pyplot as plt  # noqa: TID251

    def draw_with_pyplot(result: None, figure: Figure, tr: Translator) -> None:
        if beside:
            figure.subplots().plot([0, 1])
        plt.plot([0, 1])

    told = r"^draws with pyplot, which keeps a figure of its own; .*: axes = figure\.subplots\(\)$"
    plt.figure()
    with pytest.raises(DrawingError, match=told):
        render(Drawing(draw_with_pyplot), None, TR, "print", [("svg", WHOLE)])
    assert plt.get_fignums() == []


def test_stages_come_in_turn_however_many_frames_there_are() -> None:
    stages = [[Figure(), Figure()] for _ in range(3)]
    reveal = in_turn(stages)

    def shown(frames: int) -> list[int]:
        numbers = []
        for frame in range(1, frames + 1):
            reveal(frame / frames)
            assert all(one.get_visible() == other.get_visible() for one, other in stages)
            numbers.append(sum(one.get_visible() for one, _ in stages))
        return numbers

    assert shown(3) == [1, 2, 3]
    assert shown(2) == [2, 3]
    assert shown(6) == [1, 1, 2, 2, 2, 3]


def title_of(*titles: str, whole: str = "") -> str | None:
    """Return the title in the SVG file of a figure whose panels have some titles."""

    def draw_titles(result: None, figure: Figure, tr: Translator) -> None:
        for axes, title in zip(figure.subplots(1, len(titles), squeeze=False).flat, titles, strict=True):
            axes.set_title(title, loc="left")
        figure.suptitle(whole)

    svg = render(Drawing(draw_titles), None, TR, "print", [("svg", WHOLE)]).images["svg", WHOLE].decode()
    found = re.search("<dc:title>(.*?)</dc:title>", svg)
    return found[1] if found else None


@pytest.mark.parametrize(
    ("titles", "whole", "title"),
    [
        (("",), "Xavier's signal\ndies & stays", "Xavier’s signal dies &amp; stays"),
        (("left", "right"), "All of it, 0.123456 of it", "All of it, 0.123456 of it"),
        (("The only one",), "", "The only one"),
        (("", "Of the second"), "", "Of the second"),
        (("left", "right"), "", None),
        (("",), "", None),
    ],
)
def test_a_picture_says_its_title(titles: tuple[str, ...], whole: str, title: str | None) -> None:
    assert title_of(*titles, whole=whole) == title


def test_an_apostrophe_in_the_title_costs_no_quotes() -> None:
    def draw_title(result: None, figure: Figure, tr: Translator) -> None:
        figure.subplots()
        figure.suptitle("Xavier's")

    assert b'"' not in render(Drawing(draw_title), None, TR, "print", [("svg", WHOLE)]).images["svg", WHOLE]


@pytest.mark.parametrize(
    ("as_pixels", "format_"), [(False, "svg"), (False, "pdf"), (True, "svg"), (False, "png")]
)
def test_a_picture_that_each_reader_has_to_wait_for_is_told_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, as_pixels: bool, format_: Format
) -> None:
    monkeypatch.setattr(export, "_LARGE", 200_000)

    def draw_points(result: None, figure: Figure, tr: Translator) -> None:
        axes = figure.subplots()
        axes.plot(*np.random.default_rng(0).random((2, 30_000)), "o", rasterized=as_pixels)
        axes.set(title="Points", xlabel="x", ylabel="y")

    made = render(Drawing(draw_points), None, TR, "print", [(format_, WHOLE)])
    told = [finding for finding in made.findings if finding.kind == "large"]
    if as_pixels or format_ == "png":
        assert told == []
    else:
        (finding,) = told
        size = len(made.images[format_, WHOLE])
        assert not finding.grave
        assert finding.message.startswith(
            f"takes {size / 1e6:.1f} MB as {format_.upper()}, which each reader"
        )
        assert "rasterized=True" in finding.message
