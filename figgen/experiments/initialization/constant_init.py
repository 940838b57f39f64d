"""Constant initial weights make all units of a layer alike, and learning keeps them so."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, close_to, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.sim.activations import tanh
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import split_digits
from figgen.sim.initializers import constant, xavier_normal
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.mlp import MLP
from figgen.sim.optimizers import sgd
from figgen.sim.training import accuracy, train

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

SIZES = (64, 32, 32, 10)
CONSTANTS = (0.0, 0.01, 0.5)
"""The constants, each the start of a network; a last network starts at random."""

DRAWN, RANDOM = 1, len(CONSTANTS)


@dataclass(frozen=True, slots=True)
class Params:
    """How the networks learn."""

    epochs: int = param(3, "passes over the training digits", at_least=1, at_most=50)
    batch_size: int = param(64, "samples a step", at_least=1, at_most=700)
    learning_rate: float = param(0.1, "step size of the gradient descent", at_least=0.01, at_most=1)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """The first axis is the network: one for each of CONSTANTS, then the one that starts at random.

    Attributes:
        weights: W of the first layer before the training and after each epoch, (4, epochs + 1, 64, 32).
        gradients: dL/dW of the first layer over all the training digits at the same moments, of one shape.
        later_change: Largest change of a weight beyond the first layer in the training, (4,).
        rank: Rank of the first layer's W after the training, (4,).
        loss: Loss of each step in nats, (steps, 4).
        accuracy: Share of the test digits that are recognised after the training, (4,).
    """

    weights: FloatArray
    gradients: FloatArray
    later_change: FloatArray
    rank: IntArray
    loss: FloatArray
    accuracy: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    split = split_digits(rng)
    x, x_test = split.x_train.astype(np.float64), split.x_test.astype(np.float64)
    net = _network(rng)
    start = [W.copy() for W in net.weights]
    step = sgd(params.learning_rate)
    weights, gradients, losses = [start[0]], [_gradient(net, x, split.labels_train)], []
    for _ in range(params.epochs):
        losses.append(
            train(net, step, x, split.labels_train, epochs=1, batch_size=params.batch_size, rng=rng)
        )
        weights.append(net.weights[0].copy())
        gradients.append(_gradient(net, x, split.labels_train))
    changes = [np.abs(W - W0).max(axis=(-2, -1)) for W, W0 in zip(net.weights, start, strict=True)]
    return Result(
        weights=np.stack(weights, axis=1),
        gradients=np.stack(gradients, axis=1),
        later_change=np.max(changes[1:], axis=0),
        rank=np.linalg.matrix_rank(net.weights[0]),
        loss=np.concatenate(losses),
        accuracy=accuracy(net(x_test), split.labels_test),
    )


def _network(rng: np.random.Generator) -> MLP:
    """Stack the networks: float64, so that units that should be alike are so to the last bit."""
    net = MLP(rng, SIZES, tanh, xavier_normal(), replicas=(len(CONSTANTS) + 1,), dtype=np.float64)
    for W in net.weights:
        W[:RANDOM] = [constant(c)(rng, *W.shape[-2:]) for c in CONSTANTS]
    return net


def _gradient(net: MLP, x: FloatArray, labels: IntArray) -> FloatArray:
    """Return dL/dW of the first layer over all of `x`, (4, 64, 32)."""
    _, dlogits = softmax_cross_entropy(net(x), labels)
    return net.backward(dlogits)[0]


def _spread(units: FloatArray) -> float:
    """Return how much units, the last axis, differ in any of their weights."""
    return float(np.ptp(units, axis=-1).max())


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    grid = figure.add_gridspec(2, 4, width_ratios=(1, 1, 1, 1.05))
    epochs = result.weights.shape[1] - 1
    columns = (
        (result.weights[:, 0], tr("$W$, epoch {epoch}", epoch=0)),
        (result.weights[:, -1], tr("$W$, epoch {epoch}", epoch=epochs)),
        (result.gradients[:, -1], tr("$dL/dW$, epoch {epoch}", epoch=epochs)),
    )
    names = {DRAWN: tr("all {value}", value=tr.number(CONSTANTS[DRAWN])), RANDOM: tr("random")}
    for row, (network, name) in enumerate(names.items()):
        for column, (matrices, title) in enumerate(columns):
            axes = figure.add_subplot(grid[row, column])
            _draw_matrix(axes, matrices[network], tr)
            axes.set_title("" if row else title, loc="center")
            axes.set_ylabel("" if column else tr("{name}\nunits", name=name))
    _draw_losses(figure.add_subplot(grid[:, 3]), result.loss, names, tr)
    headline(figure, tr("After a constant start all {units} units of a layer stay alike", units=SIZES[1]))


def _draw_matrix(axes: "Axes", matrix: FloatArray, tr: "Translator") -> None:
    """Draw (64, 32) weights as an image with a row a unit, in colours that reach to the largest of them."""
    from matplotlib.colors import LinearSegmentedColormap

    from figgen.plotting.palette import BLUE, VERMILLION

    limit = np.abs(matrix).max()
    signs = LinearSegmentedColormap.from_list("signs", [BLUE, "white", VERMILLION])
    axes.imshow(matrix.T, cmap=signs, vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    axes.set_xlabel(tr("colours ±{limit}", limit=tr.number(limit, 2)))


def _draw_losses(axes: "Axes", loss: FloatArray, names: dict[int, str], tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD

    for (network, name), colour, dash in zip(names.items(), (BAD, GOOD), ("dashed", "solid"), strict=True):
        axes.plot(loss[:, network], color=colour, linestyle=dash)
        place = (0.7 * len(loss), loss[len(loss) // 2 :, network].max())
        write_beside(axes, name, place, (0, 0.3), ha="center", color=colour)
    axes.set(xlabel=tr("step"), ylim=(0, 1.25 * math.log(SIZES[-1])))
    axes.set_title(tr("loss"), loc="center")


CLAIMS = (
    Claim(
        "weights_alike",
        "Trained from a constant, the first layer's units keep equal weights: they are {value} apart.",
        lambda r: _spread(r.weights[:RANDOM, -1]),
        at_most(1e-9),
    ),
    Claim(
        "gradients_alike",
        "In that training the units' gradients are equal, too: the largest difference is {value}.",
        lambda r: _spread(r.gradients[:RANDOM]),
        at_most(1e-9),
    ),
    Claim(
        "rank",
        "After training from a constant, the first layer's matrix has a rank of {value}.",
        lambda r: r.rank[:RANDOM].max(),
        at_most(1),
    ),
    Claim(
        "random_rank",
        "After training from random weights its rank is {value}, as many as it has units.",
        lambda r: r.rank[RANDOM],
        close_to(SIZES[1], 0),
    ),
    Claim(
        "zero_stays",
        "Weights that all start at 0 stay there: the largest is {value} in the end.",
        lambda r: np.abs(r.weights[0, -1]).max() + r.later_change[0],
        at_most(0),
    ),
    Claim(
        "constant_accuracy",
        "From the best of the constants the network recognises {value} of the test digits.",
        lambda r: r.accuracy[:RANDOM].max(),
        at_most(0.25),
        unit="%",
    ),
    Claim(
        "random_accuracy",
        "From random weights the same network recognises {value} of the test digits.",
        lambda r: r.accuracy[RANDOM],
        at_least(0.8),
        unit="%",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"constant_init": Drawing(draw, height=0.42, claims=CLAIMS)},
    source="CS231n notes, Neural networks part 2, Weight initialization",
)
