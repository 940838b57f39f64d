"""ELU brings the mean activation nearer to 0; that it resists noise better is not what we find."""

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
from figgen.plotting.ticks import write_ticks
from figgen.sim.activations import Activation, elu, leaky_relu, tanh
from figgen.sim.arrays import FloatArray
from figgen.sim.data import Split, split_digits
from figgen.sim.initializers import xavier_normal
from figgen.sim.mlp import MLP
from figgen.sim.optimizers import sgd
from figgen.sim.training import accuracy, train_on

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

ACTIVATIONS: tuple[Activation, ...] = (leaky_relu, elu, tanh)
LEAKY, ELU, TANH = range(3)

GAINS = (1.0, 2**0.5)
"""Of the initial weights, over √(1/fan_in): Xavier's and Kaiming's."""

XAVIER, KAIMING = range(2)

NOISE = (0.0, 0.5, 1.0, 1.5, 2.0)
"""Standard deviations of the noise that is added to the test digits, whose own is 1."""

SLOPES = (0.01, 0.1)
"""Of the leaky ReLUs that ELU's response to noise is compared with."""

LAYERS = 3


@dataclass(frozen=True, slots=True)
class Params:
    """Sizes of the networks."""

    replicas: int = param(5, "networks for each activation and gain", at_least=1, at_most=50)
    width: int = param(64, "units of each of the three hidden layers", at_least=10, at_most=500)
    epochs: int = param(6, "passes over the training digits", at_least=1, at_most=50)
    learning_rate: float = param(0.1, "step size", at_least=0.01, at_most=0.2)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Trained networks of leaky ReLU, ELU and tanh, in this order, for each of GAINS.

    Attributes:
        layer_mean: Mean activation of each hidden layer on the test digits, (3, 2, replicas, 3).
        noise: Standard deviations of the noise, (5,).
        noisy_accuracy: Test accuracy under each noise, (3, 2, replicas, 5).
        far_share: Share of the pre-activations of the ELU networks below `crossing[0]`, (2,).
        x: Inputs, (P,).
        response: Standard deviation of f(x + z) with z from N(0, 1), for ELU and for leaky ReLUs of SLOPES,
            (3, P).
        crossing: Below which x ELU's response is weaker than that of each leaky ReLU, (2,).
    """

    layer_mean: FloatArray
    noise: FloatArray
    noisy_accuracy: FloatArray
    far_share: FloatArray
    x: FloatArray
    response: FloatArray
    crossing: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    x = np.linspace(-8, 2, 1001)
    functions = (elu, *(leaky_relu.with_slope(slope) for slope in SLOPES))
    response = np.stack([_response(f, x) for f in functions])
    crossing = np.array([x[np.argmax(response[0] > other)] for other in response[1:]])
    split = split_digits(rng)
    noise = rng.standard_normal(split.x_test.shape, dtype=np.float32)
    seed = rng.integers(2**32)  # of all activations: the same weights and batches
    nets = [_train(params, f, split, np.random.default_rng(seed)) for f in ACTIVATIONS]
    return Result(
        layer_mean=np.stack([_layer_means(net, split.x_test) for net in nets]),
        noise=np.array(NOISE),
        noisy_accuracy=np.stack([_noisy_accuracy(net, split, noise) for net in nets]),
        far_share=_share_below(nets[ELU], split.x_test, crossing[0]),
        x=x,
        response=response,
        crossing=crossing,
    )


def _response(f: Activation, x: FloatArray) -> FloatArray:
    """Return the standard deviation of f(x + z) with z from N(0, 1), by the trapezoidal rule, (P,)."""
    z = np.linspace(-8, 8, 1601)
    density = np.exp(-(z**2) / 2)
    density /= density.sum()
    y = f(x[:, np.newaxis] + z)  # (P, Z)
    mean = y @ density
    std: FloatArray = np.sqrt(((y - mean[:, np.newaxis]) ** 2) @ density)
    return std


def _train(params: Params, activation: Activation, split: Split, rng: np.random.Generator) -> MLP:
    """Train networks from initial weights of each of GAINS: replicas (gains, replicas)."""
    sizes, replicas = (64, *[params.width] * LAYERS, 10), (len(GAINS), params.replicas)
    net = MLP(rng, sizes, activation, xavier_normal(), replicas=replicas)
    for W in net.weights:
        W *= np.reshape(GAINS, (-1, 1, 1, 1))
    train_on(net, sgd(params.learning_rate), split, epochs=params.epochs, batch_size=64, rng=rng)
    return net


def _layer_means(net: MLP, x: FloatArray) -> FloatArray:
    """Return the mean activation of each hidden layer, (gains, replicas, layers)."""
    net(x)
    return np.stack([net.activation(z).mean(axis=(-2, -1)) for z in net.pre_activations], axis=-1)


def _noisy_accuracy(net: MLP, split: Split, noise: FloatArray) -> FloatArray:
    """Return the test accuracy under each noise, (gains, replicas, noises)."""
    levels = [np.float32(std) * noise for std in NOISE]
    return np.stack([accuracy(net(split.x_test + n), split.labels_test) for n in levels], axis=-1)


def _share_below(net: MLP, x: FloatArray, threshold: float) -> FloatArray:
    """Return the share of the pre-activations below a threshold for each gain, (gains,)."""
    net(x)
    shares = [np.mean(z < threshold, axis=(-3, -2, -1)) for z in net.pre_activations]
    mean: FloatArray = np.mean(shares, axis=0)
    return mean


# Claims ---------------------------------------------------------------------------------------------------


def _accuracy(result: Result, activation: int, gain: int, std: float = 1.0) -> float:
    return float(result.noisy_accuracy[activation, gain, :, NOISE.index(std)].mean())


def _mean_ratio(result: Result) -> float:
    """Return the largest ratio over gains and layers of ELU's mean activation to leaky ReLU's."""
    means = result.layer_mean.mean(axis=-2)  # (3, gains, layers)
    return float((np.abs(means[ELU]) / means[LEAKY]).max())


def _same_start(result: Result, activation: int) -> float:
    """Return how much more accurate an activation is than leaky ReLU, from the same weights, under noise."""
    return float(
        np.mean([_accuracy(result, activation, g) - _accuracy(result, LEAKY, g) for g in (XAVIER, KAIMING)])
    )


MEANS_CLAIMS = (
    Claim(
        "nearer_to_zero",
        "In every layer the mean of ELU's activations is at most {value} times that of leaky ReLU's.",
        _mean_ratio,
        at_most(0.6),
    ),
    Claim(
        "tanh_mean",
        "With tanh no layer's mean is further from 0 than {value}.",
        lambda r: np.abs(r.layer_mean[TANH].mean(axis=-2)).max(),
        at_most(0.05),
    ),
    Claim(
        "crossing",
        "ELU answers noise more weakly than a leaky ReLU of slope 0.01 only for inputs below {value}.",
        lambda r: r.crossing[0],
        between(-5.6, -5.2),
    ),
    Claim(
        "far_share",
        "Of the trained ELUs' inputs, at most {value} lie so far out.",
        lambda r: r.far_share.max(),
        at_most(0.02),
        unit="%",
    ),
)

NOISE_CLAIMS = (
    Claim(
        "own_start",
        "Noisy digits: ELU with Xavier's start is {value} percentage points ahead of leaky ReLU "
        "with Kaiming's.",
        lambda r: _accuracy(r, ELU, XAVIER) - _accuracy(r, LEAKY, KAIMING),
        at_least(0.01),
        unit="points",
    ),
    Claim(
        "same_start",
        "From the same initial weights ELU is {value} percentage points ahead, which may be chance.",
        lambda r: _same_start(r, ELU),
        close_to(0, 0.025),
        only_if="the compared networks start from different weights",
        unit="points",
    ),
    Claim(
        "smaller_start",
        "Leaky ReLU itself gains {value} percentage points by starting with Xavier's smaller weights.",
        lambda r: _accuracy(r, LEAKY, XAVIER) - _accuracy(r, LEAKY, KAIMING),
        at_least(0.01),
        unit="points",
    ),
)


# Figures --------------------------------------------------------------------------------------------------

MARKERS = ("o", "D", "^")
LABELS = ("leaky ReLU", "ELU", "tanh")


def _draw_means_and_response(result: Result, figure: "Figure", tr: "Translator") -> None:
    left, right = figure.subplots(1, 2)
    _draw_layer_means(left, result, tr)
    _draw_response(right, result, tr)
    headline(figure, tr("ELU keeps the mean nearer to 0; it is deaf to noise only far to the left"))


def _draw_layer_means(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS, ACTIVATION_DASHES
    from figgen.plotting.replicas import draw_replicas

    layers = np.arange(1.0, LAYERS + 1)
    for f, marker, label, means in zip(ACTIVATIONS, MARKERS, LABELS, result.layer_mean, strict=True):
        colour, values = ACTIVATION_COLOURS[f.name], means[XAVIER]  # (replicas, layers)
        draw_replicas(axes, layers, values, colour=colour, linestyle=ACTIVATION_DASHES[f.name], marker=marker)
        place = (layers[1], values[:, 1].mean())
        write_beside(axes, label, place, (0, 0.6), color=colour, ha="right")
    axes.set(xlabel=tr("layer"), ylabel=tr("mean activation"), xticks=layers, ylim=(-0.1, None))
    axes.margins(y=0.1)


def _draw_response(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS, ACTIVATION_DASHES

    colour = ACTIVATION_COLOURS["elu"]
    axes.plot(result.x, result.response[0], color=colour, linestyle=ACTIVATION_DASHES["elu"])
    axes.annotate("ELU", (-2.2, 0.32), color=colour, ha="right")
    for slope, response, place in zip(SLOPES, result.response[1:], ((-2.1, 0.02), (-7.9, 0.13)), strict=True):
        leaky = ACTIVATION_COLOURS["leaky_relu"]
        axes.plot(result.x, response, color=leaky, linestyle=ACTIVATION_DASHES["leaky_relu"])
        axes.annotate(tr("leaky ReLU, {slope}", slope=tr.number(slope)), place, color=leaky)
    heights = [result.response[0, np.argmin(np.abs(result.x - x))] for x in result.crossing]
    axes.plot(result.crossing, heights, "o", color=colour, markerfacecolor="white")
    axes.set_yscale("log")
    write_ticks(axes.yaxis, (0.001, 0.01, 0.1, 1), tr.number)
    axes.set(xlabel=tr("input $x$"), ylabel=tr("std of $f(x + z)$, $z$ from $N(0, 1)$"), xlim=(-8, 2))


def _draw_noise(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS
    from figgen.plotting.replicas import draw_replicas

    axes = figure.subplots()
    for f, marker, label, shares in zip(ACTIVATIONS, MARKERS, LABELS, result.noisy_accuracy, strict=True):
        for gain, dash, name in ((XAVIER, "solid", label), (KAIMING, "dashed", None)):
            colour = ACTIVATION_COLOURS[f.name]
            draw_replicas(
                axes, result.noise, shares[gain], colour=colour, linestyle=dash, marker=marker, label=name
            )
    starts = (
        (XAVIER, (0.8, 0.9), "left", tr("Xavier's weights")),
        (KAIMING, (-0.8, -1.3), "right", tr("Kaiming's weights")),
    )
    for gain, offset, side, label in starts:
        place = (result.noise[3], result.noisy_accuracy[:, gain, :, 3].mean())
        write_beside(axes, label, place, offset, ha=side)
    axes.legend(loc="lower left")
    axes.set(xlabel=tr("std of the noise on the test digits"), ylabel=tr("test digits recognised"))
    axes.set(xticks=result.noise, ylim=(0.35, 1.02))
    write_ticks(axes.yaxis, (0.4, 0.6, 0.8, 1), tr.percent)
    axes.set_title(tr("Under noise the size of the first weights matters, the activation does not"))


EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(replicas=3),
    simulate=simulate,
    figures={
        "elu": Drawing(_draw_means_and_response, height=0.45, claims=MEANS_CLAIMS),
        "elu_noise": Drawing(_draw_noise, height=0.48, claims=NOISE_CLAIMS),
    },
    source="Clevert et al. 2015, section 3",
)
