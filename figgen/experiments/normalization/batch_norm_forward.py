"""Batch normalisation gives each channel mean 0 and variance 1, then the mean and spread that are learnt."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, Reveal, at_most, between, close_to, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.sim.arrays import FloatArray
from figgen.sim.finite_differences import numerical_gradient
from figgen.sim.normalization import batch_norm, batch_norm_backward

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

EPS = 1e-5


@dataclass(frozen=True, slots=True)
class Params:
    """The size of the batch; the defaults are the lecture's N × D."""

    samples: int = param(16, "number N of samples in the batch", at_least=4, at_most=200)
    channels: int = param(5, "number D of channels; the last one is skewed", at_least=2, at_most=8)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """A batch before, within and after batch normalisation.

    Attributes:
        x: The batch, (N, D).
        normalised: x̂, the output where γ = 1 and β = 0, (N, D).
        output: y for the γ and β below, (N, D).
        mean: μ of each channel, (D,).
        variance: σ² of each channel, biased, (D,).
        gamma: Learnt scale of each channel, (D,).
        beta: Learnt shift of each channel, (D,).
        identity_error: Largest |y − x| where γ = √(σ² + ε) and β = μ.
        near_identity_error: Largest |y − x| where γ = σ and β = μ.
        gradient_error: Largest difference of backward pass and finite differences, over the largest gradient.
    """

    x: FloatArray
    normalised: FloatArray
    output: FloatArray
    mean: FloatArray
    variance: FloatArray
    gamma: FloatArray
    beta: FloatArray
    identity_error: float
    near_identity_error: float
    gradient_error: float


def simulate(params: Params, rng: np.random.Generator) -> Result:
    x = _draw_batch(params, rng)  # (N, D)
    mean, variance = x.mean(axis=0), ((x - x.mean(axis=0)) ** 2).mean(axis=0)
    gamma = np.geomspace(2, 0.5, params.channels)
    beta = np.linspace(2, -2, params.channels)
    return Result(
        x=x,
        normalised=batch_norm(x, np.ones_like(gamma), np.zeros_like(beta), EPS)[0],
        output=batch_norm(x, gamma, beta, EPS)[0],
        mean=mean,
        variance=variance,
        gamma=gamma,
        beta=beta,
        identity_error=_largest(batch_norm(x, np.sqrt(variance + EPS), mean, EPS)[0] - x),
        near_identity_error=_largest(batch_norm(x, np.sqrt(variance), mean, EPS)[0] - x),
        gradient_error=_gradient_error(x, gamma, beta, upstream=rng.normal(size=x.shape)),
    )


def _draw_batch(params: Params, rng: np.random.Generator) -> FloatArray:
    """Draw channels of various means and spreads, normal but for the last, which is exponential."""
    standard = rng.normal(size=(params.samples, params.channels))
    standard[:, -1] = rng.exponential(size=params.samples) - 1
    means, stds = np.linspace(-4, 5, params.channels), np.geomspace(0.6, 2, params.channels)
    return means + stds * standard


def _gradient_error(x: FloatArray, gamma: FloatArray, beta: FloatArray, upstream: FloatArray) -> float:
    """Compare the backward pass with central differences, in all three arguments."""

    def loss(x: FloatArray, gamma: FloatArray, beta: FloatArray) -> float:
        return float((upstream * batch_norm(x, gamma, beta, EPS)[0]).sum())

    numerical = (
        numerical_gradient(lambda value: loss(value, gamma, beta), x),
        numerical_gradient(lambda value: loss(x, value, beta), gamma),
        numerical_gradient(lambda value: loss(x, gamma, value), beta),
    )
    _, cache = batch_norm(x, gamma, beta, EPS)
    pairs = zip(batch_norm_backward(upstream, cache), numerical, strict=True)
    return max(_largest(ours - theirs) / _largest(theirs) for ours, theirs in pairs)


def skewness(x: FloatArray) -> FloatArray:
    """Return the third standardised moment of each channel, (D,), of a batch (N, D)."""
    centred = x - x.mean(axis=0)
    moment: FloatArray = (centred**3).mean(axis=0) / (centred**2).mean(axis=0) ** 1.5
    return moment


def _largest(x: FloatArray) -> float:
    return float(np.abs(x).max())


