"""Normalisation layers differ in the axes that they average over, and so in what they take away."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, close_to, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.sim.arrays import FloatArray
from figgen.sim.normalization import (
    batch_norm,
    batch_norm_backward,
    group_norm,
    group_norm_backward,
    instance_norm,
    layer_norm,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

BATCH, LAYER, INSTANCE, GROUP = range(4)

CHANNEL, SAMPLE, SAMPLE_GROUP, SAMPLE_CHANNEL, OTHERS = range(5)
"""What is scaled and shifted by numbers of its own; or all samples but the first replaced by others."""

INVARIANT = np.zeros((5, 4), dtype=bool)
"""Whether a layer does not notice a change of its input, as the axes say that it averages over."""
INVARIANT[CHANNEL, [BATCH, INSTANCE]] = True
INVARIANT[SAMPLE, [LAYER, INSTANCE, GROUP]] = True
INVARIANT[SAMPLE_GROUP, [INSTANCE, GROUP]] = True
INVARIANT[SAMPLE_CHANNEL, [INSTANCE]] = True
INVARIANT[OTHERS, [LAYER, INSTANCE, GROUP]] = True

EPS = 1e-5
_SPREAD = 3.0  # of the input: ε must be small beside its variance


@dataclass(frozen=True, slots=True)
class Params:
    """The shape N × C × H × W of the input."""

    samples: int = param(6, "samples N in the batch", at_least=2, at_most=16)
    groups: int = param(2, "groups of channels", at_least=2, at_most=4)
    group_size: int = param(3, "channels of a group", at_least=2, at_most=4)
    height: int = param(2, "height H of an image in pixels", at_least=2, at_most=4)
    width: int = param(3, "width W of an image in pixels", at_least=3, at_most=4)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Columns are batch, layer, instance and group normalisation.

    Attributes:
        influence: |dy/dx| of one output y, of the last sample's last channel, at all inputs, (4, N, C, H, W).
        extent: Number of inputs that each layer should average over, (4,).
        changes: Largest change of an output by each change of the input, (5, 4).
        group_ends: Largest difference of group normalisation with one group from layer normalisation written
            out, and with a group a channel from instance normalisation written out, (2,).
    """

    influence: FloatArray
    extent: FloatArray
    changes: FloatArray
    group_ends: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    channels = params.groups * params.group_size
    shape = (params.samples, channels, params.height, params.width)
    x = rng.normal(0, _SPREAD, size=shape)
    places = params.height * params.width
    layers = normalizations(params.groups, channels)
    return Result(
        influence=np.stack([_influence(normalize, backward, x) for normalize, backward in layers]),
        extent=np.array([params.samples, channels, 1, params.group_size]) * places,
        changes=_changes([normalize for normalize, _ in layers], x, params.groups, rng),
        group_ends=_group_ends(x),
    )


Normalize = Callable[[FloatArray], tuple[FloatArray, Any]]
Backward = Callable[[FloatArray, Any], tuple[FloatArray, FloatArray, FloatArray]]


def normalizations(groups: int, channels: int) -> list[tuple[Normalize, Backward]]:
    """Return the four layers with γ = 1 and β = 0, each with its backward pass."""
    gamma, beta = np.ones(channels), np.zeros(channels)
    return [
        (lambda x: batch_norm(x, gamma, beta, EPS), batch_norm_backward),
        (lambda x: layer_norm(x, gamma, beta, EPS), group_norm_backward),
        (lambda x: instance_norm(x, gamma, beta, EPS), group_norm_backward),
        (lambda x: group_norm(x, groups, gamma, beta, EPS), group_norm_backward),
    ]


def _influence(normalize: Normalize, backward: Backward, x: FloatArray) -> FloatArray:
    """Propagate back the gradient of a single output: it reaches the inputs that the output depends on."""
    _, cache = normalize(x)
    dy = np.zeros_like(x)
    dy[-1, -1, 0, 0] = 1
    dx, _, _ = backward(dy, cache)
    return np.abs(dx)


