"""Batch normalisation fails in tiny batches, where group normalisation does as well as ever."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, param, validate
from figgen.plotting.labels import write_beside
from figgen.plotting.ticks import write_ticks
from figgen.sim.activations import relu
from figgen.sim.arrays import FloatArray
from figgen.sim.data import Split, split_digits
from figgen.sim.initializers import kaiming_normal
from figgen.sim.mlp import MLP, Norm
from figgen.sim.normalization import BatchNorm, GroupNorm
from figgen.sim.optimizers import sgd
from figgen.sim.training import evaluate, train_on

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from figgen.translation import Translator

BATCH_SIZES = np.array([2, 4, 8, 16, 32, 64])

LARGE = BATCH_SIZES >= 16
"""Where the statistics of a batch are good enough."""

WIDTH = 64
BATCH, GROUP = 0, 1


@dataclass(frozen=True, slots=True)
class Params:
    """Sizes of the networks and of their training."""

    train_samples: int = param(1400, "digits to learn from", at_least=200, at_most=1400)
    epochs: int = param(3, "passes over the training digits", at_least=1, at_most=20)
    learning_rate: float = param(
        0.2, "step size in batches of 64; it shrinks with the batch", at_least=0.01, at_most=1
    )
    groups: int = param(8, "groups of the 64 channels", choices=(1, 2, 4, 8, 16))
    replicas: int = param(4, "networks at each batch size", at_least=1, at_most=50)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Test errors of networks with batch norm (index 0) and group norm (index 1).

    Attributes:
        error: Share of the test digits that are not recognised, (2, batch sizes, replicas).
    """

    error: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    split = split_digits(rng, params.train_samples)
    layers: tuple[Callable[..., Norm], ...] = (BatchNorm, partial(GroupNorm, groups=params.groups))
    errors = [[_error(params, split, norm, int(size), rng) for size in BATCH_SIZES] for norm in layers]
    return Result(np.array(errors))


def _error(
    params: Params, split: Split, norm: Callable[..., Norm], size: int, rng: np.random.Generator
) -> FloatArray:
    """Train networks in batches of one size; return their errors, (replicas,)."""
    sizes, replicas = (64, WIDTH, WIDTH, 10), (params.replicas,)
    net = MLP(rng, sizes, relu, kaiming_normal(), replicas=replicas, norm=norm)
    step = sgd(params.learning_rate * size / BATCH_SIZES[-1])  # an epoch then moves as far at each size
    train_on(net, step, split, epochs=params.epochs, batch_size=size, rng=rng)
    return 1 - evaluate(net, split)


def _mean_error(result: Result, norm: int) -> FloatArray:
    """Return the error at each batch size, networks averaged, (batch sizes,)."""
    mean: FloatArray = result.error[norm].mean(axis=-1)
    return mean


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.replicas import draw_replicas

    axes = figure.subplots()
    draw_replicas(axes, BATCH_SIZES, result.error[BATCH].T, colour=BAD, marker="s")
    draw_replicas(axes, BATCH_SIZES, result.error[GROUP].T, colour=GOOD, marker="o")
    first = BATCH_SIZES[0]
    place = (first, _mean_error(result, BATCH)[0])
    write_beside(axes, tr("batch norm"), place, (2, 0), color=BAD, va="center")
    place = (first, _mean_error(result, GROUP)[0])
    write_beside(axes, tr("group norm"), place, (0, -1.5), color=GOOD, va="center")
    axes.set_xscale("log")
    write_ticks(axes.xaxis, BATCH_SIZES.tolist(), tr.number)
    axes.set_ylim(0, None)
    write_ticks(axes.yaxis, axes.get_yticks()[:-1], tr.percent)
    axes.set(xlabel=tr("batch size"), ylabel=tr("test error"))
    axes.set_title(tr("In tiny batches batch norm fails; group norm does not notice the batch"))


CLAIMS = (
    Claim(
        "smallest_batch",
        "Learnt in batches of 2, batch norm errs {value} percentage points more than group norm.",
        lambda r: _mean_error(r, BATCH)[0] - _mean_error(r, GROUP)[0],
        at_least(0.1),
        unit="points",
    ),
    Claim(
        "batch_norm_degrades",
        "With batch norm the error in batches of 2 is {value} times that in batches of 64.",
        lambda r: _mean_error(r, BATCH)[0] / _mean_error(r, BATCH)[-1],
        at_least(3),
    ),
    Claim(
        "group_norm_flat",
        "With group norm the error changes by {value} percentage points over all batch sizes.",
        lambda r: float(np.ptp(_mean_error(r, GROUP))),
        at_most(0.03),
        unit="points",
    ),
    Claim(
        "large_batches",
        "In batches of 16 or more the error with batch norm minus that with group norm is {value} points.",
        lambda r: (_mean_error(r, BATCH) - _mean_error(r, GROUP))[LARGE].mean(),
        at_most(0.005),
        unit="points",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(train_samples=600),
    simulate=simulate,
    figures={"normalization_batch_size": Drawing(draw, height=0.42, claims=CLAIMS)},
    source="Wu and He 2018, Group Normalization, section 4.1",
)
