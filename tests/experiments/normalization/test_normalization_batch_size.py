from collections.abc import Callable

import numpy as np
import pytest

from figgen.errors import ParameterError
from figgen.experiments.normalization import normalization_batch_size
from figgen.experiments.normalization.normalization_batch_size import (
    BATCH,
    BATCH_SIZES,
    EXPERIMENT,
    GROUP,
    Params,
    Result,
    simulate,
)
from figgen.sim.normalization import BatchNorm, batch_norm
from figgen.sim.optimizers import Optimizer, sgd

QUICK: Params = EXPERIMENT.quick


def run(params: Params, seed: int = 0) -> Result:
    return simulate(params, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def result() -> Result:
    return run(QUICK)


def test_errors_are_shares_of_the_test_digits(result: Result) -> None:
    assert result.error.shape == (2, len(BATCH_SIZES), QUICK.replicas)
    misread = result.error * (1797 - QUICK.train_samples)
    np.testing.assert_allclose(misread, misread.round(), atol=1e-9)


def test_in_a_batch_of_two_only_the_larger_of_the_two_values_is_left() -> None:
    """Their mean lies halfway and their deviation is half their distance: both become 1 or −1."""
    x = np.random.default_rng(0).normal(3, 10, size=(2, 64))
    x_hat, _ = batch_norm(x, np.ones(64), np.zeros(64), eps=0)
    np.testing.assert_allclose(x_hat, np.where(x > x[::-1], 1, -1))


def test_batch_norm_gets_better_with_every_doubling_up_to_16(result: Result) -> None:
    errors = result.error[BATCH].mean(axis=-1)
    assert (np.diff(errors[:4]) < 0).all()


def test_group_norm_does_not_replace_batch_norm_by_an_identity(result: Result) -> None:
    """Both kinds see their own random numbers, and no two networks end alike."""
    assert not np.array_equal(result.error[BATCH], result.error[GROUP])


def test_group_norm_over_the_batch_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        normalization_batch_size, "GroupNorm", lambda shape, groups, dtype: BatchNorm(shape, dtype=dtype)
    )
    assert EXPERIMENT.fallen(run(QUICK)) == {"smallest_batch", "group_norm_flat"}


def test_a_learning_rate_that_does_not_follow_the_batch_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    make: Callable[[float], Optimizer] = sgd
    monkeypatch.setattr(normalization_batch_size, "sgd", lambda rate: make(0.2))
    with np.errstate(all="ignore"):
        assert "group_norm_flat" in EXPERIMENT.fallen(run(QUICK))


def test_batch_norm_that_always_uses_its_running_statistics_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Then no sample depends on its batch, and tiny batches are as good as any."""
    monkeypatch.setattr(BatchNorm, "train", BatchNorm.eval)
    monkeypatch.setattr(
        BatchNorm,
        "backward",
        lambda bn, dy: (dy * bn.as_affine()[0][..., np.newaxis, :], np.zeros_like(bn.gamma), dy.sum(axis=-2)),
    )
    assert {"smallest_batch", "batch_norm_degrades"} <= EXPERIMENT.fallen(run(QUICK))


def test_channels_must_part_into_the_groups() -> None:
    with pytest.raises(ParameterError, match=r"^groups must be an integer one of 1, 2, 4, 8, 16, not 3$"):
        Params(groups=3)
