"""Centring moves data to the origin, normalising gives each feature the same spread."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, between, param, validate
from figgen.plotting.labels import headline
from figgen.sim.arrays import FloatArray
from figgen.sim.data import split_digits
from figgen.sim.preprocessing import center, normalize

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

MEAN, STD, CORRELATION = np.array([5.0, 3.0]), np.array([1.5, 0.5]), 0.7
"""Of the training data, two features that are measured in different units."""

SHIFT = 1.0
"""How much larger the new data's first feature is, in standard deviations of the training data."""


@dataclass(frozen=True, slots=True)
class Params:
    """Sizes of the clouds."""

    samples: int = param(200, "points of the training data", at_least=100, at_most=5000)
    new_samples: int = param(50, "points of the new data", at_least=40, at_most=5000)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Training data and new data before, between and after; all transformations are fitted to the former.

    Attributes:
        x: Training data, (N, 2).
        centred: The training data less their mean, (N, 2).
        normalised: The training data less their mean, over their standard deviation, (N, 2).
        new_x: New data, (M, 2).
        new_centred: The new data less the training data's mean, (M, 2).
        new_normalised: The new data, normalised by the training data's mean and standard deviation, (M, 2).
        new_by_itself: The new data, normalised by their own mean and standard deviation, (M, 2).
        digits_mean: Mean of each pixel of handwritten training digits, centred by the training digits, (64,).
    """

    x: FloatArray
    centred: FloatArray
    normalised: FloatArray
    new_x: FloatArray
    new_centred: FloatArray
    new_normalised: FloatArray
    new_by_itself: FloatArray
    digits_mean: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    x = _draw_cloud(rng, params.samples, MEAN)
    new_x = _draw_cloud(rng, params.new_samples, MEAN + np.array([SHIFT, 0]) * STD)
    centring, normalisation = center(x), normalize(x)
    return Result(
        x=x,
        centred=centring(x),
        normalised=normalisation(x),
        new_x=new_x,
        new_centred=centring(new_x),
        new_normalised=normalisation(new_x),
        new_by_itself=normalize(new_x)(new_x),
        digits_mean=split_digits(rng).x_train.mean(axis=0),
    )


def _draw_cloud(rng: np.random.Generator, samples: int, mean: FloatArray) -> FloatArray:
    a, b = rng.standard_normal(samples), rng.standard_normal(samples)
    correlated = np.stack([a, CORRELATION * a + np.sqrt(1 - CORRELATION**2) * b], axis=1)
    cloud: FloatArray = mean + STD * correlated
    return cloud


def correlation(x: FloatArray) -> float:
    """Return the correlation of the two features of a cloud, (N, 2)."""
    return float(np.asarray(np.corrcoef(x, rowvar=False))[0, 1])


def _largest(x: FloatArray) -> float:
    return float(np.abs(x).max())


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    panels = figure.subplots(1, 3, sharex=True, sharey=True)
    _draw_clouds(panels[0], result.x, result.new_x, tr)
    _draw_clouds(panels[1], result.centred, result.new_centred, tr)
    _draw_clouds(panels[2], result.normalised, result.new_normalised, tr)
    panels[0].set_title(tr("original: $x$"))
    panels[1].set_title(tr("centred: $x - \\mu$"))
    panels[2].set_title(tr("normalised: $(x - \\mu)/\\sigma$"))
    panels[0].set_ylabel(tr("feature 2"))
    for axes in panels:
        axes.set_xlabel(tr("feature 1"))
        axes.set(xlim=(-5, 10.5), ylim=(-7, 8.5), xticks=(-5, 0, 5, 10), yticks=(-5, 0, 5), aspect="equal")
    panels[0].legend(loc="lower right", handletextpad=0.1, borderpad=0)
    headline(figure, tr("Centring moves the cloud to the origin, normalising evens its spread"))


def _draw_clouds(axes: "Axes", x: FloatArray, new_x: FloatArray, tr: "Translator") -> None:
    """Draw the training data as points, the new ones as crosses, and the axes through the origin."""
    from figgen.experiments.palette import TEST, TRAIN
    from figgen.plotting.origin import draw_origin

    draw_origin(axes)
    axes.plot(*x.T, ".", color=TRAIN, alpha=0.6, markeredgewidth=0, label=tr("training data"))
    axes.plot(*new_x.T, "x", color=TEST, alpha=0.8, label=tr("new data"))


CLAIMS = (
    Claim(
        "centred_mean",
        "After centring, the mean of each feature is at most {value} away from 0.",
        lambda r: _largest(r.centred.mean(axis=0)),
        at_most(1e-12),
        identity=True,
    ),
    Claim(
        "normalised_std",
        "After normalising, the standard deviation of each feature is at most {value} away from 1.",
        lambda r: _largest(r.normalised.std(axis=0) - 1),
        at_most(1e-12),
        identity=True,
    ),
    Claim(
        "correlation_stays",
        "The features are still correlated: the correlation coefficient is {value}.",
        lambda r: correlation(r.normalised),
        at_least(0.4),
    ),
    Claim(
        "correlation_kept",
        "Neither step changes the correlation by more than {value}.",
        lambda r: max(abs(correlation(x) - correlation(r.x)) for x in (r.centred, r.normalised)),
        at_most(1e-12),
        identity=True,
    ),
    Claim(
        "new_data",
        "New data drawn one standard deviation higher stay higher after normalising: by {value}.",
        lambda r: r.new_normalised[:, 0].mean(),
        between(0.3, 1.7),
    ),
    Claim(
        "digits",
        "Of digits that are centred by the training digits alone, no training pixel's mean exceeds {value}.",
        lambda r: _largest(r.digits_mean),
        at_most(1e-4),
        identity=True,
    ),
    Claim(
        "own_statistics",
        "Normalised by their own statistics they would lose that difference: only {value} would be left.",
        lambda r: abs(r.new_by_itself[:, 0].mean()),
        at_most(1e-12),
        identity=True,
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"center_normalize": Drawing(draw, height=0.43, claims=CLAIMS)},
    source="LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, section 4.3",
)
