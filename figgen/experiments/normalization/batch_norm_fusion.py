"""At test time batch normalisation merges into the layer before it, and costs nothing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, close_to, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.sim.arrays import FloatArray
from figgen.sim.initializers import kaiming_normal
from figgen.sim.layers import conv2d, linear
from figgen.sim.normalization import BatchNorm, fuse_conv, fuse_linear

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

LINEAR, CONVOLUTION = range(2)
PRECISIONS: tuple[type[np.floating[Any]], ...] = (np.float64, np.float32)
_EDGES = 2.0 ** np.arange(
    -58.5, -13
)  # of the histograms: rounding errors are whole multiples of a power of 2
_TRAINING_BATCHES = 50  # after which 0.9⁵⁰, half a per cent, is left of the initial running statistics
_DRAWN = 300  # points of each cloud


@dataclass(frozen=True, slots=True)
class Params:
    """Sizes of the two layers that batch normalisation follows."""

    width: int = param(512, "inputs and outputs of the fully connected layer", at_least=16, at_most=4096)
    channels: int = param(
        16, "input channels of the convolution, which has twice as many filters", at_least=1, at_most=64
    )
    kernel: int = param(5, "side of a filter in pixels", at_least=1, at_most=11)
    image: int = param(12, "side of an image in pixels", at_least=4, at_most=64)
    batch_size: int = param(16, "samples in a batch", at_least=4, at_most=256)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Rows are the fully connected and the convolutional layer; columns double and single precision.

    Attributes:
        merged: Some outputs of the merged fully connected layer, (P,).
        evaluation: The same outputs of layer and batch normalisation in evaluation mode, (P,).
        training: The same in training mode, (P,).
        difference_share: Share of outputs with |merged − evaluation| in each bin; equal ones have none,
            (2, 2, bins).
        difference_edges: Edges of their bins, (bins + 1,).
        largest_difference: Largest |merged − evaluation|, (2, 2).
        formula_error: Largest distance of the evaluation mode's outputs of the fully connected layer from the
            formula, written out.
        training_difference: Root mean square of merged − training, (2,).
        parameters: Numbers of parameters of the layer alone, with batch normalisation, and merged, (2, 3).
    """

    merged: FloatArray
    evaluation: FloatArray
    training: FloatArray
    difference_share: FloatArray
    difference_edges: FloatArray
    largest_difference: FloatArray
    formula_error: float
    training_difference: FloatArray
    parameters: FloatArray


@dataclass(frozen=True, slots=True)
class Layer:
    """A linear or convolutional layer with the batch normalisation after it."""

    forward: Callable[..., tuple[FloatArray, Any]]
    fuse: Callable[[FloatArray, FloatArray, BatchNorm], tuple[FloatArray, FloatArray]]
    W: FloatArray
    b: FloatArray
    norm: BatchNorm


def simulate(params: Params, rng: np.random.Generator) -> Result:
    layers = [_fully_connected(params, rng), _convolutional(params, rng)]
    shapes = [_input_shape(layer, params) for layer in layers]
    for layer, shape in zip(layers, shapes, strict=True):
        _train(layer, shape, rng)
    inputs = [draw_inputs(shape, rng) for shape in shapes]
    pairs = list(zip(layers, inputs, strict=True))
    merged, evaluation, training = ([f(layer, x) for layer, x in pairs] for f in (_merged, _both, _training))
    differences = [[_difference(layer, x, dtype) for dtype in PRECISIONS] for layer, x in pairs]
    drawn = rng.integers(merged[LINEAR].size, size=_DRAWN)
    return Result(
        merged=merged[LINEAR].ravel()[drawn],
        evaluation=evaluation[LINEAR].ravel()[drawn],
        training=training[LINEAR].ravel()[drawn],
        difference_share=np.array([[_shares(d) for d in row] for row in differences]),
        difference_edges=_EDGES,
        largest_difference=np.array([[d.max() for d in row] for row in differences]),
        formula_error=float(np.abs(evaluation[LINEAR] - _by_formula(*pairs[LINEAR])).max()),
        training_difference=np.array([_rms(m - t) for m, t in zip(merged, training, strict=True)]),
        parameters=np.array([_count_parameters(layer) for layer in layers]),
    )


