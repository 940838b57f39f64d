"""The gradient of the softmax loss is what a classifier believes minus what is true."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, close_to, param, validate
from figgen.plotting.labels import headline
from figgen.plotting.ticks import write_ticks
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.finite_differences import numerical_gradient
from figgen.sim.losses import hinge, softmax_cross_entropy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

SCORES = np.array([2.0, 1.5, 0.3, -0.5])
"""The example that is drawn; the second class is the right one."""

RIGHT = 1
BEYOND = 3
"""The class that loses to the right one by more than the hinge's margin of 1."""


@dataclass(frozen=True, slots=True)
class Params:
    """Random scores, besides the example, on which the rule is checked."""

    samples: int = param(200, "lists of random scores", at_least=1, at_most=10_000)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """The example, and how well the rule holds on random scores.

    Attributes:
        scores: Of the example's classes, (4,).
        probabilities: Their softmax p, (4,).
        gradient: Of the softmax cross-entropy with respect to the scores, by the backward pass, (4,).
        hinge_gradient: The same of the hinge loss, (4,).
        after: Probability of the right class after a step of 1 against the gradient.
        deviation: Largest difference between p − y and finite differences of the loss, over random scores.
    """

    scores: FloatArray
    probabilities: FloatArray
    gradient: FloatArray
    hinge_gradient: FloatArray
    after: float
    deviation: float


def simulate(params: Params, rng: np.random.Generator) -> Result:
    gradient = _gradient(SCORES, RIGHT)
    labels = rng.integers(len(SCORES), size=params.samples)
    random_scores = rng.normal(0, 2, (params.samples, len(SCORES)))
    return Result(
        scores=SCORES,
        probabilities=_softmax(SCORES),
        gradient=gradient,
        hinge_gradient=hinge(SCORES[np.newaxis], np.array([RIGHT]))[1][0],
        after=float(_softmax(SCORES - gradient)[RIGHT]),
        deviation=max(_deviation(s, int(y)) for s, y in zip(random_scores, labels, strict=True)),
    )


def _softmax(scores: FloatArray) -> FloatArray:
    exponentials = np.exp(scores)
    shares: FloatArray = exponentials / exponentials.sum()
    return shares


def _gradient(scores: FloatArray, right: int) -> FloatArray:
    gradient: FloatArray = softmax_cross_entropy(scores[np.newaxis], np.array([right]))[1][0]
    return gradient


def _deviation(scores: FloatArray, right: int) -> float:
    """Compare p − y with finite differences of −log p_y."""
    rule = _softmax(scores) - np.eye(len(scores))[right]
    measured = numerical_gradient(lambda s: -np.log(_softmax(s)[right]), scores)
    return float(np.abs(rule - measured).max())


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.plotting.palette import BLACK, GREY

    scores, beliefs, gradients = figure.subplots(1, 3)
    classes = np.arange(len(result.scores))
    right = np.eye(len(classes))[RIGHT]
    scores.bar(classes, result.scores, color=GREY)
    scores.axhline(0, color=BLACK, linewidth=0.8)
    scores.set_ylabel(tr("scores $s$"))
    beliefs.bar(classes, result.probabilities, color=GREY, width=0.5, label="$p$")
    beliefs.bar(classes, right, facecolor="none", edgecolor=BLACK, linestyle="dashed", label="$y$")
    beliefs.set_ylabel(tr("believed $p$, true $y$"))
    beliefs.set_ylim(0, 1.35)
    write_ticks(beliefs.yaxis, (0, 0.5, 1), tr.number)
    beliefs.legend(loc="upper right", ncols=2)
    _draw_gradients(gradients, classes, result, tr)
    for axes in (scores, beliefs, gradients):
        axes.set(xlabel=tr("class"), xticks=classes)
        axes.set_xticklabels([tr("right") if c == RIGHT else str(c + 1) for c in classes])
    headline(figure, tr("The gradient says by how much each belief is wrong"))


def _draw_gradients(axes: "Axes", classes: IntArray, result: Result, tr: "Translator") -> None:
    """Draw the gradient of both losses side by side."""
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.palette import BLACK

    axes.bar(classes - 0.2, result.gradient, width=0.36, color=GOOD, label=tr("softmax: $p - y$"))
    axes.bar(classes + 0.2, result.hinge_gradient, width=0.36, color=BAD, hatch="//", label=tr("hinge"))
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_ylim(-2.2, 2.6)
    write_ticks(axes.yaxis, (-2, -1, 0, 1), tr.number)
    axes.legend(loc="upper right")
    axes.set_ylabel(tr("gradient of the loss"))


CLAIMS = (
    Claim(
        "rule",
        "On random scores $p - y$ differs from finite differences of the loss by at most {value}.",
        lambda r: r.deviation,
        at_most(1e-6),
    ),
    Claim(
        "sum",
        "The pulls on all scores add up to {value}: what one class gains the others lose.",
        lambda r: abs(r.gradient.sum()),
        at_most(1e-12),
        identity=True,
    ),
    Claim(
        "after",
        "One step of length 1 against the gradient raises the right class's probability to {value}.",
        lambda r: r.after,
        at_least(0.5),
        unit="%",
    ),
    Claim(
        "never_content",
        "Softmax still pulls at the class that lies far behind: its gradient is {value}.",
        lambda r: r.gradient[BEYOND],
        at_least(0.02),
    ),
    Claim(
        "content",
        "The hinge loss does not: beyond its margin the gradient is {value}.",
        lambda r: r.hinge_gradient[BEYOND],
        close_to(0, 0),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"softmax_gradient": Drawing(draw, height=0.42, claims=CLAIMS)},
    source="Weston & Watkins 1999, equation 4 (hinge)",
)
