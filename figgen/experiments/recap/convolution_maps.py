"""Six filters of a convolutional layer turn a picture into six maps."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_most, close_to, param, validate
from figgen.plotting.labels import headline
from figgen.sim.arrays import FloatArray
from figgen.sim.data import natural_patches
from figgen.sim.layers import conv2d

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

SIZE = 32
"""Side of a patch in pixels."""

SHIFT = 2
"""By how many pixels a patch is moved down and to the right to see whether the maps move along."""

NAMES = ("horizontal edges", "vertical edges", "diagonal edges", "spots", "red − green", "blur")
"""What each filter answers to, for the eye; messages to translate."""


@dataclass(frozen=True, slots=True)
class Params:
    """How many patches the layer is tried on."""

    patches: int = param(
        10, "patches of a photograph; the one of most varied brightness is drawn", at_least=1
    )

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """A convolutional layer of K filters on one patch of C channels, and what was measured on all patches.

    Attributes:
        patch: The drawn patch, red, green and blue from 0 to 1, (32, 32, C).
        filters: Weights W, (K, C, 5, 5).
        maps: Activation maps of the drawn patch, (K, 28, 28).
        parameters: Number of weights and biases.
        dense_parameters: The same for a fully connected layer from the patch to as many outputs.
        loop_error: Largest difference between the layer and the loop that defines it.
        shift_error: Largest difference between the shifted patches' maps and the shifted maps.
    """

    patch: FloatArray
    filters: FloatArray
    maps: FloatArray
    parameters: int
    dense_parameters: int
    loop_error: float
    shift_error: float


def simulate(params: Params, rng: np.random.Generator) -> Result:
    patches = natural_patches(rng, params.patches, SIZE + SHIFT) / 255  # (N, 34, 34, C)
    wide = patches.transpose(0, 3, 1, 2)
    x, moved = wide[:, :, SHIFT:, SHIFT:], wide[:, :, :-SHIFT, :-SHIFT]  # (N, C, 32, 32)
    W = filters()
    b = np.zeros(len(W))
    maps, _ = conv2d(x, W, b)  # (N, K, 28, 28)
    shifted, _ = conv2d(moved, W, b)
    drawn = _richest(x)
    return Result(
        patch=x[drawn].transpose(1, 2, 0),
        filters=W,
        maps=maps[drawn],
        parameters=W.size + b.size,
        dense_parameters=(x[0].size + 1) * maps[0].size,
        loop_error=float(np.abs(maps - by_definition(x, W, b)).max()),
        shift_error=float(np.abs(shifted[:, :, SHIFT:, SHIFT:] - maps[:, :, :-SHIFT, :-SHIFT]).max()),
    )


def _richest(x: FloatArray) -> int:
    """Return the patch with the largest entropy of its brightness: not one of a single colour."""
    counts = [np.histogram(patch.mean(axis=0), bins=16, range=(0, 1))[0] for patch in x]
    shares = np.array(counts) / np.sum(counts, axis=1, keepdims=True)  # (N, bins)
    return int(
        np.argmin(np.sum(shares * np.log(shares, where=shares > 0, out=np.zeros_like(shares)), axis=1))
    )


def filters() -> FloatArray:
    """Build filters by hand that resemble those that networks learn in their first layer, (6, 3, 5, 5).

    Edges are derivatives of a Gaussian of 1 pixel, spots its Laplacian; these four look at the brightness.
    All but the blur, whose weights sum to 1, have weights of sum 0: none answers to an even grey surface.
    """
    y, x = np.mgrid[-2:3, -2:3].astype(float)
    gaussian = np.exp(-(x**2 + y**2) / 2)
    gaussian /= gaussian.sum()
    brightness = np.ones(3) / 3
    spots = (2 - x**2 - y**2) * gaussian
    planes = (
        (y * gaussian, brightness),
        (x * gaussian, brightness),
        ((x + y) / np.sqrt(2) * gaussian, brightness),
        (spots - spots.mean(), brightness),  # cut off at 5 × 5, a Laplacian does not quite sum to 0
        (gaussian, np.array([1.0, -1.0, 0.0])),
        (gaussian, brightness),
    )
    return np.stack([np.multiply.outer(channels, plane) for plane, channels in planes])


def by_definition(x: FloatArray, W: FloatArray, b: FloatArray) -> FloatArray:
    """Compute each output as the sum of a window times a filter, plus a bias, one after the other.

    Args:
        x: Images, (N, C, H, W).
        W: Filters, (K, C, h, w).
        b: Biases, (K,).

    Returns:
        Activation maps, (N, K, H − h + 1, W − w + 1).
    """
    (_, _, height, width), (count, _, h, w) = x.shape, W.shape
    maps = np.empty((len(x), count, height - h + 1, width - w + 1))
    for k, i, j in np.ndindex(maps.shape[1:]):
        maps[:, k, i, j] = np.sum(x[:, :, i : i + h, j : j + w] * W[k], axis=(1, 2, 3)) + b[k]
    return maps


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    halves = figure.add_gridspec(1, 2, width_ratios=(1, 1.25))
    _draw_patch(figure.add_subplot(halves[0]), result.patch, tr)
    grid = halves[1].subgridspec(3, 2)
    for k, name in enumerate(NAMES):
        axes = figure.add_subplot(grid[k // 2, k % 2])
        _draw_pair(axes, result.filters[k], result.maps[k])
        axes.set_title(tr(name))
    size = " × ".join(map(str, (*result.maps.shape[1:], len(result.maps))))
    title = tr(
        "{count} filters make a new image, {size}, with {parameters} parameters",
        count=len(result.maps),
        size=size,
        parameters=result.parameters,
    )
    headline(figure, title)


def _draw_patch(axes: "Axes", patch: FloatArray, tr: "Translator") -> None:
    axes.imshow(patch, interpolation="nearest")
    rows, columns = patch.shape[:2]
    axes.set_xticks((0, columns - 1), ("1", str(columns)))
    axes.set_yticks((0, rows - 1), ("1", str(rows)))
    axes.set(title=tr("image"), xlabel=tr("column (pixels)"), ylabel=tr("row (pixels)"))


def _draw_pair(axes: "Axes", weights: FloatArray, activations: FloatArray) -> None:
    """Show a filter, enlarged, and its map on the right of it; grey is 0 in both."""
    side = len(activations)
    filter_picture = 0.5 + weights.transpose(1, 2, 0) / (2 * np.abs(weights).max())
    axes.imshow(filter_picture, extent=(0, side / 2, side / 2, side), interpolation="nearest")
    largest = np.abs(activations).max()
    place = (0.65 * side, 1.65 * side, 0, side)
    axes.imshow(activations, cmap="gray", vmin=-largest, vmax=largest, extent=place, interpolation="nearest")
    axes.set(xlim=(0, 1.65 * side), ylim=(0, side), xticks=(), yticks=())
    axes.set_axis_off()


CLAIMS = (
    Claim(
        "map_side",
        "A filter of 5 × 5 fits into 32 × 32 pixels in {value} places along each side.",
        lambda r: r.maps.shape[1] if r.maps.shape[1] == r.maps.shape[2] else np.nan,
        close_to(28, 0),
        identity=True,
    ),
    Claim(
        "map_count",
        "There are {value} maps, one for each filter.",
        lambda r: r.maps.shape[0],
        close_to(6, 0),
        identity=True,
    ),
    Claim(
        "parameters",
        "The layer has {value} parameters: six filters of 5 × 5 × 3 weights, and a bias each.",
        lambda r: r.parameters,
        close_to(456, 0),
        identity=True,
    ),
    Claim(
        "loop",
        "As one matrix product the layer computes what a loop over all outputs does, up to {value}.",
        lambda r: r.loop_error,
        at_most(1e-12),
    ),
    Claim(
        "shift",
        "When the image moves by 2 pixels, the maps move along: the largest difference is {value}.",
        lambda r: r.shift_error,
        at_most(1e-12),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"convolution_maps": Drawing(draw, height=0.54, claims=CLAIMS)},
    source="LeCun, Bottou, Bengio and Haffner 1998, Gradient-based learning applied to document recognition",
)
