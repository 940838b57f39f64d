"""On data far from the origin the loss is sensitive to small changes of the weights, and hard to minimise."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, between, param, validate
from figgen.plotting.labels import headline
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import blobs, digits
from figgen.sim.preprocessing import Standardization, normalize
from figgen.sim.softmax_regression import SoftmaxRegression, descend, loss_increase, second_moments

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

CENTRES = np.array([[4.5, 3.5], [3.5, 4.5]])
"""Of the two classes of the cloud, which lies at an offset of 4 along both axes."""

STD = 0.5
TRAINING_DIGITS = 1400

CHANGES = np.geomspace(0.01, 1, 9)
"""Relative sizes of the weight changes, their standard deviations."""

CLAIMED = 4
"""The place in CHANGES of the size that the claims speak of, 0.1."""

ARRIVED = 0.05
"""Gradient descent has arrived when this share of the loss that can be gained is left."""

SHAKEN = 8
"""Changes of the weights of which the figure draws the line, with both signs."""

LOWEST_DRAWN = 1e-3
"""The share of the loss left to gain at which the figure ends."""

RAW, NORMALISED = 0, 1


@dataclass(frozen=True, slots=True)
class Params:
    """Sizes of the cloud, of the training, and of the sample of weight changes."""

    samples: int = param(100, "points of each of the two classes", at_least=50, at_most=1000)
    steps: int = param(2000, "steps of gradient descent on the cloud", at_least=1500, at_most=50_000)
    training_steps: int = param(
        100, "steps by which the classifiers that are shaken are trained", at_least=100, at_most=1000
    )
    changes: int = param(
        30, "random changes of the weights, each tried with both signs", at_least=SHAKEN, at_most=1000
    )

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Classifications of a cloud and of the digits, in raw and in normalised coordinates.

    Attributes:
        x: The cloud, raw and normalised, (2, N, 2).
        labels: Its classes, (N,).
        lines: Separating lines w₁x₁ + w₂x₂ + b = 0 of the same classifier, raw and normalised: the
            coefficients (w₁, w₂, b) as trained, then shaken by a change of 0.1, (2, 1 + 2·SHAKEN, 3).
        disagreement: Largest difference between the scores of the same classifier in the two coordinates.
        increase: Mean increase of that classifier's loss in nats, for cloud and digits, raw and normalised,
            for each of CHANGES, (2, 2, 9).
        own_increase: The same for a change of 0.1, where each classifier is trained in its own coordinates,
            (2, 2).
        own_loss: Losses of the latter before they are shaken, in nats, for cloud and digits, (2, 2).
        curvatures: Eigenvalues of the second moments of (x, 1) on the cloud, ascending, (2, 3). Those of the
            loss's Hessian at W = 0, b = 0 are in the same ratios.
        losses: Loss on the cloud after 0, 1, … steps of gradient descent, in nats, (steps + 1, 2).
    """

    x: FloatArray
    labels: IntArray
    lines: FloatArray
    disagreement: float
    increase: FloatArray
    own_increase: FloatArray
    own_loss: FloatArray
    curvatures: FloatArray
    losses: FloatArray

    @property
    def sensitivity_ratio(self) -> FloatArray:
        """How many times more a change of 0.1 raises the raw loss: cloud and digits, (2,)."""
        return self.increase[:, RAW, CLAIMED] / self.increase[:, NORMALISED, CLAIMED]

    @property
    def own_ratio(self) -> FloatArray:
        """The same where each classifier is trained in its own coordinates, (2,)."""
        return self.own_increase[:, RAW] / self.own_increase[:, NORMALISED]

    @property
    def condition(self) -> FloatArray:
        """Condition numbers of the loss's Hessian on the cloud at the start, (2,)."""
        return self.curvatures[:, -1] / self.curvatures[:, 0]

    @property
    def excess(self) -> FloatArray:
        """Loss on the cloud above the lowest one, which both coordinates share, (steps + 1, 2)."""
        above: FloatArray = self.losses - self.losses[-1, NORMALISED]
        return above

    @property
    def steps(self) -> IntArray:
        """Steps after which gradient descent on the cloud has arrived, (2,)."""
        steps: IntArray = np.argmax(self.excess <= ARRIVED * self.excess[0], axis=0)
        return steps


class _Shaken(NamedTuple):
    """What is measured on one data set: fields of `Result`, without the axis (cloud, digits)."""

    x: FloatArray
    lines: FloatArray
    disagreement: float
    increase: FloatArray
    own_increase: FloatArray
    own_loss: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    points, labels = blobs(rng, CENTRES, params.samples, STD)
    cloud = _shake(points, labels, params, rng)
    of_digits = _shake(*_draw_digits(rng), params, rng)
    _, losses = descend(cloud.x, labels, params.steps)
    both = cloud, of_digits
    return Result(
        x=cloud.x,
        labels=labels,
        lines=cloud.lines,
        disagreement=max(data.disagreement for data in both),
        increase=np.stack([data.increase for data in both]),
        own_increase=np.stack([data.own_increase for data in both]),
        own_loss=np.stack([data.own_loss for data in both]),
        curvatures=np.linalg.eigvalsh(second_moments(cloud.x)),
        losses=losses,
    )


