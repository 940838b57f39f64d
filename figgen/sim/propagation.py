"""Wide linear layers with Gaussian weights, propagated exactly without ever drawing the weights.

N samples meet a matrix W of fan_in × fan_out weights only in XW and δWᵀ: in N numbers a unit. For iid weights
of standard deviation s the columns of XW are iid N(0, s²XXᵀ), and W given XW = Z is X⁺Z + P⊥W̃ with a fresh W̃
and P⊥ = I − X⁺X, as Gaussians are conditioned. So one forward and one backward pass, jointly over any number
of layers, have the very distribution that real matrices give, at fan_in/N times less cost.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from figgen.sim.arrays import FloatArray
from figgen.sim.shapes import check_shapes

_BLOCK = 4096  # columns
_RANK = 1e-10  # eigenvalues of a Gram matrix below that share of the largest are float32's rounding


@dataclass(frozen=True, slots=True)
class LinearPass:
    """What a layer's forward pass leaves behind.

    Attributes:
        x: (N, fan_in) inputs.
        z: (N, fan_out) outputs XW.
        gram: (N, N) XXᵀ, in float64.
        weight_std: Standard deviation of the weights.
    """

    x: FloatArray
    z: FloatArray
    gram: FloatArray
    weight_std: float


@dataclass(frozen=True, slots=True)
class WeightGradient:
    """dL/dW = Xᵀδ, kept as its two factors: as a matrix it would be the largest array of all.

    Attributes:
        x: (N, fan_in) inputs of the layer.
        delta: (N, fan_out) dL/dZ.
        x_gram: (N, N) XXᵀ, in float64.
        delta_gram: (N, N) δδᵀ, in float64.
    """

    x: FloatArray
    delta: FloatArray
    x_gram: FloatArray
    delta_gram: FloatArray

    def rms(self) -> float:
        """Return the root mean square of the entries: ‖Xᵀδ‖² is the sum of XXᵀ∘δδᵀ."""
        squared_norm = np.sum(self.x_gram * self.delta_gram)
        return float(np.sqrt(squared_norm / (self.x.shape[1] * self.delta.shape[1])))

    def sample(self, rng: np.random.Generator, count: int) -> FloatArray:
        """Return `count` entries at random places, (count,)."""
        i = rng.integers(self.x.shape[1], size=count)
        j = rng.integers(self.delta.shape[1], size=count)
        entries: FloatArray = np.einsum("nk,nk->k", self.x[:, i], self.delta[:, j])
        return entries


def cross_gram(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return abᵀ in float64, whatever a and b are: its pseudo-inverse and tiny signals need that.

    Args:
        a: (N, D) rows.
        b: (M, D) rows.
    """
    product = np.zeros((len(a), len(b)))
    for block in _blocks(a.shape[1]):
        product += a[:, block].astype(np.float64) @ b[:, block].astype(np.float64).T
    return product


def forward(rng: np.random.Generator, x: FloatArray, weight_std: float, fan_out: int) -> LinearPass:
    """Multiply by a random matrix: Z = s·A·N with AAᵀ = XXᵀ and iid N(0, 1) entries of N.

    Args:
        rng: Source of randomness.
        x: (N, fan_in) inputs, float64 or float32.
        weight_std: Standard deviation s of the weights.
        fan_out: Number of outputs.

    Raises:
        ShapeError: `x` is not a matrix.
    """
    check_shapes("forward", x=(x, "N D"))
    gram = cross_gram(x, x)
    return LinearPass(x, _gaussian(rng, gram, weight_std, fan_out, x.dtype), gram, weight_std)


def weight_gradient(layer: LinearPass, delta: FloatArray) -> WeightGradient:
    """Return dL/dW of a layer.

    Args:
        layer: The layer's forward pass.
        delta: (N, fan_out) dL/dZ.

    Raises:
        ShapeError: `delta` has not the shape of the layer's outputs.
    """
    check_shapes("weight_gradient", z=(layer.z, "N H"), delta=(delta, "N H"))
    return WeightGradient(layer.x, delta, layer.gram, cross_gram(delta, delta))


def input_gradient(rng: np.random.Generator, layer: LinearPass, gradient: WeightGradient) -> FloatArray:
    """Return dL/dX = δWᵀ of a layer, for the very weights that its forward pass met, (N, fan_in).

    With K = XXᵀ and G's columns iid N(0, s²δδᵀ), which is what δ makes of the fresh W̃ᵀ::

        δWᵀ = δZᵀK⁺X + G(I − XᵀK⁺X) = G + (δZᵀ − GXᵀ)K⁺X

    Args:
        rng: Source of randomness.
        layer: The layer's forward pass.
        gradient: The layer's dL/dW; each layer takes one backward pass only.
    """
    x, delta = layer.x, gradient.delta
    fresh = _gaussian(rng, gradient.delta_gram, layer.weight_std, x.shape[1], x.dtype)
    inverse = np.linalg.pinv(layer.gram, rtol=_RANK, hermitian=True)
    correction = (cross_gram(delta, layer.z) - cross_gram(fresh, x)) @ inverse
    fresh += correction.astype(x.dtype) @ x
    return fresh


def _gaussian(
    rng: np.random.Generator, gram: FloatArray, std: float, columns: int, dtype: np.dtype[np.floating]
) -> FloatArray:
    """Draw columns iid N(0, std²·gram); a rank-deficient gram is as good as any."""
    values, vectors = np.linalg.eigh(gram)
    root = (std * vectors * np.sqrt(values.clip(min=0))).astype(dtype)
    drawn = np.empty((len(gram), columns), dtype)
    for block in _blocks(columns):
        drawn[:, block] = root @ rng.standard_normal(drawn[:, block].shape, dtype=dtype.type)
    return drawn


def _blocks(columns: int) -> Iterator[slice]:
    """Cut columns into pieces that stay in the processor's cache."""
    return (slice(start, start + _BLOCK) for start in range(0, columns, _BLOCK))
