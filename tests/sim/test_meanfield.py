"""Mean-field theory against closed forms and an independent quadrature."""

import math

import numpy as np
import pytest

from figgen.sim.activations import Activation, elu, leaky_relu, relu, sigmoid, tanh
from figgen.sim.arrays import FloatArray
from figgen.sim.meanfield import (
    batch_norm_growth,
    critical_sigma,
    fixed_point,
    gaussian_mean,
    gradient_factor,
    mean_field,
    variance_map,
)


@pytest.mark.parametrize("variance", [1e-6, 0.3, 1.0, 10.0, 1e4, 1e8])
def test_moments_of_relu_are_the_closed_forms(variance: float) -> None:
    assert gaussian_mean(relu, variance) == pytest.approx(math.sqrt(variance / (2 * math.pi)), rel=1e-8)
    assert gaussian_mean(lambda x: relu(x) ** 2, variance) == pytest.approx(variance / 2, rel=1e-12)
    assert gaussian_mean(lambda x: relu.derivative(x) ** 2, variance) == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize("variance", [0.01, 0.4, 1.0, 3.0])
def test_moments_of_tanh_agree_with_gauss_hermite_where_that_converges(variance: float) -> None:
    z, weights = np.polynomial.hermite_e.hermegauss(301)
    x, weights = math.sqrt(variance) * z, weights / weights.sum()
    square = weights @ np.tanh(x) ** 2
    assert gaussian_mean(lambda x: tanh(x) ** 2, variance) == pytest.approx(square, abs=1e-8)
    slope = weights @ (1 - np.tanh(x) ** 2) ** 2
    assert gaussian_mean(lambda x: tanh.derivative(x) ** 2, variance) == pytest.approx(slope, abs=1e-8)


def test_derivative_of_tanh_is_found_where_it_is_narrow() -> None:
    """For large q the Gaussian is flat where tanh' lives: the mean of tanh'² is 4/3 / √(2πq)."""
    q = 1e10
    limit = 4 / (3 * math.sqrt(2 * math.pi * q))
    assert gaussian_mean(lambda x: tanh.derivative(x) ** 2, q) == pytest.approx(limit, rel=1e-6)


def test_no_variance_leaves_the_value_at_zero() -> None:
    assert gaussian_mean(lambda x: np.cos(x) + 2, 0.0) == pytest.approx(3)


def test_kaiming_keeps_relu_at_its_fixed_point() -> None:
    """The map m → σ_w²·m/2 stays at 1; a rectified N(0, 2) has the mean √(1/π) and the variance 1 − 1/π."""
    field = mean_field(relu, math.sqrt(2), depth=5, samples=16)
    np.testing.assert_allclose(field.activation_mean, math.sqrt(1 / math.pi), rtol=1e-8)
    np.testing.assert_allclose(field.activation_std, math.sqrt(1 - 1 / math.pi), rtol=1e-8)
    np.testing.assert_allclose(field.gradient_rms, math.sqrt(16 / 2))


def test_relu_halves_the_variance_at_unit_sigma_and_keeps_its_gradients() -> None:
    field = mean_field(relu, 1.0, depth=6, samples=16)
    np.testing.assert_allclose(field.activation_std[1:] / field.activation_std[:-1], math.sqrt(0.5))
    np.testing.assert_allclose(field.gradient_rms, math.sqrt(16 * 0.5**6))


@pytest.mark.parametrize(
    ("sigma_w", "std", "rms"),
    [
        (0.64, (0.492, 0.289, 0.179, 0.113, 0.072, 0.046), (0.298, 0.289, 0.288, 0.288, 0.288, 0.288)),
        (3.2, (0.872, 0.853, 0.850, 0.849, 0.849, 0.849), (8.60, 5.79, 4.10, 2.92, 2.08, 1.49)),
        (1.0, (0.628, 0.486, 0.408, 0.358, 0.322, 0.294), (1.36, 1.26, 1.22, 1.20, 1.19, 1.18)),
    ],
)
def test_tanh_gives_the_numbers_measured_on_real_matrices(
    sigma_w: float, std: tuple[float, ...], rms: tuple[float, ...]
) -> None:
    field = mean_field(tanh, sigma_w, depth=6, samples=16)
    np.testing.assert_allclose(field.activation_std, std, atol=0.001)
    np.testing.assert_allclose(field.gradient_rms, rms, rtol=0.005)


