"""Gradient descent walks down the loss, if its steps are neither too small nor too large."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from figgen.experiment import (
    Claim,
    Drawing,
    Experiment,
    Explore,
    at_least,
    at_most,
    between,
    close_to,
    param,
    validate,
)
from figgen.plotting.labels import headline, write_beside
from figgen.sim.activations import relu
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import spiral
from figgen.sim.initializers import constant
from figgen.sim.layers import linear
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.mlp import MLP
from figgen.sim.optimizers import sgd
from figgen.sim.training import train

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

RATES = (0.1, 1.0)
"""Step sizes that are too small, and good; the one that is too large is a parameter."""

SMALL, GOOD, LARGE = range(3)


@dataclass(frozen=True, slots=True)
class Params:
    """A softmax classifier with linear scores learns the three arms of a spiral."""

    samples: int = param(100, "points in each of the three classes", at_least=20, at_most=500)
    steps: int = param(200, "steps of gradient descent", at_least=100, at_most=2000)
    batch_size: int = param(30, "points in a minibatch", at_least=5, at_most=100)
    large_rate: float = param(10.0, "learning rate of the large steps", at_least=1.5, at_most=20)
    passes: int = param(20, "passes over the data with minibatches", at_least=10, at_most=100)
    drawn: int = param(25, "large steps drawn on the surface; more would hide it", at_least=5, at_most=100)
    grid: int = param(60, "points along each side of the drawn surface", at_least=10, at_most=200)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Descents with three learning rates, from weights and biases 0, and a plane through parameter space.

    The plane holds the start, at (0, 0), and the end of the good descent, at (d, 0); its second direction is
    that of the largest curvature of the loss at this end.

    Attributes:
        rates: The learning rates, small, good and large, (3,).
        loss: Loss after 0, 1, … steps in nats, (3, steps + 1).
        paths: Parameters after 0, 1, … steps, projected onto the plane, (3, steps + 1, 2).
        drawn: How many of the large steps are drawn.
        in_plane: Share of the squared distances from the start that the projection keeps, (3,).
        along, across: Coordinates of the surface's points, (G,) each.
        surface: Loss in the plane, rows along `across`, (G, G).
        curvature: Largest eigenvalue of the loss's Hessian at the end of the good descent.
        passes: Passes over the data with minibatches.
        minibatch_loss: Loss of all points after them, at the good learning rate.
    """

    rates: FloatArray
    loss: FloatArray
    paths: FloatArray
    drawn: int
    in_plane: FloatArray
    along: FloatArray
    across: FloatArray
    surface: FloatArray
    curvature: float
    passes: int
    minibatch_loss: float


def simulate(params: Params, rng: np.random.Generator) -> Result:
    x, labels = spiral(rng, params.samples)
    rates = np.array([*RATES, params.large_rate])
    loss, points = _descend(rng, x, labels, rates, params.steps)
    end = points[GOOD, -1]
    curvature, steepest = largest_curvature(x, end)
    plane = _plane(end, steepest)  # (P, 2)
    paths = points @ plane
    along, across = (_covering(paths[GOOD:, : params.drawn + 1, i], params.grid) for i in range(2))
    net = _classifier(rng)
    epochs, batch_size = params.passes, params.batch_size
    train(net, sgd(RATES[GOOD]), x, labels, epochs=epochs, batch_size=batch_size, rng=rng)
    return Result(
        rates=rates,
        loss=loss,
        paths=paths,
        drawn=params.drawn,
        in_plane=np.sum(paths**2, axis=(1, 2)) / np.sum(points**2, axis=(1, 2)),
        along=along,
        across=across,
        surface=loss_at(np.stack(np.meshgrid(along, across), axis=-1) @ plane.T, x, labels),
        curvature=curvature,
        passes=params.passes,
        minibatch_loss=float(softmax_cross_entropy(net(x), labels)[0]),
    )


def _classifier(rng: np.random.Generator, replicas: tuple[int, ...] = ()) -> MLP:
    return MLP(rng, (2, 3), relu, constant(0), replicas=replicas, dtype=np.float64)


