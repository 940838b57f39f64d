"""The sampler without weights against the lecture's listing with real ones."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from figgen.errors import ShapeError
from figgen.sim import propagation
from figgen.sim.activations import Activation, relu, tanh
from figgen.sim.arrays import FloatArray
from figgen.sim.propagation import LinearPass, WeightGradient

SAMPLES, WIDTH, DEPTH = 16, 128, 6
InputGradient = Callable[[np.random.Generator, LinearPass, WeightGradient], FloatArray]


def listing(rng: np.random.Generator, activation: Activation, std: float) -> list[float]:
    """Run the lecture's listing with real matrices, and back-propagate N(0, 1) noise through them."""
    x: FloatArray = rng.standard_normal((SAMPLES, WIDTH))
    xs, zs, Ws = [x], [], []
    for _ in range(DEPTH):
        Ws.append(std * rng.standard_normal((WIDTH, WIDTH)))
        zs.append(xs[-1] @ Ws[-1])
        xs.append(activation(zs[-1]))
    gradient, rms = rng.standard_normal((SAMPLES, WIDTH)), []
    for x, z, W in zip(xs[-2::-1], zs[::-1], Ws[::-1], strict=True):
        delta = gradient * activation.derivative(z)
        rms.append(float(np.sqrt(np.mean((x.T @ delta) ** 2))))
        gradient = delta @ W.T
    return [*(float(h.std()) for h in xs[1:]), *rms, float(np.sum(gradient * xs[0]))]


def sampler(
    rng: np.random.Generator,
    activation: Activation,
    std: float,
    input_gradient: InputGradient = propagation.input_gradient,
) -> list[float]:
    """Measure the same 13 statistics without any matrix: six std of h, six rms of dL/dW, tr(dX Xᵀ)."""
    x: FloatArray = rng.standard_normal((SAMPLES, WIDTH))
    layers, stds, rms = [], [], []
    for _ in range(DEPTH):
        layers.append(propagation.forward(rng, x, std, WIDTH))
        x = activation(layers[-1].z)
        stds.append(float(x.std()))
    gradient: FloatArray = rng.standard_normal((SAMPLES, WIDTH))
    for layer in reversed(layers):
        dW = propagation.weight_gradient(layer, gradient * activation.derivative(layer.z))
        rms.append(dW.rms())
        gradient = input_gradient(rng, layer, dW)
    return [*stds, *rms, float(np.sum(gradient * layers[0].x))]


def as_if_independent(rng: np.random.Generator, layer: LinearPass, gradient: WeightGradient) -> FloatArray:
    """Multiply δ by a fresh matrix in place of Wᵀ: the tempting mistake."""
    return propagation.forward(rng, gradient.delta, layer.weight_std, layer.x.shape[1]).z


def p_value(a: FloatArray, b: FloatArray) -> float:
    """Return the asymptotic p-value of the two-sample Kolmogorov-Smirnov test (Stephens 1970)."""
    both = np.sort(np.concatenate([a, b]))
    cdf_a, cdf_b = (np.searchsorted(np.sort(x), both, side="right") / len(x) for x in (a, b))
    root = math.sqrt(len(a) * len(b) / (len(a) + len(b)))
    distance = (root + 0.12 + 0.11 / root) * float(np.abs(cdf_a - cdf_b).max())
    k = np.arange(1, 101)
    return min(1.0, float(2 * np.sum((-1.0) ** (k - 1) * np.exp(-2 * (k * distance) ** 2))))


def p_values(
    seeds: int, activation: Activation, sigma_w: float, gradient: InputGradient = propagation.input_gradient
) -> list[float]:
    """Compare the 13 distributions over many networks; both sides have seeds of their own."""
    std = sigma_w / math.sqrt(WIDTH)
    real = [listing(np.random.default_rng([1, seed]), activation, std) for seed in range(seeds)]
    drawn = [sampler(np.random.default_rng([2, seed]), activation, std, gradient) for seed in range(seeds)]
    return [p_value(a, b) for a, b in zip(np.array(real).T, np.array(drawn).T, strict=True)]


def test_ks_test_accepts_equal_distributions_and_refuses_shifted_ones() -> None:
    rng = np.random.default_rng(0)
    accepted = [p_value(rng.standard_normal(100), rng.standard_normal(100)) < 0.05 for _ in range(300)]
    assert 0.02 < np.mean(accepted) < 0.08
    assert p_value(rng.standard_normal(100), 1 + rng.standard_normal(100)) < 1e-6


@pytest.mark.parametrize(("activation", "sigma_w"), [(tanh, 3.2), (relu, math.sqrt(2))])
def test_both_passes_have_the_distribution_of_the_listing(activation: Activation, sigma_w: float) -> None:
    assert min(p_values(200, activation, sigma_w)) > 1e-3


@pytest.mark.long
@pytest.mark.parametrize(
    ("activation", "sigma_w"), [(tanh, 0.64), (tanh, 3.2), (tanh, 1.0), (relu, 1.0), (relu, math.sqrt(2))]
)
def test_both_passes_have_the_distribution_of_the_listing_over_many_networks(
    activation: Activation, sigma_w: float
) -> None:
    assert min(p_values(600, activation, sigma_w)) > 1e-3


