"""A narrow layer's typical gradient shrinks although the mean square is kept, and a gain makes up for it."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_most, between, close_to, param, validate
from figgen.plotting.labels import headline
from figgen.plotting.ticks import write_ticks
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.initializers import random_walk

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

WIDTHS = (6, 8, 10, 14, 20, 30, 50, 100)
DRAWN = 20
"""The width whose steps are drawn as a histogram."""

LINEAR, RELU = 0, 1
BINS = 40
EDGES = (-1.5, 1.0)


@dataclass(frozen=True, slots=True)
class Params:
    """How often the step of a gradient through one layer is drawn."""

    draws: int = param(200_000, "random layers of each width", at_least=20_000, at_most=10_000_000)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """What one layer does to the logarithm of a gradient's norm, with weights that keep the mean square.

    Attributes:
        widths: Units N of the layers, (8,).
        mean_step: Mean of the logarithm, of linear and ReLU layers, (2, 8).
        mean_square: Mean of the squared factor itself, (2, 8).
        formula: Of the two published gains, what the mean step has to be for them to cancel it, (2, 8).
        density: Of the steps of a ReLU layer of 20 units, (40,).
        edges: Of its bins, (41,).
    """

    widths: FloatArray
    mean_step: FloatArray
    mean_square: FloatArray
    formula: FloatArray
    density: FloatArray
    edges: FloatArray

    def error(self, kind: int) -> FloatArray:
        """Return by what share a formula's gain exceeds the one needed, at each width, (8,)."""
        excess: FloatArray = np.exp(self.mean_step[kind] - self.formula[kind]) - 1
        return excess


def simulate(params: Params, rng: np.random.Generator) -> Result:
    linear = [_steps(rng, N, np.full(params.draws, N), gain=1) for N in WIDTHS]
    rectified = [_steps(rng, N, rng.binomial(N, 0.5, params.draws), gain=math.sqrt(2)) for N in WIDTHS]
    density, edges = np.histogram(rectified[WIDTHS.index(DRAWN)], BINS, EDGES, density=True)
    gains = [
        [random_walk().std(N) * math.sqrt(N) for N in WIDTHS],
        [random_walk(rectified=True).std(N) * math.sqrt(N / 2) for N in WIDTHS],
    ]
    return Result(
        widths=np.array(WIDTHS, float),
        mean_step=np.array([[steps.mean() for steps in kind] for kind in (linear, rectified)]),
        mean_square=np.array([[np.exp(2 * steps).mean() for steps in kind] for kind in (linear, rectified)]),
        formula=-np.log(gains),
        density=density,
        edges=edges,
    )


def _steps(rng: np.random.Generator, N: int, active: IntArray, gain: float) -> FloatArray:
    """Draw ln(‖Wᵀ(δ∘m)‖/‖δ‖) for a random δ, a mask m, and weights of variance gain²/N.

    What a mask of K units lets pass of a random direction's squared length has a beta distribution; a
    Gaussian matrix multiplies a squared length by a chi-square of N over N.

    Args:
        rng: Source of all chance.
        N: Units of the layer.
        active: K of each layer; layers without active units are left out, as nothing passes.
        gain: The standard deviation of a weight times √N.
    """
    active = active[active > 0]
    passed, blocked = rng.gamma(active / 2), rng.gamma((N - active) / 2)
    squares = gain**2 * passed / (passed + blocked) * rng.chisquare(N, active.size) / N
    steps: FloatArray = np.log(squares) / 2
    return steps


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS, BAD, THEORY
    from figgen.plotting.palette import BLACK, GREY

    steps, gains = figure.subplots(1, 2)
    steps.stairs(result.density, result.edges, fill=True, color=ACTIVATION_COLOURS["relu"], alpha=0.5)
    steps.axvline(0, color=BLACK, linewidth=0.8)
    mean = result.mean_step[RELU, WIDTHS.index(DRAWN)]
    steps.axvline(mean, color=BAD, linestyle="dashed", label=tr("mean {mean}", mean=tr.number(mean, 2)))
    steps.set(xlabel=tr("ln of the factor of one layer"), ylabel=tr("density"))
    steps.set_title(tr("ReLU layers of {units} units", units=DRAWN))
    steps.legend(loc="upper left")
    _draw_gains(gains, result, LINEAR, ("s", GREY, tr("linear")), tr)
    _draw_gains(gains, result, RELU, ("o", ACTIVATION_COLOURS["relu"], "ReLU"), tr)
    gains.plot([], [], color=THEORY, linestyle="dotted", label=tr("formula"))
    gains.set(xscale="log", xlabel=tr("units of a layer, $N$"), ylabel=tr("gain that is needed"))
    write_ticks(gains.xaxis, (6, 10, 20, 50, 100), tr.number)
    gains.set_title(tr("Beyond $1$ and $\\sqrt{{2}}$"))
    gains.legend(loc="upper right")
    headline(figure, tr("The logarithm's mean is below zero, the more so the narrower the layer"))


def _draw_gains(
    axes: "Axes", result: Result, kind: int, look: tuple[str, str, str], tr: "Translator"
) -> None:
    """Draw the gains that were needed as points, and the published formula as a dotted line."""
    from figgen.experiments.palette import THEORY

    marker, colour, label = look
    axes.plot(result.widths, np.exp(-result.mean_step[kind]), marker, color=colour, label=label)
    axes.plot(result.widths, np.exp(-result.formula[kind]), color=THEORY, linestyle="dotted")


CLAIMS = (
    Claim(
        "mean_square",
        "In ReLU layers of 20 units with Kaiming's weights the mean of the squared factor is {value}.",
        lambda r: r.mean_square[RELU, WIDTHS.index(DRAWN)],
        close_to(1, 0.02),
    ),
    Claim(
        "mean_step",
        "Yet the mean of its logarithm is {value}: a typical gradient shrinks.",
        lambda r: r.mean_step[RELU, WIDTHS.index(DRAWN)],
        between(-0.08, -0.06),
    ),
    Claim(
        "relu_formula",
        "From 10 units on, the published gain for ReLU misses the one that is needed by at most {value}.",
        lambda r: np.abs(r.error(RELU)[WIDTHS.index(10) :]).max(),
        at_most(0.015),
        unit="%",
    ),
    Claim(
        "narrowest",
        "In layers of 6 units it is too large by {value}.",
        lambda r: r.error(RELU)[0],
        close_to(0.067, 0.02),
        unit="%",
    ),
    Claim(
        "linear_formula",
        r"For linear layers $e^{{1/(2N)}}$ misses it by at most {value}.",
        lambda r: np.abs(r.error(LINEAR)).max(),
        at_most(0.015),
        unit="%",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(draws=50_000),
    simulate=simulate,
    figures={"relu_gain": Drawing(draw, height=0.46, claims=CLAIMS)},
    source="Sussillo & Abbott 2014, equations 7 and 10",
)
