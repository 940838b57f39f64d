import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from figgen.errors import ShapeError
from figgen.sim.arrays import FloatArray
from figgen.sim.normalization import BatchNorm, batch_norm, batch_norm_backward


def test_a_batch_of_two_worked_by_hand() -> None:
    """The channel (1, 5) has mean 3 and variance 4."""
    y, _ = batch_norm(np.array([[1.0], [5.0]]), np.array([10.0]), np.array([7.0]), eps=0)
    np.testing.assert_allclose(y, [[-3], [17]])


def test_normalised_channels_have_mean_0_and_variance_1_up_to_eps(rng: np.random.Generator) -> None:
    x = rng.normal(3, 2, size=(16, 5))
    y, _ = batch_norm(x, np.ones(5), np.zeros(5), eps=0.1)
    variance = ((x - x.mean(axis=0)) ** 2).sum(axis=0) / 16
    np.testing.assert_allclose(y.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose((y**2).sum(axis=0) / 16, variance / (variance + 0.1))


@given(scale=st.floats(1e-2, 1e4), shift=st.floats(-1e4, 1e4))
def test_scale_and_shift_of_the_input_do_not_matter(scale: float, shift: float) -> None:
    x, one, zero = np.random.default_rng(0).normal(size=(8, 3)), np.ones(3), np.zeros(3)
    np.testing.assert_allclose(
        batch_norm(scale * x + shift, one, zero, eps=0)[0], batch_norm(x, one, zero, eps=0)[0], atol=1e-8
    )


@given(st.sampled_from([0, 1e4, -1e4]), st.integers(1, 4))
def test_a_constant_channel_gives_beta(value: float, samples: int) -> None:
    y, _ = batch_norm(np.full((samples, 2), value), np.ones(2), np.array([1.0, -2.0]))
    np.testing.assert_array_equal(y, np.tile([1.0, -2.0], (samples, 1)))


def test_a_channel_of_images_is_a_row_of_all_their_places(rng: np.random.Generator) -> None:
    """Every place of every image counts as one sample of its channel."""
    x, gamma, beta = rng.normal(size=(4, 3, 2, 5)), rng.normal(size=3), rng.normal(size=3)
    rows, _ = batch_norm(x.transpose(0, 2, 3, 1).reshape(-1, 3), gamma, beta)
    y, _ = batch_norm(x, gamma, beta)
    np.testing.assert_allclose(y, rows.reshape(4, 2, 5, 3).transpose(0, 3, 1, 2), atol=1e-12)


@pytest.mark.parametrize("replicas", [(), (3,), (2, 3)])
@pytest.mark.parametrize("of_sample", [(4,), (4, 2, 3)])
@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_backward_is_the_finite_difference(
    replicas: tuple[int, ...],
    of_sample: tuple[int, ...],
    eps: float,
    rng: np.random.Generator,
    check_gradients: Callable[..., None],
) -> None:
    x = rng.normal(size=(*replicas, 3, *of_sample))
    gamma, beta = rng.normal(size=(2, *replicas, 4))
    y, cache = batch_norm(x, gamma, beta, eps)
    dy = rng.normal(size=y.shape)

    def loss(x: FloatArray, gamma: FloatArray, beta: FloatArray) -> FloatArray:
        return np.asarray((batch_norm(x, gamma, beta, eps)[0] * dy).sum())

    check_gradients(loss, (x, gamma, beta), batch_norm_backward(dy, cache))


def test_the_input_gradient_is_orthogonal_to_shifts_and_scalings(rng: np.random.Generator) -> None:
    """Neither changes the output (with eps = 0), so the loss cannot change along them."""
    x = rng.normal(size=(6, 4))
    _, cache = batch_norm(x, rng.normal(size=4), np.zeros(4), eps=0)
    dx, _, _ = batch_norm_backward(rng.normal(size=(6, 4)), cache)
    np.testing.assert_allclose(dx.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose((dx * x).sum(axis=0), 0, atol=1e-12)


def test_running_statistics_average_the_mean_and_the_unbiased_variance() -> None:
    """The channel (1, 5) has mean 3 and unbiased variance 8; they start at 0 and 1."""
    bn = BatchNorm(1, momentum=0.1)
    for expected_mean, expected_var in ((0.3, 1.7), (0.57, 2.33)):
        bn(np.array([[1.0], [5.0]]))
        np.testing.assert_allclose(bn.running_mean, expected_mean)
        np.testing.assert_allclose(bn.running_var, expected_var)


def test_running_statistics_of_images_average_over_all_places(rng: np.random.Generator) -> None:
    x, bn = rng.normal(3, 2, size=(4, 3, 2, 5)), BatchNorm(3, momentum=0.25)
    bn(x)
    values = x.transpose(1, 0, 2, 3).reshape(3, 40)
    np.testing.assert_allclose(bn.running_mean, 0.25 * values.sum(axis=1) / 40)
    deviations = values - values.sum(axis=1, keepdims=True) / 40
    np.testing.assert_allclose(bn.running_var, 0.75 + 0.25 * (deviations**2).sum(axis=1) / 39)


def test_evaluation_of_images_treats_each_place_alike(rng: np.random.Generator) -> None:
    x, bn = rng.normal(size=(2, 3, 2, 5)), BatchNorm(3)
    bn.running_mean, bn.running_var, bn.gamma, bn.beta = rng.uniform(0.5, 2, size=(4, 3))
    bn.eval()
    np.testing.assert_allclose(bn(x)[:, :, 1, 4], bn(x[:, :, 1, 4]), atol=1e-12)


def test_evaluation_uses_the_running_statistics_and_leaves_them() -> None:
    bn = BatchNorm(2, eps=5)
    bn.running_mean, bn.running_var = np.array([1.0, 2.0]), np.array([4.0, 11.0])  # √(σ² + ε) = 3, 4
    bn.gamma, bn.beta = np.array([2.0, 3.0]), np.array([5.0, 6.0])
    bn.eval()
    np.testing.assert_allclose(bn(np.array([[4.0, 6.0]])), [[7, 9]])
    np.testing.assert_array_equal(bn.running_mean, [1, 2])
    bn.train()
    np.testing.assert_allclose(bn(np.array([[3.0, 5.0], [7.0, 9.0]])), [[5 - 4 / 3, 4], [5 + 4 / 3, 8]])


def test_momentum_0_keeps_the_running_statistics_and_takes_a_single_sample() -> None:
    bn = BatchNorm(2, momentum=0)
    np.testing.assert_array_equal(bn(np.array([[3.0, 5.0]])), [[0, 0]])
    np.testing.assert_array_equal(bn.running_mean, [0, 0])


@pytest.mark.parametrize("shape", [(1, 2), (1, 2, 1, 1)])
def test_a_single_value_cannot_move_the_running_variance(shape: tuple[int, ...]) -> None:
    message = f"BatchNorm in training mode: x is {shape}, one value a channel; needed are at least 2"
    with pytest.raises(ShapeError, match=f"^{re.escape(message)}$"):
        BatchNorm(2)(np.zeros(shape))


@pytest.mark.parametrize(
    ("x", "channels"),
    [
        ((4, 3), (2,)),
        ((3,), (3,)),
        ((4, 3, 8), (3,)),  # neither a matrix of replicas nor images
        ((5, 4, 3), (6, 3)),
        ((5, 4, 3), (1, 3)),
        ((4, 2, 3, 3), (3,)),
        ((4, 3), ()),
    ],
)
def test_shapes_that_do_not_fit_are_shown(x: tuple[int, ...], channels: tuple[int, ...]) -> None:
    needed = "needed are x (..., N, C) or (..., N, C, H, W), gamma (..., C)"
    message = f"batch_norm: x is {x}, gamma is {channels}, beta is {channels}; {needed}, beta (..., C)"
    with pytest.raises(ShapeError, match=f"^{re.escape(message)}$"):
        batch_norm(np.zeros(x), np.ones(channels), np.zeros(channels))
    bn = BatchNorm(channels)
    bn.eval()
    with pytest.raises(
        ShapeError, match=f"^{re.escape(f'BatchNorm: x is {x}, gamma is {channels}; {needed}')}$"
    ):
        bn(np.zeros(x))


def test_float32_stays_float32(rng: np.random.Generator) -> None:
    bn = BatchNorm(3, dtype=np.float32)
    y = bn(rng.normal(size=(4, 3, 2, 2)).astype(np.float32))
    arrays = (y, *bn.backward(y), bn.running_mean, bn.running_var)
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_layer_backward_is_that_of_the_function(rng: np.random.Generator) -> None:
    x, dy, bn = rng.normal(size=(6, 3)), rng.normal(size=(6, 3)), BatchNorm(3)
    bn(x)
    expected = batch_norm_backward(dy, batch_norm(x, bn.gamma, bn.beta)[1])
    for gradient, same in zip(bn.backward(dy), expected, strict=True):
        np.testing.assert_array_equal(gradient, same)


def test_there_is_no_backward_pass_of_an_evaluation() -> None:
    bn = BatchNorm(3)
    bn(np.eye(3))
    bn.eval()
    bn(np.eye(3))
    with pytest.raises(RuntimeError, match="needs a call in training mode right before it"):
        bn.backward(np.eye(3))
