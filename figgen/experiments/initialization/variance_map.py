"""Layer after layer the variance follows one curve, and where that meets the diagonal, it stays."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_most, between, close_to, param, validate
from figgen.plotting.labels import headline
from figgen.plotting.ticks import write_ticks
from figgen.sim.activations import Activation, relu, tanh
from figgen.sim.arrays import FloatArray
from figgen.sim.meanfield import fixed_point, variance_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

STARTS: tuple[tuple[str, Activation, float], ...] = (
    ("tanh, small", tanh, 0.64),
    ("tanh, Xavier", tanh, 1.0),
    ("tanh, large", tanh, 3.2),
    ("ReLU, Xavier", relu, 1.0),
    ("ReLU, Kaiming", relu, math.sqrt(2)),
)
"""The lecture's five starts, each with its activation function and σ_w."""

SMALL, XAVIER, LARGE, XAVIER_RELU, KAIMING = range(5)
LOWEST, HIGHEST = 1e-3, 30.0  # of the variances drawn
SETTLED = 0.05


@dataclass(frozen=True, slots=True)
class Params:
    """Wide networks of random weights, and how many layers they have."""

    width: int = param(1024, "units of a layer", at_least=64, at_most=4096)
    samples: int = param(16, "random inputs", at_least=2, at_most=256)
    depth: int = param(6, "layers", at_least=2, at_most=30)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """The map of each of STARTS, and what networks did.

    Attributes:
        grid: Variances q of one layer's pre-activations, ascending, (P,).
        curves: That of the next layer by the map, (5, P).
        simulated: Mean squares of the pre-activations, layer by layer, in a random network, (5, depth).
        mapped: What the map makes of each of them but the last, (5, depth - 1).
        fixed: Where the map of the large weights meets the diagonal.
    """

    grid: FloatArray
    curves: FloatArray
    simulated: FloatArray
    mapped: FloatArray
    fixed: float

    def error(self) -> float:
        """Return the largest relative error of the map over all layers and starts."""
        return float(np.abs(self.simulated[:, 1:] / self.mapped - 1).max())

    def settled(self) -> int:
        """Return the first layer of the large weights that is near the fixed point; 0 if none is."""
        near = np.abs(self.simulated[LARGE] / self.fixed - 1) < SETTLED
        return int(near.argmax()) + 1 if near.any() else 0


def simulate(params: Params, rng: np.random.Generator) -> Result:
    grid = np.geomspace(LOWEST, HIGHEST, 60)
    simulated = np.array([_simulated(params, rng, f, s) for _, f, s in STARTS])
    return Result(
        grid=grid,
        curves=np.array([_mapped(f, s, grid) for _, f, s in STARTS]),
        simulated=simulated,
        mapped=np.array([_mapped(f, s, q[:-1]) for (_, f, s), q in zip(STARTS, simulated, strict=True)]),
        fixed=fixed_point(tanh, STARTS[LARGE][2]),
    )


def _mapped(activation: Activation, sigma_w: float, variances: FloatArray) -> FloatArray:
    return np.array([variance_map(activation, sigma_w, float(q)) for q in variances])


def _simulated(
    params: Params, rng: np.random.Generator, activation: Activation, sigma_w: float
) -> FloatArray:
    """Send noise through random layers; return the mean square of each layer's pre-activations, (depth,)."""
    N = params.width
    h = rng.standard_normal((params.samples, N), dtype=np.float32)
    mean_squares = []
    for _ in range(params.depth):
        W = rng.standard_normal((N, N), dtype=np.float32) * np.float32(sigma_w / math.sqrt(N))
        z = h @ W
        mean_squares.append(float((z**2).mean()))
        h = activation(z)
    return np.array(mean_squares)


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS

    of_tanh, of_relu = figure.subplots(1, 2, sharey=True)
    colours = (ACTIVATION_COLOURS["tanh"], ACTIVATION_COLOURS["relu"])
    for axes, starts, colour in zip((of_tanh, of_relu), ((0, 1, 2), (3, 4)), colours, strict=True):
        for start, dash in zip(starts, ("dashed", "solid", "dashdot"), strict=False):
            _draw_start(axes, result, start, colour, dash, tr)
        _draw_diagonal(axes, tr)
        axes.legend(loc="upper left")
    of_tanh.set(title="tanh", ylabel=tr("variance in the next layer, $q_{{l+1}}$"))
    of_relu.set_title("ReLU")
    headline(figure, tr("Below the diagonal the signal shrinks, on it it stays"))


def _draw_start(axes: "Axes", result: Result, start: int, colour: str, dash: str, tr: "Translator") -> None:
    """Draw the map of one start, and the steps of a network between it and the diagonal."""
    from figgen.plotting.palette import BLACK

    label, _, _ = STARTS[start]
    axes.plot(result.grid, result.curves[start], color=colour, linestyle=dash, label=tr(label))
    q = result.simulated[start]
    stairs = np.repeat(q, 2)
    axes.plot(stairs[:-2], stairs[1:-1], color=BLACK, linewidth=0.6)
    axes.plot(q[:-1], q[1:], "o", color=BLACK, markersize=3)


def _draw_diagonal(axes: "Axes", tr: "Translator") -> None:
    from figgen.plotting.palette import GREY

    axes.plot((LOWEST, HIGHEST), (LOWEST, HIGHEST), color=GREY, linestyle="dotted")
    axes.set(xscale="log", yscale="log", xlim=(LOWEST, HIGHEST), ylim=(LOWEST, HIGHEST))
    for axis in (axes.xaxis, axes.yaxis):
        write_ticks(axis, (0.01, 0.1, 1, 10), tr.number)
    axes.set_xlabel(tr("variance in one layer, $q_l$"))


CLAIMS = (
    Claim(
        "map",
        "In random networks each layer's variance is on the curve: the largest error is {value}.",
        lambda r: r.error(),
        at_most(0.18),
        unit="%",
    ),
    Claim(
        "settled",
        "With large weights and tanh the variance is near the diagonal, to within 5%, by layer {value}.",
        lambda r: r.settled(),
        between(1, 4),
    ),
    Claim(
        "fixed",
        "There, in the last layer, it is {value}.",
        lambda r: r.simulated[LARGE, -1],
        close_to(7.38, 0.4),
    ),
    Claim(
        "small",
        "With small weights and tanh the last step keeps {value} of the variance.",
        lambda r: r.simulated[SMALL, -1] / r.simulated[SMALL, -2],
        close_to(0.405, 0.05),
        unit="%",
    ),
    Claim(
        "kaiming",
        "With Kaiming's weights and ReLU the curve is the diagonal: it keeps {value} of any variance.",
        lambda r: np.exp(np.mean(np.log(r.curves[KAIMING] / r.grid))),
        close_to(1, 1e-6),
        unit="%",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"variance_map": Drawing(draw, height=0.52, claims=CLAIMS)},
    source="Poole et al. 2016, equation 3 and figure 1",
)
