"""PReLU learns its slope for negative inputs by backpropagation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, close_to, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.plotting.ticks import write_ticks
from figgen.sim.activations import prelu
from figgen.sim.arrays import FloatArray
from figgen.sim.data import split_digits
from figgen.sim.finite_differences import numerical_gradient
from figgen.sim.initializers import kaiming_normal
from figgen.sim.layers import linear, linear_backward
from figgen.sim.losses import mse
from figgen.sim.mlp import MLP
from figgen.sim.optimizers import momentum, sgd
from figgen.sim.prelu import parametric_relu, parametric_relu_backward
from figgen.sim.training import train_on

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

START = 0.25
"""He et al. 2015, section 2.1: the slope at which learning starts."""

FAMILY = (0.0, START, 1.0, 2.0)
"""Slopes of the members that are drawn; 0 is ReLU, 1 the identity, and 2 none of the form max(αx, x)."""

TEACHER = np.array([0.0, 0.1, 0.3, 0.5, 0.7, 0.9])
"""Slopes of the teacher's channels."""

INPUTS, SAMPLES = 5, 256
SHOWN_STEPS = 150
LAYERS = 3


@dataclass(frozen=True, slots=True)
class Params:
    """Lengths of the two trainings."""

    steps: int = param(400, "steps of the student", at_least=SHOWN_STEPS, at_most=10_000)
    replicas: int = param(5, "networks that learn the digits, trained at once", at_least=1, at_most=50)
    width: int = param(100, "units of each of the three hidden layers", at_least=10, at_most=500)
    epochs: int = param(10, "passes over the training digits", at_least=1, at_most=50)
    learning_rate: float = param(0.1, "step size on the digits", at_least=0.01, at_most=0.5)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """The family of functions, a student that finds its teacher's slopes, and slopes learnt from digits.

    Attributes:
        x: Inputs, (P,).
        family: PReLU at each x for each of FAMILY, (4, P).
        maximum: max(αx, x) at each x for each of FAMILY, (4, P).
        gradient_error: Largest difference between the slopes' gradient and a finite difference, over the
            largest component.
        student: The student's slopes before each step and after the last, (steps + 1, 6).
        teacher: The teacher's slopes, (6,).
        slopes: Learnt from the digits, (3, replicas, width).
    """

    x: FloatArray
    family: FloatArray
    maximum: FloatArray
    gradient_error: float
    student: FloatArray
    teacher: FloatArray
    slopes: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    x, slopes = np.linspace(-2, 2, 201), np.array(FAMILY)
    family, _ = parametric_relu(np.repeat(x[:, np.newaxis], len(FAMILY), axis=1), slopes)  # (P, 4)
    return Result(
        x=x,
        family=family.T,
        maximum=np.maximum(slopes[:, np.newaxis] * x, x),
        gradient_error=_gradient_error(rng),
        student=_imitate(params, rng),
        teacher=TEACHER,
        slopes=_learn_digits(params, rng),
    )


def _gradient_error(rng: np.random.Generator) -> float:
    """Compare the gradient of a random function of the outputs with central differences."""
    x, dy = rng.standard_normal((2, SAMPLES, len(TEACHER)))
    _, dslope = parametric_relu_backward(dy, parametric_relu(x, TEACHER)[1])
    expected = numerical_gradient(lambda slope: (parametric_relu(x, slope)[0] * dy).sum(), TEACHER)
    return float(np.abs(dslope - expected).max() / np.abs(expected).max())


def _imitate(params: Params, rng: np.random.Generator) -> FloatArray:
    """Fit weights, biases and slopes of a PReLU layer to the outputs of another by full-batch descent.

    Returns:
        The student's slopes, (steps + 1, 6).
    """
    shape = (INPUTS, len(TEACHER))
    x = rng.standard_normal((SAMPLES, INPUTS))
    W = kaiming_normal()(rng, *shape)
    target, _ = parametric_relu(x @ W, TEACHER)
    W = W + 0.5 * kaiming_normal()(rng, *shape)  # from wholly other weights it may find another minimum
    b, slope = np.zeros(len(TEACHER)), np.full(len(TEACHER), START)
    step, path = momentum(0.3), [slope.copy()]
    for _ in range(params.steps):
        z, of_linear = linear(x, W, b)
        h, of_prelu = parametric_relu(z, slope)
        dz, dslope = parametric_relu_backward(mse(h, target)[1], of_prelu)
        _, dW, db = linear_backward(dz, of_linear)
        step([W, b, slope], [dW, db, dslope])
        path.append(slope.copy())
    return np.stack(path)


def _learn_digits(params: Params, rng: np.random.Generator) -> FloatArray:
    """Return the slopes of networks that have learnt the digits, (3, replicas, width)."""
    split = split_digits(rng)
    sizes = (64, *[params.width] * LAYERS, 10)
    net = MLP(rng, sizes, prelu, kaiming_normal(), replicas=(params.replicas,), learn_slopes=True)
    train_on(net, sgd(params.learning_rate), split, epochs=params.epochs, batch_size=64, rng=rng)
    return np.stack(net.slopes)


