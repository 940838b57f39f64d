"""The scale of random initial weights decides what reaches the deep layers, and what comes back."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import (
    Claim,
    Drawing,
    Experiment,
    Explore,
    Reveal,
    at_most,
    between,
    param,
    validate,
)
from figgen.plotting.labels import headline
from figgen.sim.activations import Activation, relu, tanh
from figgen.sim.arrays import FloatArray
from figgen.sim.initializers import Gaussian, kaiming_normal, normal, xavier_normal
from figgen.sim.meanfield import mean_field
from figgen.sim.signal import measure_signal

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from figgen.translation import Translator

_RANGES = {"tanh": (-1, 1), "relu": (1e-6, 3)}  # of the histograms of activations; without ReLU's zeros
_FLAT = {"tanh": "{share} |h|>0.99", "relu": "{share} zeros"}  # what a flat unit of the activation is

COLUMNS = 6
"""How many layers a figure shows; more could not be read."""


@dataclass(frozen=True, slots=True)
class Params:
    """The lecture's listing: a batch of Gaussian noise through a deep network of equal layers."""

    samples: int = param(16, "samples in the batch", at_least=2, at_most=256)
    width: int = param(4096, "units of a layer", at_least=64)
    depth: int = param(6, "layers", at_least=2, at_most=12)
    small_std: float = param(0.01, "standard deviation of the weights called small", at_least=5e-4, at_most=1)
    large_std: float = param(0.05, "standard deviation of the weights called large", at_least=5e-4, at_most=1)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Rows are the configurations in the order of `_CONFIGURATIONS`; columns are layers, the input's first.

    Attributes:
        weight_std: (5,) standard deviation of the weights.
        activation_mean: (5, depth) mean of the activations.
        activation_std: (5, depth) standard deviation of the activations.
        activation_density, activation_edges: (5, depth, bins), (5, bins + 1) histograms of the activations.
        local_gradient: (5, depth) mean of the activation function's derivative.
        flat_share: (5, depth) share of units that are saturated (tanh, |h| > 0.99) or off (ReLU).
        delta_rms: (5, depth) root mean square of δ = dL/dz, where z is what the weights give.
        gradient_rms: (5, depth) root mean square of the entries of dL/dW.
        gradient_density, gradient_edges: (5, depth, bins), (5, bins + 1) histograms of the same.
        theory_std: (5, depth) `activation_std` by mean-field theory.
        theory_gradient_rms: (5, depth) `gradient_rms` by mean-field theory.
    """

    weight_std: FloatArray
    activation_mean: FloatArray
    activation_std: FloatArray
    activation_density: FloatArray
    activation_edges: FloatArray
    local_gradient: FloatArray
    flat_share: FloatArray
    delta_rms: FloatArray
    gradient_rms: FloatArray
    gradient_density: FloatArray
    gradient_edges: FloatArray
    theory_std: FloatArray
    theory_gradient_rms: FloatArray


@dataclass(frozen=True, slots=True)
class Configuration:
    """An activation with a way to draw weights, and how it is shown.

    `listed_std` is what the lecture writes: theory starts from it, and so judges the initializer.
    """

    label: str
    activation: Activation
    initializer: Callable[[Params], Gaussian]
    listed_std: Callable[[Params], float]
    marker: str


_CONFIGURATIONS = (
    Configuration("tanh, std {std}", tanh, lambda p: normal(p.small_std), lambda p: p.small_std, "v"),
    Configuration("tanh, std {std}", tanh, lambda p: normal(p.large_std), lambda p: p.large_std, "^"),
    Configuration("tanh, Xavier", tanh, lambda p: xavier_normal(), lambda p: math.sqrt(1 / p.width), "o"),
    Configuration("ReLU, Xavier", relu, lambda p: xavier_normal(), lambda p: math.sqrt(1 / p.width), "D"),
    Configuration("ReLU, Kaiming", relu, lambda p: kaiming_normal(), lambda p: math.sqrt(2 / p.width), "s"),
)
SMALL, LARGE, XAVIER, XAVIER_RELU, KAIMING = range(5)
_TANH, _RELU = [SMALL, LARGE, XAVIER], [XAVIER_RELU, KAIMING]


def simulate(params: Params, rng: np.random.Generator) -> Result:
    runs = [_simulate(configuration, params, rng) for configuration in _CONFIGURATIONS]
    return Result(**{name: np.array([run[name] for run in runs]) for name in runs[0]})


def _simulate(c: Configuration, params: Params, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Return a configuration's rows of the `Result`."""
    weight_std = c.initializer(params).std(params.width)
    sigma_w = c.listed_std(params) * math.sqrt(params.width)
    theory = mean_field(c.activation, sigma_w, params.depth, params.samples)
    signal = measure_signal(
        rng,
        c.activation,
        weight_std,
        size=(params.samples, params.width, params.depth),
        activation_range=_RANGES[c.activation.name],
        gradient_range=(-3 * theory.gradient_rms.max(), 3 * theory.gradient_rms.max()),
    )
    return asdict(signal) | {
        "weight_std": np.array(weight_std),
        "theory_std": theory.activation_std,
        "theory_gradient_rms": theory.gradient_rms,
    }


