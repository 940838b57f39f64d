"""Orthogonal initial weights keep every direction of a signal, and let deep linear networks learn as fast."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import (
    Claim,
    Drawing,
    Experiment,
    Explore,
    at_least,
    at_most,
    between,
    close_to,
    param,
    validate,
)
from figgen.plotting.labels import headline, write_beside
from figgen.plotting.ticks import write_ticks
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import Split, split_digits
from figgen.sim.deep_linear import end_to_end, layer_gradients
from figgen.sim.initializers import Initializer, orthogonal, xavier_normal
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.training import accuracy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

WIDTH, CLASSES = 64, 10
"""As many units as a digit has pixels."""

MAP_DEPTHS = (1, 3, 8)  # beyond, float64 could not tell the smallest singular value from rounding
DEPTHS = (2, 4, 8, 16, 32)
ENOUGH = 0.8
"""Share of the test digits that ends the learning."""

GAUSSIAN, ORTHOGONAL = range(2)


TURNED, DRAWS = 8, 400
"""Size and number of the orthogonal matrices that are looked at for a direction that they prefer."""


@dataclass(frozen=True, slots=True)
class Params:
    """How the networks learn."""

    # Saxe et al. 2013: the largest stable step falls with the depth as 1/L, so that each depth gets its own.
    learning_rate: float = param(0.1, "step size times the number of layers", at_least=0.005, at_most=0.2)
    replicas: int = param(5, "networks of each depth and kind, trained at once", at_least=3, at_most=100)
    most_steps: int = param(400, "steps after which a network is given up", at_least=100)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Rows are Gaussian (Xavier's) and orthogonal starts.

    Attributes:
        singular_values: Of the map of MAP_DEPTHS layers, descending, (2, 3, WIDTH).
        steps: Steps on all the digits until ENOUGH are recognised, for DEPTHS hidden layers,
            (2, 5, replicas).
        mean_trace: Of many small orthogonal matrices.
    """

    singular_values: FloatArray
    steps: IntArray
    mean_trace: float

    def median_steps(self) -> FloatArray:
        """Return the replicas' median, (2, 5)."""
        median: FloatArray = np.median(self.steps, axis=-1)
        return median


def simulate(params: Params, rng: np.random.Generator) -> Result:
    starts = xavier_normal(), orthogonal()
    split = split_digits(rng)
    return Result(
        singular_values=np.array([_singular_values(rng, init) for init in starts]),
        steps=np.array([[_learn(params, rng, split, init, depth) for depth in DEPTHS] for init in starts]),
        mean_trace=float(np.mean([np.trace(orthogonal()(rng, TURNED, TURNED)) for _ in range(DRAWS)])),
    )


def _singular_values(rng: np.random.Generator, init: Initializer) -> FloatArray:
    """Return the singular values of a product of square matrices, for each of MAP_DEPTHS, (3, WIDTH)."""
    weights = [init(rng, WIDTH, WIDTH) for _ in range(max(MAP_DEPTHS))]
    maps = [end_to_end(weights[:depth]) for depth in MAP_DEPTHS]
    values: FloatArray = np.linalg.svd(np.array(maps), compute_uv=False)
    return values


def _learn(params: Params, rng: np.random.Generator, split: Split, init: Initializer, depth: int) -> IntArray:
    """Train linear networks on all digits at once; return each one's steps to ENOUGH, (replicas,)."""
    sizes = [(WIDTH, WIDTH)] * depth + [(WIDTH, CLASSES)]
    weights = [np.array([init(rng, *size) for _ in range(params.replicas)], np.float32) for size in sizes]
    rate = np.float32(params.learning_rate / len(weights))
    steps = np.full(params.replicas, params.most_steps)
    for step in range(params.most_steps):
        whole = end_to_end(weights)
        arrived = accuracy(split.x_test @ whole, split.labels_test) >= ENOUGH
        steps[arrived] = np.minimum(steps[arrived], step)
        if (steps < params.most_steps).all():
            break
        _, dlogits = softmax_cross_entropy(split.x_train @ whole, split.labels_train)
        for W, gradient in zip(weights, layer_gradients(weights, split.x_train.T @ dlogits), strict=True):
            W -= rate * gradient
    return steps


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    values, steps = figure.subplots(1, 2)
    _draw_singular_values(values, result.singular_values, tr)
    _draw_steps(steps, result, tr)
    headline(figure, tr("Orthogonal layers keep all directions, and depth costs no time"))


