from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from figgen.sim.activations import leaky_relu, prelu, relu, tanh
from figgen.sim.arrays import FloatArray
from figgen.sim.data import Split, blobs, spiral
from figgen.sim.initializers import kaiming_normal, xavier_normal
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.mlp import MLP, Norm, dead_units
from figgen.sim.normalization import BatchNorm, GroupNorm
from figgen.sim.optimizers import adam, sgd
from figgen.sim.training import (
    accuracy,
    evaluate,
    learning_curve,
    time_to_reach,
    train,
    train_and_watch,
    train_on,
    train_without_noise,
)


@pytest.mark.parametrize("learn_slopes", [False, True])
@pytest.mark.parametrize("norm", [None, BatchNorm, partial(GroupNorm, groups=1)])
@pytest.mark.parametrize("replicas", [(), (2,)])
def test_backward_is_the_finite_difference_in_every_parameter(
    norm: Callable[..., Norm] | None,
    learn_slopes: bool,
    replicas: tuple[int, ...],
    rng: np.random.Generator,
    check_gradients: Callable[..., None],
) -> None:
    net = MLP(
        rng,
        (3, 4, 5, 2),
        prelu if learn_slopes else tanh,
        xavier_normal(),
        replicas=replicas,
        norm=norm,
        learn_slopes=learn_slopes,
        dtype=np.float64,
    )
    for parameter in net.parameters:
        parameter += 0.1 * rng.normal(size=parameter.shape)  # away from biases of 0
    x, labels = rng.normal(size=(6, 3)), rng.integers(2, size=6)
    parameters = tuple(parameter.copy() for parameter in net.parameters)

    def loss(*values: FloatArray) -> FloatArray:
        for parameter, value in zip(net.parameters, values, strict=True):
            parameter[...] = value
        return np.asarray(softmax_cross_entropy(net(x), labels)[0].sum())

    gradients = net.backward(softmax_cross_entropy(net(x), labels)[1])
    check_gradients(loss, parameters, tuple(gradients))


@pytest.mark.parametrize("norm", [None, BatchNorm])
def test_pre_activation_gradients_sum_up_to_those_of_the_shifts(
    norm: Callable[..., Norm] | None, rng: np.random.Generator
) -> None:
    """A pre-activation is the bias, or batch norm's shift, plus something."""
    net = MLP(rng, (3, 4, 5, 2), tanh, xavier_normal(), norm=norm, dtype=np.float64)
    for _ in range(2):  # the second pass must not add to the first
        gradients = net.backward(softmax_cross_entropy(net(rng.normal(size=(6, 3))), np.arange(6) % 2)[1])
    shifts = gradients[3::4] if norm else gradients[1::2]
    for of_sample, shift in zip(net.pre_activation_gradients, shifts[:2], strict=True):
        np.testing.assert_allclose(of_sample.sum(axis=0), shift)


def test_frozen_statistics_stay_through_training(rng: np.random.Generator) -> None:
    net = MLP(rng, (3, 4, 2), relu, kaiming_normal(), norm=BatchNorm)
    bn = net.norms[0]
    assert isinstance(bn, BatchNorm)
    net(rng.normal(size=(6, 3)))
    moved = bn.running_mean
    assert moved.any()
    net.freeze_statistics()
    net(rng.normal(size=(6, 3)))
    np.testing.assert_array_equal(bn.running_mean, moved)


def test_replicas_start_apart_and_learn_apart(rng: np.random.Generator) -> None:
    x, labels = blobs(rng, np.array([[0.0, 3.0], [3.0, 0.0]]))
    net = MLP(rng, (2, 8, 2), relu, kaiming_normal(), replicas=(3,))
    assert not np.array_equal(net.weights[0][0], net.weights[0][1])
    losses = train(net, sgd(np.array([0.0, 0.1, 0.5])), x, labels, epochs=2, batch_size=50, rng=rng)
    assert losses.shape == (8, 3)
    shares = accuracy(net(x.astype(np.float32)), labels)
    assert shares.shape == (3,)
    assert (shares[1:] > 0.9).all()
    np.testing.assert_array_equal(net.biases[0][0], 0)  # its learning rate is 0


