import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from figgen.errors import ShapeError
from figgen.sim.arrays import FloatArray
from figgen.sim.normalization import (
    GroupNorm,
    GroupNormCache,
    group_norm,
    group_norm_backward,
    instance_norm,
    layer_norm,
)

Normalization = Callable[..., tuple[FloatArray, GroupNormCache]]

SHAPES = pytest.mark.parametrize("of_sample", [(4,), (4, 2, 3)], ids=["matrix", "images"])
EACH = pytest.mark.parametrize(
    "normalize",
    [lambda x, *of_channels: group_norm(x, 2, *of_channels), layer_norm, instance_norm],
    ids=["group", "layer", "instance"],
)


def group_norm_by_loops(
    x: FloatArray, groups: int, gamma: FloatArray, beta: FloatArray, eps: float
) -> FloatArray:
    """The definition, one group of one sample at a time."""
    y = np.empty_like(x)
    size = x.shape[1] // groups
    for n, g in np.ndindex(len(x), groups):
        channels = slice(g * size, (g + 1) * size)
        values = x[n, channels]
        mean = values.sum() / values.size
        variance = ((values - mean) ** 2).sum() / values.size
        y[n, channels] = (values - mean) / np.sqrt(variance + eps)
    places = (1, -1) + (1,) * (x.ndim - 2)
    return gamma.reshape(places) * y + beta.reshape(places)


def test_a_sample_worked_by_hand() -> None:
    """The groups (1, 5) and (2, 2) have means 3 and 2, and variances 4 and 0."""
    x = np.array([[1.0, 5.0, 2.0, 2.0]])
    y, _ = group_norm(x, 2, np.array([1.0, 10.0, 1.0, 1.0]), np.array([0.0, 7.0, 0.0, 3.0]), eps=1e-300)
    np.testing.assert_allclose(y, [[-1, 17, 0, 3]])


@SHAPES
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_group_norm_is_what_its_definition_says(
    groups: int, of_sample: tuple[int, ...], rng: np.random.Generator
) -> None:
    x, gamma, beta = rng.normal(2, 3, size=(5, *of_sample)), rng.normal(size=4), rng.normal(size=4)
    y, _ = group_norm(x, groups, gamma, beta, eps=0.1)
    np.testing.assert_allclose(y, group_norm_by_loops(x, groups, gamma, beta, 0.1), atol=1e-12)


@SHAPES
def test_layer_norm_is_one_group_and_instance_norm_a_group_a_channel(
    of_sample: tuple[int, ...], rng: np.random.Generator
) -> None:
    x, gamma, beta = rng.normal(2, 3, size=(5, *of_sample)), rng.normal(size=4), rng.normal(size=4)
    for normalize, groups in ((layer_norm, 1), (instance_norm, 4)):
        expected = group_norm_by_loops(x, groups, gamma, beta, 0.1)
        np.testing.assert_allclose(normalize(x, gamma, beta, 0.1)[0], expected, atol=1e-12)
        np.testing.assert_array_equal(normalize(x, gamma, beta)[0], group_norm(x, groups, gamma, beta)[0])


@given(scale=st.floats(1e-2, 1e4), shift=st.floats(-1e4, 1e4))
def test_scale_and_shift_of_a_sample_do_not_matter(scale: float, shift: float) -> None:
    x, one, zero = np.random.default_rng(0).normal(size=(3, 4)), np.ones(4), np.zeros(4)
    changed = np.concatenate([scale * x[:1] + shift, x[1:]])
    np.testing.assert_allclose(
        layer_norm(changed, one, zero, eps=0)[0], layer_norm(x, one, zero, eps=0)[0], atol=1e-8
    )


@EACH
def test_a_sample_is_normalised_as_if_it_were_alone(
    normalize: Normalization, rng: np.random.Generator
) -> None:
    x, gamma, beta = rng.normal(size=(5, 4, 2, 3)), rng.normal(size=4), rng.normal(size=4)
    alone = [normalize(x[i : i + 1], gamma, beta)[0] for i in range(5)]
    np.testing.assert_allclose(normalize(x, gamma, beta)[0], np.concatenate(alone), atol=1e-12)


