"""Initial weights: a scheme returns `init(rng, fan_in, fan_out)`, which draws a (fan_in, fan_out) matrix."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from figgen.sim.arrays import FloatArray

Initializer = Callable[[np.random.Generator, int, int], FloatArray]


@dataclass(frozen=True, slots=True)
class Gaussian:
    """Draw independent normal weights of mean 0; the schemes differ in how the std depends on fan_in."""

    std: Callable[[int], float]

    def __call__(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> FloatArray:
        """Draw a (fan_in, fan_out) matrix."""
        return self.std(fan_in) * rng.standard_normal((fan_in, fan_out))


def constant(value: float) -> Initializer:
    """Give every weight the same `value`, so that all units of a layer compute and learn the same."""
    return lambda rng, fan_in, fan_out: np.full((fan_in, fan_out), float(value))


def normal(std: float) -> Gaussian:
    """Draw from N(0, std²), whatever the size of the layer."""
    return Gaussian(lambda fan_in: std)


def xavier_normal() -> Gaussian:
    """Draw from N(0, 1/fan_in), which keeps the variance of a signal through a linear layer.

    This is the lecture's simplification; the paper averages forward and backward: 2/(fan_in + fan_out).

    Reference:
        Glorot & Bengio 2010, equations 10 and 12.
    """
    return _scaled_to_fan_in(gain=1)


def kaiming_normal(gain: float = math.sqrt(2)) -> Gaussian:
    """Draw from N(0, gain²/fan_in); the default makes up for the half of the signal that a ReLU cuts off.

    Reference:
        He et al. 2015, equation 10.
    """
    return _scaled_to_fan_in(gain)


def orthogonal(gain: float = 1) -> Initializer:
    """Draw uniformly from the orthogonal matrices and multiply by `gain`.

    If fan_in ≥ fan_out the columns are orthonormal before the gain, otherwise the rows.

    Reference:
        Saxe et al. 2013, section 3; Mezzadri 2007 for the signs.
    """

    def init(rng: np.random.Generator, fan_in: int, fan_out: int) -> FloatArray:
        tall = rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
        q, r = np.linalg.qr(tall)
        q *= np.sign(np.diagonal(r))  # QR fixes the signs by its algorithm: without this, not uniform
        return gain * (q if fan_in >= fan_out else q.T)

    return init


def random_walk(rectified: bool = False) -> Gaussian:
    """Draw from N(0, g²/fan_in) with the gain g that keeps the *logarithm* of a gradient's norm, on average.

    That logarithm takes a random step in each layer. With a g that keeps the variance, the step's mean is
    below 0, in linear layers of N units by 1/(2N) (Jensen's inequality), and adds up over the depth. The
    paper's gains make up for it: exp(1/(2N)) for linear layers and √2·exp(1.2/(max(N, 6) − 2.4)), a fit, for
    ReLU.

    Args:
        rectified: Whether ReLUs follow the layer.

    Reference:
        Sussillo & Abbott 2014, section 3.
    """

    def std(fan_in: int) -> float:
        if rectified:
            return math.sqrt(2 / fan_in) * math.exp(1.2 / (max(fan_in, 6) - 2.4))
        return math.exp(1 / (2 * fan_in)) / math.sqrt(fan_in)

    return Gaussian(std)


def conv_fan_in(kernel_size: int, in_channels: int) -> int:
    """Return the fan_in of a convolution: each output sees kernel_size² pixels of every input channel."""
    return kernel_size**2 * in_channels


def _scaled_to_fan_in(gain: float) -> Gaussian:
    """Draw with std gain/√fan_in: a layer's output then has gain² times its input's mean square."""
    return Gaussian(lambda fan_in: gain / math.sqrt(fan_in))
