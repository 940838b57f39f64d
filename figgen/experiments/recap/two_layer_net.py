"""A second layer separates what no linear score can, provided that the units have biases."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, Explore, at_least, at_most, param, validate
from figgen.plotting.labels import headline
from figgen.sim.activations import relu
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import spiral
from figgen.sim.initializers import normal
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.mlp import MLP
from figgen.sim.optimizers import Optimizer, sgd
from figgen.sim.training import accuracy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

MODELS = ("linear", "without_biases", "net")
"""Wx + b; W₂ max(0, W₁x) to the letter; the same with biases."""

REACH = 1.15
"""Half the side of the square that is drawn; the points lie within about 1 of its middle."""

DIRECTIONS, RADII = 720, (0.1, 0.3, 0.5, 0.7, 0.9, 1.1)
"""Where it is tested whether the class depends on the direction from the origin only."""


@dataclass(frozen=True, slots=True)
class Params:
    """The points, the models, and how they learn: by gradient descent on all points at once."""

    samples: int = param(100, "points in each of the three classes", at_least=20, at_most=500)
    hidden: int = param(50, "hidden units of the network", at_least=2, at_most=500)
    weight_std: float = param(0.1, "standard deviation of the initial weights", at_least=0.01, at_most=1)
    linear_rate: float = param(1.0, "step size for the linear scores", at_least=0.01, at_most=3)
    linear_steps: int = param(200, "steps for the linear scores", at_least=50, at_most=5000)
    net_rate: float = param(2.0, "step size for the networks", at_least=0.01, at_most=3)
    net_steps: int = param(600, "steps for the networks", at_least=50, at_most=5000)
    grid: int = param(200, "pixels along each side of the decision regions", at_least=20, at_most=500)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """What the three MODELS have learnt.

    Attributes:
        x: Points, (N, 2).
        labels: Their classes, (N,).
        accuracy: Share of the points that each model classifies rightly, (3,).
        regions: Class that each model gives to each pixel, rows from the bottom, (3, grid, grid).
        constant_rays: Share of the directions from the origin along which a model's class is constant, (3,).
    """

    x: FloatArray
    labels: IntArray
    accuracy: FloatArray
    regions: IntArray
    constant_rays: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    x, labels = spiral(rng, params.samples)
    init = normal(params.weight_std)
    linear = MLP(rng, (2, 3), relu, init, replicas=(1,))
    nets = MLP(rng, (2, params.hidden, 3), relu, init, replicas=(2,))
    learning, frozen = (sgd(params.net_rate * np.array(moves)) for moves in ((1, 1), (0, 1)))
    _descend(linear, x, labels, sgd(params.linear_rate), sgd(params.linear_rate), params.linear_steps)
    _descend(nets, x, labels, learning, frozen, params.net_steps)
    models = linear, nets
    return Result(
        x=x,
        labels=labels,
        accuracy=np.concatenate([accuracy(model(x), labels) for model in models]),
        regions=np.concatenate([_regions(model, params.grid) for model in models]),
        constant_rays=np.concatenate([_constant_rays(model) for model in models]),
    )


def _descend(
    model: MLP,
    x: FloatArray,
    labels: IntArray,
    move_weights: Optimizer,
    move_biases: Optimizer,
    steps: int,
) -> None:
    """Minimise the softmax cross-entropy; biases start at 0, and stay there where they are not moved."""
    for _ in range(steps):
        _, dlogits = softmax_cross_entropy(model(x), labels)
        gradients = model.backward(dlogits)
        move_weights(model.weights, gradients[::2])
        move_biases(model.biases, gradients[1::2])


def _regions(model: MLP, grid: int) -> IntArray:
    """Classify the pixels of a square, (replicas, grid, grid)."""
    edges = np.linspace(-REACH, REACH, grid + 1)
    middle = (edges[1:] + edges[:-1]) / 2
    x, y = np.meshgrid(middle, middle)
    classes = _classify(model, np.stack([x.ravel(), y.ravel()], axis=1))
    return classes.reshape(-1, grid, grid).astype(np.int8)


def _constant_rays(model: MLP) -> FloatArray:
    """Return the share of directions from the origin along which the class is constant, (replicas,)."""
    angle = np.linspace(0, 2 * np.pi, DIRECTIONS, endpoint=False)
    directions = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    classes = np.stack([_classify(model, radius * directions) for radius in RADII])  # (radii, replicas, N)
    share: FloatArray = (classes == classes[0]).all(axis=0).mean(axis=-1)
    return share


def _classify(model: MLP, x: FloatArray) -> IntArray:
    classes: IntArray = model(x.astype(np.float32)).argmax(axis=-1)
    return classes


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    titles = (
        "linear scores:\n{share} right",
        "two layers, no biases:\n{share} right",
        "two layers:\n{share} right",
    )
    panels = figure.subplots(1, len(MODELS), sharey=True)
    for i, (axes, title) in enumerate(zip(panels, titles, strict=True)):
        _draw_regions(axes, result.regions[i])
        _draw_points(axes, result)
        axes.set_title(tr(title, share=tr.percent(result.accuracy[i])))
        axes.set_xlabel(tr("feature $x_1$"))
    panels[0].set_ylabel(tr("feature $x_2$"))
    winds = result.accuracy[-1] > 0.9  # what is explored may not
    title = "Two layers with biases wind around the spiral's arms"
    headline(figure, tr(title if winds else "So few hidden units cannot wind around the spiral's arms"))


def _draw_regions(axes: "Axes", regions: IntArray) -> None:
    """Tint each class's region, and draw the pixels at its border dark, so that it shows without colour."""
    from matplotlib.colors import to_rgb

    from figgen.experiments.palette import CLASS_COLOURS
    from figgen.plotting.palette import GREY

    tints = 0.7 + 0.3 * np.array([to_rgb(colour) for colour in CLASS_COLOURS])  # mixed with white
    image = tints[regions]  # (grid, grid, 3)
    border = np.zeros(regions.shape, dtype=bool)
    border[:, 1:] |= regions[:, 1:] != regions[:, :-1]
    border[1:] |= regions[1:] != regions[:-1]
    image[border] = to_rgb(GREY)
    extent = (-REACH, REACH, -REACH, REACH)
    axes.imshow(image, origin="lower", extent=extent, interpolation="nearest")


