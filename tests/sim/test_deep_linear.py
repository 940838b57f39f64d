"""Deep linear networks: the map, and each layer's gradient against finite differences."""

import numpy as np
import pytest

from figgen.errors import ShapeError
from figgen.sim.arrays import FloatArray
from figgen.sim.deep_linear import end_to_end, layer_gradients
from figgen.sim.finite_differences import numerical_gradient
from figgen.sim.losses import softmax_cross_entropy

SIZES = (5, 4, 6, 3)


def draw_weights(rng: np.random.Generator, *replicas: int) -> list[FloatArray]:
    return [
        rng.standard_normal((*replicas, fan_in, fan_out))
        for fan_in, fan_out in zip(SIZES[:-1], SIZES[1:], strict=True)
    ]


def test_the_map_does_what_the_layers_do_in_turn(rng: np.random.Generator) -> None:
    x, weights = rng.standard_normal((7, 5)), draw_weights(rng)
    h = x
    for W in weights:
        h = h @ W
    np.testing.assert_allclose(x @ end_to_end(weights), h)


@pytest.mark.parametrize("layer", range(3))
def test_gradients_agree_with_finite_differences(layer: int, rng: np.random.Generator) -> None:
    x, labels, weights = rng.standard_normal((7, 5)), rng.integers(3, size=7), draw_weights(rng)

    def loss(W: FloatArray) -> FloatArray:
        changed = [*weights[:layer], W, *weights[layer + 1 :]]
        return softmax_cross_entropy(x @ end_to_end(changed), labels)[0]

    _, dlogits = softmax_cross_entropy(x @ end_to_end(weights), labels)
    gradient = layer_gradients(weights, x.T @ dlogits)[layer]
    np.testing.assert_allclose(gradient, numerical_gradient(loss, weights[layer]), atol=1e-7)


def test_replicas_do_not_mix(rng: np.random.Generator) -> None:
    stacked, of_map = draw_weights(rng, 2), rng.standard_normal((2, 5, 3))
    for replica in range(2):
        alone = layer_gradients([W[replica] for W in stacked], of_map[replica])
        for one, of_stack in zip(alone, layer_gradients(stacked, of_map), strict=True):
            np.testing.assert_allclose(of_stack[replica], one)


def test_float32_stays_float32(rng: np.random.Generator) -> None:
    weights = [W.astype(np.float32) for W in draw_weights(rng)]
    gradients = layer_gradients(weights, np.ones((5, 3), np.float32))
    assert {array.dtype for array in (end_to_end(weights), *gradients)} == {np.dtype(np.float32)}


def test_matrices_that_do_not_follow_each_other_are_refused() -> None:
    message = r"end_to_end: W is \(5, 4\), rest is \(3, 2\); needed are W \(..., D, H\), rest \(..., H, C\)"
    with pytest.raises(ShapeError, match=f"^{message}$"):
        end_to_end([np.ones((5, 4)), np.ones((3, 2))])
