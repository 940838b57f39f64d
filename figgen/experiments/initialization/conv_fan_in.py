"""The fan_in of a convolution counts its kernel's pixels, too."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, between, close_to, param, validate
from figgen.sim.arrays import FloatArray
from figgen.sim.initializers import conv_fan_in, xavier_normal
from figgen.sim.layers import conv2d

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

DEPTH = 6
"""Of the lecture's networks, and of this one."""

KERNELS = (3, 5)
RIGHT, WRONG = range(2)


@dataclass(frozen=True, slots=True)
class Params:
    """A stack of convolutions without activations, on images of Gaussian noise."""

    samples: int = param(4, "images", at_least=1, at_most=64)
    channels: int = param(16, "channels of the input and of each layer", at_least=4, at_most=64)
    # Without padding, which would let zeros in, each layer takes 4 pixels off; the last has 8 × 8 left.
    size: int = param(32, "height and width of the images in pixels", at_least=28, at_most=64)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Standard deviations of the signal; the first column is the input.

    Attributes:
        std: For each of KERNELS, with the right fan_in and with the channels alone, (2, 2, DEPTH + 1).
    """

    std: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    return Result(np.array([_stack(params, kernel_size, rng) for kernel_size in KERNELS]))


def _stack(params: Params, kernel_size: int, rng: np.random.Generator) -> FloatArray:
    """Send the same images through the same weights, scaled once by each fan_in, (2, DEPTH + 1)."""
    C = params.channels
    fans = conv_fan_in(kernel_size, C), C  # in the order of RIGHT, WRONG
    images = rng.standard_normal((params.samples, C, params.size, params.size), dtype=np.float32)
    weights = rng.standard_normal((DEPTH, C, C, kernel_size, kernel_size), dtype=np.float32)
    return np.array([_spreads(images, np.float32(xavier_normal().std(fan)) * weights) for fan in fans])


def _spreads(x: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the standard deviation of the images and after each layer, (DEPTH + 1,)."""
    spreads = [x.std()]
    for W in weights:
        x, _ = conv2d(x, W, np.zeros(len(W), np.float32))
        spreads.append(x.std())
    return np.array(spreads, np.float64)


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD

    axes = figure.subplots()
    labels = {RIGHT: tr("fan_in = $k^2$ · channels"), WRONG: tr("fan_in = channels")}
    for scaling, colour in ((RIGHT, GOOD), (WRONG, BAD)):
        for kernel_size, std, marker in zip(KERNELS, result.std[:, scaling], "os", strict=True):
            growth = 1 if scaling == RIGHT else kernel_size
            label = tr("{label}, $k$ = {size}", label=labels[scaling], size=kernel_size)
            _draw_stack(axes, std, growth, marker, colour, label)
    axes.set(
        yscale="log", ylim=(0.3, 1e5), xlabel=tr("layer, 0 is the input"), ylabel=tr("std of the signal")
    )
    axes.legend(loc="upper left")
    axes.set_title(tr("Without $k^2$ in the fan_in each layer multiplies the std by $k$"))


def _draw_stack(axes: "Axes", std: FloatArray, growth: float, marker: str, colour: str, label: str) -> None:
    """Draw the simulated points on theory's line, which grows by a factor a layer."""
    from matplotlib import rcParams

    from figgen.experiments.palette import THEORY

    layers = np.arange(len(std))
    size = rcParams["lines.markersize"] * (1.7 if marker == "s" else 1)
    axes.plot(layers, float(growth) ** layers, color=THEORY, linewidth=1)
    filled = "none" if marker == "s" else colour  # a square shows the circle in it
    axes.plot(layers, std, marker, color=colour, markerfacecolor=filled, markersize=size, label=label)


CLAIMS = (
    Claim(
        "right_3",
        "With fan_in = 3² · channels, six 3 × 3 layers turn a std of 1 into {value}.",
        lambda r: r.std[0, RIGHT, -1],
        between(0.8, 1.2),
    ),
    Claim(
        "right_5",
        "With fan_in = 5² · channels, six 5 × 5 layers turn a std of 1 into {value}.",
        lambda r: r.std[1, RIGHT, -1],
        between(0.8, 1.2),
    ),
    Claim(
        "wrong_3",
        "With fan_in = channels, six 3 × 3 layers turn a std of 1 into {value}; theory says 3⁶ = 729.",
        lambda r: r.std[0, WRONG, -1],
        between(580, 880),
    ),
    Claim(
        "wrong_5",
        "With fan_in = channels, each 5 × 5 layer multiplies the std by {value}.",
        lambda r: (r.std[1, WRONG, -1] / r.std[1, WRONG, 0]) ** (1 / DEPTH),
        close_to(5, 0.15),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"conv_fan_in": Drawing(draw, height=0.42, claims=CLAIMS)},
    source="Glorot and Bengio 2010; He et al. 2015, section 2.2",
)
