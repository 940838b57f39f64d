"""Layer-sequential unit variance: measure what a layer gives, divide its weights by it, go on to the next."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, between, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.plotting.ticks import FIFTHS, name_rows, write_ticks
from figgen.sim.activations import Activation, sigmoid, tanh
from figgen.sim.arrays import FloatArray
from figgen.sim.data import Split, split_digits
from figgen.sim.initializers import Initializer, orthogonal, xavier_normal
from figgen.sim.mlp import MLP
from figgen.sim.network_initializers import lsuv
from figgen.sim.rates import curves_at_rates

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

LEARNING_RATES = (0.03, 0.1)

SEEN = 256
"""Training digits by which the weights are set; the layers are then measured on as many others."""


@dataclass(frozen=True, slots=True)
class Params:
    """Sizes of the networks, and of their training."""

    layers: int = param(20, "hidden layers", at_least=4, at_most=50)
    width: int = param(48, "units of a hidden layer", at_least=10, at_most=500)
    epochs: int = param(3, "passes over the training digits", at_least=1, at_most=50)
    replicas: int = param(4, "networks for each learning rate, trained at once", at_least=1, at_most=50)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of `varying` and `accuracy` are the starts in the order of `_STARTS`.

    Attributes:
        stages: (4,) numbers of layers that LSUV has set, of tanh networks with orthonormal matrices.
        variance: (4, layers) variance of the layers' pre-activations at these stages, over digits and units.
        varying: (5,) share of the last hidden layer's variance that is between digits, not between units.
        accuracy: (5, rates, replicas) test accuracy after the last epoch.
    """

    stages: FloatArray
    variance: FloatArray
    varying: FloatArray
    accuracy: FloatArray

    def mean(self, start: int, rate: int = 0) -> float:
        """Return a start's accuracy at one of the learning rates, the replicas' mean."""
        return float(self.accuracy[start, rate].mean())


@dataclass(frozen=True, slots=True)
class Start:
    """A way to draw the weights, and whether LSUV then sets the variances."""

    label: str
    activation: Activation
    init: Initializer
    unit_variance: bool


_STARTS = (
    Start("tanh, Xavier", tanh, xavier_normal(), unit_variance=False),
    Start("… with variance 1", tanh, xavier_normal(), unit_variance=True),
    Start("tanh, orthonormal", tanh, orthogonal(), unit_variance=False),
    Start("tanh, LSUV", tanh, orthogonal(), unit_variance=True),
    Start("sigmoid, LSUV", sigmoid, orthogonal(), unit_variance=True),
)
_MARKERS = ("o", "^")
"""Of the learning rates."""

XAVIER, XAVIER_UNIT, ORTHONORMAL, LSUV, SIGMOID = range(5)