# Claims ---------------------------------------------------------------------------------------------------


def _error(result: Result, step: int) -> float:
    return float(np.abs(result.student[step] - result.teacher).max())


FAMILY_CLAIMS = (
    Claim(
        "gradient",
        "The gradient of the slopes differs from finite differences by at most {value} of the largest.",
        lambda r: r.gradient_error,
        at_most(1e-6),
    ),
    Claim(
        "up_to_one",
        "For slopes of at most 1 PReLU is max(αx, x): the largest difference is {value}.",
        lambda r: np.abs(r.family - r.maximum)[np.array(FAMILY) <= 1].max(),
        close_to(0, 0),
        only_if="α is at most 1",
        identity=True,
    ),
    Claim(
        "beyond_one",
        "For α = 2 and |x| ≤ 2 PReLU is not max(αx, x): the two differ by up to {value}.",
        lambda r: np.abs(r.family - r.maximum)[FAMILY.index(2)].max(),
        at_least(1),
    ),
)

SLOPES_CLAIMS = (
    Claim(
        "start_apart",
        "At the start the student's slopes differ from the teacher's by up to {value}.",
        lambda r: _error(r, 0),
        at_least(0.5),
        identity=True,
    ),
    Claim(
        "recovered",
        "At the end the student's slopes differ from the teacher's by at most {value}.",
        lambda r: _error(r, -1),
        at_most(1e-3),
    ),
    Claim(
        "learnt",
        "On the digits a slope moves away from its start at 0.25 by up to {value}.",
        lambda r: np.abs(r.slopes - START).max(),
        at_least(0.05),
    ),
)


# Figures --------------------------------------------------------------------------------------------------


def _draw_family(result: Result, figure: "Figure", tr: "Translator") -> None:
    left, right = figure.subplots(1, 2)
    _draw_members(left, result, tr)
    _draw_student(right, result, tr)
    headline(figure, tr("The slope of PReLU is a weight like any other: a student finds its teacher's"))


def _draw_members(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS
    from figgen.plotting.palette import GREY

    colour = ACTIVATION_COLOURS["leaky_relu"]
    for slope, member in zip(FAMILY, result.family, strict=True):
        axes.plot(result.x, member, color=colour)
        place, label = (result.x[0], member[0]), f"$\\alpha$ = {tr.number(slope)}"
        write_beside(axes, label, place, (-0.4, 0), ha="right", va="center")
    beyond = result.maximum[-1]
    axes.plot(result.x, beyond, color=GREY, linestyle="dashed")
    label = tr("$\\max(\\alpha x, x)$, $\\alpha$ = {slope}", slope=tr.number(FAMILY[-1]))
    write_beside(axes, label, (1.1, 2.6), (-0.7, 0), color=GREY, ha="right", va="center")
    axes.set(xlim=(-3.3, 2.1), ylim=(-4.3, 4.3), xlabel=tr("input $x$"), ylabel="$f(x)$")
    axes.set(xticks=range(-2, 3), yticks=range(-4, 5, 2))
    axes.set_title(tr("The family of functions"))


def _draw_student(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS, THEORY

    steps, shown = np.arange(len(result.student)), slice(SHOWN_STEPS + 1)
    axes.plot(steps[shown], result.student[shown], color=ACTIVATION_COLOURS["leaky_relu"])
    for slope in result.teacher:
        axes.axhline(slope, color=THEORY, linestyle="dotted")
    axes.set(xlabel=tr("step of learning"), ylabel=tr("slope $\\alpha$"), xlim=(0, SHOWN_STEPS))
    write_ticks(axes.yaxis, result.teacher, tr.number)
    axes.set_title(tr("Student (lines), teacher (dotted)"))


def _draw_slopes(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS
    from figgen.plotting.palette import BLACK, GREY

    panels = figure.subplots(1, LAYERS, sharex=True, sharey=True)
    edges = np.linspace(result.slopes.min(), result.slopes.max(), 31)
    for layer, (axes, slopes) in enumerate(zip(panels, result.slopes, strict=True)):
        density, _ = np.histogram(slopes, bins=edges, density=True)
        axes.stairs(density, edges, fill=True, color=ACTIVATION_COLOURS["leaky_relu"])
        axes.axvline(START, color=GREY, linestyle="dashed")
        axes.axvline(slopes.mean(), color=BLACK)
        mean = tr("mean {mean}", mean=tr.number(round(slopes.mean(), 3)))
        axes.set_title(f"{tr('layer {layer}', layer=layer + 1)}, {mean}")
        axes.set_xlabel(tr("slope $\\alpha$"))
        axes.set_yticks([])
    panels[0].set_ylabel(tr("density of the units"))
    title = tr("Each unit learns a slope of its own, near the start at {start}", start=tr.number(START))
    headline(figure, title)


EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(replicas=2),
    simulate=simulate,
    figures={
        "prelu": Drawing(_draw_family, height=0.48, claims=FAMILY_CLAIMS),
        "prelu_slopes": Drawing(_draw_slopes, height=0.36, claims=SLOPES_CLAIMS),
    },
    source="He et al. 2015, section 2.1",
)
