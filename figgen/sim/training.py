"""Training of networks, and what is told of it: losses, errors, accuracies.

All of it works on stacked replicas: they lie on leading axes, and each has its own order of the data.
"""

import math
from collections.abc import Collection, Iterator
from typing import Protocol

import numpy as np

from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import Split
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.optimizers import Optimizer


class Network(Protocol):
    """What can be trained: a function of parameters, the first of them a matrix, with its gradient."""

    @property
    def parameters(self) -> list[FloatArray]:
        """Everything that is learnt."""

    def train(self) -> None:
        """Prepare to learn."""

    def eval(self) -> None:
        """Prepare to be tested."""

    def __call__(self, x: FloatArray) -> FloatArray:
        """Compute the logits, (..., N, C)."""

    def backward(self, dlogits: FloatArray) -> list[FloatArray]:
        """Return the gradients of `parameters` from that of the last call's logits."""


def train(
    network: Network,
    optimizer: Optimizer,
    x: FloatArray,
    labels: IntArray,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Minimise the softmax cross-entropy by minibatches; each replica sees the data in an order of its own.

    Args:
        network: Trained in place, in training mode.
        optimizer: Moves the network's parameters.
        x: Inputs, (N, D).
        labels: Right classes, (N,).
        epochs: Passes over the data.
        batch_size: Samples a step; the last batch of an epoch holds what is left.
        rng: Shuffles.

    Returns:
        The loss before each step in nats, (steps, ...) with the network's replica axes.
    """
    return np.stack(list(_steps(network, optimizer, x, labels, epochs, batch_size, rng)))


def train_on(
    network: Network,
    optimizer: Optimizer,
    split: Split,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Do what `train` does with the training data of a split."""
    x, labels = split.x_train, split.labels_train
    return train(network, optimizer, x, labels, epochs=epochs, batch_size=batch_size, rng=rng)


def train_without_noise(
    network: Network,
    optimizer: Optimizer,
    x: FloatArray,
    labels: IntArray,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Learn from the minibatches that `train` would, but normalise by the statistics of all training data.

    Each step sends all data through the network and counts the loss of the minibatch only: it differs from a
    step of `train` in nothing but the statistics, which no longer depend on chance.
    """
    network.train()
    losses = []
    replicas = network.parameters[0].shape[:-2]
    everything = np.broadcast_to(x, (*replicas, *x.shape))
    for batch in _minibatches(rng, len(x), batch_size, epochs, replicas):
        rows, logits = batch[..., np.newaxis], network(everything)
        loss, of_batch = softmax_cross_entropy(np.take_along_axis(logits, rows, axis=-2), labels[batch])
        dlogits = np.zeros_like(logits)
        np.put_along_axis(dlogits, rows, of_batch, axis=-2)
        optimizer(network.parameters, network.backward(dlogits))
        losses.append(loss)
    return np.stack(losses)


def train_and_watch(
    network: Network,
    optimizer: Optimizer,
    x: FloatArray,
    labels: IntArray,
    *,
    watched: Collection[int],
    measured_on: int,
    batch_size: int,
    rng: np.random.Generator,
) -> Iterator[FloatArray]:
    """Train as `train` does, and measure the error on the training data on the way.

    Whoever has seen enough stops asking, and the training ends there.

    Args:
        network: Trained in place, in training mode.
        optimizer: Moves the network's parameters.
        x: Inputs, (N, D).
        labels: Right classes, (N,).
        watched: After which steps to measure, from 1 on; training ends with the last.
        measured_on: On how many of the samples to measure, from the first.
        batch_size: Samples a step.
        rng: Shuffles.

    Yields:
        The share of wrong answers, (...) with the network's replica axes.
    """
    epochs = math.ceil(max(watched) / math.ceil(len(x) / batch_size))
    steps = _steps(network, optimizer, x, labels, epochs, batch_size, rng)
    for step, _ in zip(range(1, max(watched) + 1), steps, strict=False):
        if step in watched:
            yield 1 - accuracy(network(x[:measured_on]), labels[:measured_on])


def time_to_reach(target: float, errors: FloatArray, times: FloatArray) -> FloatArray:
    """Return when an error is at most `target` for the first time.

    Args:
        target: Of the unit of the errors.
        errors: What `train_and_watch` yields, stacked, (T, ...); NaN is never low enough.
        times: When they were measured, ascending, (T,).

    Returns:
        One of `times`, or infinity where the target is not reached, (...).
    """
    reached = errors <= target
    first: FloatArray = np.where(reached.any(axis=0), times[reached.argmax(axis=0)], np.inf)
    return first


def _steps(
    network: Network,
    optimizer: Optimizer,
    x: FloatArray,
    labels: IntArray,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
) -> Iterator[FloatArray]:
    """Make the steps of `train`, and yield the loss before each."""
    network.train()
    replicas = network.parameters[0].shape[:-2]
    for batch in _minibatches(rng, len(x), batch_size, epochs, replicas):
        loss, dlogits = softmax_cross_entropy(network(x[batch]), labels[batch])
        optimizer(network.parameters, network.backward(dlogits))
        yield loss


def accuracy(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Return the share of samples, over (..., N), whose largest logit of (..., N, C) is the right one."""
    right: FloatArray = (logits.argmax(axis=-1) == labels).mean(axis=-1)
    return right


def learning_curve(
    network: Network,
    optimizer: Optimizer,
    split: Split,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Train as `train` does, and test before the first epoch and after each.

    Returns:
        The test accuracies, (epochs + 1, ...) with the network's replica axes.
    """
    accuracies = [evaluate(network, split)]
    for _ in range(epochs):
        train_on(network, optimizer, split, epochs=1, batch_size=batch_size, rng=rng)
        accuracies.append(evaluate(network, split))
    return np.stack(accuracies)


def evaluate(network: Network, split: Split) -> FloatArray:
    """Return the accuracy on the test data, (...), in evaluation mode, which the network stays in."""
    network.eval()
    return accuracy(network(split.x_test), split.labels_test)


def _minibatches(
    rng: np.random.Generator, samples: int, batch_size: int, epochs: int, replicas: tuple[int, ...]
) -> Iterator[IntArray]:
    """Yield indices of samples, (..., B), shuffled anew in each epoch for each replica."""
    in_order = np.broadcast_to(np.arange(samples), (*replicas, samples))
    for _ in range(epochs):
        order = rng.permuted(in_order, axis=-1)
        for start in range(0, samples, batch_size):
            yield order[..., start : start + batch_size]
