"""Losses over a batch: each returns its value and its gradient; leading axes are replicas."""

import numpy as np

from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.shapes import check_shapes


def softmax_cross_entropy(logits: FloatArray, labels: IntArray) -> tuple[FloatArray, FloatArray]:
    """Average −log softmax(logits) of the right class over the batch.

    Args:
        logits: Scores of C classes, (..., N, C).
        labels: The right classes, (..., N), from 0 to C − 1; they broadcast against the replicas.

    Returns:
        The value in nats, (...), and its gradient with respect to the logits, (..., N, C).

    Raises:
        ShapeError: The sizes of N differ, or an axis is missing.
    """
    check_shapes("softmax_cross_entropy", logits=(logits, "N C"), labels=(labels, "N"))
    shifted = logits - logits.max(axis=-1, keepdims=True)  # exp of this never overflows
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))  # (..., N, C)
    right = labels[..., np.newaxis] == np.arange(logits.shape[-1])  # (..., N, C)
    value = -np.where(right, log_probabilities, 0).sum(axis=-1).mean(axis=-1)
    return value, (np.exp(log_probabilities) - right) / logits.dtype.type(logits.shape[-2])


def hinge(scores: FloatArray, labels: IntArray, margin: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Average over the batch by how much wrong classes come within `margin` of the right one, summed.

    L_i = Σ_{c ≠ y_i} max(0, s_ic − s_iy + margin), the multiclass hinge loss of support vector machines. At a
    kink the gradient is that of the flat side.

    Args:
        scores: Scores of C classes, (..., N, C).
        labels: The right classes, (..., N), from 0 to C − 1; they broadcast against the replicas.
        margin: By how much the right class should win, in the unit of the scores.

    Returns:
        The value, (...), and its gradient with respect to the scores, (..., N, C).

    Raises:
        ShapeError: The sizes of N differ, or an axis is missing.

    Reference:
        Weston & Watkins 1999, equation 4.
    """
    check_shapes("hinge", scores=(scores, "N C"), labels=(labels, "N"))
    right = labels[..., np.newaxis] == np.arange(scores.shape[-1])  # (..., N, C)
    of_right = np.where(right, scores, 0).sum(axis=-1, keepdims=True)
    violation = np.where(right, 0, np.maximum(scores - of_right + scores.dtype.type(margin), 0))
    pushed = (violation > 0).astype(scores.dtype)
    gradient = pushed - right * pushed.sum(axis=-1, keepdims=True)
    return violation.sum(axis=-1).mean(axis=-1), gradient / scores.dtype.type(scores.shape[-2])


def mse(predictions: FloatArray, targets: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Average the squared error over the batch and the outputs.

    Args:
        predictions: Outputs, (..., N, D).
        targets: What they should be, (..., N, D); they broadcast against the replicas.

    Returns:
        The value, (...), and its gradient with respect to the predictions, (..., N, D).

    Raises:
        ShapeError: The sizes of N or D differ, or an axis is missing.
    """
    check_shapes("mse", predictions=(predictions, "N D"), targets=(targets, "N D"))
    error = predictions - targets
    return (error**2).mean(axis=(-2, -1)), 2 * error / (error.shape[-2] * error.shape[-1])