def test_weights_that_forget_the_forward_pass_are_found_out() -> None:
    """Negative control: treat Wᵀ as independent of Z, and tr(dX Xᵀ) = tr(δZᵀ) gives it away."""
    assert p_values(200, tanh, 3.2, as_if_independent)[-1] < 1e-8


@pytest.fixture
def layer() -> LinearPass:
    rng = np.random.default_rng(3)
    return propagation.forward(rng, rng.standard_normal((5, 40)), 0.3, 30)


@pytest.fixture
def gradient(layer: LinearPass) -> WeightGradient:
    return propagation.weight_gradient(layer, np.random.default_rng(4).standard_normal((5, 30)))


def test_columns_of_the_output_have_the_covariance_of_the_inputs() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((4, 50))
    z = propagation.forward(rng, x, 0.5, 200_000).z
    np.testing.assert_allclose(z @ z.T / 200_000, 0.25 * x @ x.T, atol=0.15)


def test_backward_pass_uses_the_weights_of_the_forward_pass(
    layer: LinearPass, gradient: WeightGradient
) -> None:
    """Whatever W is, δWᵀXᵀ = δ(XW)ᵀ."""
    dx = propagation.input_gradient(np.random.default_rng(0), layer, gradient)
    np.testing.assert_allclose(dx @ layer.x.T, gradient.delta @ layer.z.T, atol=1e-10)


def test_weights_are_fresh_where_the_inputs_do_not_reach(layer: LinearPass, gradient: WeightGradient) -> None:
    """On the complement of the rows of X the columns of δWᵀ are iid N(0, s²δδᵀ)."""
    rng = np.random.default_rng(0)
    complement = np.eye(40) - np.linalg.pinv(layer.x) @ layer.x
    draws = [propagation.input_gradient(rng, layer, gradient) @ complement for _ in range(4000)]
    measured = np.mean([dx @ dx.T for dx in draws], axis=0) / (40 - 5)
    expected = layer.weight_std**2 * gradient.delta @ gradient.delta.T
    np.testing.assert_allclose(measured, expected, atol=0.02 * expected.max())


def test_more_samples_than_inputs_leave_nothing_to_draw() -> None:
    """XW then determines W, and with it the whole of δWᵀ."""
    rng = np.random.default_rng(0)
    layer = propagation.forward(rng, rng.standard_normal((20, 8)), 0.3, 12)
    dW = propagation.weight_gradient(layer, rng.standard_normal((20, 12)))
    W = np.linalg.lstsq(layer.x, layer.z)[0]
    np.testing.assert_allclose(propagation.input_gradient(rng, layer, dW), dW.delta @ W.T, atol=1e-6)


def test_rms_of_the_weight_gradient_is_that_of_the_matrix(gradient: WeightGradient) -> None:
    assert gradient.rms() == pytest.approx(np.sqrt(np.mean((gradient.x.T @ gradient.delta) ** 2)))


def test_samples_of_the_weight_gradient_are_its_entries(gradient: WeightGradient) -> None:
    entries = gradient.sample(np.random.default_rng(0), 20_000)
    matrix = gradient.x.T @ gradient.delta
    assert set(entries.round(9)) == set(matrix.ravel().round(9))
    assert entries.std() == pytest.approx(matrix.std(), rel=0.03)


def test_single_precision_stays_single_and_agrees_in_blocks() -> None:
    rng = np.random.default_rng(0)
    layer = propagation.forward(rng, rng.standard_normal((3, 10_000), dtype=np.float32), 0.01, 9_000)
    dW = propagation.weight_gradient(layer, rng.standard_normal((3, 9_000), dtype=np.float32))
    dx = propagation.input_gradient(rng, layer, dW)
    assert {str(layer.z.dtype), str(dx.dtype)} == {"float32"}
    assert (layer.z.shape, dx.shape) == ((3, 9_000), (3, 10_000))
    np.testing.assert_allclose(layer.gram, layer.x.astype(np.float64) @ layer.x.T.astype(np.float64))
    np.testing.assert_allclose(dx @ layer.x.T, dW.delta @ layer.z.T, rtol=1e-3, atol=0.05)


def test_dead_inputs_give_no_signal_and_no_nan() -> None:
    rng = np.random.default_rng(0)
    layer = propagation.forward(rng, np.zeros((4, 20)), 0.1, 10)
    dx = propagation.input_gradient(rng, layer, propagation.weight_gradient(layer, np.ones((4, 10))))
    assert not layer.z.any()
    assert np.isfinite(dx).all()


def test_inputs_without_a_batch_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"^forward: x is \(5,\); needed are x \(\.\.\., N, D\)$"):
        propagation.forward(np.random.default_rng(0), np.ones(5), 0.1, 3)


def test_gradients_of_another_shape_are_refused(layer: LinearPass) -> None:
    with pytest.raises(ShapeError, match=r"z is \(5, 30\), delta is \(5, 29\)"):
        propagation.weight_gradient(layer, np.ones((5, 29)))
