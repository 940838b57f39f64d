"""Softmax regression: linear scores under the softmax cross-entropy, by gradient descent on all samples.

Leading axes are replicas, which descend at once.
"""

from typing import NamedTuple

import numpy as np

from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.layers import linear, linear_backward
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.optimizers import sgd
from figgen.sim.shapes import check_shapes


class SoftmaxRegression(NamedTuple):
    """A classifier with the scores xW + b.

    Attributes:
        W: Weights, (..., D, C).
        b: Biases, (..., C).
    """

    W: FloatArray
    b: FloatArray

    def __call__(self, x: FloatArray) -> FloatArray:
        """Return the scores, (..., N, C), of samples, (..., N, D)."""
        return linear(x, self.W, self.b)[0]

    def loss(self, x: FloatArray, labels: IntArray) -> FloatArray:
        """Return the softmax cross-entropy in nats, (...), on samples, (..., N, D), with labels, (N,)."""
        return softmax_cross_entropy(self(x), labels)[0]


def descend(x: FloatArray, labels: IntArray, steps: int) -> tuple[SoftmaxRegression, FloatArray]:
    """Minimise the loss from W = 0, b = 0 by gradient descent on all samples.

    Each replica's step size is one that is sure to lower the loss, 1/L: the loss's Hessian is nowhere
    more than L, half of the largest eigenvalue of the second moments of (x, 1).

    Args:
        x: Samples, (R, N, D).
        labels: Their classes, (N,), from 0 to C − 1, each of which occurs.
        steps: Number of steps.

    Returns:
        The classifiers, and their losses after 0, 1, … steps in nats, (steps + 1, R).

    Raises:
        ShapeError: The sizes of N differ, or an axis is missing.

    Reference:
        Böhning 1992, "Multinomial logistic regression algorithm", for the bound on the Hessian.
    """
    check_shapes("descend", x=(x, "R N D"), labels=(labels, "N"))
    R, _, D = x.shape
    C = int(labels.max()) + 1
    W, b = np.zeros((R, D, C)), np.zeros((R, C))
    step = sgd(2 / np.linalg.eigvalsh(second_moments(x))[:, -1])
    losses = []
    for _ in range(steps):
        scores, cache = linear(x, W, b)
        loss, dscores = softmax_cross_entropy(scores, labels)
        losses.append(loss)
        _, dW, db = linear_backward(dscores, cache)
        step([W, b], [dW, db])
    trained = SoftmaxRegression(W, b)
    return trained, np.stack([*losses, trained.loss(x, labels)])


def second_moments(x: FloatArray) -> FloatArray:
    """Return the mean of (x, 1)(x, 1)ᵀ over the samples.

    At W = 0, b = 0 the loss's Hessian is its Kronecker product with (I − 11ᵀ/C)/C: but for the eigenvalue 0
    of the latter, both have the same condition number.

    Args:
        x: Samples, (..., N, D).

    Returns:
        A symmetric matrix, (..., D + 1, D + 1).
    """
    extended = np.concatenate([x, np.ones((*x.shape[:-1], 1))], axis=-1)
    moments: FloatArray = np.swapaxes(extended, -1, -2) @ extended / x.shape[-2]
    return moments


def loss_increase(
    classifier: SoftmaxRegression, x: FloatArray, labels: IntArray, noise: FloatArray, sizes: FloatArray
) -> FloatArray:
    """Average by how much the loss rises where each weight changes by a share of itself; b stays.

    Each change of W to W·(1 + size·noise) is tried with both signs, so that what is linear in it cancels out.

    Args:
        classifier: A single one, W (D, C).
        x: Samples, (N, D).
        labels: Their classes, (N,).
        noise: K relative changes of standard deviation 1, (K, D, C).
        sizes: What they are multiplied by, (S,).

    Returns:
        The mean increase in nats, (S,).
    """
    W, b = classifier
    signed = np.concatenate([noise, -noise])
    changed = [SoftmaxRegression(W * (1 + size * signed), b) for size in sizes]
    after = np.array([shaken.loss(x, labels).mean() for shaken in changed])
    increase: FloatArray = after - classifier.loss(x, labels)
    return increase
