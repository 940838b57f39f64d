"""For images centring is enough: a mean image, or one mean for each colour channel."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, close_to, param, validate
from figgen.plotting.labels import headline
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import cifar10, natural_patches
from figgen.sim.preprocessing import Standardization, center, normalize

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

PER_CHANNEL = (0, 1, 2)
"""The axes of (N, H, W, 3) over which a channel's statistics are taken: images, rows and columns."""

BINS = 60
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Params:
    """Which images, and how many."""

    images: int = param(500, "number of images, the training data", at_least=50, at_most=50_000)
    cifar10: str = param("", "folder of CIFAR-10, python version, unpacked; else pieces of a photograph")

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """What the training images' statistics are, and what is left of the images.

    Distributions are those of the three channels' values over all images and pixels.

    Attributes:
        images: Some of the images with levels from 0 to 255, (SHOWN, 32, 32, 3).
        count: The number of all images; less than wanted where CIFAR-10's folder holds less.
        mean_image: What AlexNet subtracts, (32, 32, 3).
        channel_means: What VGG subtracts, (3,).
        channel_stds: What ResNet divides by in addition, (3,).
        residual_image: Mean of all images less the mean image, (32, 32, 3).
        residual_means: Mean of each channel less the channel means, (3,).
        standardised_means: The same after dividing by the standard deviations, too, (3,).
        standardised_stds: Standard deviations of the channels after that, (3,).
        slip_stds: Standard deviations of the channels where one divides by the means instead, (3,).
        histograms: Numbers of values for the images as they are, AlexNet, VGG and ResNet, (4, 3, BINS).
        edges: Ends of their bins, (4, BINS + 1).
    """

    images: FloatArray
    count: int
    mean_image: FloatArray
    channel_means: FloatArray
    channel_stds: FloatArray
    residual_image: FloatArray
    residual_means: FloatArray
    standardised_means: FloatArray
    standardised_stds: FloatArray
    slip_stds: FloatArray
    histograms: IntArray
    edges: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    images = _draw_images(params, rng)  # (N, H, W, 3)
    alexnet, vgg, resnet = center(images), center(images, PER_CHANNEL), normalize(images, PER_CHANNEL)
    by_image, by_channel, standardised = alexnet(images), vgg(images), resnet(images)
    slip = Standardization(vgg.mean, vgg.mean)  # as the slide says it
    counted = [_histograms(values) for values in (images, by_image, by_channel, standardised)]
    return Result(
        images=images[:SHOWN],
        count=len(images),
        mean_image=alexnet.mean,
        channel_means=vgg.mean,
        channel_stds=resnet.scale,
        residual_image=by_image.mean(axis=0),
        residual_means=by_channel.mean(axis=PER_CHANNEL),
        standardised_means=standardised.mean(axis=PER_CHANNEL),
        standardised_stds=standardised.std(axis=PER_CHANNEL),
        slip_stds=slip(images).std(axis=PER_CHANNEL),
        histograms=np.stack([histograms for histograms, _ in counted]),
        edges=np.stack([edges for _, edges in counted]),
    )


def _draw_images(params: Params, rng: np.random.Generator) -> FloatArray:
    if not params.cifar10:
        return natural_patches(rng, params.images)
    images, _ = cifar10(params.cifar10)
    return images[rng.permutation(len(images))[: params.images]]


def _histograms(values: FloatArray) -> tuple[IntArray, FloatArray]:
    """Count each channel's values in common bins: (3, BINS) numbers, and the bins' (BINS + 1,) edges."""
    ends = float(values.min()), float(values.max())
    counts = [np.histogram(values[..., channel], BINS, ends)[0] for channel in range(3)]
    return np.stack(counts), np.histogram_bin_edges(values, BINS, ends)


