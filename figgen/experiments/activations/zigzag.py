"""Inputs that are all positive send gradient descent on a zig-zag path."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import (
    Claim,
    Drawing,
    Experiment,
    Explore,
    Reveal,
    at_least,
    at_most,
    between,
    param,
    validate,
)
from figgen.plotting.labels import headline, write_beside
from figgen.plotting.ticks import write_ticks
from figgen.sim.arrays import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from figgen.translation import Translator

OPTIMUM = np.array([1.0, -1.0])
"""The hypothetical optimal w, in a direction that no single step may take on positive inputs."""

START = np.zeros(2)
FRAMES = 24

RATES = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6)
"""Learning rates of which both kinds of inputs get the one that suits them best."""

PATIENCE = 100
"""Steps after which a neuron at one of these rates counts as lost; one that diverges stays below 1e104."""


@dataclass(frozen=True, slots=True)
class Params:
    """How the neuron learns."""

    # A sample x shrinks the error along itself by 1 - learning_rate·|x|², and |x|² ≤ 2: below 1 it converges.
    learning_rate: float = param(
        0.5, "step size of the paths drawn, one sample a step", at_least=0.05, at_most=0.9
    )
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
        steps_positive: Steps to the optimum on positive inputs, (R,).
        steps_centred: The same on centred inputs, (R,).
        detour_positive: Path over straight line on positive inputs, (R,).
        detour_centred: The same on centred inputs, (R,).
        steps_at_rates: Median steps on positive and on centred inputs at each of `RATES`, (2, rates);
            infinite where most neurons do not arrive.
    """

    path_positive: FloatArray
    path_centred: FloatArray
    steps_positive: IntArray
    steps_centred: IntArray
    detour_positive: FloatArray
    detour_centred: FloatArray
    steps_at_rates: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    path = _learn(params, rng)  # (T, inputs, replica, 2)
    steps = np.argmax(_arrived(path, params.tolerance), axis=0)  # (inputs, replica)
    detours = _detours(path, steps)
    drawn = _most_typical(np.concatenate([steps, detours]))
    positive, centred = (path[: steps[i, drawn] + 1, i, drawn] for i in range(2))
    return Result(
        positive,
        centred,
        steps_positive=steps[0],
        steps_centred=steps[1],
        detour_positive=detours[0],
        detour_centred=detours[1],
        steps_at_rates=_steps_at_rates(params, rng),
    )


def draw_inputs(rng: np.random.Generator, count: int) -> FloatArray:
    """Draw inputs that are uniform in (0, 1), and the same ones centred, (2, count, 2).

    Nothing else is changed: doubled as well, the centred ones would make the loss four times as curved.
    """
    x = rng.random((count, 2))
    return np.stack([x, x - 0.5])


def _step(w: FloatArray, inputs: FloatArray, rate: float | FloatArray) -> FloatArray:
    """Make a step of SGD on the squared error of a linear neuron."""
    error = np.sum((w - OPTIMUM) * inputs, axis=-1, keepdims=True)
    moved: FloatArray = w - rate * error * inputs
    return moved


def _learn(params: Params, rng: np.random.Generator) -> FloatArray:
    """Run SGD until every replica has arrived.

    Replicas with positive and with centred inputs see the same samples.

    Returns:
        Weights after 0, 1, … steps, (T, inputs, replica, 2).
    """
    w: FloatArray = np.broadcast_to(START, (2, params.replicas, 2))
    path = [w]
    arrived = np.zeros(w.shape[:-1], dtype=bool)
    while not arrived.all():
        w = _step(w, draw_inputs(rng, params.replicas), params.learning_rate)
        path.append(w)
        arrived |= _arrived(w, params.tolerance)
    return np.stack(path)


def _steps_at_rates(params: Params, rng: np.random.Generator) -> FloatArray:
    """Return the replicas' median steps to the optimum at each rate, (2, rates)."""
    rates = np.array(RATES)[:, None, None, None]
    w: FloatArray = np.broadcast_to(START, (len(RATES), 2, params.replicas, 2))
    steps = np.full(w.shape[:-1], np.inf)
    for step in range(1, PATIENCE + 1):
        w = _step(w, draw_inputs(rng, params.replicas), rates)
        steps[np.isinf(steps) & _arrived(w, params.tolerance)] = step
    median: FloatArray = np.median(steps, axis=-1).T
    return median


def _arrived(w: FloatArray, tolerance: float) -> BoolArray:
    near: BoolArray = np.linalg.norm(w - OPTIMUM, axis=-1) <= tolerance * np.linalg.norm(START - OPTIMUM)
    return near


def _detours(path: FloatArray, steps: IntArray) -> FloatArray:
    """Return how much longer each path is than the straight line between its ends."""
    lengths = np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=-1), axis=0)
    walked = np.take_along_axis(lengths, steps[None] - 1, axis=0)[0]
    end = np.take_along_axis(path, steps[None, ..., None], axis=0)[0]
    detours: FloatArray = walked / np.linalg.norm(end - START, axis=-1)
    return detours


