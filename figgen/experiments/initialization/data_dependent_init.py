"""Data-dependent weights: each unit starts with mean 0 and standard deviation 1, even among sigmoids."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, param, validate
from figgen.plotting.labels import headline
from figgen.sim.activations import sigmoid
from figgen.sim.arrays import FloatArray
from figgen.sim.data import Split, split_digits
from figgen.sim.initializers import Initializer, kaiming_normal, xavier_normal
from figgen.sim.mlp import MLP
from figgen.sim.network_initializers import data_dependent
from figgen.sim.rates import at_best_rate, curves_at_rates

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

XAVIER, FOURFOLD, DATA = range(3)
LEARNING_RATES = (0.03, 0.1, 0.3)
"""Each start is judged at the best of these."""

SEEN = 256
"""Training digits by which the weights are set; the units are then measured on as many others."""


@dataclass(frozen=True, slots=True)
class Params:
    """Sizes of the networks of sigmoids, and of their training."""

    layers: int = param(10, "hidden layers of sigmoids", at_least=2, at_most=30)
    width: int = param(48, "units of a hidden layer", at_least=10, at_most=500)
    epochs: int = param(3, "passes over the training digits", at_least=1, at_most=50)
    replicas: int = param(4, "networks for each learning rate, trained at once", at_least=1, at_most=50)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Rows are the starts: Xavier's weights, the same four times as large, the data-dependent ones.

    Attributes:
        unit_mean: (3, layers, units) mean of each unit's pre-activation over digits, in one network.
        unit_std: (3, layers, units) its standard deviation.
        accuracy: (3, rates, replicas, epochs + 1) test accuracy before the first epoch and after each.
    """

    unit_mean: FloatArray
    unit_std: FloatArray
    accuracy: FloatArray

    def best(self, start: int) -> FloatArray:
        """Return a start's accuracy at its best learning rate, (replicas, epochs + 1)."""
        return at_best_rate(self.accuracy[start])

    def final(self, start: int) -> float:
        """Return a start's accuracy after the last epoch at its best learning rate, the replicas' mean."""
        return float(self.best(start)[:, -1].mean())


def simulate(params: Params, rng: np.random.Generator) -> Result:
    split = split_digits(rng)
    runs = [
        _run(xavier_normal(), False, params, split, rng),
        _run(kaiming_normal(gain=4), False, params, split, rng),
        _run(xavier_normal(), True, params, split, rng),
    ]
    return Result(*(np.array(column) for column in zip(*runs, strict=True)))


def _run(
    init: Initializer, look_at_data: bool, params: Params, split: Split, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return one start's rows of the `Result`."""
    sizes = (64, *(params.width,) * params.layers, 10)
    net = MLP(rng, sizes, sigmoid, init, replicas=(len(LEARNING_RATES), params.replicas))
    if look_at_data:
        data_dependent(net, split.x_train[:SEEN])
    net(split.x_train[SEEN : 2 * SEEN])
    z = np.stack([z[0, 0] for z in net.pre_activations])  # (layers, N, units)
    curves = curves_at_rates(net, LEARNING_RATES, split, epochs=params.epochs, batch_size=64, rng=rng)
    return z.mean(axis=1), z.std(axis=1), curves


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD

    before, after, learning = figure.subplots(1, 3, width_ratios=(1, 1, 1.25))
    after.sharey(before)
    _draw_units(before, result, XAVIER, BAD, "s")
    _draw_units(after, result, DATA, GOOD, "o")
    after.tick_params(labelleft=False)
    before.set_title(tr("Xavier"))
    after.set_title(tr("data-dependent"))
    layer = result.unit_mean.shape[1]
    for axes in (before, after):
        axes.set_xlabel(tr("unit of layer {layer}", layer=layer))
    before.set_ylabel(tr("pre-activation, mean ± std"))
    _draw_learning(learning, result, tr)
    headline(figure, tr("Xavier's sigmoids ignore which digit it is; data-dependent weights learn"))


def _draw_units(axes: "Axes", result: Result, start: int, colour: str, marker: str) -> None:
    """Draw the units of the last hidden layer: mean over the digits, a standard deviation either way."""
    mean, std = result.unit_mean[start, -1], result.unit_std[start, -1]
    units = np.arange(1, len(mean) + 1)
    axes.vlines(units, mean - std, mean + std, color=colour, alpha=0.5)
    axes.plot(units, mean, color=colour, marker=marker, linestyle="none")


def _draw_learning(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments.learning import name_accuracy
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.replicas import draw_replicas

    epochs = np.arange(result.accuracy.shape[-1])
    draw_replicas(axes, epochs, result.best(DATA), colour=GOOD, marker="o")
    draw_replicas(axes, epochs, result.best(XAVIER), colour=BAD, marker="s")
    draw_replicas(axes, epochs, result.best(FOURFOLD), colour=BAD, marker="^", linestyle="dashed")
    name_accuracy(axes, tr)
    axes.set_xticks(epochs)
    place: dict[str, Any] = {"ha": "right", "transform": axes.get_yaxis_transform()}
    axes.text(0.98, 0.52, tr("data-dependent"), color=GOOD, **place)
    axes.text(0.98, 0.19, tr("Xavier,\nalso fourfold"), color=BAD, **place)


CLAIMS = (
    Claim(
        "xavier_signal",
        "With Xavier's weights a unit of the last hidden layer varies between digits by only {value}.",
        lambda r: r.unit_std[XAVIER, -1].mean(),
        at_most(1e-4),
    ),
    Claim(
        "centred",
        "With data-dependent weights no unit's mean over new digits is further from 0 than {value}.",
        lambda r: np.abs(r.unit_mean[DATA]).max(),
        at_most(0.5),
    ),
    Claim(
        "spread",
        "With data-dependent weights no unit's standard deviation is further from 1 than {value}.",
        lambda r: np.abs(r.unit_std[DATA] - 1).max(),
        at_most(0.5),
    ),
    Claim(
        "xavier_accuracy",
        "With Xavier's weights the network stays at chance: it recognises {value}.",
        lambda r: r.final(XAVIER),
        at_most(0.2),
        unit="%",
    ),
    Claim(
        "scale_alone",
        "Scale alone is no cure: with four times Xavier's weights it recognises {value}.",
        lambda r: r.final(FOURFOLD),
        at_most(0.25),
        unit="%",
    ),
    Claim(
        "accuracy",
        "With data-dependent weights the same network recognises {value}.",
        lambda r: r.final(DATA),
        at_least(0.8),
        unit="%",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(replicas=1),
    simulate=simulate,
    figures={"data_dependent_init": Drawing(draw, height=0.42, claims=CLAIMS)},
    source="Krähenbühl, Doersch, Donahue and Darrell 2016, algorithm 1",
)
