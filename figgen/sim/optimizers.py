"""Optimisers: each returns `step(parameters, gradients)`, which moves the parameters in place.

What an optimiser remembers from step to step lies in the returned function; make a new one for each network.
A learning rate may be an array of one value a replica, for parameters with these replicas as leading axes.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from figgen.sim.arrays import FloatArray

Optimizer = Callable[[Sequence[FloatArray], Sequence[FloatArray]], None]


def sgd(learning_rate: ArrayLike) -> Optimizer:
    """Step against the gradient: θ ← θ − ηg."""

    def step(parameters: Sequence[FloatArray], gradients: Sequence[FloatArray]) -> None:
        for theta, g in zip(parameters, gradients, strict=True):
            theta -= _rate_for(theta, learning_rate) * g

    return step


def momentum(learning_rate: ArrayLike, decay: float = 0.9) -> Optimizer:
    """Step along a decaying sum of gradients: v ← μv + g, θ ← θ − ηv.

    Reference:
        Polyak 1964; in Sutskever et al. 2013, equations 1 and 2, v has the factor −η.
    """
    velocities: list[FloatArray] = []

    def step(parameters: Sequence[FloatArray], gradients: Sequence[FloatArray]) -> None:
        if not velocities:
            velocities.extend(np.zeros_like(theta) for theta in parameters)
        for theta, g, v in zip(parameters, gradients, velocities, strict=True):
            v *= decay
            v += g
            theta -= _rate_for(theta, learning_rate) * v

    return step


def adam(learning_rate: ArrayLike, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> Optimizer:
    """Step by the mean of the gradients over the root of their mean square, both without their initial bias.

    Reference:
        Kingma & Ba 2015, algorithm 1.
    """
    moments: list[tuple[FloatArray, FloatArray]] = []
    t = 0

    def step(parameters: Sequence[FloatArray], gradients: Sequence[FloatArray]) -> None:
        nonlocal t
        if not moments:
            moments.extend((np.zeros_like(theta), np.zeros_like(theta)) for theta in parameters)
        t += 1
        for theta, g, (m, v) in zip(parameters, gradients, moments, strict=True):
            m += (1 - beta1) * (g - m)
            v += (1 - beta2) * (g**2 - v)
            m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
            theta -= _rate_for(theta, learning_rate) * m_hat / (np.sqrt(v_hat) + eps)

    return step


def _rate_for(theta: FloatArray, learning_rate: ArrayLike) -> FloatArray:
    """Return the learning rate in the parameter's dtype, with axes that broadcast from its left."""
    rate = np.asarray(learning_rate, theta.dtype)
    return rate.reshape(rate.shape + (1,) * (theta.ndim - rate.ndim))
