import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from figgen.errors import ShapeError
from figgen.sim.arrays import FloatArray
from figgen.sim.data import digits
from figgen.sim.preprocessing import Projection, center, normalize, pca_decorrelate, whiten

SHAPES = st.tuples(st.integers(3, 30), st.integers(1, 6), st.integers(0, 1000))


def cloud(samples: int, features: int, seed: int) -> FloatArray:
    """Draw a correlated cloud away from the origin."""
    rng = np.random.default_rng(seed)
    mixing = rng.standard_normal((features, features))
    return rng.uniform(-50, 50, features) + rng.standard_normal((samples, features)) @ mixing


def covariance(x: FloatArray) -> FloatArray:
    return np.cov(x, rowvar=False, bias=True).reshape(x.shape[1], x.shape[1])


def test_two_samples_worked_by_hand() -> None:
    """The features (1, 5) and (2, 2) have means 3 and 2, standard deviations 2 and 0."""
    x, new = np.array([[1.0, 2.0], [5.0, 2.0]]), np.array([[7.0, 3.0]])
    np.testing.assert_array_equal(center(x)(new), [[4, 1]])
    np.testing.assert_array_equal(normalize(x)(x), [[-1, 0], [1, 0]])
    np.testing.assert_array_equal(normalize(x)(new), [[2, 1]])


def test_the_principal_axes_of_an_ellipse_worked_by_hand() -> None:
    """Points at ±3 along (1, 1)/√2 and ±1 across it have the variances 9/2 and 1/2."""
    along, across = np.array([1.0, 1.0]) / np.sqrt(2), np.array([1.0, -1.0]) / np.sqrt(2)
    x = np.array([10.0, 20.0]) + np.array([3 * along, -3 * along, across, -across])
    projection = pca_decorrelate(x)
    np.testing.assert_allclose(projection.variances, [4.5, 0.5])
    np.testing.assert_allclose(projection.components[:, 0], along)
    np.testing.assert_allclose(np.abs(projection.components[:, 1] @ across), 1)
    np.testing.assert_allclose(projection(np.array([[10.0, 20.0] + 5 * along])), [[5, 0]], atol=1e-12)
    np.testing.assert_allclose(whiten(x, eps=0)(x)[0], [np.sqrt(2), 0], atol=1e-12)


@given(SHAPES)
def test_normalised_features_have_mean_0_and_deviation_1(shape: tuple[int, int, int]) -> None:
    x = cloud(*shape)
    normalised = normalize(x)(x)
    assert normalised.shape == x.shape
    np.testing.assert_allclose(normalised.sum(axis=0), 0, atol=1e-10)
    np.testing.assert_allclose((normalised**2).sum(axis=0) / len(x), 1, atol=1e-10)


@given(SHAPES)
def test_decorrelated_data_have_a_diagonal_covariance_and_their_distances(
    shape: tuple[int, int, int],
) -> None:
    x = cloud(*shape)
    projection = pca_decorrelate(x)
    turned = projection(x)
    scale = projection.variances[0]
    np.testing.assert_allclose(covariance(turned), np.diag(projection.variances), atol=1e-11 * scale)
    assert (np.diff(projection.variances) <= 0).all()
    before, after = (np.linalg.norm(points - points[0], axis=1) for points in (x, turned))
    np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-9)


@given(SHAPES, st.floats(1e-6, 10))
def test_whitened_data_have_the_covariance_that_eps_leaves(shape: tuple[int, int, int], eps: float) -> None:
    """Λ/(Λ + ε), with Λ from NumPy's singular values, another way than the eigenvalues."""
    x = cloud(*shape)
    singular = np.linalg.svd(x - x.mean(axis=0), compute_uv=False)
    variances = np.zeros(x.shape[1])
    variances[: len(singular)] = singular**2 / len(x)
    expected = np.diag(variances / (variances + eps))
    np.testing.assert_allclose(covariance(whiten(x, eps)(x)), expected, atol=1e-6)


@given(SHAPES)
def test_new_data_pass_through_the_training_statistics(shape: tuple[int, int, int]) -> None:
    """What a sample becomes does not depend on the samples that come with it, nor does it change the fit."""
    x, new = cloud(*shape), cloud(*shape)[::-1] + 7
    for fit in (center, normalize, pca_decorrelate, whiten):
        transform: Callable[[FloatArray], FloatArray] = fit(x)
        together = transform(np.concatenate([x, new]))
        np.testing.assert_array_equal(together[-1:], transform(np.concatenate([new, new]))[-1:])
        np.testing.assert_allclose(together[: len(x)], transform(x), atol=1e-9)


@given(st.floats(-1e6, 1e6, allow_subnormal=False), st.integers(1, 40))
def test_a_constant_feature_is_centred_and_left_at_that(value: float, samples: int) -> None:
    """Rounding gives 0.1, 0.1, 0.1 a mean that is not 0.1, and so a tiny standard deviation."""
    x = np.full((samples, 2), value)
    transform = normalize(x)
    np.testing.assert_array_equal(transform.scale, 1)
    np.testing.assert_allclose(transform(x), 0, atol=1e-15 * samples * abs(value))
    np.testing.assert_allclose(transform(x + 3), 3, rtol=1e-6)


