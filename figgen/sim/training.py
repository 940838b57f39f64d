"""A multilayer perceptron and its training, for many replicas of the network at once.

Replicas lie on leading axes of every parameter: seeds and learning rates train together as one stacked array.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from figgen.sim.activations import Activation
from figgen.sim.arrays import BoolArray, FloatArray, IntArray
from figgen.sim.data import Split
from figgen.sim.initializers import Initializer
from figgen.sim.layers import LinearCache, linear, linear_backward
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.normalization import BatchNorm
from figgen.sim.optimizers import Optimizer
from figgen.sim.prelu import PReLUCache, parametric_relu, parametric_relu_backward


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


class MLP:
    """Linear → [batch norm] → activation in each hidden layer, then a linear layer.

    Args:
        rng: Draws the weights; each replica has its own.
        sizes: Numbers of units: inputs, hidden layers, outputs.
        activation: Of the hidden layers.
        init: Draws a weight matrix; biases start at 0.
        replicas: Shape of the leading axes, (R,) or () for a single network.
        batch_norm: Whether to normalise before each activation.
        learn_slopes: Whether each hidden unit learns its slope for negative inputs, as PReLU does, from that
            of `activation`.
        dtype: Of the parameters.

    Attributes:
        pre_activations: Inputs of the hidden layers' activations in the last call, (..., N, H) each.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        sizes: Sequence[int],
        activation: Activation,
        init: Initializer,
        *,
        replicas: tuple[int, ...] = (),
        batch_norm: bool = False,
        learn_slopes: bool = False,
        dtype: type[np.floating[Any]] = np.float32,
    ) -> None:
        self.activation = activation
        self.weights: list[FloatArray] = []
        self.biases: list[FloatArray] = []
        for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True):
            drawn = [init(rng, fan_in, fan_out) for _ in np.ndindex(replicas)]
            self.weights.append(np.reshape(drawn, (*replicas, fan_in, fan_out)).astype(dtype))
            self.biases.append(np.zeros((*replicas, fan_out), dtype))
        hidden = [(*replicas, units) for units in sizes[1:-1]]
        self.norms = [BatchNorm(shape, dtype=dtype) for shape in hidden if batch_norm]
        self.slopes: list[FloatArray] = [
            np.full(shape, activation.derivative(-1.0), dtype) for shape in hidden if learn_slopes
        ]
        self._linear_caches: list[LinearCache] = []
        self.pre_activations: list[FloatArray] = []

    @property
    def parameters(self) -> list[FloatArray]:
        """Everything that is learnt, from the input to the output: W, b, γ, β, slopes of each layer."""
        parameters = []
        for layer, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            parameters += [W, b]
            if layer < len(self.norms):
                parameters += [self.norms[layer].gamma, self.norms[layer].beta]
            if layer < len(self.slopes):
                parameters.append(self.slopes[layer])
        return parameters

    def train(self) -> None:
        """Normalise by the batch's statistics from now on."""
        for bn in self.norms:
            bn.train()

    def eval(self) -> None:
        """Normalise by the running statistics from now on."""
        for bn in self.norms:
            bn.eval()

    def __call__(self, x: FloatArray) -> FloatArray:
        """Compute the logits, (..., N, C), of inputs (..., N, D); inputs without replica axes are shared."""
        self._linear_caches, self.pre_activations = [], []
        h = self._linear(0, x)
        for layer in range(1, len(self.weights)):
            z = self.norms[layer - 1](h) if self.norms else h
            self.pre_activations.append(z)
            h = self._linear(layer, self._activate(layer - 1))
        return h

    def backward(self, dlogits: FloatArray) -> list[FloatArray]:
        """Propagate the loss's gradient back through the last call.

        Args:
            dlogits: Gradient with respect to the logits, (..., N, C).

        Returns:
            Gradients of `parameters`, in their order.
        """
        gradients: list[FloatArray] = []
        d = dlogits
        for layer in reversed(range(len(self.weights))):
            d, *of_linear = linear_backward(d, self._linear_caches[layer])
            gradients[:0] = of_linear
            if layer == 0:
                break
            d, *of_slopes = self._activate_backward(d, layer - 1)
            gradients[:0] = of_slopes
            if self.norms:
                d, *of_norm = self.norms[layer - 1].backward(d)
                gradients[:0] = of_norm
        return gradients

    def _activate(self, layer: int) -> FloatArray:
        z = self.pre_activations[layer]
        return parametric_relu(z, self.slopes[layer])[0] if self.slopes else self.activation(z)

    def _activate_backward(self, dh: FloatArray, layer: int) -> tuple[FloatArray, ...]:
        """Return the gradients with respect to the pre-activations and, where they are learnt, the slopes."""
        z = self.pre_activations[layer]
        if self.slopes:
            return parametric_relu_backward(dh, PReLUCache(z, self.slopes[layer]))
        return (dh * self.activation.derivative(z),)

    def _linear(self, layer: int, x: FloatArray) -> FloatArray:
        y, cache = linear(x, self.weights[layer], self.biases[layer])
        self._linear_caches.append(cache)
        return y


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


def dead_units(network: MLP, x: FloatArray) -> list[BoolArray]:
    """Tell which hidden units let no gradient through for any sample, so that they learn nothing from `x`.

    Args:
        network: Without learnt slopes; it is called on x.
        x: Samples, (N, D), usually all that the network trains on.

    Returns:
        Whether each unit is dead, (..., H) for each hidden layer.
    """
    network(x)
    slopes = map(network.activation.derivative, network.pre_activations)
    return [np.all(slope == 0, axis=-2) for slope in slopes]


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
    accuracies = [_test(network, split)]
    for _ in range(epochs):
        train(
            network,
            optimizer,
            split.x_train,
            split.labels_train,
            epochs=1,
            batch_size=batch_size,
            rng=rng,
        )
        accuracies.append(_test(network, split))
    return np.stack(accuracies)


def _test(network: Network, split: Split) -> FloatArray:
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
