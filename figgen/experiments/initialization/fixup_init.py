"""Fixup: residual blocks that start as the identity learn without normalisation, however many there are."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import (
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
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import Split, split_digits
from figgen.sim.initializers import kaiming_normal
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.network_initializers import fixup
from figgen.sim.optimizers import sgd
from figgen.sim.rates import at_best_rate, curves_at_rates
from figgen.sim.residual import ResidualNetwork

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

HE, FIXUP = range(2)
SHALLOW, DEEP = range(2)
LEARNING_RATES = (0.01, 0.03, 0.1)
"""Each start is judged at the best of these."""

SEEN = 256
"""Training digits on which the untrained networks are measured, and their first steps."""

FIRST_STEPS = 2
"""The first step moves the network's last matrix only, which is zero until then; the second every branch."""

STEPPERS = 12
"""Networks of each depth that make these steps."""


@dataclass(frozen=True, slots=True)
class Params:
    """Sizes of the networks, and of their training."""

    shallow: int = param(10, "residual blocks of the shallow networks", at_least=2, at_most=12)
    deep: int = param(30, "residual blocks of the deep networks", at_least=16, at_most=60)
    width: int = param(48, "units of a block", at_least=10, at_most=500)
    epochs: int = param(4, "passes over the training digits", at_least=1, at_most=50)
    replicas: int = param(2, "networks for each learning rate, trained at once", at_least=1, at_most=50)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """First axis: He's weights, then Fixup's. Depths: shallow, then deep.

    Attributes:
        growth: (2, networks, deep + 1) mean square of the deep networks' signal before each block and after
            the last one, over the first's.
        loss: (2,) loss of the untrained deep networks in nats, their median.
        blocks: (2,) residual blocks of the shallow networks, and of the deep ones.
        accuracy: (2, depths, rates, replicas, epochs + 1) test accuracy before and after each epoch.
        update: (depths, STEPPERS) root mean square that the blocks of Fixup's `STEPPERS` add to the signal
            after `FIRST_STEPS`, over that of the signal before them.
        moved: (STEPPERS, deep) norm of the last matrix of each of the deep networks' branches by then.
    """

    growth: FloatArray
    loss: FloatArray
    blocks: IntArray
    accuracy: FloatArray
    update: FloatArray
    moved: FloatArray

    def best(self, start: int, depth: int) -> FloatArray:
        """Return the accuracy at the best learning rate, (replicas, epochs + 1)."""
        return at_best_rate(self.accuracy[start, depth])

    def final(self, start: int, depth: int) -> float:
        """Return the accuracy after the last epoch at the best learning rate, the replicas' mean."""
        return float(self.best(start, depth)[:, -1].mean())


def simulate(params: Params, rng: np.random.Generator) -> Result:
    split = split_digits(rng)
    growth, losses, accuracy = [], [], []
    blocks = np.array([params.shallow, params.deep])
    replicas = (len(LEARNING_RATES), params.replicas)
    for start in (HE, FIXUP):
        deep = _network(start, params.deep, params, rng, replicas)
        loss = softmax_cross_entropy(deep(split.x_train[:SEEN]), split.labels_train[:SEEN])[0]
        mean_square = np.stack([np.square(h).mean(axis=(-2, -1)).ravel() for h in deep.hidden], axis=-1)
        growth.append(mean_square / mean_square[:, :1])
        losses.append(np.median(loss))
        networks = (_network(start, params.shallow, params, rng, replicas), deep)
        accuracy.append(
            [
                curves_at_rates(net, LEARNING_RATES, split, epochs=params.epochs, batch_size=64, rng=rng)
                for net in networks
            ]
        )
    few, many = (_first_steps(count, params, split, rng) for count in (params.shallow, params.deep))
    update = np.stack([few[0], many[0]])
    return Result(np.array(growth), np.array(losses), blocks, np.array(accuracy), update, moved=many[1])