def simulate(params: Params, rng: np.random.Generator) -> Result:
    split = split_digits(rng)
    stages = np.array([0, params.layers // 4, params.layers // 2, params.layers])
    variance = _variance_at(stages, params, split, rng)
    seed = int(rng.integers(2**63))  # every start gets the same draws, and the digits in the same order
    runs = [_run(start, params, split, np.random.default_rng(seed)) for start in _STARTS]
    varying, accuracy = zip(*runs, strict=True)
    return Result(stages, variance, np.array(varying), np.array(accuracy))


def _network(start: Start, params: Params, rng: np.random.Generator) -> MLP:
    sizes, replicas = (64, *(params.width,) * params.layers, 10), (len(LEARNING_RATES), params.replicas)
    return MLP(rng, sizes, start.activation, start.init, replicas=replicas)


def _variance_at(stages: FloatArray, params: Params, split: Split, rng: np.random.Generator) -> FloatArray:
    """Return the layers' variances when LSUV has set the first few layers, (stages, layers)."""
    net = _network(_STARTS[LSUV], params, rng)
    before = [W.copy() for W in net.weights]
    lsuv(net, split.x_train[:SEEN])
    after = net.weights
    variances = []
    for stage in stages:
        net.weights = after[:stage] + before[stage:]
        net(split.x_train[SEEN : 2 * SEEN])
        variances.append([z.var(axis=(-2, -1)).mean() for z in net.pre_activations])
    return np.array(variances)


def _run(start: Start, params: Params, split: Split, rng: np.random.Generator) -> tuple[float, FloatArray]:
    """Return one start's rows of the `Result`."""
    net = _network(start, params, rng)
    if start.unit_variance:
        lsuv(net, split.x_train[:SEEN])
    net(split.x_train[SEEN : 2 * SEEN])
    last = net.pre_activations[-1]
    varying = last.var(axis=-2).mean() / last.var(axis=(-2, -1)).mean()
    curves = curves_at_rates(net, LEARNING_RATES, split, epochs=params.epochs, batch_size=64, rng=rng)
    return float(varying), curves[..., -1]


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    variance, accuracy = figure.subplots(1, 2, width_ratios=(1, 1.6))
    _draw_stages(variance, result, tr)
    _draw_starts(accuracy, result, tr)
    headline(figure, tr("LSUV sets the variance layer by layer; orthonormal weights alone do as well"))


def _draw_stages(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Draw the variance over the layers, with ever more of them set to 1."""
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.palette import GREY

    layers = np.arange(1, result.variance.shape[1] + 1)
    labels = [tr("before"), *(tr("{n} layers set", n=int(n)) for n in result.stages[1:-1]), tr("all set")]
    styles = ((BAD, "solid", "s"), (GREY, "dashed", "^"), (GREY, "dashdot", "v"), (GOOD, "solid", "o"))
    for variance, (colour, dash, marker), label in zip(result.variance, styles, labels, strict=True):
        axes.plot(layers, variance, color=colour, linestyle=dash, marker=marker)
        write_beside(axes, label, (layers[-1], variance[-1]), (0.7, 0), color=colour, va="center")
    axes.set(xlabel=tr("layer"), ylabel=tr("variance of the pre-activations"), yscale="log")
    axes.set_xticks(range(0, len(layers) + 1, 5))
    write_ticks(axes.yaxis, (0.02, 0.05, 0.1, 0.2, 0.5, 1), tr.number)


def _draw_starts(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Draw every network as a point in its start's row, with a marker for each learning rate."""
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.palette import GREY

    rows = np.array([0, 1, 2.4, 3.4, 4.8])
    colours = (BAD, GREY, GREY, GOOD, BAD)
    for row, colour, by_rate in zip(rows, colours, result.accuracy, strict=True):
        for shift, marker, shares in zip((-0.17, 0.17), _MARKERS, by_rate, strict=True):
            axes.plot(shares, np.full(len(shares), row + shift), marker, color=colour)
    for rate, marker in zip(LEARNING_RATES, _MARKERS, strict=True):
        axes.plot([], [], marker, color=GREY, label=tr("learning rate {rate}", rate=tr.number(rate)))
    axes.legend(loc="lower right")
    name_rows(axes, rows, [tr(start.label) for start in _STARTS])
    axes.set_xlim(0, 1)
    write_ticks(axes.xaxis, FIFTHS, tr.percent)
    axes.set_xlabel(tr("test accuracy"))


CLAIMS = (
    Claim(
        "decay",
        "With orthonormal weights, before LSUV, the last hidden layer's variance is down to {value}.",
        lambda r: r.variance[0, -1],
        at_most(0.06),
    ),
    Claim(
        "unit_variance",
        "After LSUV no layer's variance over new digits is further from 1 than {value}, on average.",
        lambda r: np.abs(r.variance[-1] - 1).max(),
        at_most(0.1),
    ),
    Claim(
        "accuracy",
        "At the learning rate 0.03 LSUV's networks recognise {value}.",
        lambda r: r.mean(LSUV),
        at_least(0.8),
        unit="%",
    ),
    Claim(
        "over_xavier",
        "At the learning rate 0.03 this is {value} percentage points more than with Xavier's weights.",
        lambda r: r.mean(LSUV) - r.mean(XAVIER),
        at_least(0.08),
        unit="points",
    ),
    Claim(
        "variance_alone",
        "Setting the variance of Xavier's Gaussian weights, and no more, gains {value} percentage points.",
        lambda r: r.mean(XAVIER_UNIT) - r.mean(XAVIER),
        at_least(0.02),
        unit="points",
    ),
    Claim(
        "orthonormal_alone",
        "Orthonormal weights without set variances do as well: LSUV gains {value} percentage points.",
        lambda r: r.mean(LSUV) - r.mean(ORTHONORMAL),
        between(-0.06, 0.06),
        unit="points",
    ),
    Claim(
        "sigmoid_signal",
        "With sigmoids only {value} of the variance lies between digits, the rest between units.",
        lambda r: r.varying[SIGMOID],
        at_most(1e-3),
    ),
    Claim(
        "sigmoid_accuracy",
        "LSUV's networks of sigmoids stay at chance: at either rate they recognise at most {value}.",
        lambda r: max(r.mean(SIGMOID, rate) for rate in range(len(LEARNING_RATES))),
        at_most(0.2),
        unit="%",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(layers=16, replicas=2),
    simulate=simulate,
    figures={"lsuv_init": Drawing(draw, height=0.45, claims=CLAIMS)},
    source="Mishkin and Matas 2016, algorithm 1",
)
