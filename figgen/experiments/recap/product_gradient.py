"""The gradient of a matrix product is a product again: with the other factor, on the other side."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_most, close_to, param, validate
from figgen.plotting.labels import headline
from figgen.sim.arrays import FloatArray
from figgen.sim.finite_differences import numerical_gradient

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

W = np.array([[1.0, -1.0, 0.5], [0.0, 2.0, -0.5]])  # (2, 3)
H = np.array([2.0, 1.0, -1.0])  # (3,)
DELTA = np.array([0.5, -1.0])  # (2,)
"""The example that is drawn: a layer s = W h, and δ = ∂L/∂s that arrives from above."""


@dataclass(frozen=True, slots=True)
class Params:
    """A random layer, besides the example, on which the rule is checked."""

    inputs: int = param(20, "inputs of the layer", at_least=2, at_most=100)
    outputs: int = param(12, "outputs of the layer", at_least=2, at_most=100)
    samples: int = param(3, "samples of the batch", at_least=1, at_most=50)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """The example, and how well the rule holds in a random layer under a loss that is no linear function.

    Attributes:
        weight_gradient: δ hᵀ of the example, (2, 3).
        input_gradient: Wᵀ δ of the example, (3,).
        weight_deviation: Largest difference between δ hᵀ and finite differences of the loss.
        input_deviation: The same for Wᵀ δ.
        rank_of_one: Rank of the weights' gradient for a single sample.
        rank_of_batch: Rank of the weights' gradient for a batch.
        samples: Size of that batch.
    """

    weight_gradient: FloatArray
    input_gradient: FloatArray
    weight_deviation: float
    input_deviation: float
    rank_of_one: int
    rank_of_batch: int
    samples: int


def simulate(params: Params, rng: np.random.Generator) -> Result:
    weights = rng.normal(size=(params.outputs, params.inputs))
    inputs = rng.normal(size=(params.samples, params.inputs))
    x = inputs[0]
    delta = _slope(weights @ x)
    one = _of_weights(delta, x)
    batch = sum(_of_weights(_slope(weights @ h), h) for h in inputs)
    return Result(
        weight_gradient=_of_weights(DELTA, H),
        input_gradient=_of_inputs(W, DELTA),
        weight_deviation=_largest(one - numerical_gradient(lambda v: _loss(v @ x), weights)),
        input_deviation=_largest(
            _of_inputs(weights, delta) - numerical_gradient(lambda v: _loss(weights @ v), x)
        ),
        rank_of_one=int(np.linalg.matrix_rank(one)),
        rank_of_batch=int(np.linalg.matrix_rank(batch)),
        samples=params.samples,
    )


def _of_weights(delta: FloatArray, h: FloatArray) -> FloatArray:
    """Return ∂L/∂W = δ hᵀ, (outputs, inputs)."""
    return np.outer(delta, h)


def _of_inputs(weights: FloatArray, delta: FloatArray) -> FloatArray:
    """Return ∂L/∂h = Wᵀ δ, (inputs,)."""
    gradient: FloatArray = weights.T @ delta
    return gradient


def _loss(s: FloatArray) -> float:
    return float(np.log(np.cosh(s)).sum())


def _slope(s: FloatArray) -> FloatArray:
    return np.tanh(s)


def _largest(difference: FloatArray) -> float:
    return float(np.abs(difference).max())


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    weights, inputs = figure.subplots(1, 2)
    _draw_grid(weights, (1.6, 0), H[np.newaxis], r"$h^\top$", tr)
    _draw_grid(weights, (0, 1.6), DELTA[:, np.newaxis], r"$\delta$", tr)
    _draw_grid(weights, (1.6, 1.6), result.weight_gradient, "", tr)
    weights.text(3.1, 3.9, r"$\partial L/\partial W = \delta\, h^\top$", ha="center", va="center")
    weights.set_title(tr("Each weight: what comes from above\ntimes what came from below"))
    _draw_grid(inputs, (0, 1.2), W.T, r"$W^\top$", tr)
    _draw_grid(inputs, (2.4, 1.2), DELTA[:, np.newaxis], r"$\delta$", tr)
    _draw_grid(inputs, (4.4, 1.2), result.input_gradient[:, np.newaxis], r"$\partial L/\partial h$", tr)
    inputs.text(3.9, 2.7, "$=$", ha="center", va="center")
    inputs.set_title(tr("Each input: what comes from above,\nweighted by where it went"))
    for axes in (weights, inputs):
        axes.set(xlim=(-0.7, 5.5), ylim=(4.3, -0.7), aspect="equal")
        axes.set_axis_off()
    headline(figure, tr("Back through a product: the other factor, transposed"))


def _draw_grid(
    axes: "Axes", corner: tuple[float, float], numbers: FloatArray, name: str, tr: "Translator"
) -> None:
    """Draw a matrix as fields with its numbers, blue below zero and orange above, its name over it."""
    from matplotlib.patches import Rectangle

    from figgen.plotting.palette import BLACK, GREY

    left, top = corner
    for (row, column), value in np.ndenumerate(numbers):
        colour = "#f7d9a8" if value > 0 else "#b9d7ea" if value < 0 else "#ffffff"
        axes.add_patch(Rectangle((left + column, top + row), 1, 1, facecolor=colour, edgecolor=GREY))
        centre = (left + column + 0.5, top + row + 0.5)
        axes.text(*centre, tr.number(value), ha="center", va="center", color=BLACK)
    if name:
        axes.text(left + numbers.shape[1] / 2, top - 0.35, name, ha="center", va="center")


CLAIMS = (
    Claim(
        "weights",
        r"In a random layer $\delta h^\top$ differs from finite differences of the loss by {value}.",
        lambda r: r.weight_deviation,
        at_most(1e-6),
    ),
    Claim(
        "inputs",
        r"There $W^\top \delta$ differs from them by {value}.",
        lambda r: r.input_deviation,
        at_most(1e-6),
    ),
    Claim(
        "rank_of_one",
        "A single sample's gradient of the weights has the rank {value}: all its rows are alike.",
        lambda r: r.rank_of_one,
        close_to(1, 0),
        identity=True,
    ),
    Claim(
        "rank_of_batch",
        "The gradient of a batch has a rank of {value} a sample.",
        lambda r: r.rank_of_batch / r.samples,
        close_to(1, 0),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"product_gradient": Drawing(draw, height=0.46, claims=CLAIMS)},
)