def test_a_network_learns_what_no_line_separates(rng: np.random.Generator) -> None:
    x, labels = spiral(rng)
    net = MLP(rng, (2, 32, 32, 3), relu, kaiming_normal(), norm=BatchNorm)
    train(net, adam(0.01), x, labels, epochs=40, batch_size=50, rng=rng)
    net.eval()
    assert accuracy(net(x), labels) > 0.9


def test_an_epoch_shows_every_sample_once_and_the_last_batch_is_what_is_left(
    rng: np.random.Generator,
) -> None:
    x = np.arange(10.0)[:, np.newaxis]  # (10, 1): each sample is its own number
    seen: list[FloatArray] = []

    class Spy(MLP):
        def __call__(self, x: FloatArray) -> FloatArray:
            seen.append(x)
            return super().__call__(x)

    net = Spy(rng, (1, 2), relu, kaiming_normal(), replicas=(2,))
    train(net, sgd(0), x, np.zeros(10, int), epochs=1, batch_size=4, rng=rng)
    assert [batch.shape for batch in seen] == [(2, 4, 1), (2, 4, 1), (2, 2, 1)]
    orders = np.concatenate(seen, axis=1)[..., 0]  # (2, 10)
    np.testing.assert_array_equal(np.sort(orders), np.tile(np.arange(10), (2, 1)))
    assert not np.array_equal(orders[0], orders[1])


@pytest.mark.parametrize("batch_norm", [False, True])
def test_a_learning_curve_is_training_epoch_by_epoch(batch_norm: bool) -> None:
    x, labels = blobs(np.random.default_rng(0), np.array([[0.0, 3.0], [3.0, 0.0]]))
    split = Split(x, labels, x[::3], labels[::3])
    nets = [
        MLP(
            np.random.default_rng(1),
            (2, 8, 2),
            relu,
            kaiming_normal(),
            replicas=(3,),
            norm=BatchNorm if batch_norm else None,
        )
        for _ in range(3)
    ]
    rng = np.random.default_rng(2)
    curve = learning_curve(nets[0], sgd(0.1), split, epochs=2, batch_size=50, rng=rng)
    nets[1].eval()
    before = accuracy(nets[1](split.x_test), split.labels_test)
    train(nets[1], sgd(0.1), x, labels, epochs=2, batch_size=50, rng=np.random.default_rng(2))
    nets[1].eval()
    after = accuracy(nets[1](split.x_test), split.labels_test)
    assert curve.shape == (3, 3)
    np.testing.assert_array_equal(curve[[0, -1]], [before, after])
    train_on(nets[2], sgd(0.1), split, epochs=2, batch_size=50, rng=np.random.default_rng(2))
    np.testing.assert_array_equal(evaluate(nets[2], split), after)


def networks(batch_norm: bool) -> tuple[MLP, MLP]:
    one, other = (
        MLP(
            np.random.default_rng(0),
            (3, 8, 2),
            relu,
            kaiming_normal(),
            replicas=(2,),
            norm=BatchNorm if batch_norm else None,
        )
        for _ in range(2)
    )
    return one, other


def test_without_batch_norm_both_ways_to_train_are_the_same() -> None:
    """They differ in the statistics only, and there are none."""
    rng = np.random.default_rng(1)
    x, labels = rng.normal(size=(20, 3)).astype(np.float32), rng.integers(2, size=20)
    usual, whole = networks(batch_norm=False)
    size = {"epochs": 3, "batch_size": 6}
    losses = train(usual, sgd(0.1), x, labels, rng=np.random.default_rng(2), **size)
    same = train_without_noise(whole, sgd(0.1), x, labels, rng=np.random.default_rng(2), **size)
    np.testing.assert_allclose(losses, same, rtol=1e-5)
    for parameter, other in zip(usual.parameters, whole.parameters, strict=True):
        np.testing.assert_allclose(parameter, other, atol=1e-5)


