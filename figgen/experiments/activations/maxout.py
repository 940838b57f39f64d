"""Maxout takes the larger of two affine functions; ReLU and leaky ReLU are special cases."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_most, close_to, param, validate
from figgen.plotting.labels import headline
from figgen.sim.activations import leaky_relu, maxout, maxout_backward, relu
from figgen.sim.arrays import FloatArray
from figgen.sim.finite_differences import numerical_gradient

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

UNITS = np.array([[[-0.5, 1.0], [-0.5, 0.5]], [[0.0, 1.0], [0.0, 0.0]], [[0.1, 1.0], [0.0, 0.0]]])
"""Slopes and biases of the two pieces of each unit that is drawn, (3 units, slopes and biases, 2 pieces)."""


@dataclass(frozen=True, slots=True)
class Params:
    """Size of the layer."""

    samples: int = param(200, "samples that the layers are compared on", at_least=20, at_most=10_000)
    inputs: int = param(30, "inputs of the layer", at_least=1, at_most=200)
    units: int = param(20, "units of the layer", at_least=1, at_most=200)
    slope: float = param(0.01, "slope of the leaky ReLU that maxout imitates", at_least=0, at_most=1)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Three units of one input, and a layer.

    Attributes:
        x: Inputs, (P,).
        pieces: Both affine functions of each of the three units at each x, (3, 2, P).
        maximum: The units' outputs, (3, P).
        relu_difference: Largest difference between a ReLU layer and its maxout twin.
        leaky_difference: Largest difference between a leaky ReLU layer and its maxout twin.
        dense_parameters: Number of weights and biases of the layer with one affine function a unit.
        maxout_parameters: The same with two.
        gradient_error: Largest difference between the weights' gradient and a finite difference, over the
            largest component.
        passed: How much of a gradient the two pieces of each unit pass together, on average over the samples,
            (units,).
    """

    x: FloatArray
    pieces: FloatArray
    maximum: FloatArray
    relu_difference: float
    leaky_difference: float
    dense_parameters: int
    maxout_parameters: int
    gradient_error: float
    passed: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    grid = np.linspace(-3, 3, 121)
    x = rng.standard_normal((params.samples, params.inputs))
    weights = rng.standard_normal((2, params.inputs, params.units)) / np.sqrt(params.inputs)
    biases = rng.standard_normal((2, params.units))
    dy = rng.standard_normal((params.samples, params.units))
    z = x @ weights[0] + biases[0]  # of the first piece alone, (N, H)
    as_relu = maxout(x, *with_multiple(weights[0], biases[0], 0.0))
    as_leaky = maxout(x, *with_multiple(weights[0], biases[0], params.slope))
    _, _, dbiases = maxout_backward(np.ones_like(dy), x, weights, biases)
    return Result(
        x=grid,
        pieces=np.stack([np.multiply.outer(slopes, grid) + b[:, np.newaxis] for slopes, b in UNITS]),
        maximum=np.stack([_one_input_unit(grid, slopes, b) for slopes, b in UNITS]),
        relu_difference=float(np.abs(as_relu - relu(z)).max()),
        leaky_difference=float(np.abs(as_leaky - leaky_relu.with_slope(params.slope)(z)).max()),
        dense_parameters=weights[0].size + biases[0].size,
        maxout_parameters=weights.size + biases.size,
        gradient_error=_gradient_error(dy, x, weights, biases),
        passed=dbiases.sum(axis=0) / params.samples,
    )


def with_multiple(W: FloatArray, b: FloatArray, factor: float) -> tuple[FloatArray, FloatArray]:
    """Return weights (2, D, H) and biases (2, H) of maxout over an affine function and a multiple of it.

    max(z, factor·z) is ReLU where the factor is 0, and leaky ReLU where it is between 0 and 1.
    """
    return np.stack([W, factor * W]), np.stack([b, factor * b])


def _one_input_unit(x: FloatArray, slopes: FloatArray, biases: FloatArray) -> FloatArray:
    return maxout(x[:, np.newaxis], slopes[:, np.newaxis, np.newaxis], biases[:, np.newaxis])[:, 0]


def _gradient_error(dy: FloatArray, x: FloatArray, weights: FloatArray, biases: FloatArray) -> float:
    """Compare the gradient of Σ dy·y with central differences on the first few inputs' weights."""
    _, dweights, _ = maxout_backward(dy, x, weights, biases)
    few = np.s_[:, :2, :2]

    def loss(part: FloatArray) -> float:
        changed = weights.copy()
        changed[few] = part
        return float((maxout(x, changed, biases) * dy).sum())

    expected = numerical_gradient(loss, weights[few], step=1e-7)  # short: not across a kink
    return float(np.abs(dweights[few] - expected).max() / np.abs(expected).max())


# Figure ---------------------------------------------------------------------------------------------------


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    titles = (tr("Maxout"), tr("… which can be ReLU"), tr("… or leaky ReLU"))
    panels = figure.subplots(1, 3, sharex=True, sharey=True)
    for index, (axes, title) in enumerate(zip(panels, titles, strict=True)):
        _draw_unit(axes, result, index)
        axes.set_title(title)
        axes.set_xlabel(tr("input $x$"))
    panels[0].set_ylabel(tr("output"))
    dense, twice = tr.number(result.dense_parameters), tr.number(result.maxout_parameters)
    title = "The larger of two lines (dashed): {maxout} parameters instead of {dense}"
    headline(figure, tr(title, maxout=twice, dense=dense))


def _draw_unit(axes: "Axes", result: Result, index: int) -> None:
    """Draw the unit's output, and its two pieces over it."""
    from matplotlib import rcParams

    from figgen.experiments.palette import ACTIVATION_COLOURS
    from figgen.plotting.palette import GREY

    width = 2.2 * rcParams["lines.linewidth"]
    axes.plot(result.x, result.maximum[index], color=ACTIVATION_COLOURS["maxout"], linewidth=width)
    axes.plot(result.x, result.pieces[index].T, color=GREY, linestyle="dashed")
    axes.text(2.9, (-0.9, 0.15, -0.5)[index], "$w_1x + b_1$", color=GREY, ha="right")
    axes.text(-1.2, -2.0, "$w_2x + b_2$", color=GREY)
    axes.set(xlim=(-3, 3), ylim=(-2.2, 3.2), xticks=range(-2, 3, 2), yticks=range(-2, 4))


CLAIMS = (
    Claim(
        "relu",
        "With a second piece of 0 maxout is ReLU: the largest difference is {value}.",
        lambda r: r.relu_difference,
        close_to(0, 0),
    ),
    Claim(
        "leaky_relu",
        "With 0.01 times the first piece it is leaky ReLU: the largest difference is {value}.",
        lambda r: r.leaky_difference,
        at_most(1e-12),
    ),
    Claim(
        "parameters",
        "Maxout has {value} times as many parameters.",
        lambda r: r.maxout_parameters / r.dense_parameters,
        close_to(2, 0),
        identity=True,
    ),
    Claim(
        "gradient",
        "Its backward pass differs from finite differences by at most {value} of the largest gradient.",
        lambda r: r.gradient_error,
        at_most(1e-4),
    ),
    Claim(
        "never_dead",
        "No unit is dead: one piece or the other passes {value} of each sample's gradient.",
        lambda r: r.passed.min(),
        close_to(1, 0),
        identity=True,
        unit="%",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"maxout": Drawing(draw, height=0.42, claims=CLAIMS)},
    source="Goodfellow et al. 2013, section 3",
)