def _draw_digits(rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    images, labels = digits()
    chosen = rng.permutation(len(images))[:TRAINING_DIGITS]
    return images[chosen].astype(np.float64) / 16, labels[chosen]


def _shake(points: FloatArray, labels: IntArray, params: Params, rng: np.random.Generator) -> _Shaken:
    """Train in both coordinates; shake what was learnt there, and the normalised classifier in both."""
    normalisation = normalize(points)
    x = np.stack([points, normalisation(points)])  # (coordinates, N, D)
    own, losses = descend(x, labels, params.training_steps)
    same = in_both_coordinates(own, normalisation)
    noise = rng.standard_normal((params.changes, *same.W.shape[1:]))
    scores = same(x)
    return _Shaken(
        x=x,
        lines=_separating_lines(same, noise[:SHAKEN]),
        disagreement=float(np.abs(scores[RAW] - scores[NORMALISED]).max()),
        increase=_increase(same, x, labels, noise, CHANGES),
        own_increase=_increase(own, x, labels, noise, CHANGES[[CLAIMED]])[:, 0],
        own_loss=losses[-1],
    )


def _increase(
    classifiers: SoftmaxRegression, x: FloatArray, labels: IntArray, noise: FloatArray, sizes: FloatArray
) -> FloatArray:
    """Shake the classifier of each coordinates by the same relative changes, (coordinates, sizes)."""
    each = map(SoftmaxRegression, *classifiers)
    pairs = zip(each, x, strict=True)
    return np.stack([loss_increase(one, samples, labels, noise, sizes) for one, samples in pairs])


def in_both_coordinates(classifier: SoftmaxRegression, normalisation: Standardization) -> SoftmaxRegression:
    """Take the classifier of the normalised coordinates, and write the same function in the raw ones, too.

    x̂ = (x − μ)/σ, so x̂W + b = xW′ + b′ with W′ = W/σ, row by row, and b′ = b − μW′.
    """
    W, b = classifier.W[NORMALISED], classifier.b[NORMALISED]
    raw_W = W / normalisation.scale[:, np.newaxis]
    return SoftmaxRegression(np.stack([raw_W, W]), np.stack([b - normalisation.mean @ raw_W, b]))


def _separating_lines(classifier: SoftmaxRegression, noise: FloatArray) -> FloatArray:
    """Return w₁, w₂, b where classes 0 and 1 tie, (coordinates, 1 + 2K, 3), first of the unshaken weights."""
    changes = np.concatenate([np.zeros_like(noise[:1]), noise, -noise])
    W = classifier.W[:, np.newaxis] * (1 + CHANGES[CLAIMED] * changes)  # (coordinates, 1 + 2K, D, C)
    b = np.broadcast_to(classifier.b[:, np.newaxis, np.newaxis], (*W.shape[:2], 1, W.shape[-1]))
    coefficients = np.concatenate([W, b], axis=2)
    lines: FloatArray = coefficients[..., 0] - coefficients[..., 1]
    return lines


def draw_lines(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD

    raw, normalised = figure.subplots(1, 2)
    _draw_shaken(raw, result.x[RAW], result.labels, result.lines[RAW], BAD, (-0.5, 6.5))
    _draw_shaken(normalised, result.x[NORMALISED], result.labels, result.lines[NORMALISED], GOOD, (-3.5, 3.5))
    rise = tr.number(result.increase[0, RAW, CLAIMED], 2)
    ratio = tr.number(result.sensitivity_ratio[0], 2)
    raw.set_title(tr("Raw data: the loss rises by {rise}", rise=rise))
    normalised.set_title(tr("Normalised: {ratio} times less", ratio=ratio))
    raw.set(xlabel=tr("feature 1"), ylabel=tr("feature 2"))
    normalised.set(xlabel=tr("feature 1, normalised"), ylabel=tr("feature 2, normalised"))
    title = tr(
        "Weights changed by {size}: far from the origin the line swings out of place",
        size=tr.percent(CHANGES[CLAIMED]),
    )
    headline(figure, title)


def _draw_shaken(
    axes: "Axes", x: FloatArray, labels: IntArray, lines: FloatArray, colour: str, limits: tuple[float, float]
) -> None:
    """Draw the two classes, and the separating lines across a square with these limits."""
    from figgen.experiments.palette import CLASS_COLOURS, CLASS_MARKERS
    from figgen.plotting.origin import draw_origin
    from figgen.plotting.palette import BLACK

    draw_origin(axes)
    for label in (0, 1):
        style: dict[str, Any] = {
            "color": CLASS_COLOURS[label],
            "marker": CLASS_MARKERS[label],
            "linestyle": "none",
        }
        axes.plot(*x[labels == label].T, **style, alpha=0.5, markeredgewidth=0)
    ends = np.array(limits)
    for w1, w2, b in lines[1:]:
        axes.plot(ends, -(w1 * ends + b) / w2, color=colour, alpha=0.6, linewidth=0.6)
    w1, w2, b = lines[0]
    axes.plot(ends, -(w1 * ends + b) / w2, color=BLACK)
    axes.set(xlim=limits, ylim=limits, aspect="equal")


def draw_loss(result: Result, figure: "Figure", tr: "Translator") -> None:
    left, right = figure.subplots(1, 2)
    _draw_increase(left, result, tr)
    _draw_descent(right, result, tr)
    cloud, _ = result.sensitivity_ratio
    steps = result.steps[RAW] / result.steps[NORMALISED]
    title = "Raw data: {ratio} times as sensitive, and {steps} times as many steps to learn"
    values = {"ratio": tr.number(cloud, 2), "steps": tr.number(steps, 2)}
    headline(figure, tr(title, **values))


def _draw_increase(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Draw the rise of the loss over the size of the change; hollow markers are the normalised data."""
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.palette import WHITE

    labels = (tr("cloud, raw"), tr("cloud, normalised")), (tr("digits, raw"), tr("digits, normalised"))
    styles = zip(result.increase, labels, ("o", "s"), ("solid", "dashed"), strict=True)
    for increases, names, marker, dash in styles:
        for values, name, colour, face in zip(increases, names, (BAD, GOOD), (BAD, WHITE), strict=True):
            style: dict[str, Any] = {
                "color": colour,
                "marker": marker,
                "linestyle": dash,
                "markerfacecolor": face,
            }
            axes.plot(CHANGES, values, label=name, **style)
    axes.legend(loc="lower right", borderpad=0, borderaxespad=0.2)
    axes.set(xscale="log", yscale="log")
    axes.set_ylim(bottom=1e-7)  # room for the legend
    axes.set(xlabel=tr("relative change of the weights"), ylabel=tr("rise of the loss"))


def _draw_descent(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Draw what is left of the loss above the lowest one, and mark where 5% are."""
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.palette import GREY, WHITE

    share = result.excess / result.excess[0]
    names = "raw: step {steps}", "normalised: step {steps}"
    styles = zip(share.T, result.steps, names, (BAD, GOOD), (BAD, WHITE), strict=True)
    for values, arrived, name, colour, face in styles:
        steps = 1 + np.flatnonzero(values[1:] > LOWEST_DRAWN)
        style: dict[str, Any] = {
            "color": colour,
            "marker": "o",
            "markerfacecolor": face,
            "markevery": [arrived - 1],
        }
        axes.plot(steps, values[steps], label=tr(name, steps=arrived), **style)
    axes.axhline(ARRIVED, color=GREY, linestyle="dotted")
    axes.legend(loc="upper right", borderpad=0, borderaxespad=0.2)
    axes.set(xscale="log", yscale="log", ylim=(LOWEST_DRAWN, 10))  # room for the legend
    axes.set(xlabel=tr("steps of gradient descent"), ylabel=tr("share of the loss left to gain"))


LINES_CLAIMS = (
    Claim(
        "same_classifier",
        "The classifiers compared are the same function: their scores differ by at most {value}.",
        lambda r: r.disagreement,
        at_most(1e-9),
    ),
    Claim(
        "cloud",
        "On the raw cloud weight changes of 10% raise the loss {value} times as much.",
        lambda r: r.sensitivity_ratio[0],
        at_least(30),
    ),
)

LOSS_CLAIMS = (
    Claim(
        "digits",
        "On the raw digits they raise it {value} times as much.",
        lambda r: r.sensitivity_ratio[1],
        between(2, 5),
    ),
    Claim(
        "raw_condition",
        "At the start the Hessian of the loss on the raw cloud has the condition number {value}.",
        lambda r: r.condition[RAW],
        at_least(1000),
    ),
    Claim(
        "normalised_condition",
        "On the normalised cloud the condition number is {value}.",
        lambda r: r.condition[NORMALISED],
        at_most(10),
    ),
    Claim(
        "steps",
        "On the raw cloud gradient descent takes {value} times as many steps to gain 95% of what it can.",
        lambda r: r.steps[RAW] / r.steps[NORMALISED],
        at_least(20),
    ),
    Claim(
        "own_cloud",
        "Trained each in its own coordinates, two classifiers of the cloud differ {value}-fold.",
        lambda r: r.own_ratio[0],
        between(10, 70),
    ),
    Claim(
        "own_digits",
        "Trained each in its own coordinates, two classifiers of the digits differ only {value}-fold.",
        lambda r: r.own_ratio[1],
        between(0.8, 2),
        only_if="the same classifier is written in both coordinates",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(steps=1500, changes=12),
    simulate=simulate,
    figures={
        "loss_sensitivity": Drawing(draw_lines, height=0.5, claims=LINES_CLAIMS),
        "loss_and_steps": Drawing(draw_loss, height=0.45, claims=LOSS_CLAIMS),
    },
    source="CS231n 2019, lecture 7; LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, section 5",
)
