"""The exponential costs several ReLUs, and next to nothing beside a layer's matrix product."""

import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, param, validate
from figgen.plotting.labels import headline, write_beside
from figgen.plotting.ticks import name_rows
from figgen.sim.arrays import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

RECORDING = "exp_cost.json"
"""The times that come with figgen, in `assets`; its README says how they are taken anew."""

NAMES = ("relu", "leaky_relu", "tanh", "elu", "sigmoid", "exp")
LABELS = ("ReLU", "leaky ReLU", "tanh", "ELU", "sigmoid", "exp")

SLOPE = np.float32(0.01)
REPEATS = 15
BLOCK, BLOCKS = 50_000, 20
"""A million elements, as one block again and again: it stays in the cache, and no time is lost on memory."""

LAYER = 1000
"""Inputs and outputs of the layer, and samples of its batch: its outputs are a million elements, too."""


@dataclass(frozen=True, slots=True)
class Params:
    """Which times to show."""

    measure: bool = param(False, "take the times on this machine instead of those shipped")

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Times of one machine, each the least of several.

    Attributes:
        nanoseconds: Time for one element of each function, in the order of `NAMES`, (6,).
        product_nanoseconds: Time of a layer's matrix product for one element of its output.
        fresh: Whether the times were taken for this result, and not read from the recording.
        processor: The processor's name.
        date: The day, year first.
        python: The version of Python.
        numpy: The version of NumPy.
    """

    nanoseconds: FloatArray
    product_nanoseconds: float
    fresh: bool
    processor: str
    date: str
    python: str
    numpy: str

    def in_relus(self, name: str) -> float:
        """Return how many times as long as ReLU a function of `NAMES` takes."""
        return float(self.nanoseconds[NAMES.index(name)] / self.nanoseconds[NAMES.index("relu")])

    @property
    def product_in_relus(self) -> float:
        """How many times as long as its ReLUs the matrix product of a layer takes."""
        return float(self.product_nanoseconds / self.nanoseconds[NAMES.index("relu")])

    @property
    def slowdown(self) -> float:
        """By what share of its time a layer becomes slower if sigmoids replace its ReLUs."""
        return (self.in_relus("sigmoid") - 1) / (self.product_in_relus + 1)


def simulate(params: Params, rng: np.random.Generator) -> Result:
    if params.measure:
        return measure(rng)
    return read(Path(__file__).parent / "assets" / RECORDING)


def read(path: Path) -> Result:
    """Read a recording."""
    recording = json.loads(path.read_text(encoding="utf-8"))
    times = recording.pop("nanoseconds")
    product = times.pop("matrix product")
    return Result(np.array([times[name] for name in NAMES]), product, fresh=False, **recording)


def record(path: Path) -> None:
    """Take the times on this machine, and keep them as a recording."""
    result = measure(np.random.default_rng(0))
    times = dict(zip(NAMES, result.nanoseconds.tolist(), strict=True))
    times["matrix product"] = result.product_nanoseconds
    recording = {name: getattr(result, name) for name in ("processor", "date", "python", "numpy")}
    recording["nanoseconds"] = {name: round(time, 4) for name, time in times.items()}
    path.write_text(json.dumps(recording, indent=2) + "\n", encoding="utf-8")


def measure(rng: np.random.Generator) -> Result:
    """Take the times on this machine, on one thread."""
    works = {name: _repeat(work) for name, work in elementwise(rng).items()}
    A, B = rng.standard_normal((2, LAYER, LAYER), dtype=np.float32)
    works["matrix product"] = lambda: np.matmul(A, B)
    with threadpool_limits(1):
        seconds = least_seconds(works)
    per_element = {name: 1e9 * seconds[name] / (BLOCK * BLOCKS) for name in NAMES}
    return Result(
        nanoseconds=np.array(list(per_element.values())),
        product_nanoseconds=1e9 * seconds["matrix product"] / LAYER**2,
        fresh=True,
        processor=_processor(),
        date=datetime.now(UTC).date().isoformat(),
        python=platform.python_version(),
        numpy=np.__version__,
    )


def elementwise(rng: np.random.Generator) -> dict[str, Callable[[], FloatArray]]:
    """Return each function of `NAMES` on a block of N(0, 1) inputs, in NumPy's quickest way to write it.

    Each writes into memory that is there already. Zero is an array: with a number, NumPy's maximum is slower.
    """
    x = rng.standard_normal(BLOCK, dtype=np.float32)
    y, zero = np.empty_like(x), np.zeros_like(x)

    def leaky_relu() -> FloatArray:
        return np.maximum(x, np.multiply(x, SLOPE, out=y), out=y)

    def elu() -> FloatArray:
        return np.maximum(x, np.expm1(np.minimum(x, zero, out=y), out=y), out=y)

    def sigmoid() -> FloatArray:
        np.exp(np.negative(x, out=y), out=y)
        return np.reciprocal(np.add(y, 1, out=y), out=y)

    return {
        "relu": lambda: np.maximum(x, zero, out=y),
        "leaky_relu": leaky_relu,
        "exp": lambda: np.exp(x, out=y),
        "tanh": lambda: np.tanh(x, out=y),
        "elu": elu,
        "sigmoid": sigmoid,
    }


def least_seconds(works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Time each work several times, in turn, so that a slow moment of the machine meets them all.

    Returns:
        The least time of each: what disturbs a work can only prolong it.
    """
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(REPEATS):
        for name, work in works.items():
            started = perf_counter()
            work()
            seconds[name].append(perf_counter() - started)
    return {name: min(times) for name, times in seconds.items()}


