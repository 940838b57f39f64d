"""Each of the lecture's four pieces of advice lets a deep network learn faster than those before it."""

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.plotting.ticks import FIFTHS, write_ticks
from figgen.sim.activations import Activation, relu, sigmoid
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import Split, digits
from figgen.sim.initializers import Initializer, kaiming_normal, normal
from figgen.sim.mlp import MLP
from figgen.sim.normalization import BatchNorm
from figgen.sim.rates import curves_at_rates

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

TRAIN_SAMPLES = 1400
BATCH_SIZE = 64
CLASSES = 10

WORKS = 0.7
"""A learning rate works if it ends above this accuracy; guessing gives 0.1."""


@dataclass(frozen=True, slots=True)
class Params:
    """The network and its training, the same at each step but for what the advice changes."""

    depth: int = param(6, "hidden layers", at_least=1, at_most=20)
    width: int = param(64, "units of a hidden layer", at_least=8, at_most=512)
    guessed_std: float = param(
        0.1, "standard deviation of the weights before Kaiming's", at_least=1e-3, at_most=1
    )
    learning_rates: tuple[float, ...] = param(
        (0.01, 0.03, 0.1, 0.3, 1.0), "learning rates tried", at_least=1e-4
    )
    epochs: int = param(8, "passes over the training digits", at_least=2, at_most=50)
    replicas: int = param(3, "networks for each learning rate, averaged", at_least=1, at_most=20)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Test accuracy on the way from no advice to all four.

    Attributes:
        learning_rates: The learning rates tried, (L,).
        accuracy: Mean over the replicas after each epoch, for each of STEPS and rate, (5, epochs, L).
    """

    learning_rates: FloatArray
    accuracy: FloatArray

    def best(self, step: int) -> FloatArray:
        """Return the accuracy after each epoch, (epochs,), with the learning rate that is best just then."""
        best: FloatArray = self.accuracy[step].max(axis=1)
        return best

    def working(self, step: int) -> float:
        """Return the share of the learning rates that work."""
        return float((self.accuracy[step, -1] >= WORKS).mean())

    def speed(self, step: int) -> float:
        """Return the accuracy of the best learning rates, averaged over the epochs: sooner is higher."""
        return float(self.best(step).mean())

    def gain(self, step: int) -> float:
        """Return by how many percentage points this average exceeds that of the step before."""
        return 100 * (self.speed(step) - self.speed(step - 1))


@dataclass(frozen=True, slots=True)
class Step:
    """A network that follows one piece of advice more than the one before, and how it is shown."""

    label: str
    activation: Activation
    centred: bool
    kaiming: bool
    batch_norm: bool


STEPS = (
    Step("sigmoid, raw pixels,\nguessed weights", sigmoid, False, False, False),
    Step("+ ReLU", relu, False, False, False),
    Step("+ centred data", relu, True, False, False),
    Step("+ Kaiming's weights", relu, True, True, False),
    Step("+ batch normalisation", relu, True, True, True),
)
NOTHING, RELU, CENTRED, KAIMING, ALL = range(5)


def simulate(params: Params, rng: np.random.Generator) -> Result:
    images, labels = digits()
    order = rng.permutation(len(images))
    raw, labels = images[order], labels[order]
    centred = raw - raw[:TRAIN_SAMPLES].mean(axis=0)
    curves = [
        _learn(step, params, _split(centred if step.centred else raw, labels), deepcopy(rng))
        for step in STEPS
    ]  # each from the same random numbers: weights differ in scale only, batches not at all
    return Result(np.array(params.learning_rates), np.stack(curves))


def _split(x: FloatArray, labels: IntArray) -> Split:
    return Split(x[:TRAIN_SAMPLES], labels[:TRAIN_SAMPLES], x[TRAIN_SAMPLES:], labels[TRAIN_SAMPLES:])


def _learn(step: Step, params: Params, split: Split, rng: np.random.Generator) -> FloatArray:
    """Train with all learning rates at once.

    Returns:
        Test accuracy after each epoch for each learning rate, (epochs, L).
    """
    init: Initializer = kaiming_normal() if step.kaiming else normal(params.guessed_std)
    rates, epochs = params.learning_rates, params.epochs
    sizes = (split.x_train.shape[1], *params.depth * (params.width,), CLASSES)
    norm = BatchNorm if step.batch_norm else None
    net = MLP(rng, sizes, step.activation, init, replicas=(len(rates), params.replicas), norm=norm)
    curves = curves_at_rates(net, rates, split, epochs=epochs, batch_size=BATCH_SIZE, rng=rng)
    mean: FloatArray = curves[..., 1:].mean(axis=1).T
    return mean


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    over_epochs, over_rates = figure.subplots(1, 2, width_ratios=(1, 1.2))
    _draw_curves(over_epochs, result, tr)
    _draw_table(over_rates, result, tr)
    headline(figure, tr("Each piece of advice speeds learning; with all, each learning rate tried works"))


def _draw_curves(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Draw the accuracy over the epochs, each curve with its number where it begins."""
    from figgen.experiments.palette import ACTIVATION_COLOURS, GOOD
    from figgen.plotting.palette import BLACK, GREY

    colours = (ACTIVATION_COLOURS["sigmoid"], ACTIVATION_COLOURS["relu"], GREY, BLACK, GOOD)
    dashes = ("dotted", "dashed", "dashdot", "solid", "solid")
    epochs = np.arange(1, result.accuracy.shape[1] + 1)
    for step, (colour, dash, marker) in enumerate(zip(colours, dashes, "ov^Ds", strict=True)):
        curve = result.best(step)
        axes.plot(epochs, curve, color=colour, linestyle=dash, marker=marker)
        place = (epochs[0], curve[0])
        write_beside(axes, str(step), place, (-0.9, 0), color=colour, va="center", ha="right")
    axes.set(xlim=(epochs[0] - 1.4, epochs[-1] + 0.3), xticks=epochs, ylim=(0, 1.03))
    write_ticks(axes.yaxis, FIFTHS, tr.percent)
    axes.set(xlabel=tr("epoch"), ylabel=tr("test digits recognised, best learning rate"))


