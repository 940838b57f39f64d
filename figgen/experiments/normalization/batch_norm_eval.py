"""Batch normalisation behaves differently in evaluation; forgetting that is hard to notice."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, close_to, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.plotting.ticks import FIFTHS, name_rows, write_ticks
from figgen.sim.activations import relu
from figgen.sim.arrays import FloatArray
from figgen.sim.data import Split, split_digits
from figgen.sim.initializers import kaiming_normal
from figgen.sim.mlp import MLP
from figgen.sim.normalization import BatchNorm
from figgen.sim.optimizers import sgd
from figgen.sim.training import accuracy, evaluate, train_on

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

MOMENTA = (0.1, 0.01)
"""Weights of the newest batch: PyTorch's default, and a slower average; Keras calls them 0.9 and 0.99."""

COMPARED_AT = 100
"""The step at which the claims compare the two averages."""

POPULATION_MEAN, POPULATION_STD = 4.0, 2.0
"""Of every channel; the running statistics start at mean 0 and variance 1, far from both."""

SMALL_BATCH = 4

ALONE = 32
"""Digits that are looked at one by one."""

FORGOTTEN = {
    "random": (64, False),
    "small": (SMALL_BATCH, False),
    "sorted": (64, True),
    "single": (1, False),
}
"""Evaluations with eval mode forgotten: the batch size, and whether the digits come sorted by class."""


@dataclass(frozen=True, slots=True)
class Params:
    """Sizes of the averaging and of the training."""

    steps: int = param(300, "batches that are averaged", at_least=COMPARED_AT, at_most=10_000)
    batch_size: int = param(
        64, "samples in a batch, of the averaging and the training", at_least=8, at_most=700
    )
    channels: int = param(256, "channels, each an independent repetition", at_least=50, at_most=5000)
    replicas: int = param(8, "networks, trained at once", at_least=1, at_most=100)
    epochs: int = param(5, "passes over the training digits", at_least=2, at_most=50)
    learning_rate: float = param(0.1, "step size of the gradient descent", at_least=0.01, at_most=1)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Running statistics on their way, and what networks lose without them.

    Attributes:
        running_mean: (running mean − μ)/σ with the population's μ and σ, for each of MOMENTA after 0, 1, …
            batches: the channels' 5th, 50th and 95th percentile, (momenta, steps + 1, 3).
        running_var: Running variance over the population's σ², in the same order, (momenta, steps + 1, 3).
        mean_error: |running mean − μ|/σ, averaged over the channels, (momenta, steps + 1).
        small_batch_var: Running variance over the population's σ² for batches of SMALL_BATCH, averaged over
            the channels and the second half of the steps.
        eval_accuracy: Test accuracy in evaluation mode, (replicas,).
        company: Largest change of a logit in evaluation mode when digits come one by one instead of together.
        forgotten_accuracy: The same in training mode for each of FORGOTTEN, (4, replicas).
    """

    running_mean: FloatArray
    running_var: FloatArray
    mean_error: FloatArray
    small_batch_var: float
    eval_accuracy: FloatArray
    company: float
    forgotten_accuracy: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    means, variances = _running_statistics(params, MOMENTA, params.batch_size, rng)
    _, small_batch_variances = _running_statistics(params, MOMENTA[:1], SMALL_BATCH, rng)
    split = split_digits(rng)
    net = _train(params, split, rng)
    return Result(
        running_mean=_percentiles(means),
        running_var=_percentiles(variances),
        mean_error=np.abs(means).mean(axis=-1),
        small_batch_var=float(small_batch_variances[0, params.steps // 2 :].mean()),
        eval_accuracy=evaluate(net, split),
        company=_effect_of_company(net, split),
        forgotten_accuracy=_accuracies_in_training_mode(net, split),
    )


def _running_statistics(
    params: Params, momenta: tuple[float, ...], batch_size: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Average the same batches with each momentum.

    Returns:
        Errors of the running mean over the population's standard deviation, and running variances over the
        population's variance, both (momenta, steps + 1, channels).
    """
    layers = [BatchNorm(params.channels, momentum) for momentum in momenta]
    means, variances = [[bn.running_mean for bn in layers]], [[bn.running_var for bn in layers]]
    for _ in range(params.steps):
        batch = rng.normal(POPULATION_MEAN, POPULATION_STD, size=(batch_size, params.channels))
        for bn in layers:
            bn(batch)
        means.append([bn.running_mean for bn in layers])
        variances.append([bn.running_var for bn in layers])
    errors = (np.stack(means, axis=1) - POPULATION_MEAN) / POPULATION_STD
    return errors, np.stack(variances, axis=1) / POPULATION_STD**2