def _largest(x: FloatArray) -> float:
    return float(np.abs(x).max())


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    pictures, histograms = figure.subplots(2, 4, height_ratios=(1.3, 1))
    for axes, picture in zip(pictures, (_side_by_side(result.images), result.mean_image), strict=False):
        axes.imshow(picture / 255, interpolation="nearest")
        axes.set(xticks=[], yticks=[])
    _draw_channels(pictures[2], result.channel_means)
    _draw_channels(pictures[3], result.channel_means, result.channel_stds)
    titles = tr("images"), "AlexNet: 32 × 32 × 3", "VGG: 3", "ResNet: 3 + 3"
    names = "", tr("mean image"), tr("channel means"), tr("with deviations")
    for axes, title, name in zip(pictures, titles, names, strict=True):
        axes.set(title=title, xlabel=name)
    for axes, counts, edges in zip(histograms, result.histograms, result.edges, strict=True):
        _draw_histograms(axes, counts, edges)
    labels = tr("level $x$"), r"$x - \mu$", r"$x - \mu$", r"$(x - \mu)\,/\,\sigma$"
    for axes, label in zip(histograms, labels, strict=True):
        axes.set_xlabel(label)
    histograms[0].set_ylabel(tr("number of values"))
    headline(figure, tr("Three numbers centre the images nearly as well as a whole mean image"))


def _side_by_side(images: FloatArray) -> FloatArray:
    """Return four images, (4, H, W, 3), as one of two rows, (2H, 2W, 3)."""
    rows = images.reshape(2, 2, *images.shape[1:])
    return np.concatenate([np.concatenate(list(row), axis=1) for row in rows])


def _draw_channels(axes: "Axes", means: FloatArray, stds: FloatArray | None = None) -> None:
    """Draw one bar for each channel's mean, with a line from one deviation below to one above."""
    from figgen.experiments.palette import PRIMARY_COLOURS

    axes.bar(("R", "G", "B"), means, yerr=stds, color=PRIMARY_COLOURS, alpha=0.7)
    axes.set(ylim=(0, 255), yticks=(0, 100, 200), box_aspect=1)


def _draw_histograms(axes: "Axes", counts: IntArray, edges: FloatArray) -> None:
    from figgen.experiments.palette import PRIMARY_COLOURS, PRIMARY_DASHES
    from figgen.plotting.palette import LIGHT_GREY

    axes.axvline(0, color=LIGHT_GREY, zorder=0)
    for channel, colour, dash in zip(counts, PRIMARY_COLOURS, PRIMARY_DASHES, strict=True):
        axes.stairs(channel, edges, color=colour, linestyle=dash)
    axes.set_yticks([])


CLAIMS = (
    Claim(
        "mean_image",
        "The mean image holds {value} number for each of the 32 × 32 × 3 that an image consists of.",
        lambda r: r.mean_image.size / (32 * 32 * 3),
        close_to(1, 0),
        identity=True,
    ),
    Claim(
        "channel_means",
        "The channel means are {value} numbers.",
        lambda r: r.channel_means.size,
        close_to(3, 0),
        identity=True,
    ),
    Claim(
        "channel_stds",
        "Channel means and standard deviations together are {value} numbers.",
        lambda r: r.channel_means.size + r.channel_stds.size,
        close_to(6, 0),
        identity=True,
    ),
    Claim(
        "residual_image",
        "With the mean image subtracted, no pixel's mean is further from 0 than {value}.",
        lambda r: _largest(r.residual_image),
        at_most(1e-9),
    ),
    Claim(
        "residual_means",
        "With the channel means subtracted, no channel's mean is further from 0 than {value}.",
        lambda r: _largest(r.residual_means),
        at_most(1e-9),
    ),
    Claim(
        "pixels_left",
        "Three numbers leave the pixels' means {value} standard deviations from 0 (root mean square).",
        lambda r: np.sqrt(np.mean(((r.mean_image - r.channel_means) / r.channel_stds) ** 2)),
        at_most(0.2),
    ),
    Claim(
        "standardised_stds",
        "Divided by their standard deviations, the channels get deviations within {value} of 1.",
        lambda r: _largest(r.standardised_stds - 1),
        at_most(1e-9),
    ),
    Claim(
        "slip",
        "Divided by the channels' means, a channel's standard deviation misses 1 by {value}.",
        lambda r: _largest(r.slip_stds - 1),
        at_least(0.05),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"image_centering": Drawing(draw, height=0.5, claims=CLAIMS)},
    source="Krizhevsky et al. 2012; Simonyan and Zisserman 2015; He et al. 2016",
)