def _draw_points(axes: "Axes", result: Result) -> None:
    from matplotlib import rcParams

    from figgen.experiments.palette import CLASS_COLOURS, CLASS_MARKERS

    size = 0.6 * rcParams["lines.markersize"]
    for label, (colour, marker) in enumerate(zip(CLASS_COLOURS, CLASS_MARKERS, strict=True)):
        points = result.x[result.labels == label]
        axes.plot(
            *points.T,
            marker,
            color=colour,
            markersize=size,
            markeredgewidth=0.12 * size,
            markeredgecolor="white",
        )
    axes.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))


CLAIMS = (
    Claim(
        "linear",
        "Linear scores get only {value} of the spiral's points right.",
        lambda r: r.accuracy[0],
        at_most(0.60),
        unit="%",
    ),
    Claim(
        "net",
        "A network with two layers gets {value} right.",
        lambda r: r.accuracy[2],
        at_least(0.95),
        unit="%",
    ),
    Claim(
        "without_biases",
        "The same network without biases gets only {value} right.",
        lambda r: r.accuracy[1],
        at_most(0.60),
        unit="%",
    ),
    Claim(
        "cones",
        "Without biases the class is constant along {value} of the rays from the origin.",
        lambda r: r.constant_rays[1],
        at_least(0.99),
        identity=True,
        unit="%",
    ),
    Claim(
        "no_cones",
        "With biases it is constant along only {value} of these rays.",
        lambda r: r.constant_rays[2],
        at_most(0.1),
        unit="%",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(grid=50),
    simulate=simulate,
    figures={
        "two_layer_net": Drawing(
            draw,
            height=0.47,
            claims=CLAIMS,
            explore=Explore(
                "hidden",
                (2, 3, 5, 10, 20, 50),
                log=True,
                look=(
                    "Three hidden units do not suffice, five do for most points. Without biases no number "
                    "of them helps."
                ),
            ),
        )
    },
    source="CS231n notes, Putting it together: minimal neural network case study",
)
