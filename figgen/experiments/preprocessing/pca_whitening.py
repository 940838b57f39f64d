"""Principal components decorrelate data, whitening gives them the identity as covariance."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
from figgen.sim.activations import relu
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import Split, digits
from figgen.sim.initializers import kaiming_normal
from figgen.sim.mlp import MLP
from figgen.sim.preprocessing import center, pca_decorrelate, whiten
from figgen.sim.rates import curves_at_rates

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

MEAN, STD, ANGLE = np.array([3.0, 2.0]), np.array([1.6, 0.5]), np.pi / 5
"""The cloud: its centre, its standard deviations along its own axes, and how far these are turned."""

BRIGHTEST = 16
"""The digits' largest level; divided by it, they lie in [0, 1]."""

TRAINING_DIGITS = 1400

SPLITS = 51
"""In how many ways the digits are split into those that are used for the fit and those that are new."""

SHOWN = 6

TRAININGS, EPOCHS, RATES = 6, 8, (0.03, 0.1, 0.3)
"""How a small network learns from centred and from whitened digits."""


@dataclass(frozen=True, slots=True)
class Params:
    """The size of the cloud, and the constant of the whitening."""

    samples: int = param(300, "points of the cloud", at_least=50, at_most=5000)
    eps: float = param(1e-5, "ε, added to the variances", at_least=1e-8, at_most=1e-3)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """A cloud and the digits, original, decorrelated and whitened.

    Attributes:
        x: The cloud, (N, 2).
        decorrelated: The cloud on its principal axes, (N, 2).
        whitened: The cloud, whitened, (N, 2).
        axes: The cloud's principal axes as columns, each as long as its standard deviation, (2, 2).
        digits: Some digits with levels from 0 to 1, (SHOWN, 64).
        whitened_digits: The same digits, whitened and turned back onto the pixels' axes, (SHOWN, 64).
        components: The digits' leading principal components, (SHOWN, 64).
        variances: Of all digits along their principal axes, (64,).
        whitened_variances: Of all digits along the same axes, measured after whitening, (64,).
        off_diagonal: Largest covariance of two different coordinates of the decorrelated digits.
        rank: Number of axes along which the digits vary.
        amplification: How many times more the weakest of these axes is stretched than the strongest.
        new_variance: The largest along any axis, after whitening, of digits that were not in the training
            data, for each of SPLITS ways to choose these, (SPLITS,).
        learnt: Share of new digits that a small network recognises at its best learning rate, of centred
            digits and of whitened ones, (2,).
    """

    x: FloatArray
    decorrelated: FloatArray
    whitened: FloatArray
    axes: FloatArray
    digits: FloatArray
    whitened_digits: FloatArray
    components: FloatArray
    variances: FloatArray
    whitened_variances: FloatArray
    off_diagonal: float
    rank: int
    amplification: float
    new_variance: FloatArray
    learnt: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    x = _draw_cloud(rng, params.samples)
    rotation, whitening = pca_decorrelate(x), whiten(x, params.eps)
    images = digits()[0].astype(np.float64) / BRIGHTEST
    of_digits = whiten(images, params.eps)
    shown = rng.choice(len(images), SHOWN, replace=False)
    weakest = of_digits.rank - 1
    return Result(
        x=x,
        decorrelated=rotation(x),
        whitened=whitening(x),
        axes=rotation.components * np.sqrt(rotation.variances),
        digits=images[shown],
        whitened_digits=of_digits.rotate_back(of_digits(images[shown])),
        components=of_digits.components.T[:SHOWN],
        variances=of_digits.variances,
        whitened_variances=of_digits(images).var(axis=0),
        off_diagonal=_largest_off_diagonal(pca_decorrelate(images)(images)),
        rank=of_digits.rank,
        amplification=float(of_digits.scale[0] / of_digits.scale[weakest]),
        new_variance=np.array(
            [_variance_of_new_digits(rng.permutation(images), params.eps).max() for _ in range(SPLITS)]
        ),
        learnt=_learn(params, rng),
    )


def _draw_cloud(rng: np.random.Generator, samples: int) -> FloatArray:
    turned = np.array([[np.cos(ANGLE), np.sin(ANGLE)], [-np.sin(ANGLE), np.cos(ANGLE)]])
    cloud: FloatArray = MEAN + (STD * rng.standard_normal((samples, 2))) @ turned
    return cloud


