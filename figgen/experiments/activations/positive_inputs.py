"""All gradients of a neuron with positive inputs have one sign."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, close_to, param, validate
from figgen.plotting.labels import headline
from figgen.sim.activations import sigmoid
from figgen.sim.arrays import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

OPTIMUM = np.array([1.0, -1.0])
"""The hypothetical optimal w of the two-dimensional neuron, in a quadrant that no update may take."""

BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128)
BATCH_DIMENSION = 10
DIMENSIONS = (1, 2, 3, 4, 5, 6, 7, 8)

SHARPNESS = 3.0
"""How surely a teacher t decides in the minibatches: it says 1 with probability σ(SHARPNESS·t·x)."""


@dataclass(frozen=True, slots=True)
class Params:
    """How many gradients are drawn."""

    arrows: int = param(60, "number of two-dimensional updates that are drawn", at_least=1, at_most=1000)
    batches: int = param(4000, "number of minibatches for each share", at_least=100, at_most=20_000)
    samples: int = param(40_000, "number of single samples for each share", at_least=1000, at_most=1_000_000)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Updates of a neuron in two dimensions, and shares of gradients whose components all have one sign.

    Attributes:
        updates_positive: Steps -dL/dw of the two-dimensional neuron for single positive inputs, (arrows, 2).
        updates_centred: The same for centred inputs, (arrows, 2).
        batch_sizes: B, (batch sizes,).
        batch_share_balanced: One-signed share of minibatches' mean gradients at w = 0 in ten dimensions for
            positive inputs, both classes equally frequent, (batch sizes,).
        batch_share_optimum: The same where w is the optimum already, (batch sizes,).
        batch_share_unbalanced: At w = 0, where one class is more frequent, (batch sizes,).
        batch_share_centred: The same for centred inputs, (batch sizes,).
        dimensions: D, (dimensions,).
        share_positive: One-signed share of single-sample gradients for positive inputs, (dimensions,).
        share_centred: The same for centred inputs, (dimensions,).
    """

    updates_positive: FloatArray
    updates_centred: FloatArray
    batch_sizes: IntArray
    batch_share_balanced: FloatArray
    batch_share_optimum: FloatArray
    batch_share_unbalanced: FloatArray
    batch_share_centred: FloatArray
    dimensions: IntArray
    share_positive: FloatArray
    share_centred: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    x = rng.random((params.arrows, 2))
    teachers = rng.normal(size=(params.batches, BATCH_DIMENSION))
    single = [_single_sample_shares(rng, params.samples, D) for D in DIMENSIONS]
    return Result(
        -gradients(x, answers(x, OPTIMUM)),
        -gradients(centre(x), answers(centre(x), OPTIMUM)),
        np.array(BATCH_SIZES),
        _batch_shares(rng, balance(teachers), positive),
        _batch_shares(rng, balance(teachers), positive, at_optimum=True),
        _batch_shares(rng, teachers, positive),
        _batch_shares(rng, teachers, centre),
        np.array(DIMENSIONS),
        *np.array(single).T,
    )


def positive(x: FloatArray) -> FloatArray:
    """Leave inputs that are uniform in (0, 1) as they are."""
    return x


def centre(x: FloatArray) -> FloatArray:
    """Centre inputs that are uniform in (0, 1), and double them, which keeps the second moment."""
    return 2 * (x - 0.5)


def answers(x: FloatArray, teachers: FloatArray) -> BoolArray:
    """Return a teacher's answers y = 1 where teacher·x > 0, else 0, (N, 1), to inputs (N, D)."""
    right: BoolArray = np.sum(x * teachers, axis=-1, keepdims=True) > 0
    return right


def doubtful_answers(rng: np.random.Generator, x: FloatArray, teachers: FloatArray) -> BoolArray:
    """Draw y = 1 with the probability σ(w·x) of a neuron with weights w = SHARPNESS·teacher, (N, 1)."""
    right: BoolArray = rng.random((len(x), 1)) < sigmoid(
        np.sum(x * SHARPNESS * teachers, axis=-1, keepdims=True)
    )
    return right


