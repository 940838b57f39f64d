"""Networks that learn at several learning rates at once, so that each start is judged at the best of them.

The learning rates are the first of a network's replica axes, (rates, ...): all train as one stacked array.
"""

from collections.abc import Sequence

import numpy as np

from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import Split
from figgen.sim.optimizers import sgd
from figgen.sim.training import Network, learning_curve, train_and_watch


def divergence_allowed() -> np.errstate:
    """Silence the overflow of networks that diverge: that they do at too large a rate is a result."""
    return np.errstate(over="ignore", invalid="ignore")


def curves_at_rates(
    network: Network,
    rates: Sequence[float],
    split: Split,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Train by gradient descent, and test before the first epoch and after each.

    Args:
        network: Trained in place; its replicas are (rates, R).
        rates: Learning rates, one for each place on the first replica axis.
        split: What to learn from, and what to test with.
        epochs: Passes over the training data.
        batch_size: Samples a step.
        rng: Shuffles.

    Returns:
        Test accuracies, (rates, R, epochs + 1).
    """
    with divergence_allowed():
        curve = learning_curve(network, sgd(rates), split, epochs=epochs, batch_size=batch_size, rng=rng)
    return np.moveaxis(curve, 0, -1)


def at_best_rate(curves: FloatArray) -> FloatArray:
    """Choose the rate with the highest accuracy at the end, the replicas' mean.

    Args:
        curves: Those of `curves_at_rates`, (rates, R, epochs + 1).

    Returns:
        The curves at this rate, (R, epochs + 1).
    """
    best: FloatArray = curves[np.argmax(curves[..., -1].mean(axis=-1))]
    return best


def errors_at_rates(
    network: Network,
    rates: Sequence[float],
    x: FloatArray,
    labels: IntArray,
    *,
    watched: IntArray,
    measured_on: int,
    batch_size: int,
    rng: np.random.Generator,
    enough: float = -np.inf,
) -> FloatArray:
    """Train by gradient descent, and measure the error on the training data on the way.

    Args:
        network: Trained in place; its replicas are (rates, R).
        rates: Learning rates, one for each place on the first replica axis.
        x: Inputs, (N, D).
        labels: Right classes, (N,).
        watched: After which steps to measure, from 1 on, ascending, (T,).
        measured_on: On how many of the samples to measure, from the first.
        batch_size: Samples a step.
        rng: Shuffles.
        enough: The replicas' median error that ends the training once it is reached at one of the rates.

    Returns:
        The share of wrong answers of each replica, (T, rates, R); NaN after the end.
    """
    errors = np.full((len(watched), *network.parameters[0].shape[:2]), np.nan)
    steps = frozenset(watched.tolist())
    watch = train_and_watch(
        network, sgd(rates), x, labels, watched=steps, measured_on=measured_on, batch_size=batch_size, rng=rng
    )
    with divergence_allowed():
        for row, error in enumerate(watch):
            errors[row] = error
            if np.median(error, axis=-1).min() <= enough:
                break
    return errors
