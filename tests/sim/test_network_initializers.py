import math
from collections.abc import Callable

import numpy as np
import pytest

from figgen.errors import FiggenError
from figgen.sim.activations import Activation, relu, sigmoid, tanh
from figgen.sim.arrays import FloatArray
from figgen.sim.initializers import kaiming_normal, normal, orthogonal
from figgen.sim.mlp import MLP
from figgen.sim.network_initializers import data_dependent, fixup, lsuv
from figgen.sim.normalization import BatchNorm
from figgen.sim.residual import ResidualNetwork

Scheme = Callable[[MLP, FloatArray], None]


def network(
    rng: np.random.Generator, activation: Activation = tanh, std: float = 0.3, *, batch_norm: bool = False
) -> MLP:
    net = MLP(
        rng,
        (5, 8, 7, 3),
        activation,
        normal(std),
        replicas=(2,),
        norm=BatchNorm if batch_norm else None,
        dtype=np.float64,
    )
    for b in net.biases:
        b += rng.normal(size=b.shape)  # the schemes must not rely on biases of 0
    return net


def outputs(net: MLP, x: FloatArray) -> list[FloatArray]:
    logits = net(x)
    return [*net.pre_activations, logits]


@pytest.mark.parametrize("activation", [sigmoid, tanh, relu])
def test_data_dependent_gives_each_unit_mean_0_and_std_1(
    activation: Activation, rng: np.random.Generator
) -> None:
    net, x = network(rng, activation), rng.normal(2, 3, size=(50, 5))
    data_dependent(net, x)
    for z in outputs(net, x):
        np.testing.assert_allclose(z.mean(axis=-2), 0, atol=1e-12)
        np.testing.assert_allclose(z.std(axis=-2), 1, rtol=1e-12)


@pytest.mark.parametrize("activation", [sigmoid, tanh, relu])
def test_lsuv_gives_each_layer_variance_1(activation: Activation, rng: np.random.Generator) -> None:
    net, x = network(rng, activation), rng.normal(2, 3, size=(50, 5))
    lsuv(net, x)
    for z in outputs(net, x):
        np.testing.assert_allclose(z.var(axis=(-2, -1)), 1, rtol=1e-12)


def test_lsuv_keeps_the_directions_of_orthonormal_weights(rng: np.random.Generator) -> None:
    net = MLP(rng, (6, 6, 6, 6), tanh, orthogonal(), dtype=np.float64)
    before = [W.copy() for W in net.weights]
    lsuv(net, rng.normal(size=(40, 6)))
    for W, start in zip(net.weights, before, strict=True):
        scale = np.linalg.norm(W, 2)
        np.testing.assert_allclose(W, scale * start, rtol=1e-12)


@pytest.mark.parametrize("scheme", [data_dependent, lsuv])
def test_the_scale_of_the_random_start_is_forgotten(scheme: Scheme) -> None:
    small, large = (network(np.random.default_rng(1), std=std) for std in (0.01, 10.0))
    for net in (small, large):
        for b in net.biases:
            b[...] = 0
        scheme(net, np.random.default_rng(2).normal(size=(30, 5)))
    for one, other in zip(small.parameters, large.parameters, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-10)


@pytest.mark.parametrize("scheme", [data_dependent, lsuv])
def test_outputs_that_are_the_same_for_all_samples_are_refused(
    scheme: Scheme, rng: np.random.Generator
) -> None:
    net = network(rng)
    net.weights[0][...] = 0
    net.biases[0][...] = 0
    message = "layer 1 cannot be rescaled: it has an output that is the same for all samples"
    with pytest.raises(FiggenError, match=f"^{message}$"):
        scheme(net, rng.normal(size=(30, 5)))


@pytest.mark.parametrize("scheme", [data_dependent, lsuv])
def test_batch_normalisation_is_refused(scheme: Scheme, rng: np.random.Generator) -> None:
    message = "a network with batch normalisation sets the scale of its layers itself"
    with pytest.raises(FiggenError, match=f"^{message}$"):
        scheme(network(rng, batch_norm=True), rng.normal(size=(30, 5)))


def test_fixup_starts_every_block_as_the_identity_and_the_logits_at_0(rng: np.random.Generator) -> None:
    net = ResidualNetwork(rng, (5, 8, 3), 4, kaiming_normal(), replicas=(2,))
    fixup(net)
    np.testing.assert_array_equal(net(rng.normal(size=(10, 5)).astype(np.float32)), 0)
    for h in net.hidden:
        np.testing.assert_array_equal(h, net.hidden[0])


def test_fixup_divides_the_first_layer_of_a_branch_by_the_root_of_the_number_of_blocks(
    rng: np.random.Generator,
) -> None:
    """Zhang et al. 2019: L^(−1/(2m − 2)) with m = 2 layers in a branch."""
    net = ResidualNetwork(rng, (5, 8, 3), 9, kaiming_normal(), dtype=np.float64)
    before = [block.weights[0].copy() for block in net.blocks]
    fixup(net)
    for block, start in zip(net.blocks, before, strict=True):
        np.testing.assert_allclose(block.weights[0], start / math.sqrt(9), rtol=1e-12)
        np.testing.assert_array_equal(block.scale, 1)
