"""Inputs that are all positive send gradient descent on a zig-zag path."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, Reveal, at_least, at_most, between, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.sim.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from figgen.translation import Translator

OPTIMA = np.array([[1.0, -1.0], [1.0, 1.0]])
"""The hypothetical optimal w, in a direction that no single step may take; a control that one may."""

START = np.zeros(2)
FRAMES = 24


@dataclass(frozen=True, slots=True)
class Params:
    """How the neuron learns."""

    # A sample x shrinks the error along itself by 1 - learning_rate·|x|², and |x|² ≤ 2: below 1 it converges.
    learning_rate: float = param(0.5, "step size of SGD, one sample a step", at_least=0.05, at_most=0.9)
    tolerance: float = param(
        0.05,
        "distance from the optimum where a path ends, relative to the start's",
        at_least=1e-3,
        at_most=0.5,
    )
    replicas: int = param(101, "number of neurons trained at once, of which one is drawn", at_least=11)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """How R neurons reach their optimum; a detour is a path's length over the straight line's.

    Attributes:
        path_positive: Weights of the drawn neuron after 0, 1, … steps on positive inputs, (steps + 1, 2).
        path_centred: The same on centred inputs.
        steps_positive: Steps to the optimum (1, -1) on positive inputs, (R,).
        steps_centred: The same on centred inputs, (R,).
        detour_positive: Path over straight line on positive inputs, (R,).
        detour_centred: The same on centred inputs, (R,).
        control_steps_positive: Steps to the control optimum (1, 1) on positive inputs, (R,).
        control_steps_centred: The same on centred inputs, (R,).
    """

    path_positive: FloatArray
    path_centred: FloatArray
    steps_positive: IntArray
    steps_centred: IntArray
    detour_positive: FloatArray
    detour_centred: FloatArray
    control_steps_positive: IntArray
    control_steps_centred: IntArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    paths = _learn(params, rng)  # (T, optimum, inputs, replica, 2)
    steps = _steps_to_optimum(paths, params.tolerance)  # (optimum, inputs, replica)
    detours = _detours(paths, steps)
    drawn = _most_typical(np.concatenate([steps[0], detours[0]]))
    positive, centred = (paths[: steps[0, i, drawn] + 1, 0, i, drawn] for i in range(2))
    return Result(positive, centred, *steps[0], *detours[0], *steps[1])


def draw_inputs(rng: np.random.Generator, count: int) -> FloatArray:
    """Draw inputs that are uniform in (0, 1), and the same ones centred, (2, count, 2).

    The centred ones are doubled: both have the second moment 1/3, and the learning rate is fair.
    """
    x = rng.random((count, 2))
    return np.stack([x, 2 * (x - 0.5)])


def _learn(params: Params, rng: np.random.Generator) -> FloatArray:
    """Run SGD on the squared error of a linear neuron until every replica has arrived.

    Replicas with positive and with centred inputs see the same samples.

    Returns:
        Weights after 0, 1, … steps, (T, optimum, inputs, replica, 2).
    """
    optima = OPTIMA[:, None, None, :]
    w = np.broadcast_to(START, (2, 2, params.replicas, 2))
    path = [w]
    near = params.tolerance * np.linalg.norm(optima - START, axis=-1)
    arrived = np.zeros(w.shape[:-1], dtype=bool)
    while not arrived.all():
        inputs = draw_inputs(rng, params.replicas)
        error = np.sum((w - optima) * inputs, axis=-1, keepdims=True)
        w = w - params.learning_rate * error * inputs
        path.append(w)
        arrived |= np.linalg.norm(w - optima, axis=-1) <= near
    return np.stack(path)


def _steps_to_optimum(paths: FloatArray, tolerance: float) -> IntArray:
    optima = OPTIMA[:, None, None, :]
    distance = np.linalg.norm(paths - optima, axis=-1)
    steps: IntArray = np.argmax(distance <= tolerance * distance[0], axis=0)
    return steps


def _detours(paths: FloatArray, steps: IntArray) -> FloatArray:
    """Return how much longer each path is than the straight line between its ends."""
    lengths = np.cumsum(np.linalg.norm(np.diff(paths, axis=0), axis=-1), axis=0)
    walked = np.take_along_axis(lengths, steps[None] - 1, axis=0)[0]
    end = np.take_along_axis(paths, steps[None, ..., None], axis=0)[0]
    detours: FloatArray = walked / np.linalg.norm(end - START, axis=-1)
    return detours


def _most_typical(measures: FloatArray) -> int:
    """Return the replica that lies nearest to the medians of all measures, (measure, replica)."""
    deviation = measures - np.median(measures, axis=1, keepdims=True)
    scaled = deviation / np.std(measures, axis=1, keepdims=True)
    return int(np.argmin(np.sum(scaled**2, axis=0)))


def _steps_ratio(result: Result) -> float:
    return float(np.median(result.steps_positive / result.steps_centred))


def _control_ratio(result: Result) -> float:
    return float(np.median(result.control_steps_positive / result.control_steps_centred))


def draw(result: Result, figure: "Figure", tr: "Translator") -> Reveal:
    from figgen.experiments.palette import BAD, GOOD

    left, right = figure.subplots(1, 2, sharey=True)
    zigzag = _draw_path(left, result.path_positive, BAD, tr)
    straight = _draw_path(right, result.path_centred, GOOD, tr)
    left.set_title(tr("All inputs positive: {steps} steps", steps=len(result.path_positive) - 1))
    right.set_title(tr("Inputs centred: {steps} steps", steps=len(result.path_centred) - 1))
    left.set_ylabel(tr("weight $w_2$"))
    detour = tr.number(np.median(result.detour_positive), 2)
    title = tr("Positive inputs make learning zig-zag: {detour} times the straight path", detour=detour)
    headline(figure, title)

    def reveal(share: float) -> None:
        """Show as many steps of both paths: one more each time at first, then ever more."""
        steps = round(max(share * FRAMES, share**2 * (len(result.path_positive) - 1)))
        zigzag.set_data(*result.path_positive[: steps + 1].T)
        straight.set_data(*result.path_centred[: steps + 1].T)

    return reveal


def _draw_path(axes: "Axes", path: FloatArray, colour: str, tr: "Translator") -> "Line2D":
    from figgen.plotting.palette import BLACK, GREY

    optimum = OPTIMA[0]
    axes.plot(*np.stack([START, optimum], axis=1), color=GREY, linestyle="dashed")
    (line,) = axes.plot(*path.T, color=colour, marker=".")
    axes.plot(*optimum, color=BLACK, marker="*")
    write_beside(axes, tr("start"), (START[0], START[1]), (-0.6, 0), ha="right", va="center")
    write_beside(axes, tr("optimal $w$"), (optimum[0], optimum[1]), (0, -0.6), ha="center", va="top")
    axes.update_datalim([(-0.3, -1.2), (1.25, 0.2)])  # room for the labels
    axes.margins(0.02)
    axes.set(xticks=(0, 0.5, 1), yticks=(-1, -0.5, 0))
    axes.set_aspect("equal")
    axes.set_xlabel(tr("weight $w_1$"))
    return line


CLAIMS = (
    Claim(
        "steps_ratio",
        "On inputs that are all positive SGD takes {value} times as many steps as on centred ones.",
        _steps_ratio,
        at_least(2.5),
    ),
    Claim(
        "detour_positive",
        "On positive inputs the path is {value} times as long as the straight line.",
        lambda r: np.median(r.detour_positive),
        at_least(2.0),
    ),
    Claim(
        "detour_centred",
        "On centred inputs the path is {value} times as long as the straight line.",
        lambda r: np.median(r.detour_centred),
        at_most(1.6),
    ),
    Claim(
        "control",
        "Towards an optimum in an allowed direction, (1, 1), the ratio of steps is only {value}.",
        _control_ratio,
        between(0.5, 2.0),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"zigzag": Drawing(draw, height=0.54, frames=FRAMES, claims=CLAIMS)},
    source="LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, section 4.3",
)
