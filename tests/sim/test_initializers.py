import math

import numpy as np
import pytest

from figgen.sim.initializers import (
    Gaussian,
    Initializer,
    constant,
    kaiming_normal,
    normal,
    orthogonal,
    xavier_normal,
)


@pytest.mark.parametrize(
    ("init", "std"),
    [
        (normal(0.01), 0.01),
        (xavier_normal(), math.sqrt(1 / 400)),
        (kaiming_normal(), math.sqrt(2 / 400)),
        (kaiming_normal(gain=1), math.sqrt(1 / 400)),
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


@pytest.mark.parametrize("init", [normal(1), xavier_normal(), kaiming_normal(), orthogonal()])
def test_the_generator_alone_decides(init: Initializer) -> None:
    first, second = (init(np.random.default_rng(3), 4, 5) for _ in range(2))
    np.testing.assert_array_equal(first, second)
