"""Pruning: which weights a network can do without, and learning with what is left."""

from collections.abc import Sequence

import numpy as np

from figgen.errors import ShapeError
from figgen.sim.arrays import FloatArray
from figgen.sim.optimizers import Optimizer


def prune(weights: FloatArray, mask: FloatArray, share: float) -> FloatArray:
    """Drop the smallest of the weights that are left, in each replica by itself.

    Args:
        weights: A layer's weights, (..., D, H).
        mask: 1 where a weight is left, 0 where it is gone already, (..., D, H); as many in each replica.
        share: Of the weights that are left, which to drop, from 0 to 1.

    Returns:
        The new mask, (..., D, H).

    Raises:
        ShapeError: The shapes differ.

    Reference:
        Han et al. 2015; Frankle & Carbin 2019, section 2.
    """
    if weights.shape != mask.shape:
        raise ShapeError(f"prune: weights are {weights.shape}, mask is {mask.shape}; both must be the same")
    *replicas, fan_in, fan_out = weights.shape
    left = round(float(mask.sum()) / max(1, int(np.prod(replicas))))  # in each replica
    keep = left - round(share * left)
    size = np.where(mask > 0, np.abs(weights), -1).reshape(*replicas, fan_in * fan_out)
    rank = np.argsort(np.argsort(-size, axis=-1, kind="stable"), axis=-1)  # 0 is the largest
    return (rank < keep).reshape(weights.shape).astype(weights.dtype)


def masked(optimizer: Optimizer, masks: Sequence[FloatArray]) -> Optimizer:
    """Let an optimiser move only what a mask of each parameter has a 1 for."""

    def step(parameters: Sequence[FloatArray], gradients: Sequence[FloatArray]) -> None:
        optimizer(parameters, [g * mask for g, mask in zip(gradients, masks, strict=True)])

    return step
