"""Which activation functions saturate, and which keep the mean at zero."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from figgen.experiment import Claim, Drawing, Experiment, at_most, close_to, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.sim import activations
from figgen.sim.activations import Activation
from figgen.sim.arrays import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "maxout", "elu")
LABELS = ("Sigmoid", "Tanh", "ReLU", "Leaky ReLU", "Maxout", "ELU")
FORMULAS = (
    r"$1/(1+e^{-x})$",
    r"$\tanh\,x$",
    r"$\max(0,\,x)$",
    r"$\max(\alpha x,\,x)$",
    r"$\max_k(w_kx+b_k)$",
    r"$x\leq 0$:  $e^x-1$",
)

FAR = 1e4
"""Where a function's limits are read off."""

# One input, two pieces: a fold at x = -0.5, unlike that of ReLU at 0.
MAXOUT_SLOPES = np.array([-0.25, 1.0])
MAXOUT_BIASES = np.array([-0.625, 0.0])


@dataclass(frozen=True, slots=True)
class Params:
    """The leaky ReLU, and the sample behind the means."""

    slope: float = param(0.1, "leaky ReLU's slope on the left", at_least=0.001, at_most=0.5)
    samples: int = param(200_000, "number of N(0, 1) inputs", at_least=100_000, at_most=10_000_000)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Six functions f, in the order of `NAMES`.

    Attributes:
        x: Inputs, (P,).
        value: f at each x, (6, P).
        derivative: f′ at each x, (6, P).
        derivative_error: Largest distance of f′ from a finite difference of f, between the points x, of the
            six and of ELU with another α, (7,).
        left_limit: f at -10 000, (6,).
        right_limit: f at 10 000, (6,).
        mean: Mean of f over N(0, 1) inputs, (6,).
        slope: Leaky ReLU's slope on the left.
    """

    x: FloatArray
    value: FloatArray
    derivative: FloatArray
    derivative_error: FloatArray
    left_limit: FloatArray
    right_limit: FloatArray
    mean: FloatArray
    slope: float


OTHER_ALPHA = 0.5
"""Of an ELU whose derivative is checked, too: at α = 1 a derivative that forgets α would be right."""


def simulate(params: Params, rng: np.random.Generator) -> Result:
    functions = _six_functions(params.slope)
    x = np.linspace(-5, 5, 401)
    sample = rng.standard_normal(params.samples)
    return Result(
        x=x,
        value=np.stack([f(x) for f in functions]),
        derivative=np.stack([f.derivative(x) for f in functions]),
        derivative_error=np.array(
            [_derivative_error(f, x) for f in (*functions, activations.elu.with_alpha(OTHER_ALPHA))]
        ),
        left_limit=np.concatenate([f(np.array([-FAR])) for f in functions]),
        right_limit=np.concatenate([f(np.array([FAR])) for f in functions]),
        mean=np.array([np.mean(f(sample)) for f in functions]),
        slope=params.slope,
    )


def _six_functions(slope: float) -> tuple[Activation, ...]:
    return (
        activations.sigmoid,
        activations.tanh,
        activations.relu,
        activations.leaky_relu.with_slope(slope),
        Activation("maxout", _maxout, _maxout_derivative),
        activations.elu,
    )


def _maxout(x: ArrayLike) -> FloatArray:
    column = np.asarray(x)[:, np.newaxis]  # (N, 1): one input, one output
    return activations.maxout(column, MAXOUT_SLOPES[:, np.newaxis, np.newaxis], MAXOUT_BIASES[:, np.newaxis])[
        :, 0
    ]


def _maxout_derivative(x: ArrayLike) -> FloatArray:
    pieces = np.multiply.outer(x, MAXOUT_SLOPES) + MAXOUT_BIASES  # (N, 2)
    slopes: FloatArray = MAXOUT_SLOPES[np.argmax(pieces, axis=-1)]
    return slopes


def _derivative_error(f: Activation, x: FloatArray, step: float = 1e-6) -> float:
    """Compare f′ with central differences half-way between the points of x, on which the kinks lie."""
    between = (x[1:] + x[:-1]) / 2
    difference = (f(between + step) - f(between - step)) / (2 * step)
    return float(np.max(np.abs(f.derivative(between) - difference)))


TOP = 2.2  # of the panels; a function that goes on is cut off there


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    panels = figure.subplots(2, 3, sharex=True, sharey=True)
    for index, axes in enumerate(panels.flat):
        _draw_function(axes, result, index)
        _describe(axes, result, index, tr)
    figure.supxlabel(tr("input $x$; means are over inputs from $N(0, 1)$"), fontsize="medium")
    figure.supylabel("$f(x)$, $f'(x)$", fontsize="medium")
    headline(figure, tr("Sigmoid and tanh saturate on both sides; only tanh keeps the mean at 0"))


def _draw_function(axes: "Axes", result: Result, index: int) -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS, GRADIENT
    from figgen.plotting.palette import GREY

    x, value, derivative = result.x, result.value[index], result.derivative[index]
    colour = ACTIVATION_COLOURS[NAMES[index]]
    for end, limit in ((-5, result.left_limit[index]), (5, result.right_limit[index])):
        if abs(limit) <= 1:
            axes.plot([0.3 * end, end], [limit, limit], color=GREY, linestyle="dotted")
    axes.plot(x, derivative, color=GRADIENT, linestyle="dashed")
    axes.plot(x, value, color=colour)
    zeros = _isolated_zeros(x, value)
    axes.plot(
        zeros, np.zeros_like(zeros), color=colour, marker="o", markerfacecolor="white", linestyle="none"
    )
    last = np.flatnonzero(value < 0.7 * TOP)[-1]
    side: dict[str, Any] = {"ha": "right", "va": "bottom"}
    write_beside(axes, "$f$", (x[last], value[last]), (-0.4, 0.1), color=colour, **side)
    write_beside(axes, "$f'$", (x[-1], derivative[-1]), (-0.4, 0.1), color=GRADIENT, **side)
    axes.set(xlim=(-5, 5), ylim=(-2, TOP), xticks=(-4, 0, 4), yticks=(-1, 0, 1, 2))


def _isolated_zeros(x: FloatArray, value: FloatArray) -> FloatArray:
    """Return the points of x where f is zero, but the ends only of a stretch of zeros."""
    is_zero = np.pad(np.abs(value) < 1e-12, 1, mode="edge")
    zeros: FloatArray = x[is_zero[1:-1] & ~(is_zero[:-2] & is_zero[2:])]
    return zeros


def _describe(axes: "Axes", result: Result, index: int, tr: "Translator") -> None:
    """Write the name above the panel, the formula top left, range and mean bottom right."""
    formula = FORMULAS[index]
    if NAMES[index] == "leaky_relu":
        formula += f"\n$\\alpha$ = {tr.number(result.slope)}"
    mean = tr("mean {mean}", mean=tr.number(round(result.mean[index], 2) + 0.0))
    axes.set_title(LABELS[index])
    axes.text(0.02, 0.97, formula, transform=axes.transAxes, va="top")
    text = f"{_range(result, index, tr)}\n{mean}"
    axes.text(0.98, 0.03, text, transform=axes.transAxes, ha="right", va="bottom")


def _range(result: Result, index: int, tr: "Translator") -> str:
    """Write the interval of f's values, with a bracket where the lowest is reached."""
    limits, value = (result.left_limit[index], result.right_limit[index]), result.value[index]
    low, high = min(*limits, value.min()), max(limits)
    message = "range [{low}, {high})" if low in value else "range ({low}, {high})"
    return tr(message, low=_end(low, tr), high=_end(high, tr))


