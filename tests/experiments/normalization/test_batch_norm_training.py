from dataclasses import replace

import numpy as np
import pytest

from figgen.experiments.normalization import batch_norm_training
from figgen.experiments.normalization.batch_norm_training import (
    CURVE_RATES,
    EXPERIMENT,
    KAIMING,
    NORMALISED,
    PLAIN,
    RATES,
    SCALES,
    SMOOTHED,
    Params,
    Result,
    best_curve,
    simulate,
    smooth,
    steps_to_plain,
)
from figgen.sim.arrays import FloatArray
from figgen.sim.normalization import BatchNormCache, batch, batch_norm_backward

QUICK: Params = EXPERIMENT.quick


def run(params: Params, seed: int = 0) -> Result:
    return simulate(params, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def result() -> Result:
    return run(QUICK)


def curves(plain: list[float], *normalised: list[float]) -> Result:
    """A result with made-up losses: one curve without batch norm, the others of its kind hopeless."""
    loss = np.full((2, len(normalised), len(plain)), np.inf)
    loss[PLAIN, 0], loss[NORMALISED] = plain, normalised
    return Result(accuracy=np.zeros((2, len(RATES), len(SCALES))), loss=loss)


def test_arrays_have_the_documented_shapes(result: Result) -> None:
    steps = 22 * QUICK.epochs  # 1400 digits in batches of 64
    assert result.accuracy.shape == (2, len(RATES), len(SCALES))
    assert result.loss.shape == (2, len(CURVE_RATES), steps)


def test_an_accuracy_is_a_number_even_where_the_network_diverged(result: Result) -> None:
    assert ((result.accuracy >= 0) & (result.accuracy <= 1)).all()
    assert not np.isfinite(result.loss[PLAIN, -1, -1])
    assert np.isfinite(result.loss[NORMALISED]).all()


def test_smoothing_is_the_mean_of_the_last_steps() -> None:
    loss = np.random.default_rng(0).random(30)
    expected = np.convolve(loss, np.ones(SMOOTHED) / SMOOTHED, mode="valid")
    np.testing.assert_allclose(smooth(loss)[SMOOTHED - 1 :], expected)
    np.testing.assert_allclose(smooth(loss)[:2], [loss[0], loss[:2].mean()])


def test_a_curve_that_diverged_is_never_the_best() -> None:
    loss = np.array([[[np.nan, np.nan], [2.0, 1.0]], [[3.0, 2.5], [np.inf, np.inf]]])
    made_up = Result(accuracy=np.zeros((2, len(RATES), len(SCALES))), loss=loss)
    assert (best_curve(made_up, PLAIN), best_curve(made_up, NORMALISED)) == (1, 0)


def test_steps_are_counted_to_where_the_plain_network_ends() -> None:
    """The plain loss falls from 4 to 2 and ends at a mean of 2.5."""
    made_up = curves([4.0, 2.0, 2.0, 2.0], [4.0, 1.0, 1.0, 1.0], [4.0, 4.0, 4.0, 4.0])
    assert smooth(made_up.loss[PLAIN, 0])[-1] == 2.5
    assert steps_to_plain(made_up, PLAIN, 0) == 4
    assert steps_to_plain(made_up, NORMALISED, 0) == 2  # (4 + 1)/2
    assert steps_to_plain(made_up, NORMALISED, 1) == 4  # never: all steps


def test_scales_that_are_not_applied_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_norm_training, "SCALES", np.ones(len(SCALES)))
    assert {"grid_without", "scales_without"} <= EXPERIMENT.fallen(run(replace(QUICK, replicas=1)))


def test_statistics_taken_as_constants_in_the_backward_pass_are_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def constant_statistics(
        dy: FloatArray, cache: BatchNormCache
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        _, dgamma, dbeta = batch_norm_backward(dy, cache)
        return dy * cache.gamma[..., np.newaxis, :] * cache.inverse_std, dgamma, dbeta

    monkeypatch.setattr(batch, "batch_norm_backward", constant_statistics)
    assert {"grid_with", "scales_with"} <= EXPERIMENT.fallen(run(replace(QUICK, replicas=1)))


def test_evaluation_by_statistics_that_were_never_tracked_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch.BatchNorm, "_track", lambda bn, x: None)
    assert {"grid_with", "scales_with"} <= EXPERIMENT.fallen(run(replace(QUICK, replicas=1)))


def test_the_grid_holds_kaimings_own_weights() -> None:
    assert SCALES[KAIMING] == 1
