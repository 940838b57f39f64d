"""How much faster ReLU converges than tanh depends on the inputs; it always beats the sigmoid."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.plotting.ticks import write_ticks
from figgen.sim.activations import Activation, relu, sigmoid, tanh
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import digits
from figgen.sim.initializers import Gaussian, kaiming_normal, normal, xavier_normal
from figgen.sim.mlp import MLP
from figgen.sim.rates import errors_at_rates
from figgen.sim.training import time_to_reach

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

ACTIVATIONS = (relu, tanh, sigmoid)
LABELS = ("ReLU", "tanh", "sigmoid")
RAW, STANDARDISED = range(2)
RATES = ((0.001, 0.003, 0.01, 0.03, 0.1), (0.1, 0.3, 1.0, 3.0, 10.0))
"""The learning rates that are tried on raw and on standardised pixels, from too small to too large."""

TARGET = 0.25
"""The training error at which Krizhevsky et al. 2012 compare, figure 1."""

ENOUGH = 0.1
"""The training error at which training ends."""

SIZES = (64, 64, 64, 64, 10)
BATCH, SAMPLES = 64, 1400
WATCHED = 25
"""At how many steps the training error is measured, at equal ratios."""

MEASURED_ON = 400
"""On how many of the training digits: on all of them it would take as long as the training."""


@dataclass(frozen=True, slots=True)
class Params:
    """How long, and how often."""

    epochs: int = param(12, "passes over the digits, unless fewer are enough", at_least=6, at_most=100)
    replicas: int = param(3, "networks for each activation and learning rate", at_least=1, at_most=50)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Training on raw and on standardised pixels, with each of `ACTIVATIONS`, at each of `RATES`.

    Attributes:
        epochs: When the error was measured, in passes over the data, (T,).
        error: Training error at the best learning rate, the replicas' median; NaN once training has ended,
            (2, 3, T).
        best_rate: The learning rate that reaches `TARGET` first, or else comes nearest to it, (2, 3).
        reached: Epochs until that error is at most `TARGET`, at each rate; infinite if never, (2, 3, 5).
        reached_by_each: The same of each replica at the best learning rate, (2, 3, R).
        saturated: Share of the outputs of tanh's first layer beyond ±0.99 before training, (2,).
    """

    epochs: FloatArray
    error: FloatArray
    best_rate: FloatArray
    reached: FloatArray
    reached_by_each: FloatArray
    saturated: FloatArray

    def epochs_to_target(self, inputs: int, name: str) -> float:
        """Return the epochs to `TARGET` at the best rate, or if it is never reached, all that were tried."""
        index = [activation.name for activation in ACTIVATIONS].index(name)
        return float(min(self.reached[inputs, index].min(), self.epochs[-1]))

    def ratio(self, inputs: int, name: str) -> float:
        """Return how many times as many epochs as ReLU an activation needs to reach `TARGET`."""
        return self.epochs_to_target(inputs, name) / self.epochs_to_target(inputs, "relu")

    def ratios(self, inputs: int, name: str) -> FloatArray:
        """Return the same for the networks in pairs, (R,)."""
        index = [activation.name for activation in ACTIVATIONS].index(name)
        each = np.minimum(self.reached_by_each[inputs], self.epochs[-1])
        ratios: FloatArray = each[index] / each[0]
        return ratios


def simulate(params: Params, rng: np.random.Generator) -> Result:
    inputs, labels = prepare(rng)
    total = params.epochs * math.ceil(SAMPLES / BATCH)
    watched = np.unique(np.geomspace(1, total, WATCHED).round().astype(int))
    epochs = watched * BATCH / SAMPLES
    errors = np.array(
        [
            [_train(rng, params, activation, index, (x, labels), watched) for activation in ACTIVATIONS]
            for index, x in enumerate(inputs)
        ]
    )  # (2, 3, T, 5, R)
    by_each = time_to_reach(TARGET, np.moveaxis(errors, 2, 0), epochs)  # (2, 3, 5, R)
    errors = np.median(errors, axis=-1)
    reached = time_to_reach(TARGET, np.moveaxis(errors, 2, 0), epochs)
    lowest = np.nanmin(errors, axis=2)  # decides between rates that never get there
    best = np.minimum(reached, epochs[-1] + lowest).argmin(axis=-1, keepdims=True)  # (2, 3, 1)
    return Result(
        epochs=epochs,
        error=np.take_along_axis(errors, best[:, :, np.newaxis], axis=-1)[..., 0],
        best_rate=np.take_along_axis(np.array(RATES)[:, np.newaxis], best, axis=-1)[..., 0],
        reached=reached,
        reached_by_each=np.take_along_axis(by_each, best[..., np.newaxis], axis=2)[:, :, 0],
        saturated=np.array([_saturated(rng, x, init(tanh, i)) for i, x in enumerate(inputs)]),
    )


def prepare(rng: np.random.Generator) -> tuple[tuple[FloatArray, FloatArray], IntArray]:
    """Choose digits at random, as pixels from 0 to 255 and standardised: (N, 64) each, labels (N,)."""
    images, labels = digits()
    chosen = rng.permutation(len(images))[:SAMPLES]
    raw = images[chosen] * np.float32(255 / 16)
    centred = raw - raw.mean(axis=0)
    return (raw, centred / centred.std()), labels[chosen]


