"""Six layers learn slowly from bad initial weights; twenty do not learn at all."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import (
    Bound,
    Claim,
    Drawing,
    Experiment,
    at_least,
    at_most,
    between,
    close_to,
    param,
    validate,
)
from figgen.plotting.labels import headline, write_beside
from figgen.plotting.ticks import FIFTHS, write_ticks
from figgen.sim.activations import Activation, relu, tanh
from figgen.sim.arrays import FloatArray
from figgen.sim.data import Split, split_digits
from figgen.sim.initializers import kaiming_normal, normal, xavier_normal
from figgen.sim.meanfield import mean_field
from figgen.sim.mlp import MLP
from figgen.sim.optimizers import sgd
from figgen.sim.signal import Signal, measure_signal
from figgen.sim.training import evaluate, train_on

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

WIDTH = 64
DEPTHS = (6, 20)
"""Hidden layers: as many as the lecture's network has, and enough to see what it hides."""

SHALLOW, DEEP = range(2)


@dataclass(frozen=True, slots=True)
class Start:
    """One of the lecture's starts: its label, its activation, and σ_w: the weights' std times √fan_in."""

    label: str
    activation: Activation
    sigma_w: float


_FAN_IN = 4096  # of the lecture's layers, for which it chooses the std
STARTS = {
    "small": Start("tanh, small", tanh, normal(0.01).std(_FAN_IN) * math.sqrt(_FAN_IN)),
    "large": Start("tanh, large", tanh, normal(0.05).std(_FAN_IN) * math.sqrt(_FAN_IN)),
    "xavier": Start("tanh, Xavier", tanh, xavier_normal().std(_FAN_IN) * math.sqrt(_FAN_IN)),
    "xavier_relu": Start("ReLU, Xavier", relu, xavier_normal().std(_FAN_IN) * math.sqrt(_FAN_IN)),
    "kaiming": Start("ReLU, Kaiming", relu, kaiming_normal().std(_FAN_IN) * math.sqrt(_FAN_IN)),
}

SAMPLES, NARROW, NARROW_DEPTH = 16, 500, 10  # the lecture's listing, but deeper and narrower
NARROW_STDS = (0.01, xavier_normal().std(NARROW), 1.0)
SMALL, XAVIER, HUGE = range(3)
WIDE, WIDE_DEPTH, WIDE_STD = _FAN_IN, 6, 0.05


ALIKE_NETWORKS, ALIKE_DIGITS = 8, 30
"""Networks, and digits in each, for the question how alike different digits become on their way."""


@dataclass(frozen=True, slots=True)
class Params:
    """How the networks learn."""

    epochs: int = param(3, "passes over the training digits", at_least=1, at_most=50)
    batch_size: int = param(64, "samples a step", at_least=8, at_most=700)
    learning_rate: float = param(0.03, "step size of the gradient descent", at_least=0.01, at_most=0.3)
    replicas: int = param(3, "networks of each depth and start, trained at once", at_least=1, at_most=50)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """What the lecture's starts learn, and tanh networks of ten layers of 500 before any learning.

    Attributes:
        accuracy: Test accuracy for DEPTHS and STARTS, (2, 5, replicas).
        gradient_rms: Root mean square of dL/dW in the layers of 500, for NARROW_STDS, (3, 10).
        theory_gradient_rms: The same by mean-field theory, (3, 10).
        local_gradient: Mean tanh′ in their last layer, (3,).
        narrow_saturated: Share of units with |h| > 0.99 in the layers of 500, std 1, (10,).
        wide_saturated: The same in the lecture's six layers of 4096, std 0.05, (6,).
        alike: Mean cosine of two digits' activations in the last of twenty hidden layers before training,
            with tanh and Xavier's weights, and with ReLU and Kaiming's, (2,).
        weights_apart: Distance of two replicas' first weights, over their size.
        orders_apart: The same where both start alike, after an epoch on digits in orders of their own.
    """

    accuracy: FloatArray
    gradient_rms: FloatArray
    theory_gradient_rms: FloatArray
    local_gradient: FloatArray
    narrow_saturated: FloatArray
    wide_saturated: FloatArray
    alike: FloatArray
    weights_apart: float
    orders_apart: float

    def learnt(self, depth: int, start: str) -> float:
        """Return the mean accuracy of a depth and a start."""
        return float(self.accuracy[depth, list(STARTS).index(start)].mean())


