"""What a wide network of random weights does to a signal, measured layer by layer in both directions."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from figgen.sim import propagation
from figgen.sim.activations import Activation
from figgen.sim.arrays import FloatArray
from figgen.sim.normalization import BatchNormCache, batch_norm, batch_norm_backward

_BINS = 61  # odd, so that zeros lie in the middle of a bin of a symmetric histogram
_UNITS = 4096  # the units of a layer are exchangeable: that many are enough for a histogram
_FLAT = 1 - 0.99**2  # tanh' where |tanh| = 0.99


@dataclass(frozen=True, slots=True)
class Signal:
    """Statistics over the batch and the units of each layer; the first layer is the input's.

    Attributes:
        activation_mean: (depth,) mean of the activations.
        activation_std: (depth,) standard deviation of the activations.
        activation_density: (depth, bins) histograms of the activations.
        activation_edges: (bins + 1,) edges of their bins.
        local_gradient: (depth,) mean of the activation function's derivative.
        flat_share: (depth,) share of units with a derivative below 1 − 0.99²: for tanh |h| > 0.99.
        delta_rms: (depth,) root mean square of δ = dL/dz, where z is what the weights give.
        gradient_rms: (depth,) root mean square of the entries of dL/dW.
        gradient_density: (depth, bins) histograms of the entries of dL/dW.
        gradient_edges: (bins + 1,) edges of their bins.
    """

    activation_mean: FloatArray
    activation_std: FloatArray
    activation_density: FloatArray
    activation_edges: FloatArray
    local_gradient: FloatArray
    flat_share: FloatArray
    delta_rms: FloatArray
    gradient_rms: FloatArray
    gradient_density: FloatArray
    gradient_edges: FloatArray


def measure_signal(
    rng: np.random.Generator,
    activation: Activation,
    weight_std: float,
    *,
    size: tuple[int, int, int],
    activation_range: tuple[float, float],
    gradient_range: tuple[float, float],
    normalize: bool = False,
    entries: int = 16384,
) -> Signal:
    """Send N(0, 1) noise forward through linear layers and an activation, and N(0, 1) noise back as dL/dh.

    Args:
        rng: Source of randomness.
        activation: Follows each linear layer.
        weight_std: Standard deviation of the weights.
        size: Samples in the batch, units of each layer (and of the input), layers.
        activation_range: Ends of the histograms of the activations.
        gradient_range: Ends of the histograms of the entries of dL/dW.
        normalize: Whether batch normalisation, with γ = 1 and β = 0, comes before each activation.
        entries: Number of entries of dL/dW that its histograms are made of.
    """
    samples, width, depth = size
    h = rng.standard_normal((samples, width), dtype=np.float32)
    layers: list[_Layer] = []
    measured = []
    for _ in range(depth):
        linear = propagation.forward(rng, h, weight_std, width)
        layers.append(_normalized(linear) if normalize else _Layer(linear, linear.z))
        h = activation(layers[-1].z)
        measured.append((*_mean_and_std(h), _density(h[:, :_UNITS], activation_range)))
    mean, std, density = _columns(measured)
    local_gradient, flat_share, delta_rms, rms, gradient_density = _backward(
        rng, activation, layers, gradient_range, entries
    )
    return Signal(
        activation_mean=mean,
        activation_std=std,
        activation_density=density,
        activation_edges=np.linspace(*activation_range, _BINS + 1),
        local_gradient=local_gradient,
        flat_share=flat_share,
        delta_rms=delta_rms,
        gradient_rms=rms,
        gradient_density=gradient_density,
        gradient_edges=np.linspace(*gradient_range, _BINS + 1),
    )


class _Layer(NamedTuple):
    """A layer's linear part, what its activation takes, and what normalises the one to the other."""

    linear: propagation.LinearPass
    z: FloatArray
    norm: BatchNormCache | None = None


def _normalized(linear: propagation.LinearPass) -> _Layer:
    units = linear.z.shape[1]
    return _Layer(
        linear, *batch_norm(linear.z, np.ones(units, linear.z.dtype), np.zeros(units, linear.z.dtype))
    )


def _backward(
    rng: np.random.Generator,
    activation: Activation,
    layers: list[_Layer],
    gradient_range: tuple[float, float],
    entries: int,
) -> list[FloatArray]:
    """Measure local gradients, δ and dL/dW on the way back; takes the layers off the list to free them."""
    dh: FloatArray = rng.standard_normal(layers[-1].z.shape, dtype=np.float32)
    measured = []
    while layers:
        layer = layers.pop()
        slope = activation.derivative(layer.z)
        dz: FloatArray = dh * slope
        if layer.norm:
            dz = batch_norm_backward(dz, layer.norm)[0]
        dW = propagation.weight_gradient(layer.linear, dz)
        density = _density(dW.sample(rng, entries), gradient_range)
        measured.append((slope.mean(), (slope < _FLAT).mean(), _rms(dz), dW.rms(), density))
        if layers:
            dh = propagation.input_gradient(rng, layer.linear, dW)
    return _columns(measured[::-1])


def _columns(rows: list[tuple[Any, ...]]) -> list[FloatArray]:
    """Turn one tuple a layer into one array a quantity."""
    return [np.array(column, np.float64) for column in zip(*rows, strict=True)]


def _mean_and_std(h: FloatArray) -> tuple[float, float]:
    mean = h.mean(dtype=np.float64)
    return float(mean), float(np.sqrt(_rms(h) ** 2 - mean**2))


def _rms(values: FloatArray) -> float:
    """Return the root mean square, by float64: float32 underflows in the squares of a collapsed signal."""
    return float(np.sqrt(np.trace(propagation.cross_gram(values, values)) / values.size))


def _density(values: FloatArray, ends: tuple[float, float]) -> FloatArray:
    """Return a histogram as a density of all the values, those beyond its ends included."""
    counts, _ = np.histogram(values, bins=_BINS, range=ends)
    density: FloatArray = counts * _BINS / (values.size * (ends[1] - ends[0]))
    return density
