import math
from dataclasses import replace

import numpy as np
import pytest

from figgen.experiments.recap import gradient_descent
from figgen.experiments.recap.gradient_descent import (
    EXPERIMENT,
    GOOD,
    LARGE,
    SMALL,
    Params,
    Result,
    largest_curvature,
    loss_at,
    simulate,
)
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import spiral
from figgen.sim.finite_differences import numerical_gradient
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.optimizers import Optimizer, sgd

SMALL_PARAMS = Params(grid=20)


def run(seed: int = 0, large_rate: float = 10.0) -> Result:
    return simulate(replace(SMALL_PARAMS, large_rate=large_rate), np.random.default_rng(seed))


@pytest.fixture(scope="module")
def result() -> Result:
    return run()


@pytest.fixture
def points() -> tuple[FloatArray, IntArray]:
    return spiral(np.random.default_rng(0), 20)


def test_without_weights_all_classes_are_equally_probable(result: Result) -> None:
    np.testing.assert_allclose(result.loss[:, 0], math.log(3), rtol=1e-12)


def test_the_first_step_goes_against_the_finite_difference(points: tuple[FloatArray, IntArray]) -> None:
    """The loss after a first step of each size is that of the start moved against the numerical gradient."""
    result = simulate(Params(samples=20, grid=10), np.random.default_rng(0))
    gradient = numerical_gradient(lambda theta: loss_at(theta, *points), np.zeros(9))
    expected = [loss_at(-rate * gradient, *points) for rate in result.rates]
    np.testing.assert_allclose(result.loss[:, 1], expected, rtol=1e-8)


def test_the_curvature_is_the_second_difference_of_the_loss(points: tuple[FloatArray, IntArray]) -> None:
    theta, h = np.random.default_rng(1).normal(size=9), 1e-3
    curvature, direction = largest_curvature(points[0], theta)

    def along(u: FloatArray) -> float:
        ends = loss_at(theta + h * u, *points) + loss_at(theta - h * u, *points)
        return float(ends - 2 * loss_at(theta, *points)) / h**2

    assert along(direction) == pytest.approx(curvature, rel=1e-4)
    others = np.random.default_rng(2).normal(size=(200, 9))
    assert max(along(u / np.linalg.norm(u)) for u in others) <= curvature


def test_the_plane_holds_the_start_and_the_end_of_the_good_path(result: Result) -> None:
    np.testing.assert_allclose(result.paths[:, 0], 0, atol=1e-12)
    x, y = result.paths[GOOD, -1]
    assert x > 1 > 1e-12 > abs(y)


def test_the_surface_has_the_loss_of_the_good_end(result: Result) -> None:
    """The end lies in the plane, so that the surface around it must be close to the loss there."""
    row = np.abs(result.across).argmin()
    column = np.abs(result.along - result.paths[GOOD, -1, 0]).argmin()
    assert result.surface[row, column] == pytest.approx(result.loss[GOOD, -1], abs=0.01)


def test_the_surface_covers_the_drawn_paths(result: Result) -> None:
    for path in (result.paths[GOOD], result.paths[LARGE, : result.drawn + 1]):
        for axis, points in enumerate((result.along, result.across)):
            assert points[0] < path[:, axis].min() <= path[:, axis].max() < points[-1]


def test_the_valley_is_convex_and_steeper_across_than_along(result: Result) -> None:
    across = np.diff(result.surface, 2, axis=0)[:, 1:-1] / np.diff(result.across)[0] ** 2
    along = np.diff(result.surface, 2, axis=1)[1:-1] / np.diff(result.along)[0] ** 2
    assert along.min() > 0
    assert (across > along).all()


def test_small_steps_follow_the_same_path_as_good_ones(result: Result) -> None:
    """Ten times smaller steps are where the good ones were ten times earlier."""
    np.testing.assert_allclose(result.loss[SMALL, ::10], result.loss[GOOD, :21], atol=0.01)


def test_steps_below_the_limit_settle() -> None:
    """With two thirds of 2/λ for the large size, the loss ends as low as with the good one, or lower."""
    result = run(large_rate=5.0)
    assert EXPERIMENT.fallen(result) == {"large_decreases", "large_loss"}
    assert result.loss[LARGE, -1] <= result.loss[GOOD, -1]


def test_ascent_drops_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    def uphill(learning_rate: FloatArray | float) -> Optimizer:
        return sgd(-np.asarray(learning_rate))

    monkeypatch.setattr(gradient_descent, "sgd", uphill)
    assert EXPERIMENT.fallen(run()) >= {"good_decreases", "good_loss", "minibatches"}


def test_a_gradient_that_is_summed_instead_of_averaged_drops_the_claims(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def summed(logits: FloatArray, labels: IntArray) -> tuple[FloatArray, FloatArray]:
        loss, dlogits = softmax_cross_entropy(logits, labels)
        return loss, dlogits * logits.shape[-2]

    monkeypatch.setattr(gradient_descent, "softmax_cross_entropy", summed)
    assert EXPERIMENT.fallen(run()) >= {"good_decreases", "good_loss", "small_is_slow"}
