import math
from typing import Any

import numpy as np
import pytest

from figgen.experiments.summary import advice_step_by_step
from figgen.experiments.summary.advice_step_by_step import ALL, EXPERIMENT, KAIMING, Params, Result, simulate
from figgen.sim.initializers import normal
from figgen.sim.mlp import MLP

QUICK = EXPERIMENT.quick


def test_each_epoch_and_step_size_has_its_share_of_test_digits() -> None:
    result = simulate(Params(epochs=2, replicas=1, depth=1), np.random.default_rng(0))
    assert result.accuracy.shape == (5, 2, 5)
    counts = result.accuracy * 397  # the digits left for the test
    np.testing.assert_allclose(counts, counts.round(), atol=1e-9)


def test_the_measures_of_curves_made_by_hand() -> None:
    accuracy = np.zeros((5, 3, 2))
    accuracy[KAIMING] = [[0.2, 0.5], [0.3, 0.95], [0.8, 0.6]]
    result = Result(np.array([0.1, 1.0]), accuracy)
    np.testing.assert_array_equal(result.best(KAIMING), [0.5, 0.95, 0.8])
    assert result.epochs_to_goal(KAIMING) == 2
    assert result.epochs_to_goal(ALL) == math.inf
    assert result.working(KAIMING) == 0.5


def test_a_shallow_sigmoid_network_does_learn() -> None:
    """The control: it is the depth that the advice is for."""
    result = simulate(Params(depth=1, replicas=1), np.random.default_rng(0))
    assert result.best(0).max() > 0.8


def test_weights_without_kaimings_scale_drop_the_claims_about_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advice_step_by_step, "kaiming_normal", lambda: normal(0.1))
    assert EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0))) >= {"kaiming", "kaiming_first_epoch"}


def test_batch_normalisation_that_is_forgotten_drops_its_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(*args: Any, norm: object, **options: Any) -> MLP:
        return MLP(*args, **options)

    monkeypatch.setattr(advice_step_by_step, "MLP", without)
    assert "all_step_sizes" in EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))
