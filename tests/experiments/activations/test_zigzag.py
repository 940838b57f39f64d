import math
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure

from figgen.experiments.activations import zigzag
from figgen.experiments.activations.zigzag import (
    EXPERIMENT,
    FRAMES,
    RATES,
    Params,
    Result,
    draw,
    draw_inputs,
    simulate,
)
from figgen.sim.arrays import FloatArray
from figgen.translation import Translator


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(Params(), np.random.default_rng(0))


@pytest.mark.parametrize("seed", range(5))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(seed))) == set()


def test_positive_inputs_never_move_one_weight_up_and_the_other_down(result: Result) -> None:
    steps = np.diff(result.path_positive, axis=0)
    assert (steps.prod(axis=1) >= 0).all()
    assert (np.diff(result.path_centred, axis=0).prod(axis=1) < 0).any()


def test_a_path_ends_at_its_first_point_near_the_optimum(result: Result) -> None:
    for path in (result.path_positive, result.path_centred):
        distance = [math.dist(point, (1, -1)) for point in path]
        near = 0.05 * math.sqrt(2)
        assert distance[-1] <= near < min(distance[:-1])


def test_the_drawn_paths_are_those_of_one_replica(result: Result) -> None:
    positive, centred = len(result.path_positive) - 1, len(result.path_centred) - 1
    same = (result.steps_positive == positive) & (result.steps_centred == centred)
    detours = zip(result.detour_positive[same], result.detour_centred[same], strict=True)
    assert any(
        np.allclose(pair, (_detour(result.path_positive), _detour(result.path_centred))) for pair in detours
    )


def _detour(path: FloatArray) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(path)) / math.dist(path[0], path[-1])


def test_the_drawn_paths_are_typical(result: Result) -> None:
    for path, steps, detours in (
        (result.path_positive, result.steps_positive, result.detour_positive),
        (result.path_centred, result.steps_centred, result.detour_centred),
    ):
        assert abs(len(path) - 1 - np.median(steps)) <= np.std(steps)
        assert abs(_detour(path) - np.median(detours)) <= np.std(detours)


def test_centring_changes_nothing_but_the_mean() -> None:
    positive, centred = draw_inputs(np.random.default_rng(0), 100_000)
    np.testing.assert_allclose(np.mean(centred, axis=0), 0, atol=0.01)
    np.testing.assert_allclose(np.cov(centred.T), np.cov(positive.T))


def test_steps_at_a_rate_are_those_of_the_paths_at_this_rate(result: Result) -> None:
    paths = np.median(result.steps_positive), np.median(result.steps_centred)
    np.testing.assert_allclose(result.steps_at_rates[:, RATES.index(Params().learning_rate)], paths, rtol=0.1)


def test_a_rate_beyond_the_curvature_leaves_positive_inputs_lost(result: Result) -> None:
    """The mean of xxᵀ has the eigenvalue 7/12 along (1, 1): beyond 2/(7/12) the mean step overshoots."""
    too_bold = np.array(RATES) > 24 / 7
    assert np.isinf(result.steps_at_rates[0, too_bold]).all()
    assert np.isfinite(result.steps_at_rates[1, too_bold]).all()


def test_the_frames_show_one_step_more_at_first_and_both_paths_in_the_end(result: Result) -> None:
    figure = Figure()
    reveal = draw(result, figure, Translator("en"))
    shown = []
    for frame in range(1, FRAMES + 1):
        reveal(frame / FRAMES)
        shown.append([np.array(axes.lines[1].get_data()).T for axes in figure.axes[:2]])
    lengths = np.array([[len(path) - 1 for path in paths] for paths in shown])
    assert lengths[:5].tolist() == [[number, number] for number in (1, 2, 3, 4, 5)]
    assert (np.diff(lengths[:, 0]) >= 1).all()
    for path, whole in zip(shown[-1], (result.path_positive, result.path_centred), strict=True):
        np.testing.assert_array_equal(path, whole)


def test_inputs_that_are_not_centred_drop_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    def both_positive(rng: np.random.Generator, count: int) -> FloatArray:
        return np.stack([rng.random((count, 2))] * 2)

    monkeypatch.setattr(zigzag, "draw_inputs", both_positive)
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(0))) >= {
        "best_rates",
        "detour_centred",
    }


def test_centred_inputs_doubled_as_well_drop_the_claim_about_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Doubling quadruples the curvature, which would be counted as a gift of centring."""

    def doubled(rng: np.random.Generator, count: int) -> FloatArray:
        x = rng.random((count, 2))
        return np.stack([x, 2 * (x - 0.5)])

    monkeypatch.setattr(zigzag, "draw_inputs", doubled)
    assert "same_rate" in EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(0)))
