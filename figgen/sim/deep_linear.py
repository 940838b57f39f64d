"""Deep linear networks, whose gradient needs the end-to-end map alone and no activations of samples."""

from collections.abc import Sequence

import numpy as np

from figgen.sim.arrays import FloatArray
from figgen.sim.shapes import check_shapes


def end_to_end(weights: Sequence[FloatArray]) -> FloatArray:
    """Multiply the layers' matrices, (..., D_0, D_1) to (..., D_{L-1}, D_L), into one map, (..., D_0, D_L).

    Raises:
        ShapeError: A matrix does not take what the one before it gives.
    """
    product = weights[-1]
    for W in reversed(weights[:-1]):  # from the narrow end: the last layer has few outputs
        check_shapes("end_to_end", W=(W, "D H"), rest=(product, "H C"))
        product = W @ product
    return product


def layer_gradients(weights: Sequence[FloatArray], of_map: FloatArray) -> list[FloatArray]:
    """Return the gradient of each layer's matrix, given that of the end-to-end map W_1·…·W_L.

    By the chain rule dL/dW_l = (W_1·…·W_{l-1})ᵀ · dL/dW · (W_{l+1}·…·W_L)ᵀ.

    Args:
        weights: One matrix a layer, (..., D_{l-1}, D_l).
        of_map: dL/dW of the end-to-end map, (..., D_0, D_L).

    Returns:
        One gradient a layer, of the shape of its matrix.

    Reference:
        Saxe et al. 2013, section 2, for a squared error.
    """
    outputs = of_map.shape[-1]
    nothing = np.broadcast_to(np.eye(outputs, dtype=of_map.dtype), (*of_map.shape[:-2], outputs, outputs))
    after: list[FloatArray] = [nothing]
    for W in reversed(weights[1:]):
        after.append(W @ after[-1])  # (..., D_l, D_L)
    gradients: list[FloatArray] = []
    before = of_map
    for W, rest in zip(weights, reversed(after), strict=True):
        gradients.append(before @ np.swapaxes(rest, -1, -2))
        before = np.swapaxes(W, -1, -2) @ before  # (..., D_l, D_L)
    return gradients
