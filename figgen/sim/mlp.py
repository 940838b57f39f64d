"""A multilayer perceptron, for many replicas of the network at once.

Replicas lie on leading axes of every parameter: seeds and learning rates train together as one stacked array.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from figgen.sim.activations import Activation
from figgen.sim.arrays import BoolArray, FloatArray
from figgen.sim.initializers import Initializer
from figgen.sim.layers import LinearCache, linear, linear_backward
from figgen.sim.normalization import BatchNorm
from figgen.sim.prelu import PReLUCache, parametric_relu, parametric_relu_backward


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
        norm: Makes the normalisation before each activation, such as `BatchNorm`, from its shape, (..., H),
            and its dtype; None for none.
        learn_slopes: Whether each hidden unit learns its slope for negative inputs, as PReLU does, from that
            of `activation`.
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
        norm: Callable[..., Norm] | None = None,
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
        self.norms = [norm(shape, dtype=dtype) for shape in hidden] if norm else []
        self.slopes: list[FloatArray] = [
            np.full(shape, activation.derivative(-1.0), dtype) for shape in hidden if learn_slopes
        ]
        self._linear_caches: list[LinearCache] = []
        self.pre_activations: list[FloatArray] = []
        self.pre_activation_gradients: list[FloatArray] = []

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
        self.pre_activation_gradients = []
        d = dlogits
        for layer in reversed(range(len(self.weights))):
            d, *of_linear = linear_backward(d, self._linear_caches[layer])
            gradients[:0] = of_linear
            if layer == 0:
                break
            d, *of_slopes = self._activate_backward(d, layer - 1)
            gradients[:0] = of_slopes
            self.pre_activation_gradients.insert(0, d)
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