def test_instance_norm_without_places_leaves_only_beta(rng: np.random.Generator) -> None:
    beta = rng.normal(size=4)
    y, cache = instance_norm(rng.normal(size=(5, 4)), rng.normal(size=4), beta)
    np.testing.assert_array_equal(y, np.tile(beta, (5, 1)))
    np.testing.assert_array_equal(group_norm_backward(rng.normal(size=(5, 4)), cache)[0], np.zeros((5, 4)))


@EACH
@SHAPES
@pytest.mark.parametrize("replicas", [(), (3,)])
def test_backward_is_the_finite_difference(
    normalize: Normalization,
    of_sample: tuple[int, ...],
    replicas: tuple[int, ...],
    rng: np.random.Generator,
    check_gradients: Callable[..., None],
) -> None:
    x = rng.normal(size=(*replicas, 3, *of_sample))
    gamma, beta = rng.normal(size=(2, *replicas, 4))
    y, cache = normalize(x, gamma, beta, 0.1)
    dy = rng.normal(size=y.shape)

    def loss(x: FloatArray, gamma: FloatArray, beta: FloatArray) -> FloatArray:
        return np.asarray((normalize(x, gamma, beta, 0.1)[0] * dy).sum())

    check_gradients(loss, (x, gamma, beta), group_norm_backward(dy, cache))


def test_replicas_compute_what_each_computes_alone(rng: np.random.Generator) -> None:
    x, (gamma, beta) = rng.normal(size=(3, 5, 4)), rng.normal(size=(2, 3, 4))
    stacked, _ = group_norm(x, 2, gamma, beta)
    for i in range(3):
        np.testing.assert_allclose(stacked[i], group_norm(x[i], 2, gamma[i], beta[i])[0], atol=1e-12)


def test_layer_has_one_mode_and_the_gradients_of_the_function(rng: np.random.Generator) -> None:
    x, dy, layer = rng.normal(size=(6, 4)), rng.normal(size=(6, 4)), GroupNorm(4, groups=2)
    y, cache = group_norm(x, 2, layer.gamma, layer.beta)
    for switch in (layer.train, layer.eval):
        switch()
        np.testing.assert_array_equal(layer(x), y)
        for gradient, same in zip(layer.backward(dy), group_norm_backward(dy, cache), strict=True):
            np.testing.assert_array_equal(gradient, same)


def test_there_is_no_backward_pass_before_a_call() -> None:
    with pytest.raises(RuntimeError, match=r"^GroupNorm\.backward needs a call right before it$"):
        GroupNorm(4, groups=2).backward(np.eye(4))


@pytest.mark.parametrize("groups", [-2, 0, 3, 8])
def test_channels_that_do_not_part_into_the_groups_are_refused(groups: int) -> None:
    message = f"group_norm: 4 channels do not part into {groups} equal groups"
    with pytest.raises(ShapeError, match=f"^{message}$"):
        group_norm(np.zeros((5, 4)), groups, np.ones(4), np.zeros(4))
    with pytest.raises(ShapeError, match=f"^{message}$"):
        GroupNorm(4, groups)(np.zeros((5, 4)))


@pytest.mark.parametrize(
    ("name", "normalize"),
    [
        ("group_norm", lambda x, gamma, beta: group_norm(x, 1, gamma, beta)),
        ("layer_norm", layer_norm),
        ("instance_norm", instance_norm),
    ],
)
def test_shapes_that_do_not_fit_are_shown(name: str, normalize: Normalization) -> None:
    message = f"{name}: x is (5, 4), gamma is (3,), beta is (3,); "
    message += "needed are x (..., N, C) or (..., N, C, H, W), gamma (..., C), beta (..., C)"
    with pytest.raises(ShapeError, match=f"^{re.escape(message)}$"):
        normalize(np.zeros((5, 4)), np.ones(3), np.zeros(3))


def test_float32_stays_float32(rng: np.random.Generator) -> None:
    layer = GroupNorm(4, groups=2, dtype=np.float32)
    y = layer(rng.normal(size=(5, 4, 2, 3)).astype(np.float32))
    assert {array.dtype for array in (y, *layer.backward(y))} == {np.dtype(np.float32)}