def simulate(params: Params, rng: np.random.Generator) -> Result:
    split = split_digits(rng)
    narrow = [_signal(rng, std, NARROW, NARROW_DEPTH) for std in NARROW_STDS]
    theory = [mean_field(tanh, std * math.sqrt(NARROW), NARROW_DEPTH, SAMPLES) for std in NARROW_STDS]
    return Result(
        accuracy=np.array([_learn(params, rng, split, depth) for depth in DEPTHS]),
        gradient_rms=np.array([signal.gradient_rms for signal in narrow]),
        theory_gradient_rms=np.array([field.gradient_rms for field in theory]),
        local_gradient=np.array([signal.local_gradient[-1] for signal in narrow]),
        narrow_saturated=narrow[HUGE].flat_share,
        wide_saturated=_signal(rng, WIDE_STD, WIDE, WIDE_DEPTH).flat_share,
        alike=np.array([_alike(rng, STARTS[name], split) for name in ("xavier", "kaiming")]),
        **_independence(params, rng, split),
    )


def _alike(rng: np.random.Generator, start: Start, split: Split) -> float:
    """Return the mean cosine of pairs of digits in the last hidden layer of the deep network."""
    net = _network(rng, start.activation, np.full(ALIKE_NETWORKS, start.sigma_w), DEPTHS[DEEP])
    net(split.x_test[:ALIKE_DIGITS])
    h = start.activation(net.pre_activations[-1])  # (networks, digits, WIDTH)
    h = h / np.linalg.norm(h, axis=-1, keepdims=True)
    cosines = h @ np.swapaxes(h, -1, -2)
    return float(cosines[:, *np.triu_indices(ALIKE_DIGITS, 1)].mean())


def _independence(params: Params, rng: np.random.Generator, split: Split) -> dict[str, float]:
    """Look at two replicas: do they start, and then learn, each by chance of its own?"""
    net = _network(rng, tanh, np.ones(2), DEPTHS[SHALLOW])
    weights_apart = _distance(net)
    for parameter in net.parameters:
        parameter[1] = parameter[0]
    train_on(net, sgd(params.learning_rate), split, epochs=1, batch_size=params.batch_size, rng=rng)
    return {"weights_apart": weights_apart, "orders_apart": _distance(net)}


def _distance(net: MLP) -> float:
    """Return the distance of two replicas' first weights, over the first one's norm."""
    one, other = net.weights[0]
    return float(np.linalg.norm(one - other) / np.linalg.norm(one))


def _signal(rng: np.random.Generator, std: float, width: int, depth: int) -> Signal:
    """Measure the lecture's listing in another size; its histograms are not used."""
    size = (SAMPLES, width, depth)
    return measure_signal(rng, tanh, std, size=size, activation_range=(-1, 1), gradient_range=(-1, 1))


def _learn(params: Params, rng: np.random.Generator, split: Split, depth: int) -> FloatArray:
    """Train networks from each of STARTS, those of one activation as a stack; return accuracies, (5, R)."""
    accuracies = []
    for activation in (tanh, relu):  # in the order of STARTS
        sigma_w = [start.sigma_w for start in STARTS.values() if start.activation is activation]
        net = _network(rng, activation, np.repeat(sigma_w, params.replicas), depth)
        step, batch_size = sgd(params.learning_rate), params.batch_size
        train_on(net, step, split, epochs=params.epochs, batch_size=batch_size, rng=rng)
        accuracies.append(evaluate(net, split))
    return np.concatenate(accuracies).reshape(len(STARTS), params.replicas)


