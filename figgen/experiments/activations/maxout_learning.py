"""Maxout learns as well as ReLU, for twice the parameters, which ReLU can use as well."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, between, param, validate
from figgen.plotting.labels import headline
from figgen.plotting.ticks import name_rows
from figgen.sim.activations import maxout, maxout_backward, relu
from figgen.sim.arrays import FloatArray
from figgen.sim.data import split_digits
from figgen.sim.initializers import kaiming_normal, xavier_normal
from figgen.sim.mlp import MLP
from figgen.sim.optimizers import sgd
from figgen.sim.rates import divergence_allowed
from figgen.sim.training import Network, evaluate, train_on

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from figgen.translation import Translator

RATES = (0.03, 0.1, 0.3)
BATCH_SIZE, INPUTS, CLASSES, PIECES = 64, 64, 10, 2
KINDS = RELU, MAXOUT, WIDE = range(3)


@dataclass(frozen=True, slots=True)
class Params:
    """Networks with two hidden layers that learn to read digits."""

    width: int = param(64, "units of a hidden layer of ReLU and of maxout", at_least=8, at_most=256)
    epochs: int = param(6, "passes over the training digits", at_least=1, at_most=50)
    replicas: int = param(4, "networks of each kind at each learning rate", at_least=2, at_most=50)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """ReLU, maxout of as many units, and ReLU of as many parameters as maxout.

    Attributes:
        accuracy: Test accuracies at the learning rate that is best for each kind, (3, R).
        parameters: Numbers of weights and biases, (3,).
        widths: Units of a hidden layer, (3,).
    """

    accuracy: FloatArray
    parameters: FloatArray
    widths: FloatArray

    def lead(self, kind: int) -> float:
        """Return by how much maxout's mean accuracy exceeds that of another kind."""
        return float(self.accuracy[MAXOUT].mean() - self.accuracy[kind].mean())


class MaxoutNetwork:
    """Two hidden layers of maxout units with two pieces each, and a linear layer; see `training.Network`."""

    def __init__(self, rng: np.random.Generator, width: int) -> None:
        init = xavier_normal()
        self._pieces = [
            (
                np.array([init(rng, fan_in, width) for _ in range(PIECES)], np.float32),
                np.zeros((PIECES, width), np.float32),
            )
            for fan_in in (INPUTS, width)
        ]
        self._output = init(rng, width, CLASSES).astype(np.float32), np.zeros(CLASSES, np.float32)
        self._inputs: list[FloatArray] = []

    @property
    def parameters(self) -> list[FloatArray]:
        """The output's matrix and biases, then those of the hidden layers."""
        return [*self._output, *(array for layer in self._pieces for array in layer)]

    def train(self) -> None:
        """Do nothing: it is the same network in training."""

    def eval(self) -> None:
        """Do nothing: it is the same network when it is tested."""

    def __call__(self, x: FloatArray) -> FloatArray:
        """Compute the logits, (N, C)."""
        self._inputs = [x]
        for weights, biases in self._pieces:
            self._inputs.append(maxout(self._inputs[-1], weights, biases))
        logits: FloatArray = self._inputs[-1] @ self._output[0] + self._output[1]
        return logits

    def backward(self, dlogits: FloatArray) -> list[FloatArray]:
        """Return the gradients of `parameters`, in their order."""
        gradients = [self._inputs[-1].T @ dlogits, dlogits.sum(axis=0)]
        d: FloatArray = dlogits @ self._output[0].T
        hidden: list[FloatArray] = []
        for x, layer in zip(self._inputs[-2::-1], self._pieces[::-1], strict=True):
            d, *of_layer = maxout_backward(d, x, *layer)
            hidden = [*of_layer, *hidden]
        return gradients + hidden


def simulate(params: Params, rng: np.random.Generator) -> Result:
    def with_relu(width: int) -> Callable[[], Network]:
        return lambda: MLP(rng, (INPUTS, width, width, CLASSES), relu, kaiming_normal())

    wide = _width_of(_count(MaxoutNetwork(rng, params.width)))
    makers = (with_relu(params.width), lambda: MaxoutNetwork(rng, params.width), with_relu(wide))
    split = split_digits(rng)

    def learn(make: Callable[[], Network]) -> Iterator[FloatArray]:
        for rate in RATES:
            networks = [make() for _ in range(params.replicas)]
            for net in networks:
                train_on(net, sgd(rate), split, epochs=params.epochs, batch_size=BATCH_SIZE, rng=rng)
            yield np.array([evaluate(net, split) for net in networks])

    with divergence_allowed():
        accuracies = [list(learn(make)) for make in makers]
    return Result(
        accuracy=np.array([max(at_rates, key=np.mean) for at_rates in accuracies]),
        parameters=np.array([_count(make()) for make in makers], float),
        widths=np.array([params.width, params.width, wide], float),
    )


def _count(net: Network) -> int:
    return sum(theta.size for theta in net.parameters)


def _width_of(parameters: int) -> int:
    """Return the width at which a network of ReLUs has as many parameters, w² + (INPUTS + C + 2)w + C."""
    linear = INPUTS + CLASSES + 2
    root = math.sqrt(linear**2 + 4 * (parameters - CLASSES))
    return round((root - linear) / 2)


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS
    from figgen.plotting.palette import BLACK

    axes = figure.subplots()
    names = ("ReLU", "maxout", "ReLU")
    looks = (("relu", "o"), ("maxout", "s"), ("relu", "D"))
    labels = [
        tr("{name}: {units} units, {parameters} parameters", name=name, units=int(w), parameters=tr.number(p))
        for name, w, p in zip(names, result.widths, result.parameters, strict=True)
    ]
    for row, (kind, marker) in enumerate(looks):
        shares, colour = result.accuracy[row], ACTIVATION_COLOURS[kind]
        axes.plot(shares, np.full(shares.shape, row), marker, color=colour, alpha=0.6)
        axes.plot(shares.mean(), row, "|", color=BLACK, markersize=16)
    name_rows(axes, KINDS, labels)
    axes.set_ylim(2.5, -0.5)
    axes.xaxis.set_major_formatter(lambda share, _: tr.percent(share))
    axes.set_xlabel(tr("test accuracy"))
    headline(figure, tr("Maxout is as good as ReLU, and twice as large"))


CLAIMS = (
    Claim(
        "accuracy",
        "At its best learning rate the network of maxout units recognises {value} of the test digits.",
        lambda r: r.accuracy[MAXOUT].mean(),
        at_least(0.9),
        unit="%",
    ),
    Claim(
        "over_relu",
        "Its accuracy minus that of ReLU with as many units is {value} percentage points.",
        lambda r: r.lead(RELU),
        between(-0.015, 0.03),
        unit="points",
    ),
    Claim(
        "over_wide",
        "Its accuracy minus that of ReLU with as many parameters is {value} percentage points.",
        lambda r: r.lead(WIDE),
        between(-0.015, 0.03),
        unit="points",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(replicas=2),
    simulate=simulate,
    figures={"maxout_learning": Drawing(draw, height=0.3, claims=CLAIMS)},
    source="Goodfellow et al. 2013",
)
