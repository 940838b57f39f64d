"""What the ratios compare figgen with: its work without an engine, the lecture's listing, larger lectures."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits
from timing import ROOT, clock

from figgen.engine.compute import compute
from figgen.experiment import Drawing, Experiment
from figgen.plotting.export import render
from figgen.plotting.presets import WHOLE
from figgen.translation import Translator

LANGUAGES = ("en", "sk")
SMALL = "figgen/experiments/activations/zigzag.py"  # the experiment that is edited, and copied


def plain_loop(of: Mapping[str, Experiment]) -> dict[str, float]:
    """Simulate experiments and draw their figures in one loop, and return the seconds of each step.

    Args:
        of: Experiments by the paths of their files.
    """
    seconds: dict[str, float] = {}
    for path, experiment in of.items():
        name = Path(path).stem
        seconds[f"simulate {name}"] = clock(partial(simulate, name, experiment))
        result = simulate(name, experiment)
        for figure, drawing in experiment.figures.items():
            for language in LANGUAGES:
                draw = partial(_draw, drawing, result, language)
                seconds[f"draw {figure} {language}"] = clock(draw)
    return seconds


def simulate(name: str, experiment: Experiment) -> Any:
    """Simulate as figgen does."""
    return compute(experiment, name, experiment.params, 0)


def _draw(drawing: Drawing, result: Any, language: str) -> None:
    with threadpool_limits(1):
        render(drawing, result, Translator(language), "print", [("svg", WHOLE)])


def literal_listing(*, backward: bool = True) -> None:
    """Send noise through the lecture's five networks as its listings do, and a gradient back if asked."""
    rng, dims = np.random.default_rng(0), [4096] * 7
    networks = [("tanh", 0.01), ("tanh", 0.05), ("tanh", 1 / 64), ("relu", 1 / 64), ("relu", 2**0.5 / 64)]
    for activation, std in networks:
        hs, weights = [rng.standard_normal((16, dims[0]))], []
        for fan_in, fan_out in zip(dims[:-1], dims[1:], strict=True):
            W = std * rng.standard_normal((fan_in, fan_out))
            z = hs[-1].dot(W)
            hs.append(np.tanh(z) if activation == "tanh" else np.maximum(0, z))
            if backward:
                weights.append(W)
        if backward:
            delta = rng.standard_normal(hs[-1].shape)
            for h, x, W in zip(hs[:0:-1], hs[-2::-1], weights[::-1], strict=True):
                delta = delta * (1 - h**2 if activation == "tanh" else h > 0)
                np.sqrt(np.mean((x.T @ delta) ** 2))  # rms of dL/dW
                delta = delta @ W.T


def write_lecture(folder: Path, count: int) -> None:
    """Write a lecture of one chapter in two languages, its experiments copies of a small one."""
    source = (ROOT / SMALL).read_text(encoding="utf-8")
    (folder / "experiments/copies").mkdir(parents=True)
    (folder / "references.bib").touch()
    (folder / "lecture.toml").write_text('chapters = ["copies"]\n[title]\nen = "C"\nsk = "K"\n', "utf-8")
    names = [f"copy_{number}" for number in range(count)]
    for name in names:
        text = source.replace('figures={"zigzag"', f'figures={{"{name}"')
        (folder / f"experiments/copies/{name}.py").write_text(text, encoding="utf-8")
    calls = [
        f'{{% call figure("{name}", alt="A") %}}C{{% endcall %}}\n\n{{{{ claims("{name}") }}}}\n'
        for name in names
    ]
    for language in LANGUAGES:
        (folder / language).mkdir()
        (folder / language / "copies.md.j2").write_text("# C\n\n" + "\n".join(calls), encoding="utf-8")
