"""What every experiment of the built-in lecture must do, whatever it is about.

What a figure of any lecture must do, `figgen check` looks at: see tests/plotting/test_legibility.py.
"""

import dataclasses
import io
import shutil
import time
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from tiny_lecture import figgen, steps

from figgen.engine import manifest
from figgen.engine.compute import compute
from figgen.engine.store import RESULTS, pack, unpack
from figgen.lecture import load_lecture
from figgen.loading import Study
from figgen.paths import BUILT_IN, built_in_lecture
from figgen.plotting.export import render, style
from figgen.plotting.presets import WHOLE, Picture, Preset

LECTURE = load_lecture(built_in_lecture(BUILT_IN))


def _together(study: Study) -> pytest.MarkDecorator:
    """Have one process run all tests of an experiment, which simulates it once for them."""
    return pytest.mark.xdist_group(study.name)


STUDIES = pytest.mark.parametrize(
    "study", [pytest.param(study, marks=_together(study), id=study.name) for study in LECTURE.studies]
)
IN_FRAMES = pytest.mark.parametrize(
    ("study", "name"),
    [
        pytest.param(study, name, marks=_together(study), id=name)
        for name, study in LECTURE.figures().items()
        if study.experiment.figures[name].frames > 1
    ],
)


@dataclasses.dataclass(frozen=True)
class Simulated:
    result: object
    seconds: float


def simulate(study: Study, seed: int) -> object:
    return compute(study.experiment, study.name, study.experiment.quick, seed)


@cache
def simulated(name: str) -> Simulated:
    """Simulate an experiment with its first seed, once for all tests that look at that result."""
    started = time.process_time()  # not the clock on the wall: the machine has other work, too
    result = simulate(LECTURE.study(name), seed=0)
    return Simulated(result, time.process_time() - started)


def assert_claims_hold(study: Study, result: object) -> None:
    for evidence in study.experiment.measure(result):
        assert evidence.holds, f"{evidence.claim.name}: {evidence.measured}, {evidence.claim.bound}"


@STUDIES
def test_a_quick_run_takes_seconds_and_repeats_with_its_seed(study: Study) -> None:
    first, kind = simulated(study.name), study.experiment.result_type
    assert first.seconds < 3
    assert pack(simulate(study, seed=0), kind) == pack(first.result, kind)


@STUDIES
def test_a_result_survives_the_store(study: Study) -> None:
    result, kind = simulated(study.name).result, study.experiment.result_type
    again = unpack(pack(result, kind), kind)
    for item in dataclasses.fields(again):
        np.testing.assert_array_equal(getattr(again, item.name), getattr(result, item.name))


@STUDIES
def test_claims_hold_with_the_first_seed(study: Study) -> None:
    assert_claims_hold(study, simulated(study.name).result)


@STUDIES
@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.long) for seed in (3, 4))])
def test_claims_hold_over_several_seeds(study: Study, seed: int) -> None:
    assert_claims_hold(study, simulate(study, seed))


@pytest.mark.long
@STUDIES
@pytest.mark.parametrize("seed", range(10))
def test_claims_hold_over_ten_seeds_at_the_sizes_of_the_lecture(study: Study, seed: int) -> None:
    assert_claims_hold(study, compute(study.experiment, study.name, study.experiment.params, seed))


@STUDIES
@pytest.mark.parametrize("language", LECTURE.languages)
def test_every_statement_is_translated(study: Study, language: str) -> None:
    tr = LECTURE.translator(language)
    for claim in study.experiment.claims:
        assert "0.5" in tr(claim.statement, value="0.5")


@STUDIES
def test_every_figure_has_a_title(study: Study) -> None:
    for name, drawing in study.experiment.figures.items():
        with style("print"):
            figure = Figure()
            drawing.draw(simulated(study.name).result, figure, LECTURE.translator("en"))
        assert any([figure.get_suptitle(), *(axes.get_title(loc="left") for axes in figure.axes)]), name


def findings(output: Path, preset: Preset) -> dict[str, list[str]]:
    """Return what is wrong with each picture of a preset, SVG files in each language, remarks included."""
    entries = manifest.read(output)
    assert entries is not None
    pictures = [
        Picture(name, lang, preset, "svg") for name in LECTURE.figures() for lang in LECTURE.languages
    ]
    return {p.path: [finding.message for finding in entries[p.path].findings] for p in pictures}


def test_every_figure_can_be_read_on_paper(handouts: Path) -> None:
    found = findings(handouts / "output", "print")
    assert found == dict.fromkeys(found, [])


def test_every_figure_can_be_read_on_slides(handouts: Path, tmp_path: Path) -> None:
    """Draw them for a dark room: they are laid out as light ones, and their colours are harder to read."""
    shutil.copytree(handouts / "output" / RESULTS, tmp_path / "output" / RESULTS)
    shutil.copy(handouts / "output" / manifest.NAME, tmp_path / "output" / manifest.NAME)
    done = figgen("figures", "--preset", "slides-dark", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {step.partition(" ")[0] for step in steps(done)} == {"draw"}
    found = findings(tmp_path / "output", "slides-dark")
    assert found == dict.fromkeys(found, [])


@IN_FRAMES
def test_each_frame_shows_more_and_the_last_one_everything(study: Study, name: str) -> None:
    drawing = study.experiment.figures[name]
    numbers = range(WHOLE, drawing.frames + 1)
    result, shapes = simulated(study.name).result, [("png", number) for number in numbers]
    made = render(drawing, result, LECTURE.translator("en"), "print", shapes).images  # type: ignore[arg-type]
    assert made["png", drawing.frames] == made["png", WHOLE]
    frames = [np.asarray(Image.open(io.BytesIO(made["png", number])).convert("L")) for number in numbers[1:]]
    for before, after in pairwise(frames):
        assert np.sum(after < 255) > np.sum(before < 255)
