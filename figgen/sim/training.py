"""A multilayer perceptron and its training, for many replicas of the network at once.

Replicas lie on leading axes of every parameter: seeds and learning rates train together as one stacked array.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from figgen.sim.activations import Activation
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.initializers import Initializer
from figgen.sim.layers import LinearCache, linear, linear_backward
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.normalization import BatchNorm
from figgen.sim.optimizers import Optimizer


class Norm(Protocol):
    """A normalisation layer, such as `BatchNorm` and `GroupNorm`."""

    gamma: FloatArray
    beta: FloatArray

    def train(self) -> None:
        """Prepare to learn."""

    def eval(self) -> None:
        """Prepare to be tested."""

    def __call__(self, x: FloatArray) -> FloatArray:
        """Normalise x, (..., N, H)."""

    def backward(self, dy: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the gradients with respect to x, gamma and beta of the last call."""


class MLP:
    """Linear → [norm] → activation in each hidden layer, then a linear layer.

    Args:
        rng: Draws the weights; each replica has its own.
        sizes: Numbers of units: inputs, hidden layers, outputs.
        activation: Of the hidden layers.
        init: Draws a weight matrix; biases start at 0.
        replicas: Shape of the leading axes, (R,) or () for a single network.
        batch_norm: Whether to normalise before each activation by the batch; short for `norm=BatchNorm`.
        norm: Makes the normalisation before each activation of its shape, (..., H), and its dtype.
        dtype: Of the parameters.

    Attributes:
        pre_activations: Inputs of the hidden layers' activations in the last call, (..., N, H) each.
        pre_activation_gradients: The loss's gradients with respect to them, from the last backward pass.
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
        norm: Callable[..., Norm] | None = None,
        dtype: type[np.floating[Any]] = np.float32,
    ) -> None:
        self.activation = activation
        self.weights: list[FloatArray] = []
        self.biases: list[FloatArray] = []
        for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True):
            drawn = [init(rng, fan_in, fan_out) for _ in np.ndindex(replicas)]
            self.weights.append(np.reshape(drawn, (*replicas, fan_in, fan_out)).astype(dtype))
            self.biases.append(np.zeros((*replicas, fan_out), dtype))
        norm = BatchNorm if batch_norm else norm
        self.norms = [norm((*replicas, units), dtype=dtype) for units in sizes[1:-1]] if norm else []
        self._linear_caches: list[LinearCache] = []
        self.pre_activations: list[FloatArray] = []
        self.pre_activation_gradients: list[FloatArray] = []

    @property
    def parameters(self) -> list[FloatArray]:
        """Everything that is learnt, from the input to the output: W, b, γ, β of each layer."""
        parameters = []
        for layer, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            parameters += [W, b]
            if layer < len(self.norms):
                parameters += [self.norms[layer].gamma, self.norms[layer].beta]
        return parameters

    def train(self) -> None:
        """Normalise by the batch's statistics from now on, where there is batch norm."""
        for norm in self.norms:
            norm.train()

    def eval(self) -> None:
        """Normalise by the running statistics from now on, where there is batch norm."""
        for norm in self.norms:
            norm.eval()

    def freeze_statistics(self) -> None:
        """Leave the running statistics of batch norm as they are from now on, in training mode too."""
        for norm in self.norms:
            if isinstance(norm, BatchNorm):
                norm.momentum = 0

    def __call__(self, x: FloatArray) -> FloatArray:
        """Compute the logits, (..., N, C), of inputs (..., N, D); inputs without replica axes are shared."""
        self._linear_caches, self.pre_activations = [], []
        h = self._linear(0, x)
        for layer in range(1, len(self.weights)):
            z = self.norms[layer - 1](h) if self.norms else h
            self.pre_activations.append(z)
            h = self._linear(layer, self.activation(z))
        return h

    def backward(self, dlogits: FloatArray) -> list[FloatArray]:
        """Propagate the loss's gradient back through the last call.

        Args:
            dlogits: Gradient with respect to the logits, (..., N, C).

        Returns:
            Gradients of `parameters`, in their order.
        """
        gradients: list[FloatArray] = []
        self.pre_activation_gradients = []
        d = dlogits
        for layer in reversed(range(len(self.weights))):
            d, *of_linear = linear_backward(d, self._linear_caches[layer])
            gradients[:0] = of_linear
            if layer == 0:
                break
            d = d * self.activation.derivative(self.pre_activations[layer - 1])
            self.pre_activation_gradients.insert(0, d)
            if self.norms:
                d, *of_norm = self.norms[layer - 1].backward(d)
                gradients[:0] = of_norm
        return gradients

    def _linear(self, layer: int, x: FloatArray) -> FloatArray:
        y, cache = linear(x, self.weights[layer], self.biases[layer])
        self._linear_caches.append(cache)
        return y


def train(
    network: MLP,
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
    network.train()
    losses = []
    replicas = network.biases[0].shape[:-1]
    for batch in _minibatches(rng, len(x), batch_size, epochs, replicas):
        loss, dlogits = softmax_cross_entropy(network(x[batch]), labels[batch])
        optimizer(network.parameters, network.backward(dlogits))
        losses.append(loss)
    return np.stack(losses)


def accuracy(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Return the share of samples, over (..., N), whose largest logit of (..., N, C) is the right one."""
    right: FloatArray = (logits.argmax(axis=-1) == labels).mean(axis=-1)
    return right


def _minibatches(
    rng: np.random.Generator, samples: int, batch_size: int, epochs: int, replicas: tuple[int, ...]
) -> Iterator[IntArray]:
    """Yield indices of samples, (..., B), shuffled anew in each epoch for each replica."""
    in_order = np.broadcast_to(np.arange(samples), (*replicas, samples))
    for _ in range(epochs):
        order = rng.permuted(in_order, axis=-1)
        for start in range(0, samples, batch_size):
            yield order[..., start : start + batch_size]
