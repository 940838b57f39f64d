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