def _by_formula(layer: Layer, x: FloatArray) -> FloatArray:
    """Compute what batch normalisation in evaluation mode is to make of a fully connected layer's output."""
    z, bn = x @ layer.W + layer.b, layer.norm
    y: FloatArray = bn.gamma * (z - bn.running_mean) / np.sqrt(bn.running_var + bn.eps) + bn.beta
    return y


def draw_inputs(shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
    """Draw what a layer of ReLUs would hand on: half zeros, and a mean that is not zero."""
    return np.maximum(rng.normal(size=shape), 0)


def _fully_connected(params: Params, rng: np.random.Generator) -> Layer:
    W = kaiming_normal()(rng, params.width, params.width)
    return Layer(linear, fuse_linear, W, rng.normal(size=params.width), _batch_norm(params.width, rng))


def _convolutional(params: Params, rng: np.random.Generator) -> Layer:
    def convolve(x: FloatArray, W: FloatArray, b: FloatArray) -> tuple[FloatArray, Any]:
        return conv2d(x, W, b, padding=params.kernel // 2)

    filters = 2 * params.channels
    shape = (filters, params.channels, params.kernel, params.kernel)
    W = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), size=shape)
    return Layer(convolve, fuse_conv, W, rng.normal(size=filters), _batch_norm(filters, rng))


def _batch_norm(channels: int, rng: np.random.Generator) -> BatchNorm:
    """Return a layer with scales and shifts as learning might leave them."""
    bn = BatchNorm(channels)
    bn.gamma, bn.beta = rng.uniform(0.5, 1.5, size=channels), rng.normal(size=channels)
    return bn


def _input_shape(layer: Layer, params: Params) -> tuple[int, ...]:
    places = (params.image, params.image) if layer.W.ndim == 4 else ()
    return params.batch_size, layer.W.shape[1 if places else 0], *places


def _train(layer: Layer, shape: tuple[int, ...], rng: np.random.Generator) -> None:
    """Let the running statistics see some batches, then switch to evaluation mode."""
    for _ in range(_TRAINING_BATCHES):
        _both(layer, draw_inputs(shape, rng))
    layer.norm.eval()


def _both(layer: Layer, x: FloatArray) -> FloatArray:
    return layer.norm(layer.forward(x, layer.W, layer.b)[0])


def _merged(layer: Layer, x: FloatArray) -> FloatArray:
    return layer.forward(x, *layer.fuse(layer.W, layer.b, layer.norm))[0]


def _training(layer: Layer, x: FloatArray) -> FloatArray:
    layer.norm.train()
    layer.norm.momentum = 0  # looking must not move the running statistics
    y = _both(layer, x)
    layer.norm.eval()
    return y


def _difference(layer: Layer, x: FloatArray, dtype: type[np.floating[Any]]) -> FloatArray:
    """Return |merged − both| of each output, with all numbers in the precision of `dtype`."""
    norm = BatchNorm(layer.norm.gamma.shape, dtype=dtype)
    for name in ("gamma", "beta", "running_mean", "running_var"):
        setattr(norm, name, getattr(layer.norm, name).astype(dtype))
    norm.eval()
    rounded = replace(layer, W=layer.W.astype(dtype), b=layer.b.astype(dtype), norm=norm)
    x = x.astype(dtype)
    return np.abs(_merged(rounded, x) - _both(rounded, x))


def _shares(differences: FloatArray) -> FloatArray:
    counts, _ = np.histogram(differences, _EDGES)
    share: FloatArray = counts / differences.size
    return share


def _rms(x: FloatArray) -> float:
    return float(np.sqrt((x**2).mean()))


def _count_parameters(layer: Layer) -> tuple[int, int, int]:
    alone = layer.W.size + layer.b.size
    merged = sum(array.size for array in layer.fuse(layer.W, layer.b, layer.norm))
    return alone, alone + 4 * layer.norm.gamma.size, merged  # γ, β, μ and σ² of each channel


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    outputs, differences = figure.subplots(1, 2)
    _draw_outputs(outputs, result, tr)
    _draw_differences(differences, result, tr)
    headline(figure, tr("Merged into one layer, both do the same at test time, up to rounding"))


