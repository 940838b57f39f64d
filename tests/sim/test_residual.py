from collections.abc import Callable

import numpy as np
import pytest

from figgen.sim.arrays import FloatArray
from figgen.sim.initializers import kaiming_normal
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.optimizers import sgd
from figgen.sim.residual import ResidualNetwork
from figgen.sim.training import train


@pytest.mark.parametrize("replicas", [(), (2,)])
def test_backward_is_the_finite_difference_in_every_parameter(
    replicas: tuple[int, ...], rng: np.random.Generator, check_gradients: Callable[..., None]
) -> None:
    net = ResidualNetwork(rng, (3, 4, 2), 2, kaiming_normal(), replicas=replicas, dtype=np.float64)
    for parameter in net.parameters:
        parameter += 0.2 * rng.normal(size=parameter.shape)  # away from biases of 0 and multipliers of 1
    x, labels = rng.normal(size=(6, 3)), rng.integers(2, size=6)
    parameters = tuple(parameter.copy() for parameter in net.parameters)

    def loss(*values: FloatArray) -> FloatArray:
        for parameter, value in zip(net.parameters, values, strict=True):
            parameter[...] = value
        return np.asarray(softmax_cross_entropy(net(x), labels)[0].sum())

    gradients = net.backward(softmax_cross_entropy(net(x), labels)[1])
    check_gradients(loss, parameters, tuple(gradients))


def test_a_block_is_the_formula_written_out_for_one_sample(rng: np.random.Generator) -> None:
    net = ResidualNetwork(rng, (3, 4, 2), 1, kaiming_normal(), dtype=np.float64)
    block = net.blocks[0]
    for number, bias in enumerate(block.biases):
        bias += 0.1 * (number + 1)
    block.scale *= 1.5
    h = rng.normal(size=4)
    z = (np.maximum(h + 0.1, 0) + 0.2) @ block.weights[0] + 0.3
    expected = h + 1.5 * ((np.maximum(z, 0) + 0.4) @ block.weights[1])
    np.testing.assert_allclose(block(h[np.newaxis])[0], expected, rtol=1e-12)


def test_a_block_of_he_weights_doubles_the_mean_square(rng: np.random.Generator) -> None:
    """ReLU halves the mean square and W doubles it, twice over: the branch gives as much as it gets."""
    net = ResidualNetwork(rng, (50, 400, 2), 3, kaiming_normal(), replicas=(4,))
    net(rng.normal(size=(200, 50)).astype(np.float32))
    mean_squares = np.array([np.square(h).mean() for h in net.hidden])
    np.testing.assert_allclose(mean_squares[1:] / mean_squares[:-1], 2, rtol=0.06)


def test_replicas_train_as_they_would_alone(rng: np.random.Generator) -> None:
    x, labels = rng.normal(size=(40, 3)), rng.integers(2, size=40)
    both = ResidualNetwork(rng, (3, 6, 2), 2, kaiming_normal(), replicas=(2,), dtype=np.float64)
    alone = ResidualNetwork(rng, (3, 6, 2), 2, kaiming_normal(), dtype=np.float64)
    for stacked, single in zip(both.parameters, alone.parameters, strict=True):
        single[...] = stacked[1]
    for net, rate in ((both, np.array([0.0, 0.1])), (alone, np.array(0.1))):
        train(net, sgd(rate), x, labels, epochs=3, batch_size=40, rng=np.random.default_rng(0))
    for stacked, single in zip(both.parameters, alone.parameters, strict=True):
        np.testing.assert_allclose(stacked[1], single, rtol=1e-9, atol=1e-12)
