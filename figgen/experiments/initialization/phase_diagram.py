"""Between a phase where gradients vanish and a phase where they explode lie the good initial weights."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, close_to, param, validate
from figgen.plotting.labels import write_beside
from figgen.plotting.ticks import write_ticks
from figgen.sim.activations import Activation, relu, tanh
from figgen.sim.arrays import FloatArray
from figgen.sim.initializers import Gaussian, kaiming_normal, normal, xavier_normal
from figgen.sim.meanfield import critical_sigma, gradient_factor, variance_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

ACTIVATIONS = (tanh, relu)
TANH, RELU = range(2)

SAMPLES, LECTURE_WIDTH = 2, 4096
RANGE = (0.5, 4.0)  # of σ_w


@dataclass(frozen=True, slots=True)
class Start:
    """One of the lecture's ways to start: its label, and where that stands from its point, in font sizes."""

    label: str
    activation: int
    weights: Gaussian
    offset: tuple[float, float]

    @property
    def sigma_w(self) -> float:
        """The standard deviation of a weight times √fan_in, in the lecture's layers."""
        return self.weights.std(LECTURE_WIDTH) * math.sqrt(LECTURE_WIDTH)


STARTS = {
    "small": Start("tanh, small", TANH, normal(0.01), (-0.2, 1.2)),
    "large": Start("tanh, large", TANH, normal(0.05), (0, 1.6)),
    "xavier": Start("tanh, Xavier", TANH, xavier_normal(), (-1, 0.3)),
    "xavier_relu": Start("ReLU, Xavier", RELU, xavier_normal(), (0.8, -0.8)),
    "kaiming": Start("ReLU, Kaiming", RELU, kaiming_normal(), (1, 0.3)),
}


@dataclass(frozen=True, slots=True)
class Params:
    """Deep networks of random weights."""

    width: int = param(256, "units of a layer", at_least=32, at_most=1024)
    depth: int = param(50, "layers", at_least=20, at_most=60)
    replicas: int = param(4, "random networks, over which a gradient's mean square is averaged", at_least=1)
    points: int = param(
        14, "values of σ_w that are simulated, besides the lecture's", at_least=5, at_most=100
    )

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """A gradient survives until its mean square has first changed by a factor e on its way back.

    Attributes:
        sigma_w: Simulated values of σ_w, ascending, (K,).
        survival: Layers that a gradient survives in the simulation, at most the depth, tanh and ReLU, (2, K).
        theory: The same by mean-field theory, (2, K).
        start_sigma: σ_w of STARTS, (5,).
        start_survival: Layers that a gradient survives in the simulation of STARTS, (5,).
        curve_sigma: Values of σ_w for theory's line, ascending, of tanh and ReLU, (2, P).
        curve: Layers that a gradient survives there by theory, (2, P).
        critical: Critical σ_w of tanh and ReLU, (2,).
        depth: Layers of the networks.
    """

    sigma_w: FloatArray
    survival: FloatArray
    theory: FloatArray
    start_sigma: FloatArray
    start_survival: FloatArray
    curve_sigma: FloatArray
    curve: FloatArray
    critical: FloatArray
    depth: int


def simulate(params: Params, rng: np.random.Generator) -> Result:
    starts = np.array([start.sigma_w for start in STARTS.values()])
    sigma_w = np.union1d(np.geomspace(*RANGE, params.points), starts)
    survival = np.array([_simulated(params, rng, activation, sigma_w) for activation in ACTIVATIONS])
    critical = np.array([critical_sigma(activation) for activation in ACTIVATIONS])
    curve_sigma = np.array([_around(centre) for centre in critical])
    chosen = [start.activation for start in STARTS.values()], np.searchsorted(sigma_w, starts)
    return Result(
        sigma_w=sigma_w,
        survival=survival,
        theory=np.array([_predicted(params.depth, a, sigma_w) for a in ACTIVATIONS]),
        start_sigma=starts,
        start_survival=survival[chosen],
        curve_sigma=curve_sigma,
        curve=np.array(
            [_predicted(params.depth, *pair) for pair in zip(ACTIVATIONS, curve_sigma, strict=True)]
        ),
        critical=critical,
        depth=params.depth,
    )


