"""A saturated sigmoid lets next to no gradient through, and a stack of sigmoids even less."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from figgen.experiment import (
    Claim,
    Drawing,
    Experiment,
    between,
    close_to,
    param,
    validate,
)
from figgen.plotting.labels import write_beside
from figgen.sim.activations import Activation, relu, sigmoid, tanh
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.initializers import Gaussian, kaiming_normal, xavier_normal
from figgen.sim.layers import linear, linear_backward

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

MARKED = (-10.0, 0.0, 10.0)
SATURATED = 0.01
"""The figure shades where σ′ is less."""

SAMPLES = 16
STACKS = ("sigmoid", "tanh", "relu")


@dataclass(frozen=True, slots=True)
class Params:
    """Size of the stacks."""

    layers: int = param(10, "number of layers", at_least=2, at_most=20)
    width: int = param(100, "units of a layer", at_least=1, at_most=1000)
    replicas: int = param(30, "number of random stacks for each activation", at_least=1, at_most=1000)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """The sigmoid and its derivative; gradients through stacks of sigmoid, tanh and ReLU layers.

    Attributes:
        x: Inputs, (P,).
        value: σ at each x, (P,).
        derivative: σ′ at each x, (P,).
        marked_value: σ at -10, 0, 10, (3,).
        marked_derivative: σ′ at -10, 0, 10, (3,).
        gradient_norm: ‖dL/dW‖ of each layer from the input on, over the last layer's, for sigmoid, tanh and
            ReLU, (3, replicas, layers).
    """

    x: FloatArray
    value: FloatArray
    derivative: FloatArray
    marked_value: FloatArray
    marked_derivative: FloatArray
    gradient_norm: FloatArray

    def first_to_last(self, name: str) -> float:
        """Return ‖dL/dW₁‖ over the last layer's norm for an activation of `STACKS`, the replicas' median."""
        return float(np.median(self.gradient_norm[STACKS.index(name), :, 0]))


def simulate(params: Params, rng: np.random.Generator) -> Result:
    x = np.linspace(-12, 12, 481)
    marked = np.array(MARKED)
    stacks = ((sigmoid, xavier_normal()), (tanh, xavier_normal()), (relu, kaiming_normal()))
    norms = [_weight_gradient_norms(rng, params, activation, init) for activation, init in stacks]
    relative = np.stack([norm / norm[:, -1:] for norm in norms])
    derivatives = sigmoid.derivative(x), sigmoid.derivative(marked)
    return Result(x, sigmoid(x), derivatives[0], sigmoid(marked), derivatives[1], relative)


def _weight_gradient_norms(
    rng: np.random.Generator, params: Params, activation: Activation, init: Gaussian
) -> FloatArray:
    """Send random samples forward and a random gradient backward.

    Returns:
        ‖dL/dW‖ of each layer, (replicas, layers).
    """
    std, size = init.std(params.width), (params.replicas, SAMPLES, params.width)
    h: FloatArray = rng.standard_normal(size)
    caches = []
    for _ in range(params.layers):
        W = std * rng.standard_normal((params.replicas, params.width, params.width))
        z, cache = linear(h, W, np.zeros(params.width))
        h = activation(z)  # (replicas, samples, width)
        caches.append((z, cache))
    gradient: FloatArray = rng.standard_normal(size)
    norms = []
    for z, cache in reversed(caches):
        gradient, dW, _ = linear_backward(gradient * activation.derivative(z), cache)
        norms.append(np.linalg.norm(dW, axis=(-2, -1)))
    return np.stack(norms[::-1], axis=-1)


def draw_sigmoid(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS, GRADIENT
    from figgen.plotting.palette import LIGHT_GREY

    axes = figure.subplots()
    saturated, whole_height = result.derivative < SATURATED, axes.get_xaxis_transform()
    shade: dict[str, Any] = {"color": LIGHT_GREY, "alpha": 0.4, "linewidth": 0, "transform": whole_height}
    axes.fill_between(result.x, 0, 1, where=saturated.tolist(), **shade)
    axes.plot(result.x, result.value, color=ACTIVATION_COLOURS["sigmoid"])
    axes.plot(MARKED, result.marked_value, color=ACTIVATION_COLOURS["sigmoid"], marker="o", linestyle="none")
    axes.plot(result.x, result.derivative, color=GRADIENT, linestyle="dashed")
    axes.plot(MARKED, result.marked_derivative, color=GRADIENT, marker="s", linestyle="none")
    _label_curves(axes, result, tr)
    axes.set(xlabel=tr("input $x$"), ylabel=tr("value"), xlim=(-12, 12), xticks=range(-10, 11, 5))
    passed = tr.percent(np.max(result.marked_derivative[[0, -1]]), 2)
    axes.set_title(tr("At $x = \\pm 10$ the sigmoid passes only {share} of the gradient on", share=passed))


def _label_curves(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS, GRADIENT

    axes.text(1.4, 0.72, r"$\sigma(x)$", color=ACTIVATION_COLOURS["sigmoid"])
    axes.text(2.2, 0.13, r"$\sigma'(x)$", color=GRADIENT)
    slopes = [tr.number(slope) for slope in result.marked_derivative]
    axes.text(-11.7, 0.05, f"$\\sigma'(-10)$ = {slopes[0]}")
    axes.text(0.7, 0.26, f"$\\sigma'(0)$ = {slopes[1]}")
    axes.text(11.7, 0.05, f"$\\sigma'(10)$ = {slopes[2]}", ha="right")
    for middle in (-8.3, 8.3):
        axes.text(middle, 0.5, tr("saturated"), ha="center", va="center")


def draw_stack(result: Result, figure: "Figure", tr: "Translator") -> None:
    axes = figure.subplots()
    layers = np.arange(1, result.gradient_norm.shape[-1] + 1)
    _draw_norms(axes, layers, result, "relu", "ReLU", marker="s", label_at=(0, 0.9))
    _draw_norms(axes, layers, result, "tanh", "tanh", marker="^", label_at=(0, -1.6))
    _draw_norms(axes, layers, result, "sigmoid", "sigmoid", marker="o", label_at=(0.8, -0.8))
    axes.set_yscale("log")
    axes.set_ylim(top=10)
    axes.set(xlabel=tr("layer"), ylabel=tr("norm of $dL/dW$, last layer = 1"), xticks=layers)
    factor = tr.number(1 / result.first_to_last("sigmoid"), 2)
    title = "{layers} sigmoid layers shrink the gradient {factor}-fold; tanh and ReLU keep it"
    axes.set_title(tr(title, layers=len(layers), factor=factor))


def _draw_norms(
    axes: "Axes",
    layers: IntArray,
    result: Result,
    name: str,
    label: str,
    *,
    marker: str,
    label_at: tuple[float, float],
) -> None:
    """Draw the median over the replicas, their range as a band, and a label at an offset in font sizes."""
    from figgen.experiments.palette import ACTIVATION_COLOURS, ACTIVATION_DASHES
    from figgen.plotting.replicas import draw_replicas

    colour, dash = ACTIVATION_COLOURS[name], ACTIVATION_DASHES[name]
    norms = result.gradient_norm[STACKS.index(name)]
    draw_replicas(axes, layers, norms, colour=colour, centre=np.median, linestyle=dash, marker=marker)
    middle = len(layers) // 2
    place = (layers[middle], np.median(norms[:, middle]))
    write_beside(axes, label, place, label_at, color=colour)


SIGMOID_CLAIMS = (
    Claim(
        "saturated",
        "At $x = -10$ and $x = 10$ the sigmoid's derivative is {value}.",
        lambda r: np.max(r.marked_derivative[[0, -1]]),
        close_to(4.54e-5, 1e-7),
    ),
    Claim(
        "steepest",
        "Its largest derivative, at x = 0, is only {value}.",
        lambda r: np.max(r.derivative),
        close_to(0.25, 1e-6),
    ),
)

STACK_CLAIMS = (
    Claim(
        "sigmoid_stack",
        "Below a stack of sigmoids the first layer's gradient is {value} of the last's: tiny, not zero.",
        lambda r: r.first_to_last("sigmoid"),
        between(1e-6, 1e-5),
    ),
    Claim(
        "tanh_stack",
        "Below a stack of tanh it is {value} of the last's.",
        lambda r: r.first_to_last("tanh"),
        between(0.8, 1.6),
    ),
    Claim(
        "relu_stack",
        "Below a stack of ReLUs it is {value} of the last's.",
        lambda r: r.first_to_last("relu"),
        between(0.5, 2),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(replicas=10),
    simulate=simulate,
    figures={
        "sigmoid_saturation": Drawing(draw_sigmoid, height=0.45, claims=SIGMOID_CLAIMS),
        "gradient_through_stack": Drawing(draw_stack, height=0.5, claims=STACK_CLAIMS),
    },
    source="Glorot and Bengio 2010, section 3",
)
