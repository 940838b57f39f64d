"""What every experiment of the built-in lecture must do, whatever it is about."""

import dataclasses
import io
import time
from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from figgen.colours import contrast
from figgen.engine.compute import compute
from figgen.engine.store import pack, unpack
from figgen.lecture import load_lecture
from figgen.loading import Study
from figgen.paths import BUILT_IN, built_in_lecture
from figgen.plotting.dark import GROUND
from figgen.plotting.export import lay_out, render, style
from figgen.plotting.presets import WHOLE, Preset
from figgen.translation import Translator

LECTURE = load_lecture(built_in_lecture(BUILT_IN))
SMALLEST: dict[Preset, float] = {"print": 7, "slides": 18}  # points, at the size that the preset is shown in
STUDIES = pytest.mark.parametrize("study", LECTURE.studies, ids=lambda study: study.name)
FIGURES = pytest.mark.parametrize(
    ("study", "name", "language", "preset"),
    [
        (study, name, language, preset)
        for name, study in LECTURE.figures().items()
        for language, preset in product(LECTURE.languages, SMALLEST)
    ],
    ids=lambda value: getattr(value, "name", value),
)
SEEDS = range(5)


def simulate(study: Study, seed: int = 0) -> object:
    return compute(study.experiment, study.name, study.experiment.quick, seed)


@cache
def result_of(name: str) -> object:
    """Simulate an experiment once for all the tests that only look at its result."""
    return simulate(LECTURE.study(name))


@STUDIES
def test_a_quick_run_takes_seconds_and_repeats_with_its_seed(study: Study) -> None:
    started = time.process_time()  # not the clock on the wall: the machine has other work, too
    first = pack(simulate(study), study.experiment.result_type)
    assert time.process_time() - started < 3
    assert pack(simulate(study), study.experiment.result_type) == first


@STUDIES
def test_a_result_survives_the_store(study: Study) -> None:
    result = result_of(study.name)
    again = unpack(pack(result, study.experiment.result_type), study.experiment.result_type)
    for item in dataclasses.fields(again):
        np.testing.assert_array_equal(getattr(again, item.name), getattr(result, item.name))


@STUDIES
@pytest.mark.parametrize("seed", SEEDS)
def test_claims_hold_over_several_seeds(study: Study, seed: int) -> None:
    for evidence in study.experiment.measure(simulate(study, seed)):
        assert evidence.holds, f"{evidence.claim.name}: {evidence.measured}, {evidence.claim.bound}"


@pytest.mark.long
@STUDIES
@pytest.mark.parametrize("seed", range(10))
def test_claims_hold_over_ten_seeds_at_the_sizes_of_the_lecture(study: Study, seed: int) -> None:
    result = compute(study.experiment, study.name, study.experiment.params, seed)
    for evidence in study.experiment.measure(result):
        assert evidence.holds, f"{evidence.claim.name}: {evidence.measured}, {evidence.claim.bound}"


@STUDIES
@pytest.mark.parametrize("language", LECTURE.languages)
def test_every_statement_is_translated(study: Study, language: str) -> None:
    tr = Translator(language)
    for claim in study.experiment.claims:
        assert "0.5" in tr(claim.statement, value="0.5")


@FIGURES
def test_a_figure_is_legible_and_whole(study: Study, name: str, language: str, preset: Preset) -> None:
    with style(preset):
        drawing = study.experiment.figures[name]
        figure = lay_out(drawing, result_of(study.name), Translator(language), preset).figure
        boxes = visible_texts(figure)
    for text, box in boxes:
        assert float(text.get_fontsize()) >= SMALLEST[preset], f"{text.get_text()!r} is too small"
        assert figure.bbox.padded(0.5).containsx(box.x0), f"{text.get_text()!r} is clipped"
        assert figure.bbox.padded(0.5).containsx(box.x1), f"{text.get_text()!r} is clipped"
        assert figure.bbox.padded(0.5).containsy(box.y0), f"{text.get_text()!r} is clipped"
        assert figure.bbox.padded(0.5).containsy(box.y1), f"{text.get_text()!r} is clipped"
    for (one, box), (other, other_box) in combinations(boxes, 2):
        assert not overlap(box, other_box), f"{one.get_text()!r} overlaps {other.get_text()!r}"