def _simulated(
    params: Params, rng: np.random.Generator, activation: Activation, sigma_w: FloatArray
) -> FloatArray:
    """Measure how many layers a gradient survives at each σ_w, the networks else alike, (K,)."""
    N, R = params.width, params.replicas
    scale = np.repeat(sigma_w, SAMPLES)[:, np.newaxis].astype(np.float32) / np.float32(math.sqrt(N))
    h: FloatArray = rng.standard_normal((R, len(scale), N), dtype=np.float32)
    layers = []
    for _ in range(params.depth):
        W = rng.standard_normal((R, N, N), dtype=np.float32)
        z = scale * (h @ W)  # (R, K·samples, N)
        h = activation(z)
        layers.append((W, activation.derivative(z)))
    gradient: FloatArray = rng.standard_normal(h.shape, dtype=np.float32)
    mean_squares = [_mean_square(gradient, len(sigma_w))]
    for W, slope in reversed(layers):
        gradient = scale * ((gradient * slope) @ np.swapaxes(W, -1, -2))
        mean_squares.append(_mean_square(gradient, len(sigma_w)))
    return _survival(np.log(mean_squares))


def _mean_square(gradient: FloatArray, count: int) -> FloatArray:
    """Average the squares for each σ_w, (K,), in float64: they may underflow in float32."""
    squares = np.square(gradient, dtype=np.float64).reshape(len(gradient), count, -1)
    mean: FloatArray = squares.mean(axis=(0, 2))
    return mean


def _predicted(depth: int, activation: Activation, sigma_w: FloatArray) -> FloatArray:
    """Predict by mean-field theory how many layers a gradient survives, (K,)."""
    log_factors = np.array([_log_factors(depth, activation, s) for s in sigma_w]).T  # (depth, K)
    walked = np.cumsum(log_factors[::-1], axis=0)
    return _survival(np.concatenate([np.zeros((1, len(sigma_w))), walked]))


def _log_factors(depth: int, activation: Activation, sigma_w: float) -> list[float]:
    """Return ln χ of each layer, the input's first, for inputs of mean square 1."""
    q, log_factors = sigma_w**2, []
    for _ in range(depth):
        log_factors.append(math.log(gradient_factor(activation, sigma_w, q)))
        q = variance_map(activation, sigma_w, q)
    return log_factors


def _survival(log_squares: FloatArray) -> FloatArray:
    """Return after how many layers back a gradient's mean square has first changed by a factor e.

    Args:
        log_squares: Its logarithm 0, 1, … layers back from the last, (depth + 1, K).

    Returns:
        The number, interpolated between layers; the depth where the gradient survives all layers, (K,).
    """
    change = np.abs(log_squares - log_squares[0])
    depth = len(change) - 1
    last = np.where((change >= 1).any(axis=0), np.argmax(change >= 1, axis=0), depth)
    before, after = (change[layer, np.arange(change.shape[1])] for layer in (last - 1, last))
    survived: FloatArray = np.minimum(last - 1 + (1 - before) / np.maximum(after - before, 1e-12), depth)
    return survived


def _around(critical: float) -> FloatArray:
    """Return values of σ_w that crowd at the critical one, where the curve has a peak."""
    low, high = (abs(math.log(end / critical)) for end in RANGE)
    below, above = (np.geomspace(2e-3, reach, 40) for reach in (low, high))
    exponents: FloatArray = np.concatenate([-below[::-1], [0.0], above])
    return critical * np.exp(exponents)


def _theory_error(result: Result) -> float:
    """Return the mean relative error of theory where the gradient survives at most 10 layers."""
    short = result.theory <= 10
    return float(np.abs(result.survival / result.theory - 1)[short].mean())