@pytest.mark.parametrize("eps", [0, 1e-5])
def test_directions_in_which_data_do_not_vary_are_found_and_stay_at_zero(
    eps: float, rng: np.random.Generator
) -> None:
    """Two independent features and their sum span a plane."""
    plane = rng.standard_normal((50, 2))
    x = np.column_stack([plane, plane.sum(axis=1)])
    transform = whiten(x, eps)
    assert transform.rank == 2
    assert transform.variances[2] == 0
    np.testing.assert_allclose(transform(x)[:, 2], 0, atol=1e-10)
    np.testing.assert_allclose(covariance(transform(x)), np.diag([1, 1, 0]), atol=1e-4)


def test_fewer_samples_than_features_leave_a_rank_of_one_less_than_the_samples(
    rng: np.random.Generator,
) -> None:
    transform = whiten(rng.standard_normal((5, 20)))
    assert transform.rank == 4
    assert transform.components.shape == (20, 20)
    np.testing.assert_allclose(transform.components.T @ transform.components, np.eye(20), atol=1e-12)


def test_three_pixels_of_the_digits_are_always_blank() -> None:
    images = digits()[0].astype(np.float64)
    blank = np.ptp(images, axis=0) == 0
    assert blank.sum() == 3
    assert pca_decorrelate(images).rank == 61
    np.testing.assert_array_equal(normalize(images)(images)[:, blank], 0)


def test_turning_whitened_data_back_is_whitening_on_the_axes_of_the_features() -> None:
    """ZCA whitening is the inverse square root of the covariance, a symmetric matrix."""
    x = cloud(200, 3, 0)
    transform = whiten(x, eps=0)
    back = transform.rotate_back(transform(x))
    np.testing.assert_allclose(covariance(back), np.eye(3), atol=1e-9)
    zca = np.linalg.lstsq(x - x.mean(axis=0), back, rcond=None)[0]
    np.testing.assert_allclose(zca, zca.T, atol=1e-9)
    np.testing.assert_allclose(zca @ zca @ covariance(x), np.eye(3), atol=1e-8)


def test_images_are_centred_by_pixel_or_by_channel(rng: np.random.Generator) -> None:
    images = rng.integers(256, size=(7, 4, 5, 3)).astype(np.float64)
    by_pixel, by_channel = center(images), center(images, axis=(0, 1, 2))
    assert by_pixel.mean.shape == (4, 5, 3)
    assert by_channel.mean.shape == (3,)
    np.testing.assert_allclose(by_channel.mean[1], images[..., 1].mean())
    np.testing.assert_allclose(by_channel(images)[2, 3, 4], images[2, 3, 4] - by_channel.mean)
    np.testing.assert_allclose(by_pixel(images).mean(axis=0), 0, atol=1e-12)


@pytest.mark.parametrize("fit", [center, normalize, pca_decorrelate, whiten])
def test_float32_stays_float32(
    fit: Callable[[FloatArray], Callable[[FloatArray], FloatArray]], rng: np.random.Generator
) -> None:
    x = rng.standard_normal((20, 4)).astype(np.float32)
    assert fit(x)(x).dtype == np.float32


def test_the_sign_of_an_axis_is_fixed_by_its_largest_entry(rng: np.random.Generator) -> None:
    components = pca_decorrelate(rng.standard_normal((30, 5))).components
    largest = np.abs(components).argmax(axis=0)
    assert (components[largest, np.arange(5)] > 0).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: center(np.zeros((0, 3))), "center: x is (0, 3), axis is 0; needed are at least one sample,"),
        (lambda: normalize(np.ones((4, 3)), axis=1), "normalize: x is (4, 3), axis is 1; needed are"),
        (lambda: center(np.ones((4, 3)), axis=(0, 2)), "center: x is (4, 3), axis is (0, 2); needed are"),
        (lambda: whiten(np.ones(3)), "whiten: x is (3,); needed is (N, D)"),
        (lambda: pca_decorrelate(np.ones((2, 3, 4))), "pca_decorrelate: x is (2, 3, 4); needed is (N, D)"),
        (lambda: whiten(np.zeros((0, 3))), "whiten: x is (0, 3), axis is 0; needed are at least one sample,"),
        (lambda: center(np.eye(3))(np.eye(4)), "Standardization: x is (4, 4); needed is (..., 3)"),
        (lambda: center(np.ones((2, 3, 4)))(np.ones(4)), "Standardization: x is (4,); needed is (..., 3, 4)"),
        (lambda: whiten(np.eye(3))(np.eye(4)), "Projection: x is (4, 4), mean is (3,); needed are"),
        (lambda: whiten(np.eye(3)).rotate_back(np.eye(4)), "Projection: z is (4, 4), mean is (3,); needed"),
    ],
)
def test_data_of_the_wrong_shape_are_refused(call: Callable[[], Projection], message: str) -> None:
    with pytest.raises(ShapeError, match=f"^{re.escape(message)}"):
        call()
