"""Batch normalisation makes a deep network learn from starts, and by steps, at which it otherwise fails."""

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
    param,
    validate,
)
from figgen.plotting.labels import headline
from figgen.sim.activations import relu
from figgen.sim.arrays import FloatArray
from figgen.sim.data import Split, split_digits
from figgen.sim.initializers import kaiming_normal
from figgen.sim.mlp import MLP
from figgen.sim.normalization import BatchNorm
from figgen.sim.optimizers import sgd
from figgen.sim.rates import divergence_allowed
from figgen.sim.training import evaluate, train_on

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

RATES = np.array([0.03, 0.1, 0.3, 1.0, 3.0])
"""Learning rates of the grid."""

SCALES = np.array([0.25, 0.5, 1.0, 2.0, 4.0])
"""Initial weights of the hidden layers over Kaiming's, of the grid."""

CURVE_RATES = np.array([0.1, 0.3, 1.0])
"""Learning rates of the learning curves, at Kaiming's scale."""

KAIMING = list(SCALES).index(1)
PLAIN, NORMALISED = 0, 1
LEARNS = 0.5
"""Test accuracy from which a network counts as one that learns; guessing gives a tenth."""

SMOOTHED = 10
"""Steps over which a learning curve is averaged."""


@dataclass(frozen=True, slots=True)
class Params:
    """Sizes of the networks and of their training."""

    depth: int = param(8, "hidden layers", at_least=2, at_most=20)
    width: int = param(48, "units of a hidden layer", at_least=8, at_most=512)
    epochs: int = param(3, "passes over the training digits", at_least=1, at_most=50)
    batch_size: int = param(64, "samples of a step", at_least=8, at_most=700)
    replicas: int = param(8, "networks over which curves are averaged", at_least=1, at_most=100)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Networks without batch norm (index 0 of each array) and with it (index 1).

    Attributes:
        accuracy: Test accuracy of a network after training, (2, rates, scales).
        loss: Training loss in nats before each step, replicas averaged, (2, curve rates, steps); not finite
            where a network diverged.
    """

    accuracy: FloatArray
    loss: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    split = split_digits(rng)
    rates = np.broadcast_to(CURVE_RATES[:, np.newaxis], (len(CURVE_RATES), params.replicas))
    accuracies, losses = [], []
    for batch_norm in (False, True):
        net, _ = _train(params, split, batch_norm, RATES[:, np.newaxis], SCALES, rng)
        with divergence_allowed():
            accuracies.append(evaluate(net, split))
        _, loss = _train(params, split, batch_norm, rates, np.array(1.0), rng)
        losses.append(loss.mean(axis=-1).T)
    return Result(np.stack(accuracies), np.stack(losses))


def _train(
    params: Params,
    split: Split,
    batch_norm: bool,
    rates: FloatArray,
    scales: FloatArray,
    rng: np.random.Generator,
) -> tuple[MLP, FloatArray]:
    """Train a network for each of the learning rates and scales, which broadcast to the replicas.

    Returns:
        The networks, and the losses before each step, (steps, ...).
    """
    rates, scales = np.broadcast_arrays(rates, scales)
    net = _network(params, batch_norm, rates.shape, rng)
    for W in net.weights[:-1]:
        W *= scales[..., np.newaxis, np.newaxis]
    with divergence_allowed():
        losses = train_on(net, sgd(rates), split, epochs=params.epochs, batch_size=params.batch_size, rng=rng)
    return net, losses


def _network(params: Params, batch_norm: bool, replicas: tuple[int, ...], rng: np.random.Generator) -> MLP:
    sizes = (64, *[params.width] * params.depth, 10)
    return MLP(rng, sizes, relu, kaiming_normal(), replicas=replicas, norm=BatchNorm if batch_norm else None)


# Claims ---------------------------------------------------------------------------------------------------


def best_curve(result: Result, network: int) -> int:
    """Return the index of the learning rate whose curve ends lowest; one that diverged does not count."""
    ends = np.array([smooth(loss)[-1] for loss in result.loss[network]])
    return int(np.argmin(np.nan_to_num(ends, nan=np.inf)))


def steps_to_plain(result: Result, network: int, rate: int) -> int:
    """Return after how many steps a curve is as low as the best one without batch norm ends."""
    target = smooth(result.loss[PLAIN, best_curve(result, PLAIN)])[-1]
    loss = smooth(result.loss[network, rate])
    reached = np.flatnonzero(loss <= target)
    return int(reached[0]) + 1 if len(reached) else len(loss)


def smooth(loss: FloatArray) -> FloatArray:
    """Average each loss of (steps,) with those before it, SMOOTHED steps in all or as many as there are."""
    averages: FloatArray = np.array(
        [loss[max(0, end - SMOOTHED) : end].mean() for end in range(1, len(loss) + 1)]
    )
    return averages


def _speed_up(result: Result, rate: int) -> float:
    """Return how many times fewer steps batch norm needs to where the best network without it ends."""
    best = best_curve(result, PLAIN)
    return steps_to_plain(result, PLAIN, best) / steps_to_plain(result, NORMALISED, rate)


def _at_large_rates(result: Result, network: int) -> FloatArray:
    """Return the accuracies at learning rates of 1 and more, from Kaiming's weights."""
    accuracies: FloatArray = result.accuracy[network, RATES >= 1, KAIMING]
    return accuracies


def _best_off_scale(result: Result, network: int) -> FloatArray:
    """Return the best accuracy over the learning rates for each scale but Kaiming's, (scales - 1,)."""
    best: FloatArray = np.delete(result.accuracy[network].max(axis=0), KAIMING)
    return best


# Figures --------------------------------------------------------------------------------------------------