def _descend(
    rng: np.random.Generator, x: FloatArray, labels: IntArray, rates: FloatArray, steps: int
) -> tuple[FloatArray, FloatArray]:
    """Run gradient descent on all points with each of the learning rates at once.

    Returns:
        Loss, (3, steps + 1), and parameters, (3, steps + 1, P), after 0, 1, … steps.
    """
    net = _classifier(rng, replicas=(len(rates),))
    optimizer = sgd(rates)
    losses, points = [], []
    for step in range(steps + 1):
        loss, dlogits = softmax_cross_entropy(net(x), labels)
        losses.append(loss)
        points.append(np.concatenate([theta.reshape(len(rates), -1) for theta in net.parameters], axis=1))
        if step < steps:
            optimizer(net.parameters, net.backward(dlogits))
    return np.stack(losses, axis=1), np.stack(points, axis=1)


def loss_at(theta: FloatArray, x: FloatArray, labels: IntArray) -> FloatArray:
    """Return the loss of parameters (..., P): the weights' rows one after the other, then the biases."""
    W, b = theta[..., :-3].reshape(*theta.shape[:-1], x.shape[1], 3), theta[..., -3:]
    loss, _ = softmax_cross_entropy(linear(x, W, b)[0], labels)
    return loss


def largest_curvature(x: FloatArray, theta: FloatArray) -> tuple[float, FloatArray]:
    """Return the largest eigenvalue of the loss's Hessian at parameters (P,), and its direction, (P,).

    With x̃ = (x, 1) and probabilities p, the Hessian is the mean of x̃x̃ᵀ ⊗ (diag p − ppᵀ).
    """
    extended = np.column_stack([x, np.ones(len(x))])  # (N, D + 1)
    scores = extended @ theta.reshape(-1, 3)
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)  # (N, C)
    of_scores = p[:, :, np.newaxis] * (np.eye(3) - p[:, np.newaxis, :])  # (N, C, C)
    hessian = np.einsum("ni,nj,ncd->icjd", extended, extended, of_scores) / len(x)
    eigenvalues, eigenvectors = np.linalg.eigh(hessian.reshape(theta.size, theta.size))
    return float(eigenvalues[-1]), eigenvectors[:, -1]


def _plane(end: FloatArray, steepest: FloatArray) -> FloatArray:
    """Return an orthonormal basis: towards `end`, and the rest of `steepest`, (P, 2)."""
    along = end / np.linalg.norm(end)
    across = steepest - (along @ steepest) * along
    return np.stack([along, across / np.linalg.norm(across)], axis=1)


def _covering(values: FloatArray, count: int) -> FloatArray:
    """Return `count` points that cover the values, and a tenth of their range on either side."""
    margin = 0.1 * np.ptp(values)
    points: FloatArray = np.linspace(values.min() - margin, values.max() + margin, count)
    return points


def _decreasing_share(loss: FloatArray) -> float:
    return float(np.mean(np.diff(loss) < 0))


def _steps_of_good_size(result: Result) -> int:
    """Return after how many good steps the loss is as low as after all the small ones."""
    return int(np.argmax(result.loss[GOOD] <= result.loss[SMALL, -1]))


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    left, right = figure.subplots(1, 2, width_ratios=(1.1, 1))
    _draw_surface(left, result, tr)
    _draw_losses(right, result, tr)
    title = "Steps too large jump across the valley, steps too small crawl"
    settles = _decreasing_share(result.loss[LARGE]) > 0.9  # as what is explored may do
    headline(
        figure, tr("Large steps settle in the valley still, steps too small crawl" if settles else title)
    )


