"""One backward pass through the graph of a computation gives the gradient of everything in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_most, close_to, param, validate
from figgen.plotting.labels import headline
from figgen.sim.activations import relu
from figgen.sim.arrays import FloatArray
from figgen.sim.finite_differences import numerical_gradient
from figgen.sim.layers import linear, linear_backward
from figgen.sim.losses import softmax_cross_entropy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

# Chosen so that all can be followed without a calculator: one hidden unit is off, and the scores are equal,
# which makes both classes equally probable.
X = np.array([2.0, -1.0])
W1 = np.array([[1.0, 0.5], [-0.5, 1.0], [1.0, 1.0]])
W2 = np.array([[1.0, -1.0, 0.5], [0.0, 0.5, 2.0]])

Values = dict[str, FloatArray]
"""Something for each of x, W1, z, h, W2, s."""


@dataclass(frozen=True, slots=True)
class Params:
    """What the network should answer, and how far it then learns."""

    right_class: int = param(1, "the class of the input", choices=(1, 2))
    learning_rate: float = param(0.01, "size of one step of gradient descent", at_least=1e-4, at_most=0.02)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Values of the forward pass, and the gradient of the loss L for each: D inputs, H units, C classes.

    Attributes:
        right_class: The class of the input, 1 or 2.
        x, x_gradient: Input, (D,).
        W1, W1_gradient: Weights of the first layer, (H, D).
        z, z_gradient: z = W₁x, (H,).
        h, h_gradient: h = max(0, z), (H,).
        W2, W2_gradient: Weights of the second layer, (C, H).
        s, s_gradient: Scores s = W₂h, (C,).
        loss: Softmax cross-entropy of the scores, in nats.
        gradient_error: Largest difference between backward pass and finite differences, over all of them.
        loss_after_step: Loss after one step of gradient descent on both layers' weights.
        promised_drop: The drop of the loss by this step to first order, step size times ‖gradient‖².
    """

    right_class: int
    x: FloatArray
    x_gradient: FloatArray
    W1: FloatArray
    W1_gradient: FloatArray
    z: FloatArray
    z_gradient: FloatArray
    h: FloatArray
    h_gradient: FloatArray
    W2: FloatArray
    W2_gradient: FloatArray
    s: FloatArray
    s_gradient: FloatArray
    loss: float
    gradient_error: float
    loss_after_step: float
    promised_drop: float


def simulate(params: Params, rng: np.random.Generator) -> Result:
    del rng  # the example is fixed
    label, rate = params.right_class - 1, params.learning_rate
    values, loss = forward(X, W1, W2, label)
    gradients = backward(values, label)
    of_weights = gradients["W1"], gradients["W2"]
    _, loss_after_step = forward(X, W1 - rate * of_weights[0], W2 - rate * of_weights[1], label)
    return Result(
        right_class=params.right_class,
        **values,
        **{f"{name}_gradient": gradient for name, gradient in gradients.items()},
        loss=loss,
        gradient_error=_gradient_error(values, gradients, label),
        loss_after_step=loss_after_step,
        promised_drop=rate * sum(float(np.sum(gradient**2)) for gradient in of_weights),
    )


def forward(x: FloatArray, W1: FloatArray, W2: FloatArray, label: int) -> tuple[Values, float]:
    """Compute f = W₂ max(0, W₁x) and its loss, and keep all values on the way."""
    z = _multiply(W1, x)
    h = relu(z)
    s = _multiply(W2, h)
    return {"x": x, "W1": W1, "z": z, "h": h, "W2": W2, "s": s}, _loss(s, label)


def backward(values: Values, label: int) -> Values:
    """Walk the graph from the loss to the inputs; each node multiplies by its own derivative.

    Returns:
        The gradient of the loss with respect to each of the values.
    """
    _, (s,) = softmax_cross_entropy(values["s"][np.newaxis], np.array([label]))
    W2, h = multiply_backward(s, values["W2"], values["h"])
    z = h * relu.derivative(values["z"])
    W1, x = multiply_backward(z, values["W1"], values["x"])
    return {"x": x, "W1": W1, "z": z, "h": h, "W2": W2, "s": s}