def _variance_of_new_digits(images: FloatArray, eps: float) -> FloatArray:
    """Whiten by the first digits, and return the variance of the others along each axis, (64,)."""
    training, new = images[:TRAINING_DIGITS], images[TRAINING_DIGITS:]
    variance: FloatArray = whiten(training, eps)(new).var(axis=0)
    return variance


def _learn(params: Params, rng: np.random.Generator) -> FloatArray:
    """Train a small network on centred and on whitened digits, in several splits.

    Both kinds have mean 0, and one standard deviation in all.

    Returns:
        Their mean accuracy at the best learning rate, (2,).
    """
    images, labels = digits()
    ends = []
    for _ in range(TRAININGS):
        order = rng.permutation(len(images))
        x, y = images[order].astype(np.float64) / BRIGHTEST, labels[order]
        fitted = (center(x[:TRAINING_DIGITS]), whiten(x[:TRAINING_DIGITS], params.eps))
        ends.append([_final_accuracies(rng, prepare(x), y) for prepare in fitted])
    best: FloatArray = np.mean(ends, axis=0).max(axis=-1)
    return best


def _final_accuracies(rng: np.random.Generator, x: FloatArray, labels: IntArray) -> FloatArray:
    """Return the accuracy on new digits after training, for each of RATES, (rates,)."""
    x = (x / x[:TRAINING_DIGITS].std()).astype(np.float32)
    known, new = slice(TRAINING_DIGITS), slice(TRAINING_DIGITS, None)
    net = MLP(rng, (64, 64, 10), relu, kaiming_normal(), replicas=(len(RATES), 1))
    split = Split(x[known], labels[known], x[new], labels[new])
    curves = curves_at_rates(net, RATES, split, epochs=EPOCHS, batch_size=64, rng=rng)
    return curves[:, 0, -1]


def covariance(x: FloatArray) -> FloatArray:
    """Return the covariance matrix, (D, D), of samples, (N, D)."""
    return np.cov(x, rowvar=False, bias=True)


def _largest_off_diagonal(x: FloatArray) -> float:
    matrix = covariance(x)
    return float(np.abs(matrix - np.diag(np.diag(matrix))).max())


def _weakest_whitened(result: Result) -> float:
    return float(result.whitened_variances[result.rank - 1])


def draw_cloud(result: Result, figure: "Figure", tr: "Translator") -> None:
    panels = figure.subplots(1, 3, sharex=True, sharey=True)
    lengths = np.linalg.norm(result.axes, axis=0)
    _draw_panel(panels[0], result.x, result.axes)
    _draw_panel(panels[1], result.decorrelated, np.diag(lengths))
    _draw_panel(panels[2], result.whitened, np.eye(2))
    panels[0].set_title(tr("original"))
    panels[1].set_title(tr("decorrelated"))
    panels[2].set_title(tr("whitened"))
    panels[0].set(xlabel=tr("feature 1"), ylabel=tr("feature 2"))
    panels[1].set(xlabel=tr("component 1"), ylabel=tr("component 2"))
    panels[2].set(xlabel=tr("component 1, scaled"), ylabel=tr("component 2, scaled"))
    headline(figure, tr("Decorrelating turns the cloud, whitening makes it round"))


def _draw_panel(axes: "Axes", x: FloatArray, spread: FloatArray) -> None:
    """Draw a cloud with its principal axes, the columns of `spread`, as arrows from its mean."""
    from figgen.experiments.palette import TRAIN
    from figgen.plotting.origin import draw_origin
    from figgen.plotting.palette import BLACK

    draw_origin(axes)
    axes.plot(*x.T, ".", color=TRAIN, alpha=0.5, markeredgewidth=0)
    mean = x.mean(axis=0)
    for along in spread.T:
        arrow: dict[str, Any] = {"arrowstyle": "-|>", "color": BLACK, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", tuple(mean + 2 * along), tuple(mean), arrowprops=arrow)
    axes.set(xlim=(-5.5, 8), ylim=(-6, 7.5), xticks=(-5, 0, 5), yticks=(-5, 0, 5), aspect="equal")


def draw_digits(result: Result, figure: "Figure", tr: "Translator") -> None:
    grid = figure.add_gridspec(3, 2, width_ratios=(1.3, 1))
    rows = (
        (tr("digits"), result.digits),
        (tr("leading components"), result.components),
        (tr("whitened digits, turned back"), result.whitened_digits),
    )
    for row, (title, images) in enumerate(rows):
        axes = figure.add_subplot(grid[row, 0])
        _draw_images(axes, images)
        axes.set_title(title)
    _draw_variances(figure.add_subplot(grid[:, 1]), result, tr)
    title = "Whitening makes the faintest details of the digits as strong as the rest"
    if _weakest_whitened(result) < 0.1:
        title = "With so large an ε, whitening leaves the faintest details of the digits faint"
    headline(figure, tr(title))


def _draw_images(axes: "Axes", images: FloatArray) -> None:
    """Draw images, (K, 64), side by side with white between them, each over its own range of grey."""
    low, high = images.min(axis=1, keepdims=True), images.max(axis=1, keepdims=True)
    grey = (1 - (images - low) / (high - low)).reshape(-1, 8, 8)  # ink is dark
    padded = np.pad(grey, ((0, 0), (0, 0), (0, 1)), constant_values=1)
    axes.imshow(np.concatenate(list(padded), axis=1)[:, :-1], cmap="gray", vmin=0, vmax=1)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)


