"""What a wide random network does to signals and gradients, without simulating it.

Reference: B. Poole et al., "Exponential expressivity in deep neural networks through transient chaos", 2016;
S. S. Schoenholz et al., "Deep information propagation", 2017.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from figgen.sim.activations import Activation
from figgen.sim.arrays import FloatArray

_STEP = 1 / 8  # an error below exp(-2π · π/4 / step), as the integrand is analytic for |Im t| < π/4
_NEAR = 1e-3  # spacing of the nodes at 0, in units of the finer of the Gaussian and the activation
_FAR = 12.0  # the Gaussian beyond is below 1e-32
_TINY, _HUGE = 1e-14, 1e14  # variances that stand for 0 and infinity
_HALVINGS = 60  # of an interval, down to a float's precision


@dataclass(frozen=True, slots=True)
class MeanField:
    """The limit of infinite width, layer by layer.

    Attributes:
        activation_mean: (depth,) mean of the activations of each layer.
        activation_std: (depth,) their standard deviation.
        gradient_rms: (depth,) root mean square of the entries of dL/dW of each layer.
    """

    activation_mean: FloatArray
    activation_std: FloatArray
    gradient_rms: FloatArray


def gaussian_mean(function: Callable[[FloatArray], FloatArray], variance: float) -> float:
    """Integrate E f(√q z) over z ~ N(0, 1), however large the variance q is.

    Gauss-Hermite nodes lie far apart at any affordable order, and miss a tanh'(√q z), which lives on
    |z| < 1/√q. Here z = c·sinh(t) with equal steps in t: the nodes crowd at 0, as closely as q asks for, and
    thin out to the tails, and the trapezoidal rule converges exponentially. No node lies at 0, so that a step
    of f there (ReLU's derivative) is halved exactly by the symmetry of the nodes.

    Args:
        function: f, analytic but for a kink or a step at 0.
        variance: q, at least 0.

    Reference:
        L. N. Trefethen and J. A. C. Weideman, "The exponentially convergent trapezoidal rule", 2014.
    """
    scale = np.sqrt(variance)
    c = _NEAR / max(1.0, scale)
    half = (np.arange(np.ceil(np.arcsinh(_FAR / c) / _STEP)) + 0.5) * _STEP
    t = np.concatenate([-half[::-1], half])
    z = c * np.sinh(t)
    weights = c * np.cosh(t) * np.exp(-(z**2) / 2)
    return float(np.sum(weights * function(scale * z)) / np.sum(weights))


def variance_map(activation: Activation, sigma_w: float, variance: float) -> float:
    """Return the variance σ_w² E φ(√q z)² of the next layer's pre-activations, without biases.

    Args:
        activation: φ.
        sigma_w: Standard deviation of a weight times √fan_in.
        variance: q, of this layer's pre-activations.

    Reference:
        Poole et al. 2016, equation 3.
    """
    return sigma_w**2 * gaussian_mean(lambda x: activation(x) ** 2, variance)


def gradient_factor(activation: Activation, sigma_w: float, variance: float) -> float:
    """Return χ = σ_w² E φ'(√q z)², by which a layer multiplies the mean square of a gradient on its way back.

    Args:
        activation: φ, with its derivative.
        sigma_w: Standard deviation of a weight times √fan_in.
        variance: q; 0 and infinity stand for their limits, so that at 0 a kink counts from both sides.

    Reference:
        Schoenholz et al. 2017, equations 6 and 13.
    """
    q = min(max(variance, _TINY), _HUGE)
    return sigma_w**2 * gaussian_mean(lambda x: activation.derivative(x) ** 2, q)


def fixed_point(activation: Activation, sigma_w: float) -> float:
    """Return the variance q* that `variance_map` keeps, where deep layers end up from any start.

    Args:
        activation: φ, such that E φ(√q z)²/q never grows with q: so it is for the lecture's functions.
        sigma_w: Standard deviation of a weight times √fan_in.

    Returns:
        q*; 0 if every variance shrinks or stays (ReLU's at its critical σ_w), infinity if every one grows.
    """

    def grows(log_q: float) -> bool:
        q = float(np.exp(log_q))
        return variance_map(activation, sigma_w, q) > q * (1 + 1e-12)  # staying up to rounding is no growth

    low, high = float(np.log(_TINY)), float(np.log(_HUGE))
    if not grows(low):
        return 0.0
    if grows(high):
        return float("inf")
    return float(np.exp(_bisect(grows, low, high)))


def critical_sigma(activation: Activation) -> float:
    """Return the σ_w at which a gradient neither shrinks nor grows: χ = 1 at the fixed point, without biases.

    Below it inputs become alike and gradients vanish with depth, above it gradients explode.

    Args:
        activation: φ, with its derivative; its critical σ_w lies between 0 and 100.
    """

    def vanishes(sigma_w: float) -> bool:
        q = fixed_point(activation, sigma_w)
        return gradient_factor(activation, sigma_w, q) < 1

    return _bisect(vanishes, 0.0, 100.0)


def _bisect(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Return where `holds`, true at `low` and false at `high`, changes."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return (low + high) / 2


def mean_field(activation: Activation, sigma_w: float, depth: int, samples: int) -> MeanField:
    """Follow second moments forward and backward through a network of iid Gaussian weights.

    With inputs and dL/dh of the last layer of unit variance, φ the activation, in layer l (m_0 = 1)::

        q_l = σ_w² m_{l-1},   m_l = E φ(√q_l z)²,   d_l = g_l E φ'(√q_l z)²,   g_{l-1} = σ_w² d_l

    and an entry of dL/dW has the mean square `samples` · m_{l-1} · d_l.

    Args:
        activation: φ, with its derivative.
        sigma_w: Standard deviation of a weight times √fan_in.
        depth: Number of layers.
        samples: Size of the batch over which dL/dW sums.
    """
    moments, means, slopes = [1.0], [], []
    for _ in range(depth):
        q = sigma_w**2 * moments[-1]
        means.append(gaussian_mean(activation, q))
        moments.append(gaussian_mean(lambda x: activation(x) ** 2, q))
        slopes.append(gaussian_mean(lambda x: activation.derivative(x) ** 2, q))
    mean, moment, slope = np.array(means), np.array(moments), np.array(slopes)
    # g_l = Π_{k>l} σ_w² E φ'(√q_k z)², the empty product 1 at the last layer
    g = np.append(np.cumprod(sigma_w**2 * slope[:0:-1])[::-1], 1.0)
    return MeanField(mean, np.sqrt(moment[1:] - mean**2), np.sqrt(samples * moment[:-1] * g * slope))


def batch_norm_growth(activation: Activation) -> float:
    """Return the factor by which batch normalisation before f makes gradients grow a layer, on the way back.

    In wide networks and large batches it is √(E f′(u)²/Var f(u)) with u ~ N(0, 1).

    A unit's inputs f(u) give it the variance σ_w²·Var f(u) over the batch; normalising divides gradients by
    its root. The weights and f′ below multiply the gradient's mean square by σ_w²·E f′(u)². By Poincaré's
    inequality the root is at least 1, and more than 1 for all but linear functions.

    Reference:
        Yang et al. 2019, A Mean Field Theory of Batch Normalization.
    """
    slope = gaussian_mean(lambda u: activation.derivative(u) ** 2, 1)
    variance = gaussian_mean(lambda u: activation(u) ** 2, 1) - gaussian_mean(activation, 1) ** 2
    return float(np.sqrt(slope / variance))