# Claims ---------------------------------------------------------------------------------------------------


def _error(measured: FloatArray, theory: FloatArray) -> float:
    return float(np.abs(measured / theory - 1).max())


def _spread(values: FloatArray) -> float:
    return float(values.max() / values.min())


def _variance_factor(std: FloatArray) -> float:
    return float((std[-1] / std[0]) ** (2 / (len(std) - 1)))  # the geometric mean over the layers


SMALL_CLAIMS = (
    Claim(
        "small_collapse",
        "Small weights: over all layers the std of the activations falls by a factor of {value}.",
        lambda r: r.activation_std[SMALL, 0] / r.activation_std[SMALL, -1],
        between(9, 12.5),
    ),
    Claim(
        "small_delta",
        r"Small weights: on the way back $\delta$ falls by a factor of {value} as well.",
        lambda r: r.delta_rms[SMALL, -1] / r.delta_rms[SMALL, 0],
        between(12, 15),
    ),
    Claim(
        "small_gradient_equal",
        r"Small weights: $\partial L/\partial W$ does not vanish; between layers its rms differs "
        "by a factor of {value}.",
        lambda r: _spread(r.gradient_rms[SMALL]),
        at_most(1.12),
        only_if="the network is deeper and narrower, as ten layers of 500 units, and even then only nearly",
    ),
    Claim(
        "small_gradient_size",
        r"Small weights: $\partial L/\partial W$ is {value} times smaller than with Xavier's.",
        lambda r: r.gradient_rms[XAVIER].mean() / r.gradient_rms[SMALL].mean(),
        between(3.9, 4.7),
    ),
)

LARGE_CLAIMS = (
    Claim(
        "large_saturated",
        "Large weights: not all units saturate; in the last layer {value} have |h| > 0.99.",
        lambda r: r.flat_share[LARGE, -1],
        between(0.30, 0.36),
        only_if="the weights are larger by far, as of std 1, and even then only nearly",
        unit="%",
    ),
    Claim(
        "large_local_gradient",
        "Large weights: the local gradients are not zero; in the last layer their mean is {value}.",
        lambda r: r.local_gradient[LARGE, -1],
        between(0.26, 0.30),
    ),
    Claim(
        "large_gradient_growth",
        r"Large weights: from the last layer to the first, $\partial L/\partial W$ grows by a "
        "factor of {value}.",
        lambda r: r.gradient_rms[LARGE, 0] / r.gradient_rms[LARGE, -1],
        between(5.2, 6.4),
    ),
)

XAVIER_CLAIMS = (
    Claim(
        "xavier_signal",
        "Xavier and tanh: the std of the last layer's activations is {value} of the first layer's.",
        lambda r: r.activation_std[XAVIER, -1] / r.activation_std[XAVIER, 0],
        between(0.42, 0.52),
    ),
    Claim(
        "xavier_gradient",
        r"Xavier and tanh: the rms of $\partial L/\partial W$ differs between layers by a factor "
        "of at most {value}.",
        lambda r: _spread(r.gradient_rms[XAVIER]),
        at_most(1.25),
    ),
)