def _most_typical(measures: FloatArray) -> int:
    """Return the replica that lies nearest to the medians of all measures, (measure, replica)."""
    deviation = measures - np.median(measures, axis=1, keepdims=True)
    scaled = deviation / np.std(measures, axis=1, keepdims=True)
    return int(np.argmin(np.sum(scaled**2, axis=0)))


def _steps_ratio(result: Result) -> float:
    return float(np.median(result.steps_positive) / np.median(result.steps_centred))


def _best_steps_ratio(result: Result) -> float:
    positive, centred = result.steps_at_rates.min(axis=1)
    return float(positive / centred)


def draw(result: Result, figure: "Figure", tr: "Translator") -> Reveal:
    from figgen.experiments.palette import BAD, GOOD

    left, middle, right = figure.subplots(1, 3, width_ratios=(1, 1, 0.9))
    zigzag = _draw_path(left, result.path_positive, BAD, tr)
    straight = _draw_path(middle, result.path_centred, GOOD, tr)
    left.set_title(tr("Positive: {steps} steps", steps=len(result.path_positive) - 1))
    middle.set_title(tr("Centred: {steps} steps", steps=len(result.path_centred) - 1))
    left.set_ylabel(tr("weight $w_2$"))
    middle.set_yticklabels([])
    _draw_steps(right, result.steps_at_rates, tr)
    detour = tr.number(np.median(result.detour_positive), 2)
    title = tr("Positive inputs make learning zig-zag: {detour} times the straight path", detour=detour)
    headline(figure, title)

    def reveal(share: float) -> None:
        """Show as many steps of both paths: one more each time at first, then ever more."""
        longest = max(len(result.path_positive), len(result.path_centred)) - 1
        steps = round(max(share * FRAMES, share**2 * longest))
        zigzag.set_data(*result.path_positive[: steps + 1].T)
        straight.set_data(*result.path_centred[: steps + 1].T)

    return reveal


def _draw_steps(axes: "Axes", steps: FloatArray, tr: "Translator") -> None:
    """Draw the steps over the learning rates at which neurons arrive."""
    from figgen.experiments.palette import BAD, GOOD

    for median, colour, marker in zip(steps, (BAD, GOOD), "os", strict=True):
        arrive = np.isfinite(median)
        rates, median = np.array(RATES)[arrive], median[arrive]
        axes.plot(
            rates, median, color=colour, marker=marker, linestyle="solid" if marker == "o" else "dashed"
        )
    axes.text(3.1, 40, tr("positive"), color=BAD)
    axes.text(2.4, 8, tr("centred"), color=GOOD, ha="right")
    axes.set(xscale="log", yscale="log", xlim=(0.42, 8), ylim=(5, 100), xlabel=tr("learning rate"))
    axes.minorticks_off()
    write_ticks(axes.xaxis, (0.5, 1, 2, 4), tr.number)
    write_ticks(axes.yaxis, (5, 10, 20, 50, 100), tr.number)
    axes.set_title(tr("Steps by learning rate"))


def _draw_path(axes: "Axes", path: FloatArray, colour: str, tr: "Translator") -> "Line2D":
    from figgen.plotting.palette import BLACK, GREY

    axes.plot(*np.stack([START, OPTIMUM], axis=1), color=GREY, linestyle="dashed")
    (line,) = axes.plot(*path.T, color=colour, marker=".")
    axes.plot(*OPTIMUM, color=BLACK, marker="*")
    write_beside(axes, tr("start"), (START[0], START[1]), (0, 0.7), ha="center")
    write_beside(axes, tr("optimal $w$"), (OPTIMUM[0], OPTIMUM[1]), (0, -0.6), ha="center", va="top")
    axes.update_datalim([(-0.3, -1.2), (1.25, 0.2)])  # room for the labels
    axes.margins(0.02)
    axes.set(xticks=(0, 0.5, 1), yticks=(-1, -0.5, 0))
    axes.set_aspect("equal")
    axes.set_xlabel(tr("weight $w_1$"))
    return line


CLAIMS = (
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
        "same_rate",
        "At the same learning rate positive inputs take {value} times as many steps as centred ones.",
        _steps_ratio,
        between(0.8, 1.25),
    ),
    Claim(
        "best_rates",
        "Each at its best learning rate, positive inputs take {value} times as many steps as centred ones.",
        _best_steps_ratio,
        at_least(1.5),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={
        "zigzag": Drawing(
            draw,
            height=0.4,
            frames=FRAMES,
            claims=CLAIMS,
            explore=Explore(
                "learning_rate",
                (0.1, 0.3, 0.5, 0.7, 0.9),
                look=(
                    "Smaller steps make smaller zigzags, but not much of a shorter way: on positive inputs "
                    "it stays more than twice as long as the straight line."
                ),
            ),
        )
    },
    source="LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, section 4.3",
)
