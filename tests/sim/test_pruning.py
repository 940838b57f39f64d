import re

import numpy as np
import pytest

from figgen.errors import ShapeError
from figgen.sim.optimizers import momentum, sgd
from figgen.sim.pruning import masked, prune


def test_the_smallest_of_the_weights_that_are_left_go() -> None:
    weights = np.array([[0.1, -5.0, 3.0], [-2.0, 0.0, 4.0]])
    mask = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])  # −5 and 4 are gone already
    np.testing.assert_array_equal(prune(weights, mask, 0.5), [[0, 0, 1], [1, 0, 0]])


def test_each_replica_is_pruned_by_itself(rng: np.random.Generator) -> None:
    weights = rng.normal(size=(3, 10, 8)) * np.array([0.01, 1, 100])[:, np.newaxis, np.newaxis]
    mask = prune(weights, np.ones_like(weights), 0.25)
    np.testing.assert_array_equal(mask.sum(axis=(1, 2)), 60)
    for w, kept in zip(np.abs(weights), mask > 0, strict=True):
        assert w[kept].min() >= w[~kept].max()
    again = prune(weights, mask, 0.5)
    np.testing.assert_array_equal(again.sum(axis=(1, 2)), 30)
    assert (again <= mask).all()


def test_weights_of_equal_size_are_not_all_dropped_at_once() -> None:
    assert prune(np.zeros((4, 5)), np.ones((4, 5)), 0.5).sum() == 10


def test_masks_of_another_shape_are_refused() -> None:
    message = "prune: weights are (2, 3), mask is (3, 2); both must be the same"
    with pytest.raises(ShapeError, match=f"^{re.escape(message)}$"):
        prune(np.ones((2, 3)), np.ones((3, 2)), 0.5)


@pytest.mark.parametrize("scheme", [sgd, momentum])
def test_masked_weights_never_move_and_the_others_move_as_ever(
    scheme: type, rng: np.random.Generator
) -> None:
    mask = (rng.random((4, 5)) < 0.5).astype(float)
    start = rng.normal(size=(4, 5))
    limited, free = start.copy(), start.copy()
    one, other = masked(scheme(0.1), [mask]), scheme(0.1)
    for _ in range(3):
        gradient = rng.normal(size=(4, 5))
        one([limited], [gradient])
        other([free], [gradient])
    np.testing.assert_array_equal(limited[mask == 0], start[mask == 0])
    np.testing.assert_allclose(limited[mask == 1], free[mask == 1], rtol=1e-12)