XAVIER_RELU_CLAIMS = (
    Claim(
        "relu_halving",
        "Xavier and ReLU: each layer multiplies the variance of the activations by {value}, about one half.",
        lambda r: _variance_factor(r.activation_std[XAVIER_RELU]),
        between(0.45, 0.55),
    ),
)

KAIMING_CLAIMS = (
    Claim(
        "kaiming_signal",
        "Kaiming and ReLU: the std of the activations differs between layers by a factor of at most {value}.",
        lambda r: _spread(r.activation_std[KAIMING]),
        at_most(1.2),
    ),
)

SUMMARY_CLAIMS = (
    Claim(
        "tanh_signal",
        "With tanh the std of the activations follows theory: the largest relative error is {value}.",
        lambda r: _error(r.activation_std[_TANH], r.theory_std[_TANH]),
        at_most(0.03),
        unit="%",
    ),
    Claim(
        "relu_signal",
        "With ReLU the std of the activations follows theory: the largest relative error is {value}.",
        lambda r: _error(r.activation_std[_RELU], r.theory_std[_RELU]),
        at_most(0.15),
        unit="%",
    ),
    Claim(
        "tanh_gradient",
        r"With tanh the rms of $\partial L/\partial W$ follows theory: the largest relative error "
        "is {value}.",
        lambda r: _error(r.gradient_rms[_TANH], r.theory_gradient_rms[_TANH]),
        at_most(0.06),
        unit="%",
    ),
    Claim(
        "relu_gradient",
        r"With ReLU the rms of $\partial L/\partial W$ follows theory: the largest relative error "
        "is {value}.",
        lambda r: _error(r.gradient_rms[_RELU], r.theory_gradient_rms[_RELU]),
        at_most(0.15),
        unit="%",
    ),
)


# Figures --------------------------------------------------------------------------------------------------


def _draw_layers(index: int, title: str, result: Result, figure: "Figure", tr: "Translator") -> Reveal:
    """Draw one configuration: a column a layer, its activations above, its dL/dW below."""
    from matplotlib import rcParams

    from figgen.experiments.layers import draw_histogram
    from figgen.experiments.palette import ACTIVATION_COLOURS, GRADIENT
    from figgen.plotting.frames import in_turn

    size = rcParams["xtick.labelsize"]  # of the numbers above the histograms
    name, depth = _CONFIGURATIONS[index].activation.name, result.activation_std.shape[1]
    layers = np.unique(np.linspace(0, depth - 1, COLUMNS).round().astype(int))
    if not _is_found(index, result):
        title = "Weights of std {std}: activations and gradients, layer by layer"
    headline(figure, tr(title, std=tr.number(result.weight_std[index])))
    above, below = figure.subplots(2, len(layers), height_ratios=(1.25, 1))
    for upper, lower, layer in zip(above, below, layers, strict=True):
        density, edges = result.activation_density[index, layer], result.activation_edges[index]
        draw_histogram(upper, density, edges, ACTIVATION_COLOURS[name], tr)
        upper.set_title(_describe(result, index, layer, _FLAT[name], tr), fontsize=size)
        upper.set_xlabel("h")
        density, edges = result.gradient_density[index, layer], result.gradient_edges[index]
        draw_histogram(lower, density, edges, GRADIENT, tr)
        lower.set_title(tr("rms {rms}", rms=tr.number(result.gradient_rms[index, layer])), fontsize=size)
        lower.set_xlabel("dL/dW")
    above[0].set_ylabel(tr("density of\nactivations"))
    below[0].set_ylabel(tr("density of\ngradients"))
    return in_turn(zip(above, below, strict=True))


def _is_found(index: int, result: Result) -> bool:
    """Tell whether a configuration shows what its title says; with weights that are explored it may not."""
    std = result.activation_std[SMALL]
    dies, saturates = std[0] > 5 * std[-1], result.flat_share[LARGE, -1] > 0.2
    return bool((index != SMALL or dies) and (index != LARGE or saturates))