def gradients(x: FloatArray, target: BoolArray, w: FloatArray | float = 0.0) -> FloatArray:
    """Return dL/dw = (σ(w·x) - y)·x of a logistic neuron.

    Args:
        x: Inputs, (N, D).
        target: The right answers y, (N, 1).
        w: Weights, (N, D), (D,) or 0.

    Returns:
        Gradients of the cross-entropy for each sample alone, (N, D).
    """
    gradient: FloatArray = (sigmoid(np.sum(w * x, axis=-1, keepdims=True)) - target) * x
    return gradient


def one_signed_share(gradient: FloatArray) -> float:
    """Return the share of gradients (N, D) whose components all have the same sign."""
    return float(np.mean(np.all(gradient > 0, axis=-1) | np.all(gradient < 0, axis=-1)))


def balance(teachers: FloatArray) -> FloatArray:
    """Shift teachers' weights (N, D) to sum 0, so that positive inputs give both classes equally often."""
    balanced: FloatArray = teachers - teachers.mean(axis=-1, keepdims=True)
    return balanced


def _batch_shares(
    rng: np.random.Generator,
    teachers: FloatArray,
    prepare: Callable[[FloatArray], FloatArray],
    *,
    at_optimum: bool = False,
) -> FloatArray:
    """Return the one-signed share of minibatches' mean gradients for each batch size, one batch a teacher.

    The neuron has the weights 0, or those with which its teacher answers: then the mean gradient over all
    samples is 0.

    A batch of 2B samples is the batch of B and B more.
    """
    total = np.zeros_like(teachers)
    shares = []
    for count in range(1, BATCH_SIZES[-1] + 1):
        x = prepare(rng.random(teachers.shape))
        total += gradients(x, doubtful_answers(rng, x, teachers), at_optimum * SHARPNESS * teachers)
        if count in BATCH_SIZES:
            shares.append(one_signed_share(total))
    return np.array(shares)


def _single_sample_shares(rng: np.random.Generator, samples: int, dimension: int) -> tuple[float, float]:
    """Return the one-signed shares of single gradients, for positive and for centred inputs."""
    teachers = rng.normal(size=(samples, dimension))
    x = rng.random((samples, dimension))
    positive_share, centred_share = (
        one_signed_share(gradients(inputs, answers(inputs, teachers))) for inputs in (x, centre(x))
    )
    return positive_share, centred_share


def _deviation_from_chance(result: Result) -> float:
    """Return how far, relatively, the centred inputs' shares are from 2^(1-D) at most."""
    chance = 2.0 ** (1 - result.dimensions)
    return float(np.max(np.abs(result.share_centred / chance - 1)))