@FIGURES
def test_a_figure_has_a_title_and_names_its_axes(
    study: Study, name: str, language: str, preset: Preset
) -> None:
    with style(preset):
        drawing = study.experiment.figures[name]
        figure = lay_out(drawing, result_of(study.name), Translator(language), preset).figure
    titles = [figure.get_suptitle(), *(axes.get_title(loc="left") for axes in figure.axes)]
    assert any(titles)
    if not any(axes.axison for axes in figure.axes):
        return  # a drawing, such as a graph of nodes and edges, has no axes to name
    assert any(axes.get_xlabel() for axes in figure.axes) or figure.get_supxlabel()
    assert any(axes.get_ylabel() or has_words(axes.yaxis) for axes in figure.axes) or figure.get_supylabel()


@pytest.mark.parametrize("name", LECTURE.figures())
def test_every_text_can_be_read_on_a_dark_slide(name: str) -> None:
    study = LECTURE.figures()[name]
    with style("slides-dark"):
        drawing = study.experiment.figures[name]
        figure = lay_out(drawing, result_of(study.name), Translator("sk"), "slides-dark").figure
        boxes = visible_texts(figure)
        for text, _ in boxes:
            text.set_alpha(0)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())[::-1, :, :3] / 255  # type: ignore[no-untyped-call]
    for text, box in boxes:
        inside = pixels[int(box.y0) : int(box.y1) + 1, int(box.x0) : int(box.x1) + 1]
        red, green, blue = np.median(inside, axis=(0, 1))
        ground, ink = (float(red), float(green), float(blue)), to_rgb(text.get_color())
        upon_a_picture = contrast(ground, GROUND) > 8  # where it has the colour that it has in print
        least = 3 if upon_a_picture else 4.5
        assert contrast(ink, ground) >= least, f"{text.get_text()!r} cannot be read"


@pytest.mark.parametrize(
    "name", [name for name, study in LECTURE.figures().items() if study.experiment.figures[name].frames > 1]
)
def test_each_frame_shows_more_and_the_last_one_everything(name: str) -> None:
    study = LECTURE.figures()[name]
    drawing = study.experiment.figures[name]
    numbers = range(WHOLE, drawing.frames + 1)
    result, shapes = result_of(study.name), [("png", number) for number in numbers]
    made = render(drawing, result, Translator("en"), "print", shapes).images  # type: ignore[arg-type]
    assert made["png", drawing.frames] == made["png", WHOLE]
    frames = [np.asarray(Image.open(io.BytesIO(made["png", number])).convert("L")) for number in numbers[1:]]
    for before, after in pairwise(frames):
        assert np.sum(after < 255) > np.sum(before < 255)


def visible_texts(figure: Figure) -> list[tuple[Text, Bbox]]:
    """Return each text that the figure shows, with its box in pixels, shrunk by the line's leading."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    hidden = set(labels_of_ticks_outside(figure))
    shown = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip() and t not in hidden]
    boxes = [(t, t.get_window_extent(renderer)) for t in shown]
    return [(t, Bbox.from_bounds(b.x0, b.y0 + 0.1 * b.height, b.width, 0.8 * b.height)) for t, b in boxes]


def labels_of_ticks_outside(figure: Figure) -> Iterator[Text]:
    """Yield the labels of ticks that lie outside their axes, which Matplotlib keeps but does not draw."""
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        slack = 1e-9 * (high - low)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if not low - slack <= tick.get_loc() <= high + slack:
                yield from (tick.label1, tick.label2)


def has_words(axis: Axis) -> bool:
    """Tell whether an axis' ticks are named, so that it needs no name of its own."""
    return any(label.get_text()[:1].isalpha() for label in axis.get_ticklabels())


def overlap(one: Bbox, other: Bbox) -> bool:
    return bool(one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1)