def _repeat(work: Callable[[], object]) -> Callable[[], None]:
    def repeated() -> None:
        for _ in range(BLOCKS):
            work()

    return repeated


def _processor() -> str:
    """Return the processor's name, where Linux tells it, else what Python knows of it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(names), platform.processor() or platform.machine())


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(1, 1.2))
    _draw_functions(left, result, tr)
    _draw_layers(right, result, tr)
    right.tick_params(axis="y", length=0)
    cost, share = tr.number(result.in_relus("exp"), 2), tr.percent(result.slowdown, 1)
    title = tr("exp() costs {cost} ReLUs; yet sigmoids slow a layer by only {share}", cost=cost, share=share)
    headline(figure, title)


def _draw_functions(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Draw the cost of each function as a bar, in ReLUs; that of exp stands apart, it is no activation."""
    from figgen.experiments.palette import ACTIVATION_COLOURS
    from figgen.plotting.palette import GREY

    rows = [*range(len(NAMES) - 1), len(NAMES) - 0.6]
    costs = [result.in_relus(name) for name in NAMES]
    axes.barh(rows, costs, color=[ACTIVATION_COLOURS.get(name, GREY) for name in NAMES])
    name_rows(axes, rows, LABELS)
    for row, cost in zip(rows, costs, strict=True):
        place = (0.4, 0)
        write_beside(axes, tr.number(cost, 2), (cost, row), place, va="center_baseline")
    axes.set_xlim(0, 1.2 * max(costs))  # room for the last number
    axes.set_xlabel(tr("time for an element, ReLU = 1"))
    axes.set_title(tr("The function alone"))


def _draw_layers(axes: "Axes", result: Result, tr: "Translator") -> None:
    """Draw the time of a whole layer with each activation: the product, and the function on top of it."""
    from figgen.experiments.palette import ACTIVATION_COLOURS
    from figgen.plotting.palette import LIGHT_GREY

    product, activations = result.product_nanoseconds, NAMES[:-1]
    colours = [ACTIVATION_COLOURS[name] for name in activations]
    rows = range(len(activations))
    axes.barh(rows, product, color=LIGHT_GREY)
    axes.barh(rows, result.nanoseconds[:-1], left=product, color=colours)
    axes.text(0.03 * product, len(activations) // 2, tr("matrix product"), va="center_baseline")
    axes.set_xlabel(tr("time for an output of the layer (ns)"))
    axes.set_title(tr("A layer with {units} inputs", units=LAYER))


CLAIMS = (
    Claim(
        "exp_in_relus",
        "The exponential takes {value} times as long as ReLU.",
        lambda r: r.in_relus("exp"),
        at_least(1.5),
    ),
    Claim(
        "sigmoid_in_relus",
        "The sigmoid takes {value} times as long as ReLU.",
        lambda r: r.in_relus("sigmoid"),
        at_least(2),
    ),
    Claim(
        "product_in_relus",
        "The matrix product of a layer of 1000 inputs takes {value} times as long as its ReLUs.",
        lambda r: r.product_in_relus,
        at_least(20),
    ),
    Claim(
        "slowdown",
        "With sigmoids in place of ReLUs such a layer takes {value} longer.",
        lambda r: r.slowdown,
        at_most(0.2),
        unit="%",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    recorded=True,
    simulate=simulate,
    figures={"exp_cost": Drawing(draw, height=0.38, claims=CLAIMS)},
    source="CS231n notes, Neural Networks Part 1, for the statement; the times are recorded",
)
