"""The rule of a matrix product, δ hᵀ and Wᵀ δ."""

import numpy as np
import pytest

from figgen.experiments.recap import product_gradient
from figgen.experiments.recap.product_gradient import EXPERIMENT, Params, simulate


@pytest.mark.parametrize("seed", range(5))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(seed))) == set()


def test_the_example_can_be_checked_by_hand() -> None:
    result = simulate(Params(), np.random.default_rng(0))
    np.testing.assert_array_equal(result.weight_gradient, [[1, 0.5, -0.5], [-2, -1, 1]])
    np.testing.assert_array_equal(result.input_gradient, [0.5, -2.5, 0.75])


def test_weights_in_place_of_their_transpose_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product_gradient, "W", np.eye(2))
    monkeypatch.setattr(product_gradient, "_of_inputs", lambda weights, delta: weights @ delta)
    square = simulate(Params(inputs=12, outputs=12), np.random.default_rng(0))
    assert EXPERIMENT.fallen(square) == {"inputs"}


def test_a_batch_of_copies_has_one_rank(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product_gradient, "_of_weights", lambda delta, h: np.ones((delta.size, h.size)))
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(0))) == {"weights", "rank_of_batch"}
