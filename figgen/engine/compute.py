"""The calls of an experiment's own code, with all that can change what they give.

The content keys of results and figures hold the code that is reached from here.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from threadpoolctl import threadpool_limits

from figgen.experiment import Drawing, Experiment, generator
from figgen.plotting.export import Rendering, Shape, render
from figgen.plotting.look import PLAIN, Look
from figgen.plotting.presets import Preset
from figgen.translation import Translator


def compute(experiment: Experiment, name: str, params: Any, seed: int) -> Any:
    """Run the simulation of the experiment called `name`; BLAS at one thread adds up in one order."""
    assert experiment.simulate is not None  # it was planned
    with threadpool_limits(1):
        return experiment.simulate(params, generator(name, seed))


def assess(experiment: Experiment, result: Any) -> tuple[float, ...]:
    """Measure every claim of an experiment on a result."""
    with threadpool_limits(1):
        return tuple(item.measured for item in experiment.measure(result))


def paint(
    drawing: Drawing,
    result: Any,
    tr: Translator,
    preset: Preset,
    shapes: Iterable[Shape],
    look: Look = PLAIN,
    size: Sequence[float] = (),
) -> Rendering:
    """Draw a figure; see `render`."""
    with threadpool_limits(1):
        return render(drawing, result, tr, preset, shapes, look, size)
