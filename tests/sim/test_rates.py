import warnings

import numpy as np
import pytest

from figgen.sim.activations import relu
from figgen.sim.arrays import FloatArray
from figgen.sim.data import Split, split_digits
from figgen.sim.initializers import kaiming_normal
from figgen.sim.mlp import MLP
from figgen.sim.rates import at_best_rate, curves_at_rates, divergence_allowed, errors_at_rates

RATES = (0.0, 0.1, 1e6)
"""One that does not move, one that learns, one that diverges."""

REPLICAS = 3


@pytest.fixture(scope="module")
def split() -> Split:
    return split_digits(np.random.default_rng(0))


def network() -> MLP:
    rng = np.random.default_rng(1)
    return MLP(rng, (64, 16, 10), relu, kaiming_normal(), replicas=(len(RATES), REPLICAS))


def test_each_row_of_the_replicas_learns_at_its_own_rate_and_may_diverge(split: Split) -> None:
    rng = np.random.default_rng(2)
    still, learning, diverged = curves_at_rates(network(), RATES, split, epochs=2, batch_size=64, rng=rng)
    assert still.shape == (REPLICAS, 3)
    np.testing.assert_array_equal(still, np.repeat(still[:, :1], 3, axis=1))
    assert (learning[:, -1] > 0.8).all()
    assert (diverged[:, -1] < 0.3).all()


def test_the_best_rate_is_the_one_whose_replicas_end_highest_on_average() -> None:
    lucky = [[0.9, 0.1], [0.9, 0.95]]  # its mean at the end is 0.525, the steady one's 0.6
    steady = [[0.1, 0.6], [0.1, 0.6]]
    curves = np.array([lucky, steady])
    np.testing.assert_array_equal(at_best_rate(curves), steady)


def watched_errors(split: Split, **options: float) -> FloatArray:
    return errors_at_rates(
        network(),
        RATES,
        split.x_train,
        split.labels_train,
        watched=np.array([1, 10, 40]),
        measured_on=200,
        batch_size=64,
        rng=np.random.default_rng(2),
        **options,
    )


def test_errors_are_those_of_each_replica_at_each_rate(split: Split) -> None:
    errors = watched_errors(split)
    x, labels = split.x_train[:200], split.labels_train[:200]
    wrong = (network()(x)[0].argmax(axis=-1) != labels).mean(axis=-1)  # of the replicas that do not move
    np.testing.assert_array_equal(errors[:, 0], [wrong] * 3)
    assert (np.diff(np.median(errors[:, 1], axis=-1)) < 0).all()


def test_training_ends_once_one_rate_has_learnt_enough(split: Split) -> None:
    whole = watched_errors(split)
    ended = watched_errors(split, enough=float(np.median(whole[1, 1])))
    np.testing.assert_array_equal(ended[:2], whole[:2])
    assert np.isnan(ended[2]).all()


def test_divergence_is_silent_only_where_it_is_allowed() -> None:
    large = np.array([1e30], np.float32)
    with warnings.catch_warnings(action="error"), divergence_allowed():
        infinite = large * large
        assert np.isnan(infinite - infinite)
    with pytest.warns(RuntimeWarning, match="overflow"):
        large * large