def _end(limit: float, tr: "Translator") -> str:
    if abs(limit) <= 1:
        return tr.number(limit)
    return "∞" if limit > 0 else "−∞"


CLAIMS = (
    Claim(
        "sigmoid_left",
        "Far to the left the sigmoid levels off at {value}.",
        lambda r: r.left_limit[NAMES.index("sigmoid")],
        close_to(0, 1e-3),
    ),
    Claim(
        "sigmoid_right",
        "Far to the right the sigmoid levels off at {value}.",
        lambda r: r.right_limit[NAMES.index("sigmoid")],
        close_to(1, 1e-3),
    ),
    Claim(
        "tanh_left",
        "Far to the left tanh levels off at {value}.",
        lambda r: r.left_limit[NAMES.index("tanh")],
        close_to(-1, 1e-3),
    ),
    Claim(
        "tanh_right",
        "Far to the right tanh levels off at {value}.",
        lambda r: r.right_limit[NAMES.index("tanh")],
        close_to(1, 1e-3),
    ),
    Claim(
        "relu_left",
        "Far to the left ReLU is {value}.",
        lambda r: r.left_limit[NAMES.index("relu")],
        close_to(0, 1e-3),
    ),
    Claim(
        "leaky_relu_left",
        "Leaky ReLU does not level off: at x = −10,000 it is {value}.",
        lambda r: r.left_limit[NAMES.index("leaky_relu")],
        at_most(-5),
    ),
    Claim(
        "elu_left",
        "Far to the left ELU levels off at {value}.",
        lambda r: r.left_limit[NAMES.index("elu")],
        close_to(-1, 1e-3),
    ),
    Claim(
        "sigmoid_mean",
        "Over $N(0, 1)$ inputs the mean of the sigmoid is {value}.",
        lambda r: r.mean[NAMES.index("sigmoid")],
        close_to(0.5, 0.01),
    ),
    Claim(
        "tanh_mean",
        "Over $N(0, 1)$ inputs the mean of tanh is {value}.",
        lambda r: r.mean[NAMES.index("tanh")],
        close_to(0, 0.01),
    ),
    Claim(
        "relu_mean",
        r"Over $N(0, 1)$ inputs the mean of ReLU is {value}, which is $1/\sqrt{{2\pi}}$.",
        lambda r: r.mean[NAMES.index("relu")],
        close_to(1 / math.sqrt(2 * math.pi), 0.01),
    ),
    Claim(
        "derivatives",
        "All six derivatives agree with finite differences, to {value}.",
        lambda r: np.max(r.derivative_error),
        at_most(1e-6),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"activation_gallery": Drawing(draw, height=0.62, claims=CLAIMS)},
    source="Maas et al. 2013; Goodfellow et al. 2013; Clevert et al. 2015",
)