def _draw_singular_values(axes: "Axes", singular_values: FloatArray, tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD

    gaussian, orthogonal_ones = singular_values
    number = np.arange(1, WIDTH + 1)
    for depth, values in zip(MAP_DEPTHS, gaussian, strict=True):
        axes.plot(number, values, color=BAD, linestyle="dashed")
        label = tr("depth {depth}", depth=depth)
        place = (WIDTH, values[-1])
        write_beside(axes, label, place, (0.5, 0), va="center", color=BAD)
    axes.plot(number, orthogonal_ones[-1], color=GOOD)
    label = tr("depth {depth}, orthogonal", depth=MAP_DEPTHS[-1])
    write_beside(axes, label, (WIDTH, 1), (0, 0.5), ha="right", color=GOOD)
    axes.set(yscale="log", ylim=(1e-14, 1e2))
    axes.set_yticks(np.logspace(-12, 0, 4))
    axes.set_yticks([], minor=True)
    axes.set(xlabel=tr("number of the singular value"), ylabel=tr("singular value of the whole map"))


def _draw_steps(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.replicas import draw_replicas

    labels = (tr("Gaussian (Xavier)"), tr("orthogonal"))
    styles = ((BAD, "s", "dashed"), (GOOD, "o", "solid"))
    for steps, label, (colour, marker, dash) in zip(result.steps, labels, styles, strict=True):
        draw_replicas(axes, DEPTHS, steps.T, colour=colour, centre=np.median, marker=marker, linestyle=dash)
        above = colour == BAD
        place = (DEPTHS[3], steps[3].max() if above else steps[2:].min())
        side = ("right", "bottom") if above else ("center", "top")
        write_beside(axes, label, place, (0, 0.4 if above else -0.4), ha=side[0], va=side[1], color=colour)
    axes.set(xscale="log", xlabel=tr("hidden layers"), ylim=(0, None))
    axes.set_ylabel(tr("steps to {share} of the digits", share=tr.percent(ENOUGH)))
    write_ticks(axes.xaxis, DEPTHS, tr.number)


CLAIMS = (
    Claim(
        "isometry",
        "The singular values of eight orthogonal layers in a row differ by at most {value}.",
        lambda r: np.ptp(r.singular_values[ORTHOGONAL, -1]),
        at_most(1e-10),
    ),
    Claim(
        "uniform",
        "Orthogonal matrices prefer no direction: the mean of their traces is {value}, next to 0.",
        lambda r: r.mean_trace,
        close_to(0, 0.3),
    ),
    Claim(
        "condition",
        "Singular values of eight Gaussian layers in a row lie up to {value} orders of magnitude apart.",
        lambda r: np.log10(r.singular_values[GAUSSIAN, -1, 0] / r.singular_values[GAUSSIAN, -1, -1]),
        at_least(7),
    ),
    Claim(
        "depth_is_free",
        "Orthogonal: the steps needed with 32 hidden layers are {value} times those with two.",
        lambda r: r.median_steps()[ORTHOGONAL, -1] / r.median_steps()[ORTHOGONAL, 0],
        between(0.6, 1.6),
    ),
    Claim(
        "depth_costs",
        "Gaussian: the steps needed with 32 hidden layers are {value} times those with two.",
        lambda r: r.median_steps()[GAUSSIAN, -1] / r.median_steps()[GAUSSIAN, 0],
        at_least(2),
    ),
    Claim(
        "steps_ratio",
        "With 32 hidden layers the Gaussian start needs {value} times the orthogonal one's steps.",
        lambda r: r.median_steps()[GAUSSIAN, -1] / r.median_steps()[ORTHOGONAL, -1],
        at_least(2),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(replicas=3),
    simulate=simulate,
    figures={
        "orthogonal_init": Drawing(
            draw,
            height=0.46,
            claims=CLAIMS,
            explore=Explore(
                "learning_rate",
                (0.05, 0.1, 0.15, 0.2),
                look=(
                    "Smaller steps take longer at every depth, but that depth costs nothing with orthogonal "
                    "layers, and much with Gaussian ones, does not depend on their size."
                ),
            ),
        )
    },
    source="Saxe, McClelland and Ganguli 2013, section 3",
)