def _draw_table(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Write the final accuracies into fields, a row a network, a column a learning rate; darker is higher."""
    from figgen.plotting.palette import BLACK

    final = result.accuracy[:, -1]  # (5, L)
    axes.imshow(final, cmap="Blues", vmin=0, vmax=1.8, aspect="auto")  # no field too dark for black digits
    for row, column in np.ndindex(*final.shape):
        share = tr.percent(round(float(final[row, column]), 2), 2)
        axes.text(column, row, share, ha="center", va="center", color=BLACK)
    axes.set_yticks(range(len(STEPS)), [f"{step}  {tr(item.label)}" for step, item in enumerate(STEPS)])
    axes.set_xticks(range(final.shape[1]), [tr.number(rate) for rate in result.learning_rates])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(tr("recognised in the end"))
    axes.set_xlabel(tr("learning rate"))


CLAIMS = (
    Claim(
        "nothing",
        "Sigmoid, raw pixels, guessed weights: at best {value} of the digits are recognised.",
        lambda r: r.best(NOTHING).max(),
        at_most(0.2),
        unit="%",
    ),
    Claim(
        "relu",
        "ReLU instead of the sigmoid: on average over the epochs, {value} percentage points more.",
        lambda r: r.gain(RELU),
        at_least(40),
    ),
    Claim(
        "centred",
        "Centred data, too: on average over the epochs, another {value} percentage points more.",
        lambda r: r.gain(CENTRED),
        at_least(3),
    ),
    Claim(
        "kaiming",
        "Kaiming's weights, too: on average over the epochs, another {value} percentage points more.",
        lambda r: r.gain(KAIMING),
        at_least(0.3),
    ),
    Claim(
        "batch_norm",
        "Batch normalisation, too: on average over the epochs, another {value} percentage points more.",
        lambda r: r.gain(ALL),
        at_least(1),
    ),
    Claim(
        "few_step_sizes",
        "Before batch normalisation, {value} of the learning rates lead beyond 70%.",
        lambda r: r.working(KAIMING),
        at_most(0.8),  # not all five
        unit="%",
    ),
    Claim(
        "all_step_sizes",
        "With all the advice, {value} of the learning rates lead beyond 70%.",
        lambda r: r.working(ALL),
        at_least(1),
        unit="%",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(replicas=1),
    simulate=simulate,
    figures={"advice_step_by_step": Drawing(draw, height=0.5, claims=CLAIMS)},
    source="Glorot & Bengio 2010; He et al. 2015; Ioffe & Szegedy 2015",
)