def _draw_outputs(axes: "Axes", result: Result, tr: "Translator") -> None:
    from matplotlib import rcParams

    from figgen.experiments.palette import BAD, GOOD, THEORY

    axes.axline((0, 0), slope=1, color=THEORY, linewidth=0.5 * rcParams["lines.linewidth"])
    for y, marker, colour in ((result.training, "x", BAD), (result.evaluation, ".", GOOD)):
        axes.plot(result.merged, y, marker, color=colour, rasterized=True)
    end = 1.05 * max(np.abs(result.merged).max(), np.abs(result.training).max())
    axes.set(xlim=(-end, end), ylim=(-end, end), aspect="equal")
    axes.set_title(tr("Fully connected layer"))
    axes.set_xlabel(tr("output of the merged layer"))
    axes.set_ylabel(tr("output of both layers"))
    left, right = (0.03, 0.97), (0.97, 0.03)
    axes.annotate(tr("evaluation mode"), left, xycoords="axes fraction", va="top", color=GOOD)
    axes.annotate(tr("training mode"), right, xycoords="axes fraction", ha="right", color=BAD)


def _draw_differences(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Draw how large the differences are in either precision, beside the spacing of its numbers at 1."""
    from matplotlib import rcParams

    from figgen.experiments.palette import GOOD, THEORY

    width = rcParams["lines.linewidth"]
    for kind, dash, label in (
        (LINEAR, "solid", tr("fully connected")),
        (CONVOLUTION, "dashed", tr("convolution")),
    ):
        share = result.difference_share[kind].sum(axis=0)  # the two precisions lie far apart
        axes.stairs(share, result.difference_edges, color=GOOD, linestyle=dash, linewidth=width, label=label)
    for dtype in PRECISIONS:
        spacing = float(np.finfo(dtype).eps)
        axes.axvline(spacing, color=THEORY, linestyle="dotted", linewidth=width)
        place = (spacing, 1)
        write_beside(axes, dtype.__name__, place, (0, 0.3), xycoords=("data", "axes fraction"), ha="center")
    axes.set_xscale("log")
    axes.set_xticks(10.0 ** np.arange(-17, -4, 4))
    axes.set_xticks([], minor=True)
    axes.set_xlabel(tr("difference of the outputs"))
    axes.set_ylabel(tr("share of the outputs"))
    axes.legend(loc="center", handlelength=1.3)


CLAIMS = (
    Claim(
        "linear_double",
        "Merged in double precision, a fully connected layer's outputs change by at most {value}.",
        lambda r: r.largest_difference[LINEAR, 0],
        at_most(1e-12),
    ),
    Claim(
        "linear_single",
        "Merged in single precision, a fully connected layer's outputs change by at most {value}.",
        lambda r: r.largest_difference[LINEAR, 1],
        at_most(1e-4),
    ),
    Claim(
        "conv_double",
        "Merged in double precision, a convolutional layer's outputs change by at most {value}.",
        lambda r: r.largest_difference[CONVOLUTION, 0],
        at_most(1e-12),
    ),
    Claim(
        "conv_single",
        "Merged in single precision, a convolutional layer's outputs change by at most {value}.",
        lambda r: r.largest_difference[CONVOLUTION, 1],
        at_most(1e-4),
    ),
    Claim(
        "formula",
        "In evaluation mode, before the merging, the outputs differ from the formula by at most {value}.",
        lambda r: r.formula_error,
        at_most(1e-9),
    ),
    Claim(
        "parameters",
        "The merged layer has as many parameters as one without normalisation: their ratio is {value}.",
        lambda r: (r.parameters[:, 2] / r.parameters[:, 0]).max(),
        close_to(1, 0),
        identity=True,
    ),
    Claim(
        "training_mode",
        "In training mode the two layers differ from the merged one by {value} on average (rms).",
        lambda r: r.training_difference[LINEAR],
        at_least(0.15),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(width=256, channels=8),
    simulate=simulate,
    figures={"batch_norm_fusion": Drawing(draw, height=0.5, claims=CLAIMS)},
    source="Ioffe and Szegedy 2015, Batch Normalization, section 3.1",
)
