from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from figgen.experiments.summary import advice_step_by_step
from figgen.experiments.summary.advice_step_by_step import (
    ALL,
    EXPERIMENT,
    KAIMING,
    STEPS,
    Params,
    Result,
    Step,
    simulate,
)
from figgen.sim.initializers import normal
from figgen.sim.mlp import MLP

QUICK = EXPERIMENT.quick


def test_each_epoch_and_step_size_has_its_share_of_test_digits() -> None:
    result = simulate(Params(epochs=2, replicas=1, depth=1), np.random.default_rng(0))
    assert result.accuracy.shape == (5, 2, 5)
    counts = result.accuracy * 397  # the digits left for the test; the mean over one replica is its own
    np.testing.assert_allclose(counts, counts.round(), atol=1e-9)


def test_the_measures_of_curves_made_by_hand() -> None:
    accuracy = np.zeros((5, 3, 2))
    accuracy[KAIMING] = [[0.2, 0.5], [0.3, 0.95], [0.8, 0.6]]
    result = Result(np.array([0.1, 1.0]), accuracy)
    np.testing.assert_array_equal(result.best(KAIMING), [0.5, 0.95, 0.8])
    assert result.working(KAIMING) == 0.5
    assert result.speed(KAIMING) == pytest.approx((0.5 + 0.95 + 0.8) / 3)
    assert result.gain(ALL) == pytest.approx(-75)


def test_a_shallow_sigmoid_network_does_learn() -> None:
    """The control: it is the depth that the advice is for."""
    result = simulate(Params(depth=1, replicas=1), np.random.default_rng(0))
    assert result.best(0).max() > 0.8


def test_weights_without_kaimings_scale_drop_the_claims_about_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advice_step_by_step, "kaiming_normal", lambda: normal(0.1))
    assert "kaiming" in EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))


def test_each_step_changes_one_thing() -> None:
    for before, after in pairwise(STEPS):
        changed = {
            name.name for name in fields(Step) if getattr(before, name.name) != getattr(after, name.name)
        }
        assert len(changed - {"label"}) == 1


def test_data_that_stay_as_they_are_drop_the_claim_about_centring(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = (*STEPS[:2], replace(STEPS[2], centred=False), *STEPS[3:])
    monkeypatch.setattr(advice_step_by_step, "STEPS", steps)
    assert "centred" in EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))


def test_batch_normalisation_that_is_forgotten_drops_its_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(*args: Any, norm: object, **options: Any) -> MLP:
        return MLP(*args, **options)

    monkeypatch.setattr(advice_step_by_step, "MLP", without)
    assert {"batch_norm", "all_step_sizes"} <= EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))