def draw_grid(result: Result, figure: "Figure", tr: "Translator") -> None:
    panels = figure.subplots(1, 2, sharey=True)
    titles = ("without batch norm: {mean} on average", "with batch norm: {mean} on average")
    for axes, shares, title in zip(panels, result.accuracy, titles, strict=True):
        _draw_shares(axes, shares, tr)
        axes.set_title(tr(title, mean=tr.percent(round(shares.mean(), 2))))
        axes.set_xticks(range(len(SCALES)), [tr.number(scale) for scale in SCALES])
        axes.set_xlabel(tr("initial weights relative to Kaiming's"))
    panels[0].set_yticks(range(len(RATES)), [tr.number(rate) for rate in RATES])
    panels[0].set_ylabel(tr("learning rate"))
    without, normalised = (shares.mean() for shares in result.accuracy)
    title = "With batch norm nearly every start and step learns; without it, few do"
    if without > 0.3 or normalised < 0.7:
        title = "With batch norm more starts and steps learn than without it"
    headline(figure, tr(title))


def _draw_shares(axes: "Axes", shares: FloatArray, tr: "Translator") -> None:
    """Draw accuracies, (rates, scales), as shades with their numbers, the lowest rate at the bottom."""
    from matplotlib import rcParams

    from figgen.plotting.palette import BLACK

    size = rcParams["xtick.labelsize"]
    axes.imshow(shares, cmap="cividis", vmin=0, vmax=1, origin="lower", aspect="auto")
    for (row, column), share in np.ndenumerate(shares):
        colour = BLACK if share > LEARNS else "white"
        text = tr.percent(round(share, 2))
        axes.text(column, row, text, color=colour, ha="center", va="center_baseline", fontsize=size)
    axes.tick_params(length=0)


def draw_curves(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.palette import GREY

    plain, own = best_curve(result, PLAIN), best_curve(result, NORMALISED)
    axes = figure.subplots()
    target = smooth(result.loss[PLAIN, plain])[-1]
    axes.axhline(target, color=GREY, linestyle="dotted")
    for network, rate, colour, dash, marker in (
        (PLAIN, plain, BAD, "solid", "s"),
        (NORMALISED, plain, GOOD, "dashed", "^"),
        (NORMALISED, own, GOOD, "solid", "o"),
    ):
        loss, steps = smooth(result.loss[network, rate]), steps_to_plain(result, network, rate)
        name = tr("with batch norm") if network == NORMALISED else tr("without batch norm")
        label = tr("{network}, learning rate {rate}", network=name, rate=tr.number(CURVE_RATES[rate]))
        whole = np.arange(min(SMOOTHED, len(loss)), len(loss) + 1)  # where all steps of the average exist
        (line,) = axes.plot(whole, loss[whole - 1], color=colour, linestyle=dash, label=label)
        line.set(marker=marker, markevery=[max(0, steps - whole[0])])
    axes.set(xlim=(0, None), ylim=(0, None), xlabel=tr("steps of learning"), ylabel=tr("training loss"))
    axes.legend(loc="upper right")
    times = tr.number(_speed_up(result, own), 2)
    axes.set_title(
        tr("Batch norm, at its larger learning rate, needs {times} times fewer steps", times=times)
    )


GRID_CLAIMS = (
    Claim(
        "grid_without",
        "Without batch norm the mean accuracy over all learning rates and weights' scales is {value}.",
        lambda r: r.accuracy[PLAIN].mean(),
        at_most(0.3),
        unit="%",
    ),
    Claim(
        "grid_with",
        "With batch norm the mean over the same grid is {value}.",
        lambda r: r.accuracy[NORMALISED].mean(),
        at_least(0.7),
        unit="%",
    ),
    Claim(
        "large_rates_without",
        "At learning rates of 1 and 3, without batch norm, Kaiming's weights get to {value} at best.",
        lambda r: _at_large_rates(r, PLAIN).max(),
        at_most(0.45),
        unit="%",
    ),
    Claim(
        "large_rates_with",
        "At both of these rates, with batch norm, they get to {value} at least.",
        lambda r: _at_large_rates(r, NORMALISED).min(),
        at_least(0.5),
        unit="%",
    ),
    Claim(
        "scales_without",
        "Without batch norm, weights off Kaiming's scale get to {value} at best, at any learning rate.",
        lambda r: _best_off_scale(r, PLAIN).max(),
        at_most(0.5),
        unit="%",
    ),
    Claim(
        "scales_with",
        "With batch norm each scale has a learning rate that gets it to at least {value}.",
        lambda r: _best_off_scale(r, NORMALISED).min(),
        at_least(0.8),
        unit="%",
    ),
)

CURVES_CLAIMS = (
    Claim(
        "same_rate",
        "At the same learning rate, 0.1, batch norm saves little: without it {value} times as "
        "many steps are needed.",
        lambda r: _speed_up(r, 0),
        between(0.6, 1.6),
        only_if="the larger step that it allows is taken",
    ),
    Claim(
        "own_rate",
        "At its own best learning rate it saves more: without it {value} times as many steps are needed.",
        lambda r: _speed_up(r, best_curve(r, NORMALISED)),
        at_least(1.2),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(replicas=3),
    simulate=simulate,
    figures={
        "batch_norm_grid": Drawing(
            draw_grid,
            height=0.45,
            claims=GRID_CLAIMS,
            explore=Explore(
                "depth",
                (2, 4, 8, 16),
                look=(
                    "With two layers most starts and steps learn without batch norm, too. With sixteen, "
                    "even batch norm no longer saves all of them."
                ),
            ),
        ),
        "batch_norm_curves": Drawing(draw_curves, height=0.45, claims=CURVES_CLAIMS),
    },
    source="Ioffe and Szegedy 2015, Batch Normalization, section 4.2",
)