def multiply_backward(dy: FloatArray, W: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the gradients with respect to W and x of y = Wx."""
    _, cache = linear(x[np.newaxis], W.T, np.zeros(len(W)))
    dx, dW, _ = linear_backward(dy[np.newaxis], cache)
    return dW.T, dx[0]


def _multiply(W: FloatArray, x: FloatArray) -> FloatArray:
    """Return Wx; the core's layers have a sample a row, and the transposed weights."""
    y, _ = linear(x[np.newaxis], W.T, np.zeros(len(W)))
    row: FloatArray = y[0]
    return row


def _loss(s: FloatArray, label: int) -> float:
    return float(softmax_cross_entropy(s[np.newaxis], np.array([label]))[0])


def _gradient_error(values: Values, gradients: Values, label: int) -> float:
    """Compare every gradient with finite differences of the rest of the graph."""
    x, W1, W2 = values["x"], values["W1"], values["W2"]
    rest: dict[str, Callable[[FloatArray], float]] = {
        "x": lambda x: forward(x, W1, W2, label)[1],
        "W1": lambda W1: forward(x, W1, W2, label)[1],
        "z": lambda z: _loss(_multiply(W2, relu(z)), label),
        "h": lambda h: _loss(_multiply(W2, h), label),
        "W2": lambda W2: forward(x, W1, W2, label)[1],
        "s": lambda s: _loss(s, label),
    }
    errors = [gradients[name] - numerical_gradient(f, values[name]) for name, f in rest.items()]
    return max(float(np.abs(error).max()) for error in errors)


def _largest_behind_off_unit(result: Result) -> float:
    return float(np.abs(result.W1_gradient[result.z < 0]).max())


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.graph import Node, canvas, draw_edge, draw_elbow, draw_node, write_pair
    from figgen.experiments.palette import ACTIVATION_COLOURS

    axes, width, height = canvas(figure)
    lower, upper = 0.28 * height, 0.76 * height
    x, first, gate, second, loss, end = chain = (
        Node("$x$", 0.03 * width, lower),
        Node(r"$\times$", 0.22 * width, lower),
        Node(r"$\max(0, \cdot)$", 0.425 * width, lower, 3.4, ACTIVATION_COLOURS["relu"]),
        Node(r"$\times$", 0.635 * width, lower),
        Node(tr("loss"), 0.825 * width, lower, 2.4),
        Node("$L$", 0.97 * width, lower),
    )
    weights = Node("$W_1$", x.x, upper), Node("$W_2$", gate.x - 0.8, upper)
    for node in (*chain, *weights):
        draw_node(axes, node)
    write_pair(axes, draw_elbow(axes, weights[0], first), result.W1, result.W1_gradient, tr)
    write_pair(axes, draw_elbow(axes, weights[1], second), result.W2, result.W2_gradient, tr)
    write_pair(axes, draw_edge(axes, x, first), result.x, result.x_gradient, tr)
    write_pair(axes, draw_edge(axes, first, gate), result.z, result.z_gradient, tr, "z")
    write_pair(axes, draw_edge(axes, gate, second), result.h, result.h_gradient, tr, "h")
    write_pair(axes, draw_edge(axes, second, loss), result.s, result.s_gradient, tr, "s")
    write_pair(axes, draw_edge(axes, loss, end), np.array([result.loss]), np.ones(1), tr)
    axes.text(loss.x, lower - 2.2, f"$y={result.right_class}$", ha="center", va="center_baseline")
    _write_key(axes, (0.73 * width, 0.9 * height), tr)
    headline(figure, tr("One pass back through the graph finds all gradients"))


def _write_key(axes: "Axes", place: tuple[float, float], tr: "Translator") -> None:
    from figgen.experiments.palette import GRADIENT
    from figgen.plotting.palette import BLACK

    x, y = place
    axes.text(x, y, tr("above an edge: the value"), color=BLACK, va="center")
    axes.text(x, y - 1.6, tr("below it: the gradient of $L$"), color=GRADIENT, va="center")


CLAIMS = (
    Claim(
        "gradient",
        "The backward pass differs from finite differences by {value} at most, over all edges.",
        lambda r: r.gradient_error,
        at_most(1e-6),
    ),
    Claim(
        "blocked",
        "No gradient passes max(0, ·) where it gives 0: that of the unit's weights is {value}.",
        _largest_behind_off_unit,
        close_to(0, 0),
    ),
    Claim(
        "step",
        "A small step against the gradient lowers the loss by {value} of what the gradient promises.",
        lambda r: (r.loss - r.loss_after_step) / r.promised_drop,
        close_to(1, 0.1),
        unit="%",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"computational_graph": Drawing(draw, height=0.42, claims=CLAIMS)},
    source="Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors",
)