def _draw_variances(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD

    number = np.arange(1, result.rank + 1)
    before, after = result.variances[: result.rank], result.whitened_variances[: result.rank]
    axes.plot(number, before, color=BAD)
    axes.plot(number, after, color=GOOD, linestyle="dashed")
    axes.set_yscale("log")
    write_beside(axes, tr("whitened"), (25, 1), (0, -1.6), color=GOOD, ha="center")
    write_beside(axes, tr("original"), (25, before[24]), (-1, -2.2), color=BAD, ha="center")
    weakest = tr.number(_weakest_whitened(result))
    write_beside(axes, weakest, (result.rank, after[-1]), (0, -1.6), color=GOOD, ha="center")
    axes.set(xlabel=tr("principal component"), ylabel=tr("variance"))
    axes.set_ylim(top=8)


CLOUD_CLAIMS = (
    Claim(
        "decorrelated_cloud",
        "On its principal axes the cloud's two coordinates have a covariance of at most {value}.",
        lambda r: _largest_off_diagonal(r.decorrelated),
        at_most(1e-12),
    ),
    Claim(
        "total_variance",
        "The rotation keeps the cloud's total variance: the relative error is {value}.",
        lambda r: abs(r.decorrelated.var(axis=0).sum() / r.x.var(axis=0).sum() - 1),
        at_most(1e-12),
    ),
    Claim(
        "whitened_cloud",
        "The whitened cloud's covariance differs from the identity by at most {value}, because of ε.",
        lambda r: np.abs(covariance(r.whitened) - np.eye(2)).max(),
        between(1e-6, 1e-4),
    ),
)

DIGITS_CLAIMS = (
    Claim(
        "decorrelated_digits",
        "No two of the digits' 64 coordinates there have a covariance of more than {value}.",
        lambda r: r.off_diagonal,
        at_most(1e-12),
    ),
    Claim(
        "rank",
        "The 64 pixels of the digits vary along {value} axes only.",
        lambda r: r.rank,
        close_to(61, 0),
    ),
    Claim(
        "weakest_axis",
        "Whitened, the digits' weakest axis has the variance {value}, not 1: ε is larger than its own.",
        _weakest_whitened,
        close_to(0.1386, 1e-3),
    ),
    Claim(
        "amplification",
        "Whitening stretches that axis {value} times as much as the strongest one.",
        lambda r: r.amplification,
        at_least(100),
    ),
    Claim(
        "new_digits",
        "On digits that were not used for the fit, the largest variance after whitening is {value}.",
        lambda r: np.median(r.new_variance),
        at_least(1.2),
    ),
    Claim(
        "classifier",
        "A network that learns from whitened digits recognises {value} percentage points fewer new ones.",
        lambda r: 100 * (r.learnt[0] - r.learnt[1]),
        at_least(0.8),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={
        "pca_whitening": Drawing(draw_cloud, height=0.43, claims=CLOUD_CLAIMS),
        "digits_whitening": Drawing(
            draw_digits,
            height=0.45,
            claims=DIGITS_CLAIMS,
            explore=Explore(
                "eps",
                (1e-8, 1e-6, 1e-5, 1e-4, 1e-3),
                log=True,
                look=(
                    "The larger ε is, the earlier the dashed line bends down: it decides which details "
                    "count as noise."
                ),
            ),
        ),
    },
    source="CS231n notes, Setting up the data and the model",
)