def draw_quadrants(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD

    left, right = figure.subplots(1, 2, sharey=True)
    _draw_updates(left, result.updates_positive, BAD, tr)
    _draw_updates(right, result.updates_centred, GOOD, tr)
    left.set_title(tr("All inputs positive: two quadrants"))
    right.set_title(tr("Inputs centred: a half-plane"))
    left.set_ylabel(tr("step of weight $w_2$"))
    headline(figure, tr("Positive inputs: a step moves all weights up, or all down"))


def _draw_updates(axes: "Axes", updates: FloatArray, colour: str, tr: "Translator") -> None:
    from figgen.plotting.palette import BLACK, LIGHT_GREY

    for corner in (-1, 0):  # the quadrants where both components have one sign
        axes.fill_between([corner, corner + 1], corner, corner + 1, color=LIGHT_GREY, alpha=0.4, linewidth=0)
    arrows: dict[str, Any] = {"angles": "xy", "scale_units": "xy", "scale": 1}
    axes.quiver(*np.zeros_like(updates.T), *updates.T, color=colour, **arrows)
    axes.quiver(0, 0, *(0.5 * OPTIMUM), color=BLACK, **arrows)
    axes.text(0.68, -0.53, tr("towards optimal $w$"), ha="right", va="top")
    axes.set(xlim=(-0.69, 0.69), ylim=(-0.65, 0.57), xticks=(-0.5, 0, 0.5), yticks=(-0.5, 0, 0.5))
    axes.set_aspect("equal")
    axes.set_xlabel(tr("step of weight $w_1$"))


def draw_signs(result: Result, figure: "Figure", tr: "Translator") -> None:
    left, right = figure.subplots(1, 2, sharey=True)
    _draw_dimensions(left, result, tr)
    _draw_batches(right, result, tr)
    left.set_ylabel(tr("share of gradients with one sign"))
    headline(figure, tr("On positive inputs batches mix the signs at the start, not at the optimum"))


def _draw_dimensions(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD, THEORY

    D = result.dimensions
    axes.plot(D, result.share_positive, color=BAD, marker="o")
    axes.plot(D, 2.0 ** (1 - D), color=THEORY, linestyle="dashed")
    axes.plot(D, result.share_centred, color=GOOD, marker="^", linestyle="none")
    axes.set_title(tr("Single samples"))
    axes.set_xlabel(tr("dimension $D$ of the input"))
    axes.set_xticks(D)
    axes.text(4, 0.95, tr("positive"), color=BAD, va="top")
    axes.text(3, 0.32, tr("centred: chance, $2^{{1-D}}$"), color=GOOD)


def _draw_batches(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD

    B = result.batch_sizes
    axes.plot(B, result.batch_share_unbalanced, color=BAD, marker="s", linestyle="dotted")
    axes.plot(B, result.batch_share_optimum, color=BAD, marker="D", linestyle="dashdot")
    axes.plot(B, result.batch_share_balanced, color=BAD, marker="o")
    axes.plot(B, result.batch_share_centred, color=GOOD, marker="^", linestyle="dashed")
    axes.set_title(tr("Averages over a minibatch, $D = {dimension}$", dimension=BATCH_DIMENSION))
    axes.set_xlabel(tr("batch size"))
    axes.set_xscale("log", base=2)
    axes.set_xticks(B, [str(size) for size in B])
    axes.text(128, 0.72, tr("one class dominates"), color=BAD, ha="right", va="top")
    axes.text(128, 0.45, tr("at the optimum"), color=BAD, ha="right")
    axes.text(6, 0.28, tr("at the start"), color=BAD, ha="right", va="top")
    axes.text(1, 0.04, tr("centred"), color=GOOD)


QUADRANTS_CLAIMS = (
    Claim(
        "single_positive",
        "On positive inputs, {value} of single samples have a gradient of one sign.",
        lambda r: np.min(r.share_positive),
        at_least(1.0),
        only_if="a step sees a single sample",
        unit="%",
    ),
)

SIGNS_CLAIMS = (
    Claim(
        "single_centred",
        "On centred inputs that share is $2^{{1-D}}$, with a relative error of at most {value}.",
        _deviation_from_chance,
        at_most(0.3),
        unit="%",
    ),
    Claim(
        "batch_of_16",
        "In ten dimensions, at $w = 0$, {value} of the averages over 16 samples have one sign.",
        lambda r: r.batch_share_balanced[BATCH_SIZES.index(16)],
        close_to(0.28, 0.1),
        unit="%",
    ),
    Claim(
        "batch_of_128",
        "At $w = 0$, {value} of the averages over 128 samples have one sign.",
        lambda r: r.batch_share_balanced[-1],
        at_most(0.1),
        unit="%",
    ),
    Claim(
        "batch_at_optimum",
        "Once $w$ is the optimum, {value} of the averages over 128 samples still have one sign.",
        lambda r: r.batch_share_optimum[-1],
        close_to(0.41, 0.08),
        unit="%",
    ),
    Claim(
        "averaging_alone",
        "There, batches of 128 have one sign {value} times as often as batches of 16.",
        lambda r: r.batch_share_optimum[-1] / r.batch_share_optimum[BATCH_SIZES.index(16)],
        close_to(1, 0.25),
    ),
    Claim(
        "unbalanced_classes",
        "At $w = 0$, where one class is more frequent, {value} have one sign even with 128 samples.",
        lambda r: r.batch_share_unbalanced[-1],
        at_least(0.7),
        unit="%",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(batches=1000),
    simulate=simulate,
    figures={
        "positive_inputs": Drawing(draw_quadrants, height=0.52, claims=QUADRANTS_CLAIMS),
        "gradient_signs": Drawing(draw_signs, height=0.45, claims=SIGNS_CLAIMS),
    },
    source="LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, section 4.3",
)