def draw(result: Result, figure: "Figure", tr: "Translator") -> Reveal:
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.frames import in_turn

    N, D = result.x.shape
    before, normalised, after = figure.subplots(1, 3, sharey=True)
    _draw_channels(before, result.x, BAD, tr)
    _draw_channels(normalised, result.normalised, GOOD, tr)
    _draw_channels(after, result.output, GOOD, tr)
    before.set_title(tr("input $x$: {N} × {D}", N=N, D=D))
    normalised.set_title(tr("normalised $\\hat{{x}}$: {N} × {D}", N=N, D=D))
    after.set_title(tr("output $y$: {N} × {D}", N=N, D=D))
    size = rf"\in \mathbb{{R}}^{{{D}}}$"
    _note(before, "left", tr("bars: $\\mu \\pm \\sigma$"), rf"$\mu, \sigma^2 {size}")
    _note(normalised, "left", r"$\hat{x} = (x - \mu)\,/\sqrt{\sigma^2 + \varepsilon}$")
    _note(after, "right", r"$y = \gamma\,\hat{x} + \beta$", rf"$\gamma, \beta {size}")
    which = tr("channel {number} is skewed", number=D)
    write_beside(before, which, (1, 0), (0, 0.6), xycoords="axes fraction", ha="right")
    before.set_ylabel(tr("value in the batch"))
    headline(figure, tr("Batch normalisation sets mean and spread, but keeps the shape"))
    return in_turn([[before], [normalised], [after]])


def _draw_channels(axes: "Axes", x: FloatArray, colour: str, tr: "Translator") -> None:
    """Draw each channel's samples as a strip of points, and its mean ± standard deviation beside it."""
    from figgen.plotting.palette import BLACK, LIGHT_GREY

    N, D = x.shape
    channel = np.arange(1, D + 1)
    axes.axhline(0, color=LIGHT_GREY, zorder=0)
    spread = np.tile(np.linspace(-0.12, 0.12, 4), N)[:N, np.newaxis]  # so that near values stay apart
    axes.plot((channel - 0.1 + spread).T, x.T, color=colour, marker="o", linestyle="none", alpha=0.5)
    axes.errorbar(channel + 0.25, x.mean(axis=0), x.std(axis=0), color=BLACK, fmt="s")
    axes.set_xticks(channel)
    axes.set_xlabel(tr("channel"))


def _note(axes: "Axes", side: Literal["left", "right"], *lines: str) -> None:
    """Write into one of the panel's upper corners."""
    x, indent = (0, 0.6) if side == "left" else (1, 0)
    for row, line in enumerate(lines):
        place = (indent, -0.4 - 1.7 * row)
        write_beside(axes, line, (x, 1), place, xycoords="axes fraction", ha=side, va="top")


CLAIMS = (
    Claim(
        "normalised_mean",
        "After normalisation no channel's mean is further from 0 than {value}.",
        lambda r: _largest(r.normalised.mean(axis=0)),
        at_most(1e-12),
    ),
    Claim(
        "normalised_variance",
        "After normalisation no channel's variance is further from 1 than {value}.",
        lambda r: _largest(r.normalised.var(axis=0) - 1),
        at_most(1e-3),
    ),
    Claim(
        "learnt_mean_and_spread",
        r"The output's means and standard deviations differ from $\beta$ and $\gamma$ by at most {value}.",
        lambda r: max(_largest(r.output.mean(axis=0) - r.beta), _largest(r.output.std(axis=0) - r.gamma)),
        at_most(1e-3),
    ),
    Claim(
        "shape_kept",
        "Normalisation changes the skewness of no channel by more than {value}.",
        lambda r: _largest(skewness(r.output) - skewness(r.x)),
        at_most(1e-9),
    ),
    Claim(
        "output_size",
        "The output is as large as the input, N × D: the ratio of their sizes is {value}.",
        lambda r: r.output.size / r.x.size,
        close_to(1, 0),
        identity=True,
    ),
    Claim(
        "gradient",
        "The backward pass differs from finite differences by at most {value} of the largest gradient.",
        lambda r: r.gradient_error,
        at_most(1e-5),
    ),
    Claim(
        "identity",
        r"With $\gamma = \sqrt{{\sigma^2 + \varepsilon}}$ and $\beta = \mu$ the output differs "
        "from the input by {value}.",
        lambda r: r.identity_error,
        at_most(1e-12),
    ),
    Claim(
        "near_identity",
        r"With $\gamma = \sigma$ and $\beta = \mu$ it is the identity only nearly: the output is "
        "off by up to {value}.",
        lambda r: r.near_identity_error,
        between(1e-6, 1e-3),
        only_if="ε is zero",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"batch_norm_forward": Drawing(draw, height=0.48, frames=3, claims=CLAIMS)},
    source="Ioffe and Szegedy 2015, Batch Normalization, algorithm 1 and section 3",
)
