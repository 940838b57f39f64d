"""A residual network without normalisation, for many replicas of the network at once."""

from typing import Any

import numpy as np

from figgen.sim.activations import relu
from figgen.sim.arrays import FloatArray
from figgen.sim.initializers import Initializer
from figgen.sim.layers import LinearCache, linear, linear_backward

WEIGHT_LAYERS = 2
"""Weight matrices of a residual block's branch."""


class ResidualBlock:
    """h + a·y with y = (relu(z + b₃) + b₄)·W₂ and z = (relu(h + b₁) + b₂)·W₁: scalars b and a, matrices W.

    The scalars are Fixup's; at 0 and 1, where they start, they do nothing.

    Args:
        rng: Draws the weights; each replica has its own.
        width: Units before and after.
        init: Draws a weight matrix.
        replicas: Shape of the leading axes.
        dtype: Of the parameters.

    Reference:
        He et al. 2016, "Identity mappings in deep residual networks", figure 4e, for the order;
        Zhang et al. 2019, section 3, for the scalars.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        width: int,
        init: Initializer,
        replicas: tuple[int, ...],
        dtype: type[np.floating[Any]],
    ) -> None:
        self.weights = [_draw(rng, init, width, width, replicas, dtype) for _ in range(WEIGHT_LAYERS)]
        self.biases = [np.zeros((*replicas, 1, 1), dtype) for _ in range(2 * WEIGHT_LAYERS)]
        self.scale = np.ones((*replicas, 1, 1), dtype)
        self._cache: tuple[FloatArray, ...] = ()

    @property
    def parameters(self) -> list[FloatArray]:
        """W₁, W₂, b₁ to b₄, a."""
        return [*self.weights, *self.biases, self.scale]

    def __call__(self, h: FloatArray) -> FloatArray:
        """Add the branch's output to `h`, (..., N, H)."""
        (W1, W2), (b1, b2, b3, b4) = self.weights, self.biases
        u1 = h + b1
        x1 = relu(u1) + b2
        u2 = x1 @ W1 + b3
        x2 = relu(u2) + b4
        y = x2 @ W2
        self._cache = (u1, x1, u2, x2, y)
        return h + self.scale * y

    def backward(self, d: FloatArray) -> tuple[FloatArray, list[FloatArray]]:
        """Return the gradients of the last call's h, and of `parameters` in their order."""
        (W1, W2), (u1, x1, u2, x2, y) = self.weights, self._cache
        dy = self.scale * d
        dx2 = dy @ _transposed(W2)
        du2 = dx2 * relu.derivative(u2)
        dx1 = du2 @ _transposed(W1)
        du1 = dx1 * relu.derivative(u1)
        of_weights = [_transposed(x1) @ du2, _transposed(x2) @ dy]
        of_scalars = [g.sum(axis=(-2, -1), keepdims=True) for g in (du1, dx1, du2, dx2, d * y)]
        return d + du1, [*of_weights, *of_scalars]


class ResidualNetwork:
    """Linear → residual blocks → ReLU → linear; nothing in it normalises the signal.

    Args:
        rng: Draws the weights; each replica has its own.
        sizes: Numbers of inputs, of units of the blocks, of outputs.
        blocks: Number of residual blocks.
        init: Draws a weight matrix; biases start at 0.
        replicas: Shape of the leading axes, (R,) or () for a single network.
        dtype: Of the parameters.

    Attributes:
        hidden: The signal before each block and after the last one in the last call, (..., N, H) each.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        sizes: tuple[int, int, int],
        blocks: int,
        init: Initializer,
        *,
        replicas: tuple[int, ...] = (),
        dtype: type[np.floating[Any]] = np.float32,
    ) -> None:
        inputs, width, outputs = sizes
        self.weights = [
            _draw(rng, init, *ends, replicas, dtype) for ends in ((inputs, width), (width, outputs))
        ]
        self.biases = [np.zeros((*replicas, units), dtype) for units in (width, outputs)]
        self.blocks = [ResidualBlock(rng, width, init, replicas, dtype) for _ in range(blocks)]
        self.hidden: list[FloatArray] = []
        self._linear_caches: list[LinearCache] = []

    @property
    def parameters(self) -> list[FloatArray]:
        """Everything that is learnt, from the input to the output."""
        (W_in, W_out), (b_in, b_out) = self.weights, self.biases
        of_blocks = [parameter for block in self.blocks for parameter in block.parameters]
        return [W_in, b_in, *of_blocks, W_out, b_out]

    def train(self) -> None:
        """Prepare to learn; training and evaluation do not differ."""

    def eval(self) -> None:
        """Prepare to be tested; training and evaluation do not differ."""

    def __call__(self, x: FloatArray) -> FloatArray:
        """Compute the logits, (..., N, C), of inputs (..., N, D); inputs without replica axes are shared."""
        h, first = linear(x, self.weights[0], self.biases[0])
        self.hidden = [h]
        for block in self.blocks:
            self.hidden.append(block(self.hidden[-1]))
        logits, last = linear(relu(self.hidden[-1]), self.weights[1], self.biases[1])
        self._linear_caches = [first, last]
        return logits

    def backward(self, dlogits: FloatArray) -> list[FloatArray]:
        """Propagate the loss's gradient, (..., N, C), back through the last call.

        Returns:
            Gradients of `parameters`, in their order.
        """
        first, last = self._linear_caches
        d, *gradients = linear_backward(dlogits, last)
        d = d * relu.derivative(self.hidden[-1])
        for block in reversed(self.blocks):
            d, of_block = block.backward(d)
            gradients[:0] = of_block
        return [*linear_backward(d, first)[1:], *gradients]


def _draw(
    rng: np.random.Generator,
    init: Initializer,
    fan_in: int,
    fan_out: int,
    replicas: tuple[int, ...],
    dtype: type[np.floating[Any]],
) -> FloatArray:
    drawn = [init(rng, fan_in, fan_out) for _ in np.ndindex(replicas)]
    return np.reshape(drawn, (*replicas, fan_in, fan_out)).astype(dtype)


def _transposed(matrices: FloatArray) -> FloatArray:
    return np.swapaxes(matrices, -1, -2)
