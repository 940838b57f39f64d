import numpy as np
import pytest

from figgen.experiments.initialization import lottery_ticket
from figgen.experiments.initialization.lottery_ticket import (
    EXPERIMENT,
    FULL,
    LARGEST,
    TICKET,
    Params,
    Result,
    simulate,
)
from figgen.sim.arrays import FloatArray
from figgen.sim.pruning import prune

QUICK = Params(replicas=1)


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(QUICK, np.random.default_rng(0))


def test_claims_hold(result: Result) -> None:
    assert EXPERIMENT.fallen(result) == set()


def test_the_ticket_has_as_many_weights_as_counted_by_hand(result: Result) -> None:
    """8192 halved four times, twice; 640 less a quarter four times: 480, 360, 270, 202."""
    assert result.kept == pytest.approx((512 + 512 + 202) / (8192 + 8192 + 640))
    assert result.mask.sum() == 512
    assert result.mask.shape == (64, 128)


def test_kept_weights_are_some_of_all_weights(result: Result) -> None:
    assert (result.start_kept <= result.start_all).all()
    assert 500 <= result.start_kept.sum() <= 512  # a few lie beyond the ends
    assert 8150 <= result.start_all.sum() <= 8192


def test_only_full_and_ticket_may_know_something_at_the_end_that_others_lack(result: Result) -> None:
    ends = result.accuracy[..., -1].mean(axis=1)
    assert set(np.argsort(-ends)[:2]) == {FULL, TICKET}
    assert result.accuracy[LARGEST, :, 0].mean() < 0.3


def test_dropping_the_largest_weights_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(weights: FloatArray, mask: FloatArray, share: float) -> FloatArray:
        return prune(1 / (np.abs(weights) + 1e-9), mask, share)

    monkeypatch.setattr(lottery_ticket, "prune", mistaken)
    assert {"early", "full", "untrained"} <= EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))


def test_a_random_mask_is_no_ticket(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(1)

    def mistaken(weights: FloatArray, mask: FloatArray, share: float) -> FloatArray:
        return prune(noise.normal(size=weights.shape), mask, share)

    monkeypatch.setattr(lottery_ticket, "prune", mistaken)
    names = {"early", "full", "untrained", "overlap"}
    assert names <= EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))


def test_a_mask_that_lets_pruned_weights_grow_back_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lottery_ticket, "masked", lambda optimizer, masks: optimizer)
    assert EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0))) >= {"late"}
