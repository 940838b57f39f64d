"""What is measured of a signal, against closed forms and mean-field theory."""

import numpy as np
import pytest

from figgen.sim.activations import Activation, relu, tanh
from figgen.sim.arrays import FloatArray
from figgen.sim.meanfield import mean_field
from figgen.sim.signal import Signal, measure_signal

IDENTITY = Activation("identity", np.asarray, np.ones_like)


def measure(activation: Activation, sigma_w: float, width: int = 2000, reach: float = 60) -> Signal:
    return measure_signal(
        np.random.default_rng(0),
        activation,
        sigma_w / width**0.5,
        size=(8, width, 3),
        activation_range=(-reach, reach),
        gradient_range=(-reach, reach),
    )


def test_layers_come_in_the_order_of_the_forward_pass() -> None:
    """Where σ_w = 2 and nothing bends, the signal doubles a layer; dL/dW has rms √N·2^(depth − 1) in all."""
    signal = measure(IDENTITY, 2.0)
    np.testing.assert_allclose(signal.activation_std, [2, 4, 8], rtol=0.05)
    np.testing.assert_allclose(signal.gradient_rms, 8**0.5 * 4, rtol=0.05)
    np.testing.assert_array_equal(signal.local_gradient, 1)
    np.testing.assert_array_equal(signal.flat_share, 0)


def test_gradients_that_grow_to_the_input_are_largest_in_the_first_layer() -> None:
    signal, theory = measure(tanh, 3.0), mean_field(tanh, 3.0, 3, 8)
    assert signal.gradient_rms[0] > signal.gradient_rms[1] > signal.gradient_rms[2]
    np.testing.assert_allclose(signal.gradient_rms, theory.gradient_rms, rtol=0.05)


def test_half_of_the_relus_are_flat() -> None:
    signal = measure(relu, 1.0)
    np.testing.assert_allclose(signal.flat_share, 0.5, atol=0.02)
    np.testing.assert_allclose(signal.local_gradient, 0.5, atol=0.02)


def test_flat_tanh_is_beyond_99_percent() -> None:
    """|tanh z| > 0.99 for |z| > artanh 0.99 = 2.647: of N(0, 9) inputs a share of 0.378."""
    assert measure(tanh, 3.0).flat_share[0] == pytest.approx(0.378, abs=0.01)


def test_histograms_are_densities() -> None:
    signal = measure(IDENTITY, 2.0)
    for density, edges in (
        (signal.activation_density, signal.activation_edges),
        (signal.gradient_density, signal.gradient_edges),
    ):
        np.testing.assert_allclose(density @ np.diff(edges), 1, atol=1e-3)


def test_values_beyond_the_ends_of_a_histogram_are_missing_from_its_sum() -> None:
    signal = measure(IDENTITY, 2.0, reach=2.0)  # one standard deviation of the first layer
    assert signal.activation_density[0] @ np.diff(signal.activation_edges) == pytest.approx(0.683, abs=0.01)


def test_normalised_layers_do_what_the_literal_network_does() -> None:
    """Real matrices, batch normalisation written out, and its gradient by finite differences of the loss."""
    signal = measure_signal(
        np.random.default_rng(0),
        tanh,
        0.3,
        size=(6, 150, 2),
        activation_range=(-1, 1),
        gradient_range=(-1, 1),
        normalize=True,
    )
    rng = np.random.default_rng(1)
    x, dh = rng.normal(size=(2, 6, 150))
    first, second = rng.normal(0, 0.3, size=(2, 150, 150))

    def standardized(z: FloatArray) -> FloatArray:
        result: FloatArray = (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5)
        return result

    def loss(first: FloatArray, second: FloatArray) -> float:
        return float((dh * np.tanh(standardized(np.tanh(standardized(x @ first)) @ second))).sum())

    h = np.tanh(standardized(x @ first))
    np.testing.assert_allclose(signal.activation_std, h.std(), rtol=0.03)
    directions = rng.normal(size=(400, 150, 150))
    step = 1e-4
    slopes = [
        [
            (loss(first + step * d, second) - loss(first - step * d, second)) / (2 * step),
            (loss(first, second + step * d) - loss(first, second - step * d)) / (2 * step),
        ]
        for d in directions
    ]
    rms = np.sqrt(np.mean(np.square(slopes), axis=0)) / 150  # along d the slope is N(0, ‖dL/dW‖²)
    np.testing.assert_allclose(signal.gradient_rms, rms, rtol=0.15)