def test_without_noise_a_samples_logits_do_not_depend_on_the_minibatch() -> None:
    """At a learning rate of 0 each sample keeps its loss, whatever minibatch it is in."""
    rng = np.random.default_rng(1)
    x, labels = rng.normal(size=(20, 3)).astype(np.float32), rng.integers(2, size=20)
    usual, whole = networks(batch_norm=True)
    size = {"epochs": 2, "batch_size": 5}
    losses = train_without_noise(whole, sgd(0), x, labels, rng=np.random.default_rng(2), **size)
    first, second = losses.reshape(2, 4, 2).sum(axis=1)  # of the epochs
    np.testing.assert_allclose(first, second, rtol=1e-5)
    noisy = train(usual, sgd(0), x, labels, rng=np.random.default_rng(2), **size)
    first, second = noisy.reshape(2, 4, 2).sum(axis=1)
    assert (np.abs(first - second) > 1e-3).all()


def test_accuracy_is_the_share_of_right_answers() -> None:
    assert (
        accuracy(np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 3.0], [5.0, 4.0]]), np.array([1, 1, 1, 0])) == 0.75
    )


def test_slopes_start_at_that_of_the_activation_and_are_learnt(rng: np.random.Generator) -> None:
    x, labels = spiral(rng)
    net = MLP(rng, (2, 8, 3), prelu, kaiming_normal(), replicas=(2,), learn_slopes=True)
    np.testing.assert_array_equal(net.slopes[0], np.full((2, 8), 0.25, np.float32))
    train(net, sgd(0.1), x.astype(np.float32), labels, epochs=2, batch_size=50, rng=rng)
    assert (net.slopes[0] != 0.25).mean() > 0.9


def test_dead_units_are_those_that_no_sample_makes_active(rng: np.random.Generator) -> None:
    net = MLP(rng, (2, 4, 3, 2), relu, kaiming_normal(), replicas=(2,))
    net.weights[0][...], net.biases[0][...] = 1, [-10, -1, 0, 10]  # inputs below sum to at most 2
    x = np.array([[0.5, 0.25], [1.0, 1.0]], np.float32)
    first, second = dead_units(net, x)
    np.testing.assert_array_equal(first, [[True, False, False, False]] * 2)
    assert second.shape == (2, 3)
    before = net.weights[0].copy()
    train(net, sgd(0.1), x, np.array([0, 1]), epochs=3, batch_size=2, rng=rng)
    np.testing.assert_array_equal(net.weights[0][..., 0], before[..., 0])


def test_no_unit_of_a_leaky_network_is_dead(rng: np.random.Generator) -> None:
    net = MLP(rng, (2, 4, 2), leaky_relu, kaiming_normal())
    net.biases[0][...] = -100
    assert not dead_units(net, np.ones((3, 2), np.float32))[0].any()


def test_watching_changes_nothing_and_tells_the_error_after_each_step_asked_for() -> None:
    x, labels = blobs(np.random.default_rng(1), np.array([[0.0, 3.0], [3.0, 0.0]]), samples=30)
    x = x.astype(np.float32)

    def start() -> MLP:
        return MLP(np.random.default_rng(2), (2, 8, 2), relu, kaiming_normal(), replicas=(2,))

    def watch(network: MLP, watched: set[int]) -> list[FloatArray]:
        rng, rates = np.random.default_rng(3), np.array([0.01, 0.1])
        watch = train_and_watch(
            network, sgd(rates), x, labels, watched=watched, measured_on=40, batch_size=25, rng=rng
        )
        return list(watch)

    alone, watched = start(), start()
    train(
        alone,
        sgd(np.array([0.01, 0.1])),
        x,
        labels,
        epochs=2,
        batch_size=25,
        rng=np.random.default_rng(3),
    )
    errors = watch(watched, {1, 4, 6})
    np.testing.assert_array_equal(watched.weights[0], alone.weights[0])
    assert np.shape(errors) == (3, 2)
    np.testing.assert_array_equal(errors[-1], 1 - accuracy(alone(x[:40]), labels[:40]))
    stopped = start()
    np.testing.assert_array_equal(watch(stopped, {1, 4}), errors[:2])
    assert not np.array_equal(stopped.weights[0], watched.weights[0])


def test_the_time_to_reach_a_target_is_the_first_and_infinite_where_there_is_none() -> None:
    errors = np.array([[0.9, 0.2, 0.9], [0.25, 0.9, np.nan], [0.1, 0.1, 0.3]])  # (T, 3)
    np.testing.assert_array_equal(time_to_reach(0.25, errors, np.array([1.0, 2.0, 4.0])), [2, 1, np.inf])