def _first_steps(
    blocks: int, params: Params, split: Split, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Make the first steps of Fixup's networks, at the largest rate, on the digits seen.

    Returns:
        What their blocks add to the signal, (networks,), and how far each one's last matrix is from zero,
        (networks, blocks).
    """
    net = _network(FIXUP, blocks, params, rng, replicas=(STEPPERS,))
    optimizer = sgd((LEARNING_RATES[-1],) * STEPPERS)
    x, labels = split.x_train[:SEEN], split.labels_train[:SEEN]
    for _ in range(FIRST_STEPS):
        optimizer(net.parameters, net.backward(softmax_cross_entropy(net(x), labels)[1]))
    net(x)
    before, after = net.hidden[0], net.hidden[-1]
    added = np.sqrt(np.square(after - before).mean(axis=(-2, -1)) / np.square(before).mean(axis=(-2, -1)))
    moved = np.stack([np.linalg.norm(block.weights[-1], axis=(-2, -1)) for block in net.blocks], axis=-1)
    return added, moved


def _network(
    start: int, blocks: int, params: Params, rng: np.random.Generator, replicas: tuple[int, ...]
) -> ResidualNetwork:
    net = ResidualNetwork(rng, (64, params.width, 10), blocks, kaiming_normal(), replicas=replicas)
    if start == FIXUP:
        fixup(net)
    return net


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    signal, learning = figure.subplots(1, 2)
    _draw_growth(signal, result, tr)
    _draw_learning(learning, result, tr)
    headline(figure, tr("Kaiming's blocks each double the signal's mean square; Fixup's keep it"))


def _draw_growth(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD, THEORY
    from figgen.plotting.replicas import draw_replicas

    blocks = np.arange(result.growth.shape[-1])
    he = result.growth[HE]
    draw_replicas(axes, blocks, he, colour=BAD, centre=np.median, marker="s", markevery=5)
    axes.plot(blocks, np.median(result.growth[FIXUP], axis=0), color=GOOD, marker="o", markevery=5)
    axes.plot(blocks, 2.0**blocks, color=THEORY, linestyle="dotted")
    axes.set(xlabel=tr("residual blocks passed"), ylabel=tr("mean square of the signal"), yscale="log")
    half = len(blocks) // 2
    write_beside(axes, "$2^l$", (half, 2.0**half), (-0.5, 1), ha="right", color=THEORY)
    write_beside(axes, tr("Kaiming"), (half, np.median(he[:, half])), (1, -2), color=BAD)
    write_beside(axes, "Fixup", (half, 1), (0, 0.9), color=GOOD)


def _draw_learning(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments.learning import name_accuracy
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.replicas import draw_replicas

    epochs = np.arange(result.accuracy.shape[-1])
    shallow, deep = map(int, result.blocks)
    curves = (
        (FIXUP, DEEP, GOOD, "o", "solid", tr("Fixup, {n} blocks", n=deep)),
        (HE, SHALLOW, BAD, "^", "dashed", tr("Kaiming, {n} blocks", n=shallow)),
        (HE, DEEP, BAD, "s", "solid", tr("Kaiming, {n} blocks", n=deep)),
    )
    for start, depth, colour, marker, dash, label in curves:
        accuracy = result.best(start, depth)
        draw_replicas(axes, epochs, accuracy, colour=colour, linestyle=dash, marker=marker, label=label)
    name_accuracy(axes, tr)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 0.12))


CLAIMS = (
    Claim(
        "doubling",
        "With Kaiming's weights each residual block multiplies the signal's mean square by {value}.",
        lambda r: float(np.exp(np.log(r.growth[HE, :, -1]).mean() / (r.growth.shape[-1] - 1))),
        between(1.7, 2.1),
    ),
    Claim(
        "identity",
        "With Fixup all blocks together multiply the mean square by {value}: they start as the identity.",
        lambda r: float(r.growth[FIXUP, :, -1].max()),
        close_to(1, 1e-6),
        identity=True,
    ),
    Claim(
        "first_update",
        "After two steps, deep networks' blocks add {value} times as much to the signal as shallow ones'.",
        lambda r: float(np.median(r.update[DEEP]) / np.median(r.update[SHALLOW])),
        between(0.7, 1.43),
    ),
    Claim(
        "first_block",
        "By then the first block's last matrix has moved {value} times as far as the last block's.",
        lambda r: float(np.median(r.moved[:, 0] / r.moved[:, -1])),
        between(0.5, 2),
    ),
    Claim(
        "he_loss",
        "With Kaiming's weights the deep network's loss before training is {value}.",
        lambda r: r.loss[HE],
        at_least(100),  # its spread is one of factors: seeds lie within a few of the median, far above
    ),
    Claim(
        "fixup_loss",
        "With Fixup the loss before training is {value}, ln 10: all ten digits are equally likely.",
        lambda r: r.loss[FIXUP],
        close_to(math.log(10), 1e-5),
    ),
    Claim(
        "he_deep",
        "Kaiming's weights: no learning rate trains the deep network; it recognises {value}.",
        lambda r: r.final(HE, DEEP),
        at_most(0.2),
        unit="%",
    ),
    Claim(
        "he_shallow",
        "The shallow network learns from Kaiming's weights, too: it recognises {value}.",
        lambda r: r.final(HE, SHALLOW),
        at_least(0.5),
        unit="%",
    ),
    Claim(
        "fixup_deep",
        "With Fixup the deep network recognises {value}.",
        lambda r: r.final(FIXUP, DEEP),
        at_least(0.85),
        unit="%",
    ),
    Claim(
        "fixup_depth",
        "Depth costs Fixup next to nothing: {value} percentage points from the shallow to the deep network.",
        lambda r: r.final(FIXUP, SHALLOW) - r.final(FIXUP, DEEP),
        at_most(0.08),
        unit="points",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(shallow=6, deep=20, epochs=3, replicas=1),
    simulate=simulate,
    figures={"fixup_init": Drawing(draw, height=0.45, claims=CLAIMS)},
    source="Zhang, Dauphin and Ma 2019, section 3",
)
