"""Batch normalisation makes activations and gradients independent of the weights' scale, layer by layer."""

import math
from dataclasses import dataclass
from itertools import product
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
from figgen.sim.activations import Activation, relu, tanh
from figgen.sim.arrays import FloatArray
from figgen.sim.meanfield import batch_norm_growth
from figgen.sim.signal import Signal, measure_signal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

SMALL, LARGE = range(2)
PLAIN, NORMALIZED = range(2)
TANH, RELU = range(2)
_ACTIVATIONS = (tanh, relu)
_LABELS = ("no BN, $s$ = {std}", "BN, $s$ = {std}")


@dataclass(frozen=True, slots=True)
class Params:
    """The network of the lecture's listing, and a deep one."""

    samples: int = param(16, "samples in the batch", at_least=4, at_most=256)
    width: int = param(4096, "units of a layer", at_least=64)
    depth: int = param(6, "layers", at_least=2, at_most=12)
    small_std: float = param(0.01, "standard deviation of the weights called small", at_least=5e-4, at_most=1)
    large_std: float = param(0.05, "standard deviation of the weights called large", at_least=5e-4, at_most=1)
    deep_samples: int = param(64, "samples in the batch of the deep network", at_least=8, at_most=256)
    deep_width: int = param(512, "units of a layer of the deep network", at_least=64)
    deep_depth: int = param(50, "layers of the deep network", at_least=10, at_most=200)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """The first two axes: small and large weights (deep: tanh and ReLU), without and with normalisation.

    Attributes:
        weight_std: Standard deviation of the small and the large weights, (2,).
        activation_std: Standard deviation of the activations of each layer, (2, 2, depth).
        activation_density: Histograms of the activations of each layer, (2, 2, depth, bins).
        activation_edges: Edges of their bins, (bins + 1,).
        gradient_rms: Root mean square of the entries of dL/dW of each layer, (2, 2, depth).
        deep_gradient_rms: The same in the deep network, started by Xavier or Kaiming, (2, 2, deep_depth).
        small_batch_growth: Factor by which the deep network's gradients grow a layer with normalisation in
            batches as small as that of the shallow one, for tanh and ReLU, (2,).
        theory_growth: Factor by which normalised gradients should grow a layer, for tanh and ReLU, (2,).
    """

    weight_std: FloatArray
    activation_std: FloatArray
    activation_density: FloatArray
    activation_edges: FloatArray
    gradient_rms: FloatArray
    deep_gradient_rms: FloatArray
    small_batch_growth: FloatArray
    theory_growth: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    size = (params.samples, params.width, params.depth)
    stds = (params.small_std, params.large_std)
    shallow = [_measure(rng, tanh, std, size, normalize) for std, normalize in product(stds, (False, True))]
    size = (params.deep_samples, params.deep_width, params.deep_depth)
    starts = list(zip(_ACTIVATIONS, (1 / params.deep_width, 2 / params.deep_width), strict=True))
    deep = [
        _measure(rng, activation, math.sqrt(variance), size, normalize)
        for (activation, variance), normalize in product(starts, (False, True))
    ]
    small = (params.samples, params.deep_width, params.deep_depth)
    in_small = [
        _measure(rng, activation, math.sqrt(variance), small, True) for activation, variance in starts
    ]
    return Result(
        weight_std=np.array(stds),
        activation_std=_table([signal.activation_std for signal in shallow]),
        activation_density=_table([signal.activation_density for signal in shallow]),
        activation_edges=shallow[0].activation_edges,
        gradient_rms=_table([signal.gradient_rms for signal in shallow]),
        deep_gradient_rms=_table([signal.gradient_rms for signal in deep]),
        small_batch_growth=np.array([growth(signal.gradient_rms) for signal in in_small]),
        theory_growth=np.array([batch_norm_growth(activation) for activation in _ACTIVATIONS]),
    )


def _measure(
    rng: np.random.Generator,
    activation: Activation,
    weight_std: float,
    size: tuple[int, int, int],
    normalize: bool,
) -> Signal:
    return measure_signal(
        rng,
        activation,
        weight_std,
        size=size,
        activation_range=(-1, 1),
        gradient_range=(-1, 1),
        normalize=normalize,
        entries=1,  # the histograms of gradients are not shown
    )


def _table(rows: list[FloatArray]) -> FloatArray:
    return np.array(rows).reshape(2, 2, *rows[0].shape)


