"""The batch's company is noise for a sample, and a weak regulariser for the network."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, close_to, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.plotting.ticks import name_rows, write_ticks
from figgen.sim.activations import relu
from figgen.sim.arrays import FloatArray
from figgen.sim.data import Split, split_digits
from figgen.sim.initializers import kaiming_normal
from figgen.sim.mlp import MLP
from figgen.sim.normalization import BatchNorm
from figgen.sim.optimizers import sgd
from figgen.sim.training import accuracy, train, train_without_noise

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from figgen.translation import Translator

COMPANIES = np.array([4, 8, 16, 32, 64, 128])
"""Batch sizes in which one digit is looked at."""

SHOWN = list(COMPANIES).index(16)
"""Of them, the one whose logits are shown."""

PLAIN, NOISELESS, NOISY = range(3)
"""No batch norm; batch norm by the statistics of all training data; by the minibatch's, as usual."""


@dataclass(frozen=True, slots=True)
class Params:
    """Few data, and how the networks learn from them."""

    train_samples: int = param(300, "digits to learn from", at_least=100, at_most=1400)
    batch_size: int = param(16, "samples of a step", at_least=4, at_most=100)
    epochs: int = param(20, "passes over the training digits", at_least=5, at_most=100)
    learning_rate: float = param(0.1, "step size of the gradient descent", at_least=0.01, at_most=1)
    replicas: int = param(8, "networks of each kind", at_least=2, at_most=100)
    batches: int = param(50, "batches in which one digit is looked at", at_least=10, at_most=1000)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """One digit in many batches; networks of the kinds PLAIN, NOISELESS and NOISY.

    Attributes:
        logits: Of one test digit in batches of COMPANIES[SHOWN], training mode, first network, (batches, 10).
        eval_logits: The same in evaluation mode, (batches, 10).
        label: The digit's class.
        noise: Standard deviation over the batches of a logit in training mode, for each of COMPANIES; classes
            and networks averaged, (sizes,).
        eval_noise: The same in evaluation mode, in batches of COMPANIES[SHOWN].
        train_loss: Loss of the last epoch in nats, as training sees it, (3, replicas).
        train_accuracy: In evaluation mode after training, (3, replicas).
        test_accuracy: The same for the test digits, (3, replicas).
    """

    logits: FloatArray
    eval_logits: FloatArray
    label: int
    noise: FloatArray
    eval_noise: float
    train_loss: FloatArray
    train_accuracy: FloatArray
    test_accuracy: FloatArray

    @property
    def winners(self) -> int:
        """How many networks do better on the test digits with the noise than without."""
        return int((gain(self, NOISY, NOISELESS) > 0).sum())


def simulate(params: Params, rng: np.random.Generator) -> Result:
    split = split_digits(rng, params.train_samples)
    seed = rng.integers(2**63)  # the three kinds start from the same weights and see the same minibatches
    runs = [_learn(params, split, kind, np.random.default_rng(seed)) for kind in (PLAIN, NOISELESS, NOISY)]
    networks, losses = zip(*runs, strict=True)
    in_training = [_logits_in_company(networks[NOISY], split, size, params, rng) for size in COMPANIES]
    for net in networks:
        net.eval()
    in_evaluation = _logits_in_company(networks[NOISY], split, COMPANIES[SHOWN], params, rng)
    return Result(
        logits=in_training[SHOWN][:, 0],
        eval_logits=in_evaluation[:, 0],
        label=int(split.labels_test[0]),
        noise=np.array([logits.std(axis=0).mean() for logits in in_training]),
        eval_noise=float(in_evaluation.std(axis=0).mean()),
        train_loss=np.stack(losses),
        train_accuracy=np.stack([accuracy(net(split.x_train), split.labels_train) for net in networks]),
        test_accuracy=np.stack([accuracy(net(split.x_test), split.labels_test) for net in networks]),
    )