def _changes(layers: list[Normalize], x: FloatArray, groups: int, rng: np.random.Generator) -> FloatArray:
    N, C = x.shape[:2]
    changed = [
        _scale_and_shift(x, (1, C), rng),
        _scale_and_shift(x, (N, 1), rng),
        _scale_and_shift(x, (N, groups), rng),
        _scale_and_shift(x, (N, C), rng),
        np.concatenate([x[:1], rng.normal(_SPREAD, 2 * _SPREAD, size=x[1:].shape)]),
    ]
    changes = [[normalize(other)[0] - normalize(x)[0] for normalize in layers] for other in changed]
    changes[OTHERS] = [change[:1] for change in changes[OTHERS]]  # of the sample that stayed
    return np.array([[np.abs(change).max() for change in row] for row in changes])


def _scale_and_shift(x: FloatArray, parts: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    """Give each part of the samples and channels a scale from 1 to 3 and a shift of its own."""
    scale, shift = rng.uniform(1, 3, size=parts), rng.normal(0, 3 * _SPREAD, size=parts)
    for axis in range(2):
        repeats = x.shape[axis] // parts[axis]
        scale, shift = (np.repeat(array, repeats, axis) for array in (scale, shift))
    return scale[..., np.newaxis, np.newaxis] * x + shift[..., np.newaxis, np.newaxis]


def _group_ends(x: FloatArray) -> FloatArray:
    gamma, beta = np.ones(x.shape[1]), np.zeros(x.shape[1])
    differences = []
    for groups, axes in ((1, (1, 2, 3)), (x.shape[1], (2, 3))):
        mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
        written_out = (x - mean) / np.sqrt(variance + EPS)
        differences.append(np.abs(group_norm(x, groups, gamma, beta, EPS)[0] - written_out).max())
    return np.array(differences)


def _extent_error(result: Result) -> float:
    """Return how far the number of inputs that matter is from what the axes say, at most."""
    count = (result.influence > 0).sum(axis=(1, 2, 3, 4))
    return float(np.abs(count - result.extent).max())


# Figures --------------------------------------------------------------------------------------------------

_NAMES = ("batch norm (BN)", "layer norm (LN)", "instance norm (IN)", "group norm (GN)")
_AXES = ("mean over $N, H, W$", "mean over $C, H, W$", "mean over $H, W$", "mean over group, $H, W$")


def _draw_cubes(result: Result, figure: "Figure", tr: "Translator") -> None:
    """Draw each layer's input as a cube of N × C × (H·W) cells, and shade what one output depends on."""
    row = figure.subplots(1, 4)
    for axes, influence, name, over in zip(row, result.influence, _NAMES, _AXES, strict=True):
        _draw_cube(axes, influence.reshape(*influence.shape[:2], -1))
        axes.set_title(tr(name))
        axes.set_xlabel(tr(over))
    row[0].set_ylabel(tr("places $H \\times W$"))
    headline(figure, tr("What one output (near corner) depends on: only batch norm mixes samples"))


def _draw_cube(axes: "Axes", influence: FloatArray) -> None:
    """Draw the faces of a cube, (N, C, places), that meet at the output, the last sample's last channel."""
    from matplotlib import rcParams
    from matplotlib.collections import PolyCollection

    from figgen.experiments.palette import GOOD
    from figgen.plotting.palette import BLACK, GREY

    towards_n, towards_c, down = np.array([0.87, 0.5]), np.array([-0.87, 0.5]), np.array([0, -1])
    near = influence[::-1, ::-1]  # the output at index 0 of each axis
    cells, colours = [], []
    for face, u, v in (
        (near[:, 0], towards_n, down),
        (near[0], towards_c, down),
        (near[:, :, 0], towards_n, towards_c),
    ):
        for i, j in np.ndindex(face.shape):
            corner = i * u + j * v
            cells.append([corner, corner + u, corner + u + v, corner + v])
            colours.append(BLACK if i == j == 0 else GOOD if face[i, j] > 0 else "white")
    edges = {"edgecolors": GREY, "linewidths": rcParams["axes.linewidth"]}
    axes.add_collection(PolyCollection(cells, facecolors=colours, **edges))
    bottom = near.shape[2] * down
    for label, edge, side in (
        ("$N$", near.shape[0] * towards_n, "left"),
        ("$C$", near.shape[1] * towards_c, "right"),
    ):
        write_beside(axes, label, bottom + edge / 2, (0, -0.2), ha=side, va="top")
    axes.set(aspect="equal", xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.autoscale_view()


def _draw_changes(result: Result, figure: "Figure", tr: "Translator") -> None:
    """Tabulate how much each change of the input changes the output of each layer."""
    from matplotlib.colors import ListedColormap

    from figgen.experiments.palette import BAD, GOOD

    axes = figure.subplots()
    shades = ListedColormap([BAD, GOOD])
    axes.pcolormesh(result.changes < 0.01, cmap=shades, vmin=0, vmax=1, alpha=0.3, edgecolors="white")
    for (row, column), change in np.ndenumerate(result.changes):
        axes.text(column + 0.5, row + 0.5, tr.number(change, 2), ha="center", va="center")
    rows = (
        tr("each channel rescaled, shifted"),
        tr("each sample rescaled, shifted"),
        tr("each group of each sample"),
        tr("each channel of each sample"),
        tr("all other samples replaced"),
    )
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axes.set_xticks(np.arange(4) + 0.5, [tr(name) for name in _NAMES])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.xaxis.tick_top()
    axes.invert_yaxis()
    axes.set_xlabel(tr("largest change of an output"))
    headline(figure, tr("What a layer normalises leaves no trace in its output (blue)"))


CUBES_CLAIMS = (
    Claim(
        "extent",
        "An output depends on as many inputs as the averaged axes have; the difference is {value}.",
        _extent_error,
        close_to(0, 0),
    ),
)

CHANGES_CLAIMS = (
    Claim(
        "batch_invariance",
        "Batch norm: a scale and shift of each channel changes outputs by at most {value}.",
        lambda r: r.changes[CHANNEL, BATCH],
        at_most(1e-4),
    ),
    Claim(
        "layer_invariance",
        "Layer norm: a scale and shift of each sample changes outputs by at most {value}.",
        lambda r: r.changes[SAMPLE, LAYER],
        at_most(1e-4),
    ),
    Claim(
        "instance_invariance",
        "Instance norm: a scale and shift of each sample's channels changes outputs by at most {value}.",
        lambda r: r.changes[SAMPLE_CHANNEL, INSTANCE],
        at_most(1e-4),
    ),
    Claim(
        "group_invariance",
        "Group norm: a scale and shift of each sample's groups changes outputs by at most {value}.",
        lambda r: r.changes[SAMPLE_GROUP, GROUP],
        at_most(1e-4),
    ),
    Claim(
        "independence",
        "In all but batch norm the other samples of the batch do not matter: an output moves by {value}.",
        lambda r: r.changes[OTHERS, [LAYER, INSTANCE, GROUP]].max(),
        at_most(1e-4),
    ),
    Claim(
        "violations",
        "All else is noticed: of the other changes the smallest still moves an output by {value}.",
        lambda r: r.changes[~INVARIANT].min(),
        at_least(0.5),
    ),
    Claim(
        "group_ends",
        "One group gives layer norm, a group a channel instance norm, up to a difference of {value}.",
        lambda r: r.group_ends.max(),
        at_most(1e-12),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={
        "normalization_layers": Drawing(_draw_cubes, height=0.38, claims=CUBES_CLAIMS),
        "normalization_invariances": Drawing(_draw_changes, height=0.36, claims=CHANGES_CLAIMS),
    },
    source="Wu & He 2018, Group Normalization, figure 2 and section 3",
)