def growth(gradient_rms: FloatArray) -> float:
    """Return the factor by which a gradient grows a layer on its way back, (depth,): a geometric mean."""
    return float((gradient_rms[0] / gradient_rms[-1]) ** (1 / (len(gradient_rms) - 1)))


# Claims ---------------------------------------------------------------------------------------------------


def _profile_difference(result: Result) -> float:
    """Return how much the gradients, relative to the last layer's, depend on the weights' scale."""
    small, large = result.gradient_rms[:, NORMALIZED] / result.gradient_rms[:, NORMALIZED, -1:]
    return float(np.abs(small / large - 1).max())


def _inverse_scale(result: Result) -> float:
    products = result.gradient_rms[:, NORMALIZED].mean(axis=1) * result.weight_std
    return float(products[SMALL] / products[LARGE])


def _plain_change(result: Result) -> float:
    """Return the share by which gradients grow, or shrink, a layer without normalisation, at most."""
    return max(abs(growth(rms) - 1) for rms in result.deep_gradient_rms[:, PLAIN])


def _theory_error(result: Result) -> float:
    measured = np.array([growth(rms) for rms in result.deep_gradient_rms[:, NORMALIZED]])
    return float(np.abs(measured / result.theory_growth - 1).max())


LAYERS_CLAIMS = (
    Claim(
        "plain_apart",
        "Without batch normalisation large weights end in {value} times larger activations than small ones.",
        lambda r: r.activation_std[LARGE, PLAIN, -1] / r.activation_std[SMALL, PLAIN, -1],
        at_least(12),
    ),
    Claim(
        "same_signal",
        "With batch norm the activations' std varies over weights and layers by only {value}.",
        lambda r: r.activation_std[:, NORMALIZED].max() / r.activation_std[:, NORMALIZED].min() - 1,
        at_most(0.02),
        unit="%",
    ),
)

GRADIENTS_CLAIMS = (
    Claim(
        "same_profile",
        "With batch norm the weights' scale changes gradients, relative to the last layer's, by {value}.",
        _profile_difference,
        at_most(0.1),
        only_if="the weights have a wrong scale; by itself it lets gradients grow",
        unit="%",
    ),
    Claim(
        "inverse_scale",
        r"With batch norm $\partial L/\partial W$ times the weights' std is, small to large, in "
        "the ratio {value}.",
        _inverse_scale,
        close_to(1, 0.08),
    ),
    Claim(
        "plain_growth",
        r"Well started, without batch norm, the deep network's $\partial L/\partial W$ changes by "
        "at most {value} a layer.",
        _plain_change,
        at_most(0.03),
        unit="%",
    ),
    Claim(
        "tanh_growth",
        r"In batches of 64, with batch norm and tanh, the deep network's $\partial L/\partial W$ "
        "grows {value}-fold a layer.",
        lambda r: growth(r.deep_gradient_rms[TANH, NORMALIZED]),
        between(1.08, 1.11),
    ),
    Claim(
        "relu_growth",
        r"In batches of 64, with batch norm and ReLU, the deep network's $\partial L/\partial W$ "
        "grows {value}-fold a layer.",
        lambda r: growth(r.deep_gradient_rms[RELU, NORMALIZED]),
        between(1.19, 1.24),
    ),
    Claim(
        "theory",
        "Theory for wide networks and large batches gives these two factors to within {value}.",
        _theory_error,
        at_most(0.025),
    ),
    Claim(
        "tanh_small_batch",
        "In batches of 16 the factor is larger: with tanh it is {value}.",
        lambda r: r.small_batch_growth[TANH],
        between(1.1, 1.135),
    ),
    Claim(
        "relu_small_batch",
        "In batches of 16 and with ReLU it is {value}.",
        lambda r: r.small_batch_growth[RELU],
        between(1.242, 1.285),
    ),
)


# Figures --------------------------------------------------------------------------------------------------


def _draw_layers(result: Result, figure: "Figure", tr: "Translator") -> None:
    """Draw a row of histograms for each start, without and with normalisation; a column a layer."""
    depth = result.activation_std.shape[-1]
    layers = np.unique(np.linspace(0, depth - 1, 6).round().astype(int))  # more columns could not be read
    rows = figure.subplots(4, len(layers), sharex=True)
    for row, (start, normalized) in zip(rows, product(range(2), range(2)), strict=True):
        for axes, layer in zip(row, layers, strict=True):
            _draw_layer(axes, result, (start, normalized, layer), tr)
        label = tr(_LABELS[normalized], std=tr.number(result.weight_std[start])).replace(", ", "\n", 1)
        row[0].set_ylabel(label, rotation=0, ha="right", va="center")
    for axes, layer in zip(rows[0], layers, strict=True):
        axes.set_title(tr("layer {layer}", layer=layer + 1) + "\n" + axes.get_title(loc="left"))
    for axes in rows[-1]:
        axes.set_xlabel("h")
    headline(figure, tr("With batch normalisation the scale of the weights does not matter"))