def _percentiles(paths: FloatArray) -> FloatArray:
    return np.moveaxis(np.percentile(paths, (5, 50, 95), axis=-1), 0, -1)


def _train(params: Params, split: Split, rng: np.random.Generator) -> MLP:
    net = MLP(rng, (64, 64, 64, 10), relu, kaiming_normal(), replicas=(params.replicas,), norm=BatchNorm)
    step, batch_size = sgd(params.learning_rate), params.batch_size
    train_on(net, step, split, epochs=params.epochs, batch_size=batch_size, rng=rng)
    return net


def _effect_of_company(net: MLP, split: Split) -> float:
    """Compare logits of test digits in evaluation mode, each alone and all in a batch."""
    net.eval()
    net.freeze_statistics()
    x = split.x_test[:ALONE]
    alone = np.concatenate([net(x[place : place + 1]) for place in range(len(x))], axis=-2)
    return float(np.abs(alone - net(x)).max())


def _accuracies_in_training_mode(net: MLP, split: Split) -> FloatArray:
    """Classify the test digits batch by batch as if eval mode had been forgotten, (4, replicas)."""
    net.train()
    net.freeze_statistics()  # measuring must not move them
    return np.stack([_accuracy_in_batches(net, split, *how) for how in FORGOTTEN.values()])


def _accuracy_in_batches(net: MLP, split: Split, batch_size: int, sort: bool) -> FloatArray:
    order = np.argsort(split.labels_test, kind="stable") if sort else np.arange(len(split.labels_test))
    x, labels = split.x_test[order], split.labels_test[order]
    logits = [net(x[start : start + batch_size]) for start in range(0, len(x), batch_size)]
    return accuracy(np.concatenate(logits, axis=-2), labels)


def _drop(result: Result, evaluation: str) -> float:
    """Return the accuracy lost in one of the FORGOTTEN evaluations, averaged over the replicas."""
    forgotten = result.forgotten_accuracy[list(FORGOTTEN).index(evaluation)]
    return float((result.eval_accuracy - forgotten).mean())