def init(activation: Activation, inputs: int) -> Gaussian:
    """Return the initial weights: of std 0.05 for raw inputs, else those made for the activation."""
    if inputs == RAW:
        return normal(0.05)
    return kaiming_normal() if activation is relu else xavier_normal()


def _train(
    rng: np.random.Generator,
    params: Params,
    activation: Activation,
    inputs: int,
    data: tuple[FloatArray, IntArray],
    watched: IntArray,
) -> FloatArray:
    """Train replicas at every learning rate until enough is learnt at one of them.

    Returns:
        Training errors of the replicas, (T, 5, R); NaN after the end.
    """
    rates = RATES[inputs]
    replicas = (len(rates), params.replicas)
    network = MLP(rng, SIZES, activation, init(activation, inputs), replicas=replicas)
    return errors_at_rates(
        network,
        rates,
        *data,
        watched=watched,
        measured_on=MEASURED_ON,
        batch_size=BATCH,
        rng=rng,
        enough=ENOUGH,
    )


def _saturated(rng: np.random.Generator, x: FloatArray, init: Gaussian) -> float:
    return float(np.mean(np.abs(np.tanh(x @ init(rng, x.shape[1], SIZES[1]))) > 0.99))


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    titles = (tr("Raw pixels, weights of std 0.05"), tr("Standardised pixels, weights to match"))
    for index, (axes, title) in enumerate(zip(panels, titles, strict=True)):
        _draw_errors(axes, result, index, tr)
        axes.set_title(title)
        axes.set_xlabel(tr("epochs"))
    panels[0].set_ylabel(tr("training error"))
    panels[1].legend(loc=(0.3, 0.42))
    raw, other = (tr.number(result.ratio(i, "tanh"), 2) for i in (RAW, STANDARDISED))
    title = tr(
        "Tanh takes {raw}× ReLU's epochs on raw pixels, {other}× on standardised ones", raw=raw, other=other
    )
    headline(figure, title)


def _draw_errors(axes: "Axes", result: Result, inputs: int, tr: "Translator") -> None:
    """Draw the error with each activation over the epochs, with a mark where it reaches the target."""
    from figgen.experiments.palette import ACTIVATION_COLOURS, ACTIVATION_DASHES
    from figgen.plotting.palette import GREY

    axes.axhline(TARGET, color=GREY, linewidth=0.8, linestyle="dotted")
    for activation, label, error in zip(ACTIVATIONS, LABELS, result.error[inputs], strict=True):
        colour, dash = ACTIVATION_COLOURS[activation.name], ACTIVATION_DASHES[activation.name]
        axes.plot(result.epochs, error, color=colour, linestyle=dash, label=label)
        if np.nanmin(error) <= TARGET:
            first = np.flatnonzero(error <= TARGET)[0]
            place = (result.epochs[first], error[first])
            axes.plot(*place, color=colour, marker="o")
            is_below = inputs == RAW or activation is tanh
            offset, side = ((-0.4, -1.1), "right") if is_below else ((0.5, 0.9), "left")
            write_beside(axes, tr.number(place[0], 2), place, offset, color=colour, ha=side)
    axes.set(xscale="log", ylim=(0, 1))
    ticks = [tick for tick in (0.1, 1, 10) if tick <= result.epochs[-1]]
    write_ticks(axes.xaxis, ticks, tr.number)
    write_ticks(axes.yaxis, (0, TARGET, 0.5, 0.75, 1), tr.percent)


CLAIMS = (
    Claim(
        "raw_saturated",
        "Raw pixels: before training, {value} of the outputs of tanh's first layer are beyond ±0.99.",
        lambda r: r.saturated[RAW],
        at_least(0.8),
        unit="%",
    ),
    Claim(
        "raw_tanh",
        "Raw pixels: to 25% training error tanh takes {value} times as many epochs as ReLU.",
        lambda r: r.ratio(RAW, "tanh"),
        at_least(1.5),
        only_if="inputs or weights saturate tanh",
    ),
    Claim(
        "raw_sigmoid",
        "Raw pixels: the sigmoid takes at least {value} times as many epochs as ReLU.",
        lambda r: r.ratio(RAW, "sigmoid"),
        at_least(3),
    ),
    Claim(
        "standardised_saturated",
        "Standardised pixels: before training, {value} of these outputs are beyond ±0.99.",
        lambda r: r.saturated[STANDARDISED],
        at_most(0.05),
        unit="%",
    ),
    Claim(
        "standardised_tanh",
        "Standardised pixels: to 25% training error tanh takes only {value} times as many epochs as ReLU.",
        lambda r: r.ratio(STANDARDISED, "tanh"),
        at_most(1),
    ),
    Claim(
        "standardised_sigmoid",
        "Standardised pixels: the sigmoid takes {value} times as many epochs as ReLU.",
        lambda r: r.ratio(STANDARDISED, "sigmoid"),
        at_least(5),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(epochs=6, replicas=1),
    simulate=simulate,
    figures={"convergence": Drawing(draw, height=0.45, claims=CLAIMS)},
    source="Krizhevsky, Sutskever and Hinton 2012, figure 1",
)
