"""What every worker needs, imported and used once; workers are forked from a process that imports this.

The first figure of a process is dearer than the next: fonts are looked up, the grammar of formulas is built.
"""

from figgen.engine import compute, jobs
from figgen.experiment import Drawing
from figgen.plotting.export import render
from figgen.translation import SOURCE_LANGUAGE, Translator

__all__ = ["compute", "jobs"]


def _draw(result: object, figure: object, tr: object) -> None:
    axes = figure.subplots()  # type: ignore[attr-defined]
    axes.plot([0, 1], label="$x$")
    axes.set(title=r"$\frac{1}{2}$", xlabel="x", ylabel="y")
    axes.legend()


render(Drawing(_draw), None, Translator(SOURCE_LANGUAGE), "print", [("svg", 0)])
