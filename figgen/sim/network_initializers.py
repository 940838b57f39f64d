"""Initial weights that look at the whole network: at the data that run through it, or at its depth.

Each rescales in place a network that `figgen.sim.initializers` has drawn.
"""

from collections.abc import Iterator

import numpy as np

from figgen.errors import FiggenError
from figgen.sim.arrays import FloatArray
from figgen.sim.mlp import MLP
from figgen.sim.residual import WEIGHT_LAYERS, ResidualNetwork


def data_dependent(network: MLP, x: FloatArray) -> None:
    """Give each unit mean 0 and standard deviation 1 over a batch, layer by layer from the input.

    With μ and σ of a unit's output z = w·h + b over the batch::

        w ← w/σ,  b ← (b − μ)/σ

    This is the paper's within-layer step. Its second step, which balances the layers' learning rates, needs
    activations that commute with scaling, as ReLU does.

    Args:
        network: Its scale is lost, so that any random start will do.
        x: The batch, (N, D).

    Raises:
        FiggenError: The network has batch normalisation, or a unit gives the same output for all samples.

    Reference:
        Krähenbühl et al. 2016, algorithm 1.
    """
    for layer, z in _outputs(network, x):
        std = _positive(z.std(axis=-2), layer)
        network.weights[layer] /= std[..., np.newaxis, :]
        network.biases[layer][...] = (network.biases[layer] - z.mean(axis=-2)) / std


def lsuv(network: MLP, x: FloatArray) -> None:
    """Give each layer's output variance 1 over a batch and the units together, layer by layer from the input.

    The paper draws orthonormal matrices first: make the network with `orthogonal()`. It repeats the division
    on ever new batches; on one batch it is exact at once.

    Args:
        network: Its scale is lost, its directions stay.
        x: The batch, (N, D).

    Raises:
        FiggenError: The network has batch normalisation, or a layer gives one output for all samples.

    Reference:
        Mishkin & Matas 2016, algorithm 1.
    """
    for layer, z in _outputs(network, x):
        std = _positive(z.std(axis=(-2, -1)), layer)
        network.weights[layer] /= std[..., np.newaxis, np.newaxis]
        network.biases[layer] /= std[..., np.newaxis]


def fixup(network: ResidualNetwork) -> None:
    """Make each residual block start as the identity, and learn no faster the more of them there are.

    With L blocks of m weight layers: the last layer of each block and the last of the network become 0, the
    other weight layers of a block are multiplied by L^(−1/(2m − 2)).

    Args:
        network: Drawn for its activation, that is with `kaiming_normal()`.

    Reference:
        Zhang et al. 2019, section 3.
    """
    factor = float(len(network.blocks)) ** (-1 / (2 * WEIGHT_LAYERS - 2))
    for block in network.blocks:
        *others, last = block.weights
        for W in others:
            W *= factor
        last[...] = 0
    network.weights[-1][...] = 0


def _outputs(network: MLP, x: FloatArray) -> Iterator[tuple[int, FloatArray]]:
    """Yield each layer's number and outputs, (..., N, H), behind the layers before as they are by then."""
    if network.norms:
        raise FiggenError("a network with batch normalisation sets the scale of its layers itself")
    h = x
    for layer, (W, b) in enumerate(zip(network.weights, network.biases, strict=True)):
        yield layer, h @ W + b[..., np.newaxis, :]
        h = network.activation(h @ W + b[..., np.newaxis, :])


def _positive(std: FloatArray, layer: int) -> FloatArray:
    """Return `std`, unless some of it cannot be divided by."""
    if not (std > 0).all():
        raise FiggenError(
            f"layer {layer + 1} cannot be rescaled: it has an output that is the same for all samples"
        )
    return std
