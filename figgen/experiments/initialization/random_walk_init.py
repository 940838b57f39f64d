"""In narrow layers a gradient's log-norm walks at random, and downhill if the variance is kept."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_most, between, close_to, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.sim.activations import relu
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.initializers import Gaussian, kaiming_normal, random_walk, xavier_normal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

LINEAR, RELU = range(2)
KEPT, CORRECTED = range(2)


@dataclass(frozen=True, slots=True)
class Params:
    """Narrow and very deep networks."""

    units: int = param(20, "units of each layer, N", at_least=10, at_most=100)
    depth: int = param(200, "layers, L", at_least=20, at_most=500)
    replicas: int = param(200, "random networks of each kind", at_least=50, at_most=1000)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Walks of ln(‖δ‖/‖δ_L‖), the norm of the gradient on its way back from the last layer.

    The first two axes are linear and ReLU networks; the variance kept, and corrected. Networks with a layer
    whose ReLUs are all off have no walk from there on, and do not count.

    Attributes:
        mean: Mean over the networks, 0, 1, … layers back from the last, (2, 2, depth + 1).
        band: Between which 90 % of the networks are, (2, 2, 2, depth + 1): the third axis is from, to.
        example: One network's walk, (2, 2, depth + 1).
        ends: All networks after all layers, (2, 2, replicas); NaN for those that do not count.
        units: Width of the layers, N.
    """

    mean: FloatArray
    band: FloatArray
    example: FloatArray
    ends: FloatArray
    units: int

    def mean_end(self, activation: int, scaling: int) -> float:
        """Return the mean of the log-norm after all layers."""
        return float(np.nanmean(self.ends[activation, scaling]))

    def end_variance(self, activation: int, scaling: int) -> float:
        """Return its variance over the networks."""
        return float(np.nanvar(self.ends[activation, scaling]))


def simulate(params: Params, rng: np.random.Generator) -> Result:
    walks = random_walks(params, rng)
    low, high = np.nanpercentile(walks, (5, 95), axis=2)
    return Result(
        mean=np.nanmean(walks, axis=2),
        band=np.stack([low, high], axis=2),
        example=walks[:, :, 0],
        ends=walks[..., -1],
        units=params.units,
    )


def random_walks(params: Params, rng: np.random.Generator) -> FloatArray:
    """Return every network's walk, (2, 2, replicas, depth + 1), NaN once all the ReLUs of a layer are off."""
    linear = _walks(params, rng, (xavier_normal(), random_walk()), rectified=False)
    rectified = _walks(params, rng, (kaiming_normal(), random_walk(rectified=True)), rectified=True)
    return np.array([linear, rectified])


def _walks(
    params: Params, rng: np.random.Generator, scalings: tuple[Gaussian, Gaussian], rectified: bool
) -> FloatArray:
    """Send a sample forward and a gradient back through random networks.

    Both scalings meet the same networks, so that a difference between them is none of chance.

    Returns:
        ln(‖δ‖/‖δ_L‖), (2, replicas, depth + 1).
    """
    N, R = params.units, params.replicas
    std = np.reshape([scaling.std(N) for scaling in scalings], (2, 1, 1, 1)).astype(np.float32)
    h = rng.standard_normal((1, R, 1, N), dtype=np.float32)
    layers = []
    for _ in range(params.depth):
        W = rng.standard_normal((R, N, N), dtype=np.float32)
        z = std * (h @ W)  # (2, R, 1, N)
        h = relu(z) if rectified else z
        layers.append((W, relu.derivative(z) if rectified else np.float32(1)))
    delta = rng.standard_normal((1, R, 1, N), dtype=np.float32) * np.ones_like(h)
    norms = [np.linalg.norm(delta, axis=(-2, -1))]
    for W, slope in reversed(layers):
        delta = std * ((delta * slope) @ np.swapaxes(W, -1, -2))
        norms.append(np.linalg.norm(delta, axis=(-2, -1)))
    walks = np.stack(norms, axis=-1) / norms[0][..., np.newaxis]
    return np.log(np.where(walks > 0, walks, np.nan))


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import THEORY

    layers = np.arange(result.mean.shape[-1])
    linear, rectified = figure.subplots(1, 2, sharey=True)
    for axes, kind in ((linear, LINEAR), (rectified, RELU)):
        _draw_walks(axes, layers, result, kind)
        axes.set_xlabel(tr("layers back from the last"))
    ends = layers[[0, -1]]
    linear.plot(ends, -ends / (2 * result.units), color=THEORY, linestyle="dotted")
    linear.set_ylabel(tr("ln of the gradient's norm"))
    linear.set_title(tr("Linear layers"))
    rectified.set_title(tr("ReLU layers"))
    _label_ends(linear, result.mean[LINEAR], (tr("$g = 1$"), tr("$g = e^{{1/2N}}$")))
    _label_ends(rectified, result.mean[RELU], (tr("$g = \\sqrt{{2}}$"), tr("$g$ corrected")))
    title = tr("In layers of {units} units a kept variance lets the gradient drift down", units=result.units)
    headline(figure, title)


def _draw_walks(axes: "Axes", layers: IntArray, result: Result, kind: int) -> None:
    """Draw for each scaling the mean, the band of 90 % of the networks, and one network's walk."""
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.replicas import draw_band

    for scaling, colour, dash in ((KEPT, BAD, "dashed"), (CORRECTED, GOOD, "solid")):
        low, high = result.band[kind, scaling]
        draw_band(axes, layers, low, high, colour)
        axes.plot(layers, result.example[kind, scaling], color=colour, linewidth=0.5, alpha=0.8)
        axes.plot(layers, result.mean[kind, scaling], color=colour, linestyle=dash)


def _label_ends(axes: "Axes", means: FloatArray, labels: tuple[str, str]) -> None:
    from figgen.experiments.palette import BAD, GOOD

    for mean, colour, label in zip(means, (BAD, GOOD), labels, strict=True):
        place = (len(mean) - 1, mean[-1])
        write_beside(axes, label, place, (0.4, 0), va="center", color=colour)


CLAIMS = (
    Claim(
        "linear_drift",
        "200 linear layers, Xavier's variance: the mean of ln(norm of the gradient) falls to {value}.",
        lambda r: r.mean_end(LINEAR, KEPT),
        between(-6, -4),
    ),
    Claim(
        "linear_corrected",
        "200 linear layers, $g = e^{{1/(2N)}}$: the mean ends at {value}; the walk has no drift.",
        lambda r: r.mean_end(LINEAR, CORRECTED),
        close_to(0, 1),
    ),
    Claim(
        "linear_spread",
        "200 linear layers: ln(norm) varies between networks by {value} (variance); theory: $L/(2N)$.",
        lambda r: r.end_variance(LINEAR, CORRECTED),
        between(3, 8),
    ),
    Claim(
        "relu_drift",
        "200 ReLU layers, Kaiming's variance: the mean falls to {value}, though the variance is kept.",
        lambda r: r.mean_end(RELU, KEPT),
        at_most(-10),
    ),
    Claim(
        "relu_corrected",
        "200 ReLU layers, corrected $g$: the mean ends at {value}.",
        lambda r: r.mean_end(RELU, CORRECTED),
        close_to(0, 1.8),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"random_walk_init": Drawing(draw, height=0.46, claims=CLAIMS)},
    source="Sussillo and Abbott 2014, section 3",
)
