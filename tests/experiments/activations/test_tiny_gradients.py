"""Networks of sigmoids that learn by plain SGD and by Adam."""

import numpy as np
import pytest

from figgen.experiments.activations import tiny_gradients
from figgen.experiments.activations.tiny_gradients import EXPERIMENT, PLAIN, RESCALED, Params, simulate
from figgen.sim.activations import tanh
from figgen.sim.optimizers import sgd

QUICK = Params(replicas=2)


@pytest.mark.parametrize("seed", range(2))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(seed))) == set()


def test_both_begin_with_the_same_networks() -> None:
    accuracy = simulate(Params(replicas=2, epochs=2), np.random.default_rng(0)).accuracy
    np.testing.assert_array_equal(accuracy[PLAIN, :, 0], accuracy[RESCALED, :, 0])


def test_an_adam_that_does_not_rescale_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiny_gradients, "adam", sgd)
    assert EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0))) == {"rescaled"}


def test_with_tanh_nothing_is_tiny_and_sgd_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiny_gradients, "sigmoid", tanh)
    assert EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0))) >= {"first_to_last", "plain"}
