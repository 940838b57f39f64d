"""The gradient of the softmax loss, p − y, beside that of the hinge loss."""

from functools import partial

import numpy as np
import pytest

from figgen.experiments.recap import softmax_gradient
from figgen.experiments.recap.softmax_gradient import EXPERIMENT, RIGHT, Params, simulate
from figgen.sim.losses import hinge


@pytest.mark.parametrize("seed", range(5))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(seed))) == set()


def test_the_gradient_is_the_belief_minus_the_truth() -> None:
    result = simulate(Params(), np.random.default_rng(0))
    truth = np.eye(4)[RIGHT]
    np.testing.assert_allclose(result.gradient, result.probabilities - truth, atol=1e-12)
    np.testing.assert_array_equal(result.hinge_gradient, [1, -1, 0, 0])


def test_a_gradient_with_the_wrong_sign_of_the_truth_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = softmax_gradient._softmax
    monkeypatch.setattr(softmax_gradient, "_softmax", lambda scores: right(-scores))
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(0))) >= {"rule", "after"}


def test_a_hinge_without_a_margin_that_ends_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = partial(hinge, margin=10.0)
    monkeypatch.setattr(softmax_gradient, "hinge", wide)
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(0))) == {"content"}
