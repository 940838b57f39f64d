from collections.abc import Callable

import numpy as np
import pytest

from figgen.errors import ParameterError
from figgen.experiments.normalization.batch_norm_eval import (
    COMPARED_AT,
    EXPERIMENT,
    FORGOTTEN,
    MOMENTA,
    POPULATION_MEAN,
    POPULATION_STD,
    Params,
    Result,
    simulate,
)
from figgen.sim.arrays import FloatArray
from figgen.sim.normalization import BatchNorm

QUICK: Params = EXPERIMENT.quick


def run(params: Params, seed: int = 0) -> Result:
    return simulate(params, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def result() -> Result:
    return run(QUICK)


@pytest.mark.parametrize("seed", range(5))
def test_claims_hold_at_test_size(seed: int) -> None:
    assert not EXPERIMENT.fallen(run(QUICK, seed))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_claims_hold_at_the_lectures_size(seed: int) -> None:
    assert not EXPERIMENT.fallen(run(Params(), seed))


def test_arrays_have_the_documented_shapes(result: Result) -> None:
    paths = (len(MOMENTA), QUICK.steps + 1, 3)
    assert result.running_mean.shape == result.running_var.shape == paths
    assert result.mean_error.shape == paths[:2]
    assert result.eval_accuracy.shape == (QUICK.replicas,)
    assert result.forgotten_accuracy.shape == (len(FORGOTTEN), QUICK.replicas)


def test_the_running_mean_follows_the_closed_form(result: Result) -> None:
    """In expectation the start's share is (1 − m)^t."""
    steps = np.arange(QUICK.steps + 1)
    for path, momentum in zip(result.running_mean, MOMENTA, strict=True):
        expected = -(POPULATION_MEAN / POPULATION_STD) * (1 - momentum) ** steps
        np.testing.assert_allclose(path[:, 1], expected, atol=0.03)


def test_single_digits_all_get_the_same_answer(result: Result) -> None:
    """Each then scores the share of one class, which is about a tenth."""
    single = result.forgotten_accuracy[list(FORGOTTEN).index("single")]
    assert ((single > 0.05) & (single < 0.15)).all()


def test_the_biased_variance_in_the_running_average_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def biased(bn: BatchNorm, x: FloatArray) -> None:
        m = bn.momentum
        bn.running_mean = (1 - m) * bn.running_mean + m * x.mean(axis=-2)
        bn.running_var = (1 - m) * bn.running_var + m * x.var(axis=-2)

    monkeypatch.setattr(BatchNorm, "_track", biased)
    mistaken = run(QUICK)
    assert mistaken.small_batch_var == pytest.approx(3 / 4, abs=0.05)
    assert EXPERIMENT.fallen(mistaken) == {"unbiased_variance"}


def test_momentum_with_its_meaning_turned_round_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    track: Callable[[BatchNorm, FloatArray], None] = BatchNorm._track

    def turned_round(bn: BatchNorm, x: FloatArray) -> None:
        bn.momentum = 1 - bn.momentum
        track(bn, x)
        bn.momentum = 1 - bn.momentum

    monkeypatch.setattr(BatchNorm, "_track", turned_round)
    assert {"fast_average", "slow_average"} & EXPERIMENT.fallen(run(QUICK))


def test_running_statistics_that_are_never_updated_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BatchNorm, "_track", lambda bn, x: None)
    assert "fast_average" in EXPERIMENT.fallen(run(QUICK))


def test_the_comparison_needs_enough_steps() -> None:
    with pytest.raises(ParameterError, match=f"^steps must be an integer from {COMPARED_AT} to"):
        Params(steps=COMPARED_AT - 1)
