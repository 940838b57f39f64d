import re

import numpy as np
import pytest

from figgen.errors import ShapeError
from figgen.sim.layers import conv2d
from figgen.sim.normalization import BatchNorm, fuse_conv, fuse_linear


def trained(shape: tuple[int, ...], rng: np.random.Generator) -> BatchNorm:
    """Return a layer in evaluation mode, with parameters and statistics as after some training."""
    bn = BatchNorm(shape, eps=0.1)
    bn.gamma, bn.beta, bn.running_mean = rng.normal(size=(3, *shape))
    bn.running_var = rng.uniform(0.1, 3, size=shape)
    bn.eval()
    return bn


@pytest.mark.parametrize("replicas", [(), (3,)])
def test_fused_layer_does_the_same_as_the_two(replicas: tuple[int, ...], rng: np.random.Generator) -> None:
    x, W, b = (rng.normal(size=(*replicas, *shape)) for shape in ((6, 5), (5, 4), (4,)))
    bn = trained((*replicas, 4), rng)
    fused_W, fused_b = fuse_linear(W, b, bn)
    np.testing.assert_allclose(
        x @ fused_W + fused_b[..., np.newaxis, :], bn(x @ W + b[..., np.newaxis, :]), atol=1e-12
    )


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1)])
def test_fused_convolution_does_the_same_as_the_two(
    stride: int, padding: int, rng: np.random.Generator
) -> None:
    x, W, b = rng.normal(size=(2, 3, 6, 5)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)
    bn = trained((4,), rng)
    expected = bn(conv2d(x, W, b, stride, padding)[0])
    np.testing.assert_allclose(conv2d(x, *fuse_conv(W, b, bn), stride, padding)[0], expected, atol=1e-12)


def test_a_layer_of_other_width_cannot_be_fused() -> None:
    message = "fuse_linear: W is (5, 4), b is (4,), gamma is (3,); "
    message += "needed are W (..., D, H), b (..., H), gamma (..., H)"
    with pytest.raises(ShapeError, match=f"^{re.escape(message)}$"):
        fuse_linear(np.zeros((5, 4)), np.zeros(4), BatchNorm(3))
    message = "fuse_conv: W is (4, 3, 5, 5), b is (4,), gamma is (3,); "
    message += "needed are W (..., K, C, h, w), b (..., K), gamma (..., K)"
    with pytest.raises(ShapeError, match=f"^{re.escape(message)}$"):
        fuse_conv(np.zeros((4, 3, 5, 5)), np.zeros(4), BatchNorm(3))
