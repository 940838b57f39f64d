"""One step that is too long puts all data on the flat side of a ReLU, for ever."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, close_to, param, validate
from figgen.plotting.labels import headline
from figgen.sim.activations import relu
from figgen.sim.arrays import FloatArray
from figgen.sim.layers import linear, linear_backward
from figgen.sim.losses import mse
from figgen.sim.optimizers import sgd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

MARKED = (-10.0, 0.0, 10.0)

START = np.array([1.5, 1.5, -1.5])
"""Weights and bias of the neuron: it is active on most of the cloud, and answers too much."""

TEACHER = np.array([-0.5, 1.0, 0.0])
RATES = (0.05, 0.45)
"""Learning rates: one that the neuron learns with, and one that kills it."""


@dataclass(frozen=True, slots=True)
class Params:
    """Sizes of the cloud and of the learning."""

    points: int = param(300, "points of the cloud", at_least=50, at_most=2000)
    steps: int = param(300, "steps of gradient descent", at_least=50, at_most=5000)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """A ReLU of two inputs that learns with short and with long steps.

    Attributes:
        marked_slope: ReLU's derivative at -10, 0, 10, (3,).
        cloud: Inputs, (points, 2).
        planes: Weights and bias at the end, for each of RATES, (2, 3).
        active_share: Share of the cloud on which the neuron is active, before each step and after the last,
            (steps + 1, 2).
        gradient_size: Largest component of its gradient in the same order, (steps + 1, 2).
    """

    marked_slope: FloatArray
    cloud: FloatArray
    planes: FloatArray
    active_share: FloatArray
    gradient_size: FloatArray

    @property
    def steps_to_death(self) -> int:
        """The number of long steps after which no point is on the active side; all of them if some is."""
        dead = self.active_share[:, 1] == 0
        return int(np.argmax(dead)) if dead.any() else len(dead) - 1


def simulate(params: Params, rng: np.random.Generator) -> Result:
    cloud = 1 + 0.35 * rng.standard_normal((params.points, 2))
    return Result(relu.derivative(np.array(MARKED)), cloud, *_learn(cloud, params.steps))


def _learn(x: FloatArray, steps: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Fit a ReLU to a teacher by gradient descent on the squared error, with both step sizes at once.

    Returns:
        Planes, shares of active points, and sizes of the gradient: see `Result`.
    """
    target = relu(x @ TEACHER[:2, np.newaxis] + TEACHER[2])
    W, b = np.tile(START[:2, np.newaxis], (2, 1, 1)), np.tile(START[2:], (2, 1))
    step = sgd(RATES)
    shares, sizes = [], []
    for remaining in reversed(range(steps + 1)):
        z, cache = linear(x, W, b)  # (2, N, 1)
        _, dh = mse(relu(z), target)
        _, dW, db = linear_backward(dh * relu.derivative(z), cache)
        shares.append((z > 0).mean(axis=(-2, -1)))
        sizes.append(np.maximum(np.abs(dW).max(axis=(-2, -1)), np.abs(db).max(axis=-1)))
        if remaining:
            step([W, b], [dW, db])
    return np.concatenate([W[..., 0], b], axis=-1), np.stack(shares), np.stack(sizes)


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    titles = ("Short steps: active on {share}", "Long steps: active on {share}")
    for index, (axes, title) in enumerate(zip(panels, titles, strict=True)):
        _draw_half_plane(axes, result, index, tr)
        axes.set_title(tr(title, share=tr.percent(round(result.active_share[-1, index], 3))))
        axes.set_xlabel(tr("input $x_1$"))
    panels[0].set_ylabel(tr("input $x_2$"))
    headline(figure, tr("One step too long, and no point is on the active side any more"))


def _draw_half_plane(axes: "Axes", result: Result, index: int, tr: "Translator") -> None:
    """Draw the cloud, the active side at the end, and the border at the start."""
    from matplotlib import rcParams

    from figgen.experiments.palette import ACTIVATION_COLOURS
    from figgen.plotting.palette import BLACK, GREY

    plane, ends = result.planes[index], _window(result)
    corners = np.meshgrid(ends, ends)
    style: dict[str, Any] = {"colors": [ACTIVATION_COLOURS["relu"]]}
    axes.contourf(*corners, _pre_activation(plane, *corners), levels=[0, 1e6], alpha=0.15, **style)
    axes.contour(*corners, _pre_activation(plane, *corners), levels=[0], **style)
    start = _pre_activation(START, *corners)
    axes.contour(*corners, start, levels=[0], colors=[GREY], linestyles="dashed")
    size = 0.5 * rcParams["lines.markersize"]
    axes.plot(*result.cloud.T, ".", color=BLACK, markersize=size, alpha=0.5, rasterized=True)
    axes.text(ends[0] + 0.08, 0.1, tr("start"), color=GREY)
    axes.text(0.97, 0.03, tr("flat side"), transform=axes.transAxes, ha="right")
    axes.text(0.97, 0.95, tr("active side"), transform=axes.transAxes, ha="right", va="top")
    axes.set(xlim=ends, ylim=ends, xticks=range(0, int(ends[1]) + 1), yticks=range(0, int(ends[1]) + 1))


def _window(result: Result) -> tuple[float, float]:
    """Return the ends of both axes: they hold the cloud, and the border beyond it."""
    w, b = result.planes[1, :2], result.planes[1, 2]
    centre = result.cloud.mean(axis=0)
    nearest = centre - (centre @ w + b) / (w @ w) * w  # on the border, seen from the middle of the cloud
    return min(0.0, result.cloud.min()) - 0.1, max(result.cloud.max(), nearest.max()) + 0.5


def _pre_activation(plane: FloatArray, x1: FloatArray, x2: FloatArray) -> FloatArray:
    z: FloatArray = plane[0] * x1 + plane[1] * x2 + plane[2]
    return z


CLAIMS = (
    Claim(
        "negative_input",
        "At $x = -10$ the slope of ReLU is {value}: nothing of the gradient passes.",
        lambda r: r.marked_slope[0],
        close_to(0, 0),
    ),
    Claim(
        "kink",
        "At x = 0, where ReLU has a kink, the slope taken here is {value}.",
        lambda r: r.marked_slope[1],
        close_to(0, 0),
    ),
    Claim(
        "positive_input",
        "At $x = 10$ it is {value}: all of the gradient passes.",
        lambda r: r.marked_slope[2],
        close_to(1, 0),
    ),
    Claim(
        "short_steps",
        "With short steps the neuron learns, and stays active on {value} of the points.",
        lambda r: r.active_share[-1, 0],
        at_least(0.5),
        unit="%",
    ),
    Claim(
        "long_steps",
        "With long steps it is soon active on {value} of them: it is dead.",
        lambda r: r.active_share[-1, 1],
        close_to(0, 0),
        unit="%",
    ),
    Claim(
        "gradient_of_the_dead",
        "The largest component of the dead neuron's gradient is then {value}.",
        lambda r: r.gradient_size[-1, 1],
        close_to(0, 0),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"dying_relu": Drawing(draw, height=0.54, claims=CLAIMS)},
    source="CS231n notes, Neural Networks Part 1",
)
