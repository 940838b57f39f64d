"""Tiny gradients are not lost: an optimiser that rescales them learns where plain SGD stands still."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.plotting.ticks import FIFTHS, write_ticks
from figgen.sim.activations import sigmoid
from figgen.sim.arrays import FloatArray
from figgen.sim.data import Split, split_digits
from figgen.sim.initializers import xavier_normal
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.mlp import MLP
from figgen.sim.optimizers import Optimizer, adam, sgd
from figgen.sim.rates import at_best_rate, divergence_allowed
from figgen.sim.training import learning_curve

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from figgen.translation import Translator

SGD_RATES, ADAM_RATES = (0.1, 1.0, 10.0), (0.001, 0.003, 0.01)
BATCH_SIZE, CLASSES, WIDTH = 64, 10, 64
PLAIN, RESCALED = 0, 1


@dataclass(frozen=True, slots=True)
class Params:
    """A network of sigmoids, and how long it learns to read digits."""

    depth: int = param(4, "hidden layers", at_least=1, at_most=10)
    epochs: int = param(6, "passes over the training digits", at_least=2, at_most=50)
    replicas: int = param(4, "networks for each learning rate", at_least=2, at_most=50)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """The same networks, trained in two ways, each at the best of three learning rates.

    Attributes:
        accuracy: Test accuracy before the first epoch and after each, of SGD and Adam, (2, R, epochs + 1).
        first_to_last: How large the first layer's gradient is before training, relative to the last's.
    """

    accuracy: FloatArray
    first_to_last: float


def simulate(params: Params, rng: np.random.Generator) -> Result:
    split = split_digits(rng)
    seed = int(rng.integers(2**31))
    curves = [
        _learn(params, split, np.random.default_rng(seed), optimizer(rates), len(rates))
        for optimizer, rates in ((sgd, SGD_RATES), (adam, ADAM_RATES))
    ]  # each from the same weights, on the same batches
    return Result(np.array(curves), _first_to_last(_network(params, np.random.default_rng(seed), 1), split))


def _network(params: Params, rng: np.random.Generator, rates: int) -> MLP:
    sizes = (64, *params.depth * (WIDTH,), CLASSES)
    return MLP(rng, sizes, sigmoid, xavier_normal(), replicas=(rates, params.replicas))


def _learn(
    params: Params, split: Split, rng: np.random.Generator, optimizer: Optimizer, rates: int
) -> FloatArray:
    """Return the curves at the best learning rate, (R, epochs + 1)."""
    net = _network(params, rng, rates)
    with divergence_allowed():
        curve = learning_curve(net, optimizer, split, epochs=params.epochs, batch_size=BATCH_SIZE, rng=rng)
    return at_best_rate(np.moveaxis(curve, 0, -1))


def _first_to_last(net: MLP, split: Split) -> float:
    """Compare the norms of the weights' gradients over all training digits; the networks' median."""
    _, dlogits = softmax_cross_entropy(net(split.x_train), split.labels_train)
    gradients = net.backward(dlogits)  # of W and b of each layer in turn
    first, last = (np.linalg.norm(gradients[i], axis=(-2, -1)) for i in (0, -2))
    return float(np.median(first / last))


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.replicas import draw_replicas

    axes = figure.subplots()
    epochs = np.arange(result.accuracy.shape[-1])
    looks = ((BAD, "dashed", "s", tr("plain SGD")), (GOOD, "solid", "o", tr("Adam, which rescales them")))
    for curves, (colour, dash, marker, label) in zip(result.accuracy, looks, strict=True):
        draw_replicas(axes, epochs, curves, colour=colour, linestyle=dash, marker=marker)
        place = (epochs[-2], curves.mean(axis=0)[-2])
        write_beside(axes, label, place, (0, 1), color=colour, ha="center", va="bottom")
    axes.set(ylim=(0, 1.19), xlabel=tr("epoch"), ylabel=tr("test accuracy"))
    write_ticks(axes.yaxis, FIFTHS, tr.percent)
    headline(figure, tr("What sigmoids leave of the gradient is enough, if it is rescaled"))


CLAIMS = (
    Claim(
        "first_to_last",
        "Before training the first layer's gradient is {value} of the last's.",
        lambda r: r.first_to_last,
        at_most(0.05),
        unit="%",
    ),
    Claim(
        "plain",
        "Plain SGD stays at chance: at the best of three learning rates it recognises {value}.",
        lambda r: r.accuracy[PLAIN, :, -1].mean(),
        at_most(0.3),
        unit="%",
    ),
    Claim(
        "rescaled",
        "From the same weights Adam gets to {value}.",
        lambda r: r.accuracy[RESCALED, :, -1].mean(),
        at_least(0.7),
        unit="%",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(replicas=2),
    simulate=simulate,
    figures={"tiny_gradients": Drawing(draw, height=0.42, claims=CLAIMS)},
    source="Kingma & Ba 2015, algorithm 1",
)