def _network(rng: np.random.Generator, activation: Activation, sigma_w: FloatArray, depth: int) -> MLP:
    """Draw networks with a σ_w of their own: what Xavier's weights, of σ_w = 1, are multiplied by."""
    sizes = (64, *[WIDTH] * depth, 10)
    net = MLP(rng, sizes, activation, xavier_normal(), replicas=sigma_w.shape)
    for W in net.weights:
        W *= sigma_w[:, np.newaxis, np.newaxis].astype(W.dtype)
    return net


def draw_learning(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS
    from figgen.plotting.palette import GREY, LIGHT_GREY

    axes = figure.subplots()
    rows = np.arange(len(STARTS))
    axes.axvline(0.1, color=GREY, linestyle="dotted")
    for row, (start, shallow, deep) in enumerate(zip(STARTS.values(), *result.accuracy, strict=True)):
        colour = ACTIVATION_COLOURS[start.activation.name]
        axes.plot([deep.min(), shallow.max()], [row, row], color=LIGHT_GREY, zorder=0)
        axes.plot(shallow, [row] * len(shallow), "o", color=colour, markerfacecolor="white")
        axes.plot(deep, [row] * len(deep), "s", color=colour)
    axes.set_yticks(rows, [tr(start.label) for start in STARTS.values()])
    axes.tick_params(axis="y", length=0)
    write_ticks(axes.xaxis, FIFTHS, tr.percent)
    axes.set(
        xlim=(0, 1),
        ylim=(len(STARTS) - 0.4, -0.4),
        xlabel=tr("test digits recognised after a short training"),
    )
    place = (0.1, len(STARTS) - 0.5)
    write_beside(axes, tr("chance"), place, (0.3, 0), color=GREY)
    handles = [
        axes.plot([], [], marker, color=GREY, markerfacecolor=face)[0]
        for marker, face in (("o", "white"), ("s", GREY))
    ]
    labels = [tr("{depth} hidden layers", depth=depth) for depth in DEPTHS]
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    headline(figure, tr("Six layers learn from any start, if slowly; twenty only from a good one"))


def draw_narrow(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.layers import CurveStyle, draw_curves
    from figgen.experiments.palette import ACTIVATION_COLOURS

    colour = ACTIVATION_COLOURS["tanh"]
    labels = (tr("std {std}", std=tr.number(0.01)), tr("Xavier"), tr("std {std}", std=tr.number(1)))
    styles = [CurveStyle(label, colour, marker) for label, marker in zip(labels, "vo^", strict=True)]
    gradients, saturated = figure.subplots(1, 2)
    draw_curves(gradients, styles, result.gradient_rms, result.theory_gradient_rms, tr)
    gradients.set_ylabel(tr("rms of the entries of dL/dW"))
    gradients.set_title(tr("Gradients, 10 layers of 500"))
    _draw_saturated(saturated, result, tr)
    headline(figure, tr("Ten layers of 500: gradients do vanish at std 0.01, and explode at std 1"))


def _draw_saturated(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS

    colour = ACTIVATION_COLOURS["tanh"]
    shares = {
        tr("10 × 500, std {std}", std=tr.number(1)): (result.narrow_saturated, "^"),
        tr("6 × 4096, std {std}", std=tr.number(WIDE_STD)): (result.wide_saturated, "o"),
    }
    for label, (share, marker) in shares.items():
        layers = np.arange(1, len(share) + 1)
        axes.plot(layers, share, marker, color=colour, linestyle="solid")
        place = (NARROW_DEPTH / 2, share.min())
        write_beside(axes, label, place, (0, -0.8), ha="center", va="top", color=colour)
    write_ticks(axes.yaxis, FIFTHS, tr.percent)
    axes.set(ylim=(0, 1), xlabel=tr("layer"), xticks=range(1, NARROW_DEPTH + 1, 2))
    axes.set_title(tr("Share of units with |h| > 0.99"))


def _learns(name: str, statement: str, depth: int, start: str, bound: Bound) -> Claim:
    return Claim(name, statement, lambda r: r.learnt(depth, start), bound, unit="%")


LEARNING_CLAIMS = (
    _learns(
        "small_shallow",
        "Six layers, tanh, small weights: they learn, if slowly; they recognise {value}.",
        SHALLOW,
        "small",
        at_least(0.25),
    ),
    _learns(
        "xavier_shallow",
        "Six layers, tanh, Xavier's weights: in the same time they recognise {value}.",
        SHALLOW,
        "xavier",
        at_least(0.7),
    ),
    _learns(
        "small_deep",
        "Twenty layers, tanh, small weights: no learning; they recognise {value}.",
        DEEP,
        "small",
        at_most(0.2),
    ),
    _learns(
        "large_deep",
        "Twenty layers, tanh, large weights: little learning; they recognise {value}.",
        DEEP,
        "large",
        at_most(0.5),
    ),
    _learns(
        "xavier_deep",
        "Twenty layers, tanh, Xavier's weights: they learn; they recognise {value}.",
        DEEP,
        "xavier",
        at_least(0.55),
    ),
    _learns(
        "xavier_relu_deep",
        "Twenty layers, ReLU, Xavier's weights: no learning; they recognise {value}.",
        DEEP,
        "xavier_relu",
        at_most(0.2),
    ),
    Claim(
        "kaiming_gain",
        "Twenty layers, ReLU: Kaiming's weights are {value} percentage points ahead of Xavier's.",
        lambda r: r.learnt(DEEP, "kaiming") - r.learnt(DEEP, "xavier_relu"),
        at_least(0.05),
        unit="points",
    ),
    Claim(
        "kaiming_alike",
        "After twenty layers of ReLU and Kaiming's weights two digits have a cosine of {value} on average.",
        lambda r: r.alike[1],
        at_least(0.9),
    ),
    Claim(
        "xavier_alike",
        "After twenty layers of tanh and Xavier's weights it is {value}.",
        lambda r: r.alike[0],
        at_most(0.2),
    ),
    Claim(
        "own_weights",
        "Networks with the same start have weights of their own: {value} of their norm apart, "
        r"about $\sqrt{{2}}$.",
        lambda r: r.weights_apart,
        close_to(math.sqrt(2), 0.1),
    ),
    Claim(
        "own_order",
        "From equal weights, an epoch in orders of their own leads networks {value} of their norm apart.",
        lambda r: r.orders_apart,
        at_least(0.001),
    ),
)

NARROW_CLAIMS = (
    Claim(
        "narrow_small",
        r"Ten layers of 500, std 0.01: the rms of $\partial L/\partial W$ is {value} in the layer "
        "where it is largest.",
        lambda r: r.gradient_rms[SMALL].max(),
        between(4e-6, 8e-6),
    ),
    Claim(
        "narrow_small_ratio",
        "Ten layers of 500: with Xavier's weights it is larger by a factor of {value}.",
        lambda r: (r.gradient_rms[XAVIER] / r.gradient_rms[SMALL]).mean(),
        between(1e5, 3e5),
    ),
    Claim(
        "narrow_saturated",
        "Ten layers of 500, std 1: in the last layer {value} of the units are saturated.",
        lambda r: r.narrow_saturated[-1],
        between(0.87, 0.93),
        unit="%",
    ),
    Claim(
        "narrow_explosion",
        r"Ten layers of 500, std 1: yet towards the input $\partial L/\partial W$ grows by "
        "{value} orders of magnitude.",
        lambda r: np.log10(r.gradient_rms[HUGE, 0] / r.gradient_rms[HUGE, -1]),
        between(4, 6),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(replicas=2),
    simulate=simulate,
    figures={
        "init_learning": Drawing(draw_learning, height=0.42, claims=LEARNING_CLAIMS),
        "init_deep_narrow": Drawing(draw_narrow, height=0.44, claims=NARROW_CLAIMS),
    },
    source="Glorot and Bengio 2010; He et al. 2015, section 2.2; CS231n, lecture on training neural networks",
)
