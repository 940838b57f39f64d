"""At a good learning rate four activation functions are alike; what differs is what too large a step does."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, between, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.sim.activations import Activation, elu, leaky_relu, relu, sigmoid, tanh
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import digits
from figgen.sim.initializers import Gaussian, kaiming_normal, xavier_normal
from figgen.sim.mlp import MLP
from figgen.sim.rates import divergence_allowed, errors_at_rates
from figgen.sim.training import accuracy, time_to_reach

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

# Maxout is no function of one number: its layers have twice the weights, and no `Activation` stands for it.
ACTIVATIONS = (relu, leaky_relu, elu, tanh, sigmoid)
LABELS = ("ReLU", "leaky ReLU", "ELU", "tanh", "sigmoid")
ALIKE = slice(0, 4)
"""All but the sigmoid."""

EXPONENTIALS = (False, False, True, True, True)
"""Which of them call for an exponential."""

RATES = (0.1, 0.3, 1.0, 3.0)
BOLD, TOO_BOLD = 2, 3
"""Learning rates beyond the best one, by their place in `RATES`."""

TARGET = 0.25
"""The training error to reach, that of `convergence`."""

DEAD = 1e-3
"""A unit that passes less of the gradient than this, whatever the image, is called dead."""

SIZES = (64, 64, 64, 10)
BATCH, TRAINED_ON = 64, 1400
WATCHED = 20
"""At how many steps the training error is measured, at equal ratios."""

FAR_APART = 0.1
"""Accuracies of replicas whose lowest and highest differ by more than this are shown with both."""

MEASURED_ON = 400
"""On how many of the training digits: on all of them it would take as long as the training."""


@dataclass(frozen=True, slots=True)
class Params:
    """How long, and how often."""

    epochs: int = param(8, "passes over the training digits", at_least=6, at_most=100)
    replicas: int = param(5, "networks for each activation and learning rate", at_least=1, at_most=50)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Networks with each of `ACTIVATIONS`, trained at each of `RATES`.

    Attributes:
        accuracy: Share of the test digits recognised, the replicas' median, (5, 4).
        spread: The lowest and the highest of these shares, (5, 4, 2).
        reached: Epochs until the replicas' median training error is `TARGET`; infinite if never, (5, 4).
        dead: Share of dead units, the mean of the replicas that did not diverge; NaN if all did, (5, 4).
        epochs: Passes over the training digits.
    """

    accuracy: FloatArray
    spread: FloatArray
    reached: FloatArray
    dead: FloatArray
    epochs: int

    @property
    def best_accuracy(self) -> FloatArray:
        """The accuracy of each activation at its best rate, (5,)."""
        best: FloatArray = self.accuracy.max(axis=1)
        return best

    @property
    def best_epochs(self) -> FloatArray:
        """The fewest epochs to the target, (5,); where it was never reached, all that were made."""
        best: FloatArray = np.minimum(self.reached.min(axis=1), self.epochs)
        return best

    def of(self, values: FloatArray, name: str) -> FloatArray:
        """Return the row of the activation called `name`."""
        row: FloatArray = values[[activation.name for activation in ACTIVATIONS].index(name)]
        return row


def simulate(params: Params, rng: np.random.Generator) -> Result:
    images, labels = digits()
    order = rng.permutation(len(images))
    x, labels = images[order] / np.float32(16), labels[order]  # pixels from 0 to 1, as they come
    rows = [_train(rng, params, activation, x, labels) for activation in ACTIVATIONS]
    shares, reached, dead = (np.stack(of_activations) for of_activations in zip(*rows, strict=True))
    return Result(
        accuracy=np.median(shares, axis=-1),
        spread=np.stack([shares.min(axis=-1), shares.max(axis=-1)], axis=-1),
        reached=reached,
        dead=dead,
        epochs=params.epochs,
    )


def init(activation: Activation) -> Gaussian:
    """Return the initial weights that suit an activation."""
    return kaiming_normal() if activation in (relu, leaky_relu) else xavier_normal()


