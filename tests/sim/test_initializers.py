import math

import numpy as np
import pytest

from figgen.sim.initializers import (
    Gaussian,
    Initializer,
    constant,
    conv_fan_in,
    kaiming_normal,
    normal,
    orthogonal,
    random_walk,
    xavier_normal,
)
from figgen.sim.layers import conv2d


@pytest.mark.parametrize(
    ("init", "std"),
    [
        (normal(0.01), 0.01),
        (xavier_normal(), math.sqrt(1 / 400)),
        (kaiming_normal(), math.sqrt(2 / 400)),
        (kaiming_normal(gain=1), math.sqrt(1 / 400)),
        (random_walk(), math.exp(1 / 800) / 20),
        (random_walk(rectified=True), math.sqrt(2 / 400) * math.exp(1.2 / 397.6)),
    ],
)
def test_weights_are_normal_with_the_std_of_the_paper(
    init: Gaussian, std: float, rng: np.random.Generator
) -> None:
    weights = init(rng, 400, 300)
    assert init.std(400) == pytest.approx(std)
    assert weights.shape == (400, 300)
    assert weights.std() == pytest.approx(std, rel=0.02)
    assert abs(weights.mean()) < 4 * std / math.sqrt(weights.size)
    assert (np.abs(weights) < std).mean() == pytest.approx(0.6827, abs=0.01)


def test_constant_gives_every_weight_the_value(rng: np.random.Generator) -> None:
    np.testing.assert_array_equal(constant(1)(rng, 2, 3), [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]])


@pytest.mark.parametrize("shape", [(6, 6), (9, 4), (4, 9)])
def test_orthogonal_has_all_singular_values_equal_to_the_gain(
    shape: tuple[int, int], rng: np.random.Generator
) -> None:
    weights = orthogonal(gain=1.5)(rng, *shape)
    assert weights.shape == shape
    np.testing.assert_allclose(np.linalg.svd(weights, compute_uv=False), 1.5)


def test_orthogonal_matrices_are_drawn_uniformly(rng: np.random.Generator) -> None:
    """Under Haar's measure the trace has mean 0 and variance 1; bare QR gives other values."""
    traces = [np.trace(orthogonal()(rng, 5, 5)) for _ in range(2000)]
    assert abs(np.mean(traces)) < 0.1
    assert np.var(traces) == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("init", [normal(1), xavier_normal(), kaiming_normal(), orthogonal(), random_walk()])
def test_the_generator_alone_decides(init: Initializer) -> None:
    first, second = (init(np.random.default_rng(3), 4, 5) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_random_walks_step_has_mean_zero_in_a_linear_layer(rng: np.random.Generator) -> None:
    """E ln ‖Wᵀδ‖ = ln ‖δ‖, where weights that keep E ‖Wᵀδ‖² lose 1/(2N) of it."""
    units = 30
    squared = rng.chisquare(units, size=400_000)  # of ‖Wᵀδ‖² over std²·‖δ‖²
    step = np.log(random_walk().std(units) * np.sqrt(squared))
    assert abs(step.mean()) < 1 / (6 * units**2) + 4 * step.std() / math.sqrt(step.size)
    assert np.log(xavier_normal().std(units) * np.sqrt(squared)).mean() < -0.9 / (2 * units)


def test_narrow_relu_layers_share_the_gain_of_six_units() -> None:
    gains = [random_walk(rectified=True).std(units) * math.sqrt(units) for units in (2, 6)]
    assert gains[0] == pytest.approx(gains[1])


def test_fan_in_of_a_convolution_counts_every_input_of_an_output() -> None:
    """An output is the sum of fan_in products: with ones for inputs and weights it is that number."""
    images, filters = np.ones((1, 3, 5, 5)), np.ones((2, 3, 5, 5))
    y, _ = conv2d(images, filters, np.zeros(2))
    assert conv_fan_in(kernel_size=5, in_channels=3) == y[0, 0, 0, 0] == 75