def _learn(params: Params, split: Split, kind: int, rng: np.random.Generator) -> tuple[MLP, FloatArray]:
    """Train the networks of one kind; return them and the loss of the last epoch, (replicas,)."""
    replicas = (params.replicas,)
    net = MLP(
        rng,
        (64, 64, 64, 10),
        relu,
        kaiming_normal(),
        replicas=replicas,
        norm=None if kind == PLAIN else BatchNorm,
    )
    learn = train_without_noise if kind == NOISELESS else train
    losses = learn(
        net,
        sgd(params.learning_rate),
        split.x_train,
        split.labels_train,
        epochs=params.epochs,
        batch_size=params.batch_size,
        rng=rng,
    )
    return net, losses[-len(losses) // params.epochs :].mean(axis=0)


def _logits_in_company(
    net: MLP, split: Split, size: int, params: Params, rng: np.random.Generator
) -> FloatArray:
    """Put the first test digit into batches with others; return its logits, (batches, replicas, 10)."""
    net.freeze_statistics()  # looking must not move them
    logits = []
    for _ in range(params.batches):
        others = rng.choice(np.arange(1, len(split.x_test)), size - 1, replace=False)
        x = split.x_test[np.concatenate([[0], others])]
        logits.append(net(np.broadcast_to(x, (params.replicas, *x.shape)))[:, 0])
    return np.stack(logits)


# Claims ---------------------------------------------------------------------------------------------------


def gain(result: Result, kind: int, over: int) -> FloatArray:
    """Return the gain in test accuracy of one kind over another, network by network, (replicas,)."""
    gained: FloatArray = result.test_accuracy[kind] - result.test_accuracy[over]
    return gained


# Figures --------------------------------------------------------------------------------------------------


def draw_noise(result: Result, figure: "Figure", tr: "Translator") -> None:
    logits, noise = figure.subplots(1, 2, width_ratios=(1.5, 1))
    _draw_logits(logits, result, tr)
    _draw_noise_over_sizes(noise, result, tr)
    headline(figure, tr("In training, what the network says of a digit depends on the rest of its batch"))


def _draw_logits(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Draw each class' logit as a strip of points, one a batch, with evaluation mode's value across."""
    from figgen.experiments.palette import GOOD
    from figgen.plotting.palette import GREY

    batches, classes = result.logits.shape
    aside = np.linspace(-0.28, 0.28, batches)[:, np.newaxis]  # points of one class must not hide each other
    x, label = np.arange(classes) + aside, tr("training mode, {count} batches", count=batches)
    axes.plot(x.ravel(), result.logits.ravel(), ".", color=GREY, alpha=0.5, label=label, rasterized=True)
    axes.plot([], [], color=GOOD, label=tr("evaluation mode"))
    axes.hlines(result.eval_logits[0], np.arange(classes) - 0.42, np.arange(classes) + 0.42, color=GOOD)
    axes.set_title(tr("a digit {label} in batches of {size}", label=result.label, size=COMPANIES[SHOWN]))
    axes.set(xticks=range(classes), xlabel=tr("class"), ylabel=tr("logit"))
    axes.margins(y=0.16)
    axes.legend(loc="upper left", ncols=2, handlelength=1, columnspacing=1, borderpad=0)


def _draw_noise_over_sizes(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments.palette import THEORY
    from figgen.plotting.palette import GREY

    largest = result.noise[-1]
    axes.plot(COMPANIES, largest * np.sqrt(COMPANIES[-1] / COMPANIES), color=THEORY, linestyle="dotted")
    axes.plot(COMPANIES, result.noise, color=GREY, marker="o")
    place = COMPANIES[1], largest * np.sqrt(COMPANIES[-1] / COMPANIES[1])
    write_beside(axes, r"$\propto 1/\sqrt{B}$", place, (0.5, 0.5))
    axes.set(xscale="log", yscale="log", xlabel=tr("batch size $B$"))
    _label_ticks(axes.xaxis, COMPANIES, tr)
    _label_ticks(axes.yaxis, (0.1, 0.2, 0.5, 1, 2, 5), tr)
    axes.set_ylabel(tr("std of a logit over batches"))


def _label_ticks(axis: "Axis", ticks: Iterable[float], tr: "Translator") -> None:
    """Write those of `ticks` that the axis shows."""
    low, high = axis.get_view_interval()
    shown = [tick for tick in ticks if low <= tick <= high]
    write_ticks(axis, shown, tr.number)


def draw_gain(result: Result, figure: "Figure", tr: "Translator") -> None:
    losses, shares = figure.subplots(1, 2, sharey=True)
    names = (tr("without batch norm"), tr("with batch norm,\nits noise taken out"), tr("with batch norm"))
    _draw_networks(losses, result.train_loss)
    _draw_networks(shares, result.test_accuracy)
    losses.set(xscale="log", xlabel=tr("final training loss"))
    _label_ticks(losses.xaxis, (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1), tr)
    name_rows(losses, range(len(names)), names)
    write_ticks(shares.xaxis, shares.get_xticks()[1:-1], tr.percent)
    shares.set_xlabel(tr("test accuracy"))
    points = tr.number(100 * gain(result, NOISY, NOISELESS).mean(), 2)
    title = tr(
        "The noise costs training loss and gains {points} percentage points in the test", points=points
    )
    headline(figure, title)


def _draw_networks(axes: "Axes", values: FloatArray) -> None:
    """Draw the kinds as rows, (3, replicas): networks that started alike are joined, the mean stands out."""
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.palette import LIGHT_GREY

    rows = np.arange(len(values))
    axes.plot(values, rows, color=LIGHT_GREY, linewidth=0.7)
    for row, of_kind, colour, marker in zip(rows, values, (BAD, GOOD, GOOD), "sDo", strict=True):
        axes.plot(of_kind, np.full(len(of_kind), row), ".", color=colour, alpha=0.5)
        face = "white" if row == NOISELESS else colour
        axes.plot(of_kind.mean(), row, marker, color=colour, markerfacecolor=face)
    axes.margins(y=0.25)


NOISE_CLAIMS = (
    Claim(
        "logit_noise",
        "In batches of 16 a digit's logits vary with the rest of the batch by a std of {value}.",
        lambda r: r.noise[SHOWN],
        at_least(0.3),
    ),
    Claim(
        "noise_falls",
        "In batches of 64 this noise is {value} times smaller than in batches of 16; "
        r"$1/\sqrt{{B}}$ would give 2.",
        lambda r: r.noise[SHOWN] / r.noise[SHOWN + 2],
        close_to(2, 0.4),
    ),
    Claim(
        "eval_noise",
        "In evaluation mode the logits vary by {value}: rounding and nothing else.",
        lambda r: r.eval_noise,
        at_most(1e-5),
    ),
)

GAIN_CLAIMS = (
    Claim(
        "train_loss",
        "The noise of the batches makes the final training loss {value} times as high.",
        lambda r: r.train_loss[NOISY].mean() / r.train_loss[NOISELESS].mean(),
        at_least(1.8),
    ),
    Claim(
        "gain_of_noise",
        "The noise alone gains {value} percentage points of test accuracy, averaged over the networks.",
        lambda r: gain(r, NOISY, NOISELESS).mean(),
        at_least(0.0001),
        unit="points",
    ),
    Claim(
        "gain",
        "Batch norm as a whole gains {value} percentage points of test accuracy, averaged over the networks.",
        lambda r: gain(r, NOISY, PLAIN).mean(),
        at_least(0),
        only_if="regularises is meant weakly, and on average over networks",
        unit="points",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(epochs=14, replicas=7),
    simulate=simulate,
    figures={
        "batch_norm_noise": Drawing(draw_noise, height=0.42, claims=NOISE_CLAIMS),
        "batch_norm_regularises": Drawing(draw_gain, height=0.32, claims=GAIN_CLAIMS),
    },
    source="Ioffe and Szegedy 2015, Batch Normalization, section 3.4",
)