def _started(name: str) -> int:
    return list(STARTS).index(name)


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS, ACTIVATION_DASHES, THEORY

    axes = figure.subplots()
    for index, (activation, marker) in enumerate(zip(ACTIVATIONS, "os", strict=True)):
        dash, colour = ACTIVATION_DASHES[activation.name], ACTIVATION_COLOURS[activation.name]
        axes.plot(result.curve_sigma[index], result.curve[index], color=THEORY, linestyle=dash)
        axes.plot(result.sigma_w, result.survival[index], marker, color=colour, markerfacecolor="white")
    _draw_starts(axes, result, tr)
    axes.set(xscale="log", yscale="log", xlim=(0.43, 4.4), ylim=(0.4, 1.5 * result.depth))
    axes.set(
        xlabel=tr("$\\sigma_w$, std of a weight times $\\sqrt{{D}}$"),
        ylabel=tr("layers that a gradient survives"),
    )
    write_ticks(axes.xaxis, (0.5, 0.7, 1, 1.4, 2, 3, 4), tr.number)
    write_ticks(axes.yaxis, (1, 2, 5, 10, 20, 50), tr.number)
    axes.set_title(
        tr("Gradients survive only near $\\sigma_w = 1$ with tanh, and near $\\sqrt{{2}}$ with ReLU")
    )


def _draw_starts(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Mark the lecture's starts with larger points, and name them."""
    from matplotlib import rcParams

    from figgen.experiments.palette import ACTIVATION_COLOURS

    for start, sigma_w, survival in zip(
        STARTS.values(), result.start_sigma, result.start_survival, strict=True
    ):
        activation = ACTIVATIONS[start.activation]
        colour, marker = ACTIVATION_COLOURS[activation.name], "os"[start.activation]
        axes.plot(sigma_w, survival, marker, color=colour, markersize=1.8 * rcParams["lines.markersize"])
        write_beside(
            axes,
            tr(start.label),
            (sigma_w, survival),
            start.offset,
            ha=("right", "center", "left")[int(np.sign(start.offset[0])) + 1],
            va="center",
            color=colour,
        )


CLAIMS = (
    Claim(
        "critical_tanh",
        r"By theory, tanh keeps the gradient's mean square from layer to layer if $\sigma_w$ is {value}.",
        lambda r: r.critical[TANH],
        close_to(1, 1e-6),
    ),
    Claim(
        "critical_relu",
        r"By theory, ReLU keeps it if $\sigma_w$ is {value}, which is $\sqrt{{2}}$ and Kaiming's.",
        lambda r: r.critical[RELU],
        close_to(math.sqrt(2), 1e-6),
    ),
    Claim(
        "theory",
        "Where a gradient survives at most 10 layers, theory's relative error is {value} on average.",
        _theory_error,
        at_most(0.12),
        unit="%",
    ),
    Claim(
        "small",
        "tanh, std 0.01: the gradient vanishes; its mean square falls by a factor e in {value} layers.",
        lambda r: r.start_survival[_started("small")],
        at_most(2),
    ),
    Claim(
        "large",
        "tanh, std 0.05: the gradient explodes; its mean square grows by a factor e in {value} layers.",
        lambda r: r.start_survival[_started("large")],
        at_most(3),
    ),
    Claim(
        "xavier_relu",
        "ReLU, Xavier: the gradient vanishes; its mean square falls by a factor e in {value} layers.",
        lambda r: r.start_survival[_started("xavier_relu")],
        at_most(2.5),
    ),
    Claim(
        "xavier",
        "tanh, Xavier: it takes {value} of the 50 layers to fall by a factor e.",
        lambda r: r.start_survival[_started("xavier")],
        at_least(18),
    ),
    Claim(
        "kaiming",
        "ReLU, Kaiming: the gradient survives {value} of the 50 layers.",
        lambda r: r.start_survival[_started("kaiming")],
        at_least(25),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(width=192, replicas=3, points=8),
    simulate=simulate,
    figures={"phase_diagram": Drawing(draw, height=0.52, claims=CLAIMS)},
    source="Poole et al. 2016; Schoenholz et al. 2017, section 3",
)
