"""The condition number is a shape: its root says how much longer than wide a level line of the loss is."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, param, validate
from figgen.plotting.labels import headline
from figgen.sim.arrays import FloatArray
from figgen.sim.preprocessing import normalize

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

OPTIMUM = np.array([1.0, 1.0])
RAW, NORMALISED = 0, 1
ANGLES = np.linspace(0, 2 * np.pi, 721)
ARRIVED = 0.01
"""Descent has arrived when this share of the distance to the optimum is left."""


@dataclass(frozen=True, slots=True)
class Params:
    """A linear function of two features is learnt, of which the second is larger."""

    samples: int = param(400, "samples", at_least=50, at_most=100_000)
    ratio: float = param(6.0, "how much larger the second feature is", at_least=1, at_most=50)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """The loss ½ E((w − w*)·x)² over the weights of raw and of normalised features.

    Attributes:
        hessian: Its matrix of second derivatives, (2, 2, 2).
        condition: The ratio of its two curvatures, (2,).
        level: A level line around the optimum, (2, 721, 2).
        paths: Where gradient descent goes, from the same loss on, (2, steps + 1, 2), still in the end.
        steps: Until it has arrived, (2,).
    """

    hessian: FloatArray
    condition: FloatArray
    level: FloatArray
    paths: FloatArray
    steps: FloatArray

    def elongation(self, data: int) -> float:
        """Return how many times as long as wide a level line is, measured on the line."""
        radii = np.linalg.norm(self.level[data] - OPTIMUM, axis=1)
        return float(radii.max() / radii.min())


def simulate(params: Params, rng: np.random.Generator) -> Result:
    raw = rng.standard_normal((params.samples, 2)) * (1.0, params.ratio)
    data = (raw, normalize(raw)(raw))
    hessian = np.array([x.T @ x / len(x) for x in data])
    curvatures = np.linalg.eigvalsh(hessian)  # (2, 2), ascending
    walks = [_descend(H, 1.8 / top) for H, top in zip(hessian, curvatures[:, 1], strict=True)]
    longest = max(map(len, walks))
    return Result(
        hessian=hessian,
        condition=curvatures[:, 1] / curvatures[:, 0],
        level=np.array([_level(H) for H in hessian]),
        paths=np.array([np.pad(w, ((0, longest - len(w)), (0, 0)), mode="edge") for w in walks]),
        steps=np.array([len(w) - 1 for w in walks], float),
    )


def _level(hessian: FloatArray) -> FloatArray:
    """Return points of the line on which ½ d·Hd is ½, where d is the way from the optimum."""
    directions = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
    lengths = 1 / np.sqrt(np.einsum("ni,ij,nj->n", directions, hessian, directions))
    level: FloatArray = OPTIMUM + lengths[:, np.newaxis] * directions
    return level


def _descend(hessian: FloatArray, rate: float) -> FloatArray:
    """Follow gradient descent from the level line's diagonal until it has arrived, (steps + 1, 2)."""
    values, vectors = np.linalg.eigh(hessian)
    distance = vectors @ (1 / np.sqrt(2 * values))  # half of the loss lies in each of the two directions
    path, start = [OPTIMUM + distance], np.linalg.norm(distance)
    while np.linalg.norm(path[-1] - OPTIMUM) > ARRIVED * start:
        path.append(path[-1] - rate * hessian @ (path[-1] - OPTIMUM))
    return np.array(path)


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    raw, normalised = figure.subplots(1, 2)
    numbers = [tr.number(number) for number in result.condition]
    _draw_descent(raw, result, RAW, tr)
    raw.set_title(tr("raw: condition number {number}", number=numbers[RAW]))
    _draw_descent(normalised, result, NORMALISED, tr)
    normalised.set_title(tr("normalised: {number}", number=numbers[NORMALISED]))
    headline(figure, tr("A long valley takes many steps, a round bowl few"))


def _draw_descent(axes: "Axes", result: Result, data: int, tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.palette import BLACK, GREY

    for share in (0.25, 0.5, 1):
        ring = OPTIMUM + math.sqrt(share) * (result.level[data] - OPTIMUM)
        axes.plot(*ring.T, color=GREY, linewidth=0.9)
    colour = (BAD, GOOD)[data]
    path = result.paths[data][: int(result.steps[data]) + 1]
    label = tr("{steps} steps", steps=int(result.steps[data]))
    axes.plot(*path.T, color=colour, marker=".", linewidth=0.9, label=label)
    axes.plot(*OPTIMUM, "*", color=BLACK, markersize=9)
    axes.set(aspect="equal", xlim=(-0.4, 2.4), ylim=(-0.4, 2.4), xlabel="$w_1$", ylabel="$w_2$")
    axes.legend(loc="upper left")


CLAIMS = (
    Claim(
        "condition",
        "On the raw features the condition number is {value}, the square of the ratio of their spreads.",
        lambda r: r.condition[RAW],
        at_least(25),
    ),
    Claim(
        "elongation",
        "A level line of the raw loss is {value} times as long as wide: the root of the condition number.",
        lambda r: r.elongation(RAW),
        at_least(5),
    ),
    Claim(
        "root",
        "Over both losses, this ratio squared misses the condition number by at most {value}.",
        lambda r: max(abs(r.elongation(d) ** 2 / r.condition[d] - 1) for d in (RAW, NORMALISED)),
        at_most(0.01),
        identity=True,
        unit="%",
    ),
    Claim(
        "normalised",
        "On the normalised features the condition number is {value}.",
        lambda r: r.condition[NORMALISED],
        at_most(1.4),
    ),
    Claim(
        "steps",
        "Each with 0.9 of the largest rate that it bears, the raw loss takes {value} times as many steps.",
        lambda r: r.steps[RAW] / r.steps[NORMALISED],
        at_least(2),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={"condition_ellipse": Drawing(draw, height=0.52, claims=CLAIMS)},
    source="LeCun et al. 1998, Efficient BackProp, section 5",
)