def test_gradients_agree_with_the_back_propagation_of_a_wide_network() -> None:
    rng = np.random.default_rng(0)
    depth, width, samples, sigma_w = 3, 1500, 8, 1.7
    inputs: list[FloatArray] = [rng.standard_normal((samples, width))]
    weights = [sigma_w / math.sqrt(width) * rng.standard_normal((width, width)) for _ in range(depth)]
    for W in weights:
        inputs.append(np.tanh(inputs[-1] @ W))
    gradient, rms = rng.standard_normal((samples, width)), []
    for x, h, W in zip(inputs[-2::-1], inputs[:0:-1], weights[::-1], strict=True):
        delta = gradient * (1 - h**2)
        rms.append(np.sqrt(np.mean((x.T @ delta) ** 2)))
        gradient = delta @ W.T
    field = mean_field(tanh, sigma_w, depth, samples)
    np.testing.assert_allclose(field.gradient_rms, rms[::-1], rtol=0.05)


def test_theory_for_relu_is_the_closed_form() -> None:
    """Yang et al. 2019: the mean square grows by π/(π − 1)."""
    assert batch_norm_growth(relu) == pytest.approx(math.sqrt(math.pi / (math.pi - 1)))


def test_only_a_linear_function_keeps_normalised_gradients() -> None:
    assert batch_norm_growth(Activation("identity", np.asarray, np.ones_like)) == pytest.approx(1)
    assert all(batch_norm_growth(f) > 1.0005 for f in (sigmoid, tanh, relu, leaky_relu, elu))


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        (tanh, 1),
        (relu, math.sqrt(2)),
        (leaky_relu, math.sqrt(2 / (1 + 0.01**2))),
        (leaky_relu.with_slope(0.3), math.sqrt(2 / (1 + 0.3**2))),  # He et al. 2015, equation 15
        (elu, 1),
    ],
)
def test_critical_sigma_is_the_known_one(activation: Activation, expected: float) -> None:
    assert critical_sigma(activation) == pytest.approx(expected, abs=1e-6)


def test_critical_sigma_of_the_sigmoid_keeps_a_gradient_at_its_fixed_point() -> None:
    """A sigmoid's slope is at most 1/4, so that the critical σ_w lies above 4: far above, as it saturates."""
    critical = critical_sigma(sigmoid)
    assert critical > 4
    for sigma_w, sign in ((0.95 * critical, -1), (1.05 * critical, 1)):
        q = 1.0
        for _ in range(200):
            q = variance_map(sigmoid, sigma_w, q)
        assert sign * math.log(gradient_factor(sigmoid, sigma_w, q)) > 0


@pytest.mark.parametrize(
    ("activation", "sigma_w"), [(tanh, 1.3), (tanh, 3.2), (sigmoid, 1.0), (sigmoid, 8.0), (elu, 1.2)]
)
def test_the_fixed_point_is_where_the_map_leads_from_any_start(
    activation: Activation, sigma_w: float
) -> None:
    for q in (0.01, 50.0):
        for _ in range(400):
            q = variance_map(activation, sigma_w, q)
        assert fixed_point(activation, sigma_w) == pytest.approx(q, rel=1e-6)


@pytest.mark.parametrize(
    ("activation", "sigma_w", "expected"),
    [(tanh, 0.9, 0), (tanh, 1.0, 0), (relu, 1.4, 0), (relu, 1.42, math.inf), (elu, 1.5, math.inf)],
)
def test_a_signal_that_dies_or_explodes_has_its_fixed_point_there(
    activation: Activation, sigma_w: float, expected: float
) -> None:
    assert fixed_point(activation, sigma_w) == expected


@pytest.mark.parametrize("variance", [0.0, 0.3, 1e4, math.inf])
def test_gradient_factors_of_the_relus_are_the_closed_form_at_any_variance(variance: float) -> None:
    """Half of the units pass with slope 1, the others with slope a: χ = σ_w²(1 + a²)/2."""
    assert gradient_factor(relu, 1.5, variance) == pytest.approx(1.5**2 / 2)
    leaky = leaky_relu.with_slope(0.2)
    assert gradient_factor(leaky, 1.5, variance) == pytest.approx(1.5**2 * 1.04 / 2)


def test_the_variance_map_of_leaky_relu_is_the_closed_form() -> None:
    assert variance_map(leaky_relu.with_slope(0.2), 1.5, 3.0) == pytest.approx(1.5**2 * 3 * 1.04 / 2)