def _draw_surface(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Draw the paths of the good and of the large steps on the loss, darker where it is higher."""
    from matplotlib.colors import LinearSegmentedColormap

    from figgen.experiments import palette
    from figgen.plotting.palette import BLACK, LIGHT_GREY

    levels = np.geomspace(result.surface.min(), result.surface.max(), 12)
    shades = LinearSegmentedColormap.from_list("loss", ("white", LIGHT_GREY))
    axes.contourf(result.along, result.across, result.surface, levels, cmap=shades)
    axes.contour(result.along, result.across, result.surface, levels, colors="white", linewidths=0.5)
    good, large = result.paths[GOOD], result.paths[LARGE, : result.drawn + 1]
    axes.plot(*large.T, color=palette.BAD, marker="s", **_thin())
    axes.plot(*good.T, color=palette.GOOD, marker="o", markevery=20)
    axes.plot(*good[0], color=BLACK, marker="o")
    write_beside(axes, tr("start"), good[0], (0, 0.8), color=BLACK, ha="center")
    size = tr("learning rate {rate}", rate=tr.number(result.rates[GOOD]))
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.8}
    write_beside(axes, size, good[20], (0, -1.8), color=palette.GOOD, ha="center", bbox=ground)
    size = tr("learning rate {rate}", rate=tr.number(result.rates[LARGE]))
    write_beside(axes, size, large[large[:, 1].argmax()], (-0.6, -0.4), color=palette.BAD, ha="right")
    axes.set(xlabel=tr("weights, along the good path"), ylabel=tr("weights, across it"))


def _draw_losses(axes: "Axes", result: Result, tr: "Translator") -> None:
    from figgen.experiments import palette
    from figgen.plotting.palette import GREY

    steps = result.loss.shape[1] - 1
    styles = (
        (SMALL, GREY, "dashed", steps // 5, (0.7, 0.3), "left"),
        (LARGE, palette.BAD, "solid", steps, (0, 1), "right"),
        (GOOD, palette.GOOD, "solid", steps // 2, (0, 0.7), "center"),
    )
    for index, colour, dash, labelled, offset, side in styles:
        loss = result.loss[index]
        axes.plot(loss, color=colour, linestyle=dash, **(_thin() if index == LARGE else {}))
        place = (labelled, loss[labelled - 1 : labelled + 1].max())
        write_beside(axes, tr.number(result.rates[index]), place, offset, color=colour, ha=side)
    axes.set(xlabel=tr("step"), ylabel=tr("loss (nats)"))


def _thin() -> dict[str, Any]:
    """Return the style of a line that jumps to and fro, and would fill an area if it were any thicker."""
    from matplotlib import rcParams

    return {"linewidth": rcParams["axes.linewidth"], "markersize": 0.6 * rcParams["lines.markersize"]}


CLAIMS = (
    Claim(
        "good_decreases",
        "With learning rate 1 the loss falls in {value} of the steps.",
        lambda r: _decreasing_share(r.loss[GOOD]),
        close_to(1, 0),
        unit="%",
    ),
    Claim(
        "good_loss",
        "With learning rate 1 the loss ends at {value}.",
        lambda r: r.loss[GOOD, -1],
        at_most(0.80),
    ),
    Claim(
        "small_is_slow",
        "With learning rate 0.1, all steps together get as far as {value} steps with rate 1.",
        _steps_of_good_size,
        between(18, 22),
    ),
    Claim(
        "large_decreases",
        "With the large learning rate the loss falls in only {value} of the steps.",
        lambda r: _decreasing_share(r.loss[LARGE]),
        at_most(0.60),
        unit="%",
    ),
    Claim(
        "large_loss",
        "With the large learning rate the loss ends higher than with learning rate 1, by {value}.",
        lambda r: r.loss[LARGE, -1] - r.loss[GOOD, -1],
        at_least(0.08),
    ),
    Claim(
        "limit",
        r"Steps above $2/\lambda$, with $\lambda$ the largest curvature at the end, cannot settle "
        r"there; $2/\lambda$ is {value}.",
        lambda r: 2 / r.curvature,
        between(7, 9),
    ),
    Claim(
        "plane",
        "The plane of the picture holds {value} of the good path.",
        lambda r: r.in_plane[GOOD],
        at_least(0.99),
        unit="%",
    ),
    Claim(
        "minibatches",
        "In as many passes over the data, minibatches lower the loss by {value} more than full batches.",
        lambda r: r.loss[GOOD, r.passes] - r.minibatch_loss,
        at_least(0.04),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={
        "gradient_descent": Drawing(
            draw,
            height=0.46,
            claims=CLAIMS,
            explore=Explore(
                "large_rate",
                (7, 8, 10),
                look="Where the large steps stop settling: the border lies near 2/λ, as theory has it.",
            ),
        )
    },
    source="CS231n notes, Optimization: stochastic gradient descent",
)