def _describe(result: Result, index: int, layer: int, flat: str, tr: "Translator") -> str:
    lines = (
        tr("layer {layer}", layer=layer + 1),
        tr("mean {mean}", mean=tr.number(round(result.activation_mean[index, layer], 2))),
        tr("std {std}", std=tr.number(round(result.activation_std[index, layer], 3))),
        tr(flat, share=tr.percent(round(result.flat_share[index, layer], 2), 2)),
    )
    return "\n".join(lines)


def _draw_summary(result: Result, figure: "Figure", tr: "Translator") -> None:
    """Draw what each configuration does to the signal and to the gradient, simulated and in theory."""
    from figgen.experiments.layers import CurveStyle, draw_curves
    from figgen.experiments.palette import ACTIVATION_COLOURS

    headline(figure, tr("Theory (lines) predicts each layer of the simulation (points)"))
    styles = [
        CurveStyle(tr(c.label, std=tr.number(std)), ACTIVATION_COLOURS[c.activation.name], c.marker)
        for c, std in zip(_CONFIGURATIONS, result.weight_std, strict=True)
    ]
    forward, backward = figure.subplots(1, 2)
    draw_curves(forward, styles, result.activation_std, result.theory_std, tr)
    forward.set_ylabel(tr("std of the activations h"))
    draw_curves(backward, styles, result.gradient_rms, result.theory_gradient_rms, tr)
    backward.set_ylabel(tr("rms of the entries of dL/dW"))


def _layers(index: int, title: str, claims: tuple[Claim, ...], explore: Explore | None = None) -> Drawing:
    draw = partial(_draw_layers, index, title)
    return Drawing(draw, height=0.56, frames=COLUMNS, claims=claims, explore=explore)


_DEPTHS = (2, 4, 6, 8, 12)


EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={
        "init_small_normal": _layers(
            SMALL,
            "Weights of std {std}: the activations die away, the gradients do not",
            SMALL_CLAIMS,
            Explore(
                "small_std",
                (0.005, 0.0075, 0.01, 0.0156, 0.02, 0.03),
                log=True,
                look=(
                    "From 0.0156 on, which is Xavier's value, the activations hardly die away any more, and "
                    "it is the gradients that differ from layer to layer."
                ),
            ),
        ),
        "init_large_normal": _layers(
            LARGE,
            "Weights of std {std}: tanh saturates, yet gradients grow towards the input",
            LARGE_CLAIMS,
            Explore(
                "large_std",
                (0.02, 0.03, 0.05, 0.07, 0.1),
                log=True,
                look=(
                    "Twice the weights, and two thirds of the units saturate; the gradients grow towards "
                    "the input all the faster."
                ),
            ),
        ),
        "init_xavier": _layers(
            XAVIER,
            "Xavier's weights, tanh: activations shrink slowly, gradients stay nearly equal",
            XAVIER_CLAIMS,
            Explore(
                "depth",
                _DEPTHS,
                look=(
                    "The signal is not kept, it shrinks slowly: with each further layer a little more of it "
                    "is lost, and after twelve a third is left."
                ),
            ),
        ),
        "init_xavier_relu": _layers(
            XAVIER_RELU,
            "Xavier's weights, ReLU: each layer loses half of the variance",
            XAVIER_RELU_CLAIMS,
            Explore(
                "depth",
                _DEPTHS,
                look=(
                    "Each layer halves the variance, however deep the network is: after twelve layers "
                    "hardly anything is left."
                ),
            ),
        ),
        "init_kaiming": _layers(
            KAIMING,
            "Kaiming's weights, ReLU: activations and gradients keep their scale",
            KAIMING_CLAIMS,
        ),
        "init_summary": Drawing(
            _draw_summary,
            claims=SUMMARY_CLAIMS,
            explore=Explore(
                "depth",
                _DEPTHS,
                look=(
                    "The points stay on the lines at every depth. Where the signal shrinks from layer to "
                    "layer, it goes on to shrink."
                ),
            ),
        ),
    },
    source="Glorot & Bengio 2010; He et al. 2015, section 2.2; Poole et al. 2016; Schoenholz et al. 2017",
)