def draw_running(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import THEORY

    mean, variance = figure.subplots(1, 2)
    for axes, paths, population in ((mean, result.running_mean, 0), (variance, result.running_var, 1)):
        axes.axhline(population, color=THEORY, linestyle="dotted")
        _draw_paths(axes, paths)
        axes.set_xlabel(tr("batches seen"))
        axes.margins(x=0.02, y=0.1)
    _label_paths(mean, result.running_mean, tr)
    mean.set_ylabel(tr("(running mean − $\\mu$) / $\\sigma$"))
    variance.set_ylabel(tr("running variance / $\\sigma^2$"))
    headline(figure, tr("After 100 batches the slow average is still far from the population"))


def _draw_paths(axes: "Axes", paths: FloatArray) -> None:
    """Draw the channels' median and 5–95 % band for each momentum, with a mark after 100 batches."""
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.replicas import draw_band

    steps = np.arange(paths.shape[1])
    styles = ((GOOD, "solid", "o"), (BAD, "dashed", "s"))
    for path, (colour, dash, marker) in zip(paths, styles, strict=True):
        low, median, high = path.T
        draw_band(axes, steps, low, high, colour)
        axes.plot(steps, median, color=colour, linestyle=dash, marker=marker, markevery=[COMPARED_AT])


def _label_paths(axes: "Axes", paths: FloatArray, tr: "Translator") -> None:
    """Name each path below it, and the population's value above it."""
    from figgen.experiments.palette import BAD, GOOD, THEORY

    for path, colour, momentum, step in zip(paths, (GOOD, BAD), MOMENTA, (40, COMPARED_AT), strict=True):
        label = tr("momentum {momentum}", momentum=tr.number(momentum))
        place = (step, path[step].min())
        write_beside(axes, label, place, (0.7, -0.7), va="top", color=colour)
    place = (paths.shape[1] - 1, paths[0, -1].max())
    write_beside(axes, tr("population"), place, (0, 0.3), ha="right", color=THEORY)


def draw_forgotten(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD

    labels = (
        tr("evaluation mode"),
        tr("random batches of 64"),
        tr("random batches of 4"),
        tr("sorted batches of 64"),
        tr("single digits"),
    )
    shares = np.vstack([result.eval_accuracy, result.forgotten_accuracy])  # (5, replicas)
    mean, low, high = shares.mean(axis=1), shares.min(axis=1), shares.max(axis=1)
    rows = np.array([0, 1.3, 2.3, 3.3, 4.3])  # the first one stands apart
    axes = figure.subplots()
    axes.barh(rows, mean, xerr=(mean - low, high - mean), color=(GOOD, BAD, BAD, BAD, BAD))
    for value, end, row in zip(mean, high, rows, strict=True):
        place = (0.6, 0)
        write_beside(axes, tr.percent(round(value, 3)), (end, row), place, va="center_baseline")
    axes.text(1.1, rows[-2:].mean(), tr("evaluation mode forgotten"), color=BAD, ha="right", va="center")
    name_rows(axes, rows, labels)
    axes.set_xlim(0, 1.12)  # room for the last number
    write_ticks(axes.xaxis, FIFTHS, tr.percent)
    axes.set_xlabel(tr("test digits recognised"))
    headline(figure, tr("Evaluation mode forgotten: large random batches hide it, others do not"))


RUNNING_CLAIMS = (
    Claim(
        "fast_average",
        "With momentum 0.1 the running mean is {value} standard deviations off after 100 batches.",
        lambda r: r.mean_error[0, COMPARED_AT],
        at_most(0.1),
    ),
    Claim(
        "slow_average",
        "With momentum 0.01 the running mean is then still {value} standard deviations off.",
        lambda r: r.mean_error[1, COMPARED_AT],
        at_least(0.4),
    ),
    Claim(
        "unbiased_variance",
        "In batches of 4 the running variance tends to {value} times the population's: it is unbiased.",
        lambda r: r.small_batch_var,
        close_to(1, 0.1),
    ),
)

FORGOTTEN_CLAIMS = (
    Claim(
        "eval_accuracy",
        "In evaluation mode the network recognises {value} of the test digits.",
        lambda r: r.eval_accuracy.mean(),
        at_least(0.9),
        unit="%",
    ),
    Claim(
        "company",
        "In evaluation mode no logit changes by more than {value} when digits come one by one.",
        lambda r: r.company,
        at_most(1e-3),
    ),
    Claim(
        "forgotten_random",
        "With evaluation mode forgotten, random batches of 64 cost only {value} percentage points.",
        lambda r: _drop(r, "random"),
        at_most(0.04),
        unit="points",
    ),
    Claim(
        "forgotten_small",
        "With it forgotten, random batches of 4 cost {value} percentage points of accuracy.",
        lambda r: _drop(r, "small"),
        at_least(0.1),
        unit="points",
    ),
    Claim(
        "forgotten_sorted",
        "With it forgotten, batches of 64 sorted by class cost {value} percentage points.",
        lambda r: _drop(r, "sorted"),
        at_least(0.3),
        unit="points",
    ),
    Claim(
        "forgotten_single",
        "With it forgotten, single digits cost {value} percentage points: the input no longer matters.",
        lambda r: _drop(r, "single"),
        at_least(0.6),
        unit="points",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(steps=200, channels=100, replicas=4),
    simulate=simulate,
    figures={
        "batch_norm_running": Drawing(draw_running, height=0.42, claims=RUNNING_CLAIMS),
        "batch_norm_forgotten_eval": Drawing(draw_forgotten, height=0.38, claims=FORGOTTEN_CLAIMS),
    },
    source="Ioffe and Szegedy 2015, Batch Normalization, algorithm 2",
)
