"""Merge a batch normalisation layer into the layer before it, for evaluation."""

from figgen.sim.arrays import FloatArray
from figgen.sim.normalization.batch import BatchNorm
from figgen.sim.shapes import check_shapes


def fuse_linear(W: FloatArray, b: FloatArray, bn: BatchNorm) -> tuple[FloatArray, FloatArray]:
    """Merge a linear layer with the `BatchNorm` after it, as it is in evaluation mode.

    W′ = W·s and b′ = (b − μ)·s + β with s = γ/√(σ² + ε), each column its own.

    Args:
        W: Weights, (..., D, H).
        b: Biases, (..., H).
        bn: Normalises the H outputs.

    Returns:
        Weights and biases of the one linear layer that does the same.

    Raises:
        ShapeError: The sizes of H differ, or an axis is missing.
    """
    check_shapes("fuse_linear", W=(W, "D H"), b=(b, "H"), gamma=(bn.gamma, "H"))
    scale, shift = bn.as_affine()
    return W * scale[..., None, :], b * scale + shift


def fuse_conv(W: FloatArray, b: FloatArray, bn: BatchNorm) -> tuple[FloatArray, FloatArray]:
    """Merge a convolutional layer with the `BatchNorm` after it, as it is in evaluation mode.

    W′ = W·s and b′ = (b − μ)·s + β with s = γ/√(σ² + ε), each filter its own; stride and padding stay.

    Args:
        W: Filters, (K, C, h, w).
        b: Biases, (K,).
        bn: Normalises the K activation maps.

    Returns:
        Filters and biases of the one convolutional layer that does the same.

    Raises:
        ShapeError: The sizes of K differ, or an axis is missing.
    """
    check_shapes("fuse_conv", W=(W, "K C h w"), b=(b, "K"), gamma=(bn.gamma, "K"))
    scale, shift = bn.as_affine()
    return W * scale[..., None, None, None], b * scale + shift