def _train(
    rng: np.random.Generator, params: Params, activation: Activation, x: FloatArray, labels: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return each replica's accuracy, (4, R), time to the target and share of dead units, (4,) each."""
    network = MLP(rng, SIZES, activation, init(activation), replicas=(len(RATES), params.replicas))
    steps_an_epoch = math.ceil(TRAINED_ON / BATCH)
    watched = np.unique(np.geomspace(4, params.epochs * steps_an_epoch, WATCHED).round().astype(int))
    x_train, labels_train = x[:TRAINED_ON], labels[:TRAINED_ON]
    errors = errors_at_rates(
        network,
        RATES,
        x_train,
        labels_train,
        watched=watched,
        measured_on=MEASURED_ON,
        batch_size=BATCH,
        rng=rng,
    )  # (T, 4, R)
    with divergence_allowed():
        shares = accuracy(network(x[TRAINED_ON:]), labels[TRAINED_ON:])
        network(x_train)
        dead = dead_share(activation, network.pre_activations)
    reached = time_to_reach(TARGET, np.median(errors, axis=-1), watched / steps_an_epoch)
    return shares, reached, _mean_of_numbers(dead)


def dead_share(activation: Activation, pre_activations: list[FloatArray]) -> FloatArray:
    """Return the share of units through which no sample sends `DEAD` of the gradient.

    Args:
        activation: Of the units.
        pre_activations: Their inputs, layer by layer, (..., N, H).

    Returns:
        Shares, (...); NaN where an input is not finite.
    """
    most = np.concatenate([activation.derivative(z).max(axis=-2) for z in pre_activations], axis=-1)
    finite = np.all([np.isfinite(z).all(axis=(-2, -1)) for z in pre_activations], axis=0)
    share: FloatArray = np.where(finite, (most < DEAD).mean(axis=-1), np.nan)
    return share


def _mean_of_numbers(values: FloatArray) -> FloatArray:
    """Return the mean over the last axis of all that is not NaN, or NaN."""
    numbers = np.isfinite(values)
    total, count = np.where(numbers, values, 0).sum(axis=-1), numbers.sum(axis=-1)
    mean: FloatArray = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD

    panels = figure.subplots(1, 4, sharey=True, width_ratios=(4, 4, 1.1, 3))
    _draw_table(panels[0], result.accuracy, GOOD, tr("Test accuracy"), tr, result.spread)
    _draw_table(panels[1], result.dead, BAD, tr("Dead units"), tr)
    for axes in panels[:2]:
        axes.set_xticks(np.arange(len(RATES)) + 0.5, [tr.number(rate) for rate in RATES])
        axes.set_xlabel(tr("learning rate"))
    _draw_exponentials(panels[2], tr)
    _draw_epochs(panels[3], result, tr)
    panels[0].set_yticks(np.arange(len(LABELS)) + 0.5, LABELS)
    panels[0].invert_yaxis()
    for axes in panels:
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    best = tr.percent(result.best_accuracy[-1], 2)
    title = tr("At the right rate four are alike; the sigmoid only reaches {accuracy}", accuracy=best)
    headline(figure, title)


def _draw_table(
    axes: "Axes",
    shares: FloatArray,
    colour: str,
    title: str,
    tr: "Translator",
    spread: FloatArray | None = None,
) -> None:
    """Write shares into cells that are the darker the larger they are, with their spread where it is wide."""
    from matplotlib.colors import LinearSegmentedColormap, Normalize

    from figgen.plotting.palette import LIGHT_GREY

    colours = LinearSegmentedColormap.from_list(title, ["white", colour]).with_extremes(bad=LIGHT_GREY)
    lighter = Normalize(0, 1.6)  # only the pale colours, on which black can be read
    axes.pcolormesh(shares, cmap=colours, norm=lighter, edgecolors="white", linewidth=1)
    for (row, column), share in np.ndenumerate(shares):
        text = "–" if np.isnan(share) else tr.percent(round(float(share), 2), 2)
        wide = spread is not None and np.ptp(spread[row, column]) > FAR_APART
        axes.text(column + 0.5, row + (0.3 if wide else 0.5), text, ha="center", va="center_baseline")
        if spread is not None and wide:
            _write_spread(axes, spread[row, column], (column + 0.5, row + 0.77), tr)
    axes.set_title(title)


def _write_spread(axes: "Axes", spread: FloatArray, place: tuple[float, float], tr: "Translator") -> None:
    """Write the lowest and the highest share, (2,), in per cent."""
    low, high = (tr.number(round(100 * float(share))) for share in spread)
    axes.text(*place, f"{low}–{high}", ha="center", va="center_baseline")


def _draw_exponentials(axes: "Axes", tr: "Translator") -> None:
    for row, needed in enumerate(EXPONENTIALS):
        text = tr("yes") if needed else tr("no")
        axes.text(0.5, row + 0.5, text, ha="center", va="center_baseline")
    axes.set_title("exp()")
    axes.set_xticks([])


def _draw_epochs(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Draw the epochs at the best rate as bars; where the target was never reached, more than all."""
    from figgen.experiments.palette import ACTIVATION_COLOURS

    rows = np.arange(len(ACTIVATIONS)) + 0.5
    colours = [ACTIVATION_COLOURS[activation.name] for activation in ACTIVATIONS]
    axes.barh(rows, result.best_epochs, height=0.7, color=colours)
    for row, epochs, reached in zip(rows, result.best_epochs, result.reached.min(axis=1), strict=True):
        text = tr.number(epochs, 2) if np.isfinite(reached) else f"> {tr.number(epochs, 2)}"
        write_beside(axes, text, (epochs, row), (0.4, 0), va="center_baseline")
    axes.set_xlim(0, 1.4 * result.best_epochs.max())  # room for the last number
    axes.set_xticks([])
    axes.set_title(tr("Epochs to 25%"))


def _unsteadiness(result: Result) -> float:
    """Return how far ReLU's and leaky ReLU's accuracies spread at the bold rate, the smaller of both."""
    spreads = np.ptp(result.spread[:, BOLD], axis=-1)
    return float(min(result.of(spreads, "relu"), result.of(spreads, "leaky_relu")))


CLAIMS = (
    Claim(
        "alike",
        "Each at its best rate, ReLU, leaky ReLU, ELU and tanh are within {value} percentage points.",
        lambda r: np.ptp(r.best_accuracy[ALIKE]),
        at_most(0.05),
        unit="points",
    ),
    Claim(
        "sigmoid_behind",
        "The sigmoid's test accuracy is {value} percentage points below that of the worst of these four.",
        lambda r: r.best_accuracy[ALIKE].min() - r.best_accuracy[-1],
        at_least(0.04),
        unit="points",
    ),
    Claim(
        "sigmoid_slow",
        "To 25% training error the sigmoid takes at least {value} times as many epochs as any of these.",
        lambda r: r.best_epochs[-1] / r.best_epochs[ALIKE].max(),
        at_least(3),
    ),
    Claim(
        "relu_dead",
        "At learning rate 1, {value} of the ReLUs are dead.",
        lambda r: r.of(r.dead, "relu")[BOLD],
        at_least(0.15),
        unit="%",
    ),
    Claim(
        "relu_dead_small",
        "At learning rate 0.1 it is {value}.",
        lambda r: r.of(r.dead, "relu")[0],
        between(0.01, 0.15),
        unit="%",
    ),
    Claim(
        "others_alive",
        "With the other four, the largest share of dead units at learning rates up to 0.3 is {value}.",
        lambda r: np.delete(r.dead, 0, axis=0)[:, :BOLD].max(),
        at_most(0.01),
        unit="%",
    ),
    Claim(
        "leaky_alive",
        "Unless training diverges, the largest share of dead leaky ReLUs at any learning rate is {value}.",
        lambda r: np.nanmax(r.of(r.dead, "leaky_relu")),
        at_most(0),
        identity=True,
        unit="%",
    ),
    Claim(
        "unsteady",
        "At rate 1 equal networks, of ReLU or leaky ReLU, are {value} percentage points of accuracy apart.",
        _unsteadiness,
        at_least(0.02),
        unit="points",
    ),
    Claim(
        "elu_dead",
        "ELU is not immune: at learning rate 1, {value} are dead.",
        lambda r: r.of(r.dead, "elu")[BOLD],
        at_least(0.5),
        unit="%",
    ),
    Claim(
        "too_bold",
        "At learning rate 3 the best of ReLU, leaky ReLU, ELU and tanh has a test accuracy of {value}.",
        lambda r: r.accuracy[ALIKE, TOO_BOLD].max(),
        at_most(0.25),
        unit="%",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(epochs=6, replicas=3),
    simulate=simulate,
    figures={"activation_advice": Drawing(draw, height=0.44, claims=CLAIMS)},
    source="CS231n notes, Neural Networks Part 1, for the advice",
)