def _draw_layer(axes: "Axes", result: Result, where: tuple[int, int, int], tr: "Translator") -> None:
    from matplotlib import rcParams

    from figgen.experiments.layers import draw_histogram
    from figgen.experiments.palette import ACTIVATION_COLOURS

    colour = ACTIVATION_COLOURS["tanh"]
    draw_histogram(axes, result.activation_density[where], result.activation_edges, colour, tr)
    std = tr.number(round(float(result.activation_std[where]), 3))
    axes.set_title(tr("std {std}", std=std), fontsize=rcParams["xtick.labelsize"])


def _draw_gradients(result: Result, figure: "Figure", tr: "Translator") -> None:
    shallow, deep = figure.subplots(1, 2)
    _draw_scales(shallow, result, tr)
    _draw_growth(deep, result, tr)
    headline(figure, tr("Normalised gradients keep their pattern, but grow towards the input"))


def _draw_scales(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Draw dL/dW over the layers for small and large weights, without and with normalisation."""
    from figgen.experiments.palette import BAD, GOOD

    layers = np.arange(1, result.gradient_rms.shape[-1] + 1)
    styles = {PLAIN: (BAD, "dashed"), NORMALIZED: (GOOD, "solid")}
    for (start, marker), (normalized, (colour, dash)) in product(enumerate("v^"), styles.items()):
        rms = result.gradient_rms[start, normalized]
        axes.plot(layers, rms, color=colour, linestyle=dash, marker=marker)
        label = tr(_LABELS[normalized], std=tr.number(result.weight_std[start]))
        write_beside(axes, label, (layers[-1], rms[-1]), (0.8, 0), color=colour, va="center")
    axes.set(yscale="log", xticks=layers[:: 1 + len(layers) // 8], xlabel=tr("layer"))
    axes.set_ylabel(tr("rms of the entries of dL/dW"))
    axes.set_title(tr("{depth} layers, tanh", depth=len(layers)))


def _draw_growth(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Draw dL/dW over the layers of the deep network, relative to the last one."""
    from figgen.experiments.palette import ACTIVATION_COLOURS, ACTIVATION_DASHES, THEORY
    from figgen.plotting.palette import GREY

    relative = result.deep_gradient_rms / result.deep_gradient_rms[..., -1:]  # (2, 2, depth)
    depth = relative.shape[-1]
    layers, labelled = np.arange(1, depth + 1), depth // 5
    for index, name in enumerate(("tanh", "ReLU")):
        colour, dash = ACTIVATION_COLOURS[name.lower()], ACTIVATION_DASHES[name.lower()]
        axes.plot(layers, relative[index].T, color=colour, linestyle=dash)
        theory = result.theory_growth[index] ** (depth - layers)
        axes.plot(layers, theory, color=THEORY, linestyle="dotted")
        place = (layers[labelled], relative[index, NORMALIZED, labelled])
        write_beside(axes, tr("{activation}, BN", activation=name), place, (0.5, 0.5), color=colour)
    place = (layers[depth // 4], theory[depth // 4])  # of ReLU, the last one
    write_beside(axes, tr("theory"), place, (-0.6, -0.8), color=THEORY, ha="right")
    write_beside(axes, tr("no BN"), (layers[labelled], relative[:, PLAIN].max()), (0.5, 0.3), color=GREY)
    axes.set(yscale="log", xlabel=tr("layer"), xticks=[1, *range(10, depth + 1, 10 * (1 + depth // 60))])
    axes.set_ylabel(tr("rms of dL/dW, last layer = 1"))
    axes.set_title(tr("{depth} layers", depth=depth))


EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(width=2048, deep_samples=48, deep_width=384, deep_depth=24),
    simulate=simulate,
    figures={
        "batch_norm_depth": Drawing(_draw_layers, height=0.66, claims=LAYERS_CLAIMS),
        "batch_norm_gradients": Drawing(_draw_gradients, height=0.48, claims=GRADIENTS_CLAIMS),
    },
    source="Ioffe & Szegedy 2015, section 3.3; Yang et al. 2019, A Mean Field Theory of Batch Normalization",
)
