"""A lecture small enough to build in a blink, and what runs figgen on it."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import warm_python

COIN = '''"""A coin falls on its head half of the time."""

from dataclasses import dataclass

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, close_to, param, validate


@dataclass(frozen=True, slots=True)
class Params:
    tosses: int = param(1000, "tosses of the coin", at_least=10)

    def __post_init__(self):
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    heads: np.ndarray
    share: float


def simulate(params: Params, rng: np.random.Generator) -> Result:
    heads = np.cumsum(rng.integers(0, 2, params.tosses))
    return Result(heads, heads[-1] / params.tosses)


def draw(result, figure, tr):
    axes = figure.subplots()
    axes.plot(result.heads)
    axes.set(title=tr("The heads add up"), xlabel=tr("toss"), ylabel=tr("heads"))


EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    claims=(Claim("fair", "A share of {value} falls on its head.", lambda r: r.share, close_to(0.5, 0.1)),),
    figures={"coin": Drawing(draw)},
)
'''

DICE = (
    COIN.replace("A coin falls on its head half of the time.", "A die shows three and a half on average.")
    .replace("heads", "points")
    .replace('"A share of {value} falls on its head."', '"A die shows {value} on average."')
    .replace("rng.integers(0, 2,", "rng.integers(1, 7,")
    .replace('"fair"', '"mean"')
    .replace("close_to(0.5, 0.1)", "close_to(3.5, 0.3)")
    .replace('"coin"', '"dice"')
    .replace('tr("The points add up")', 'tr("The points add up")')
)

SLOVAK = {
    "The heads add up": "Hlavy pribúdajú",
    "The points add up": "Body pribúdajú",
    "toss": "hod",
    "heads": "hlavy",
    "points": "body",
    "A share of {value} falls on its head.": "Hlavu ukáže podiel {value}.",
    "A die shows {value} on average.": "Kocka ukáže v priemere {value}.",
}

CHAPTER = """# {title}

{{{{ result.coin.share | num(3) }}}}, {{{{ ref("dice") }}}}: $\\sigma(x) = \\frac{{1}}{{1 + e^{{-x}}}}$.

{{% call figure("coin", alt="{alt}") %}}{caption}{{% endcall %}}

{{{{ claims("coin") }}}}

{{% call figure("dice", alt="{alt}") %}}{caption}{{% endcall %}}

{{{{ claims("dice") }}}}
"""


def write_tiny_lecture(folder: Path) -> None:
    """Write a lecture with one chapter, two experiments, and two languages."""
    chapter, sk, en = (folder / name for name in ("experiments/chance", "sk", "en"))
    for path in (chapter, sk, en, folder / "locale"):
        path.mkdir(parents=True)
    (folder / "lecture.toml").write_text(
        'chapters = ["chance"]\n[title]\nsk = "Náhoda"\nen = "Chance"\n', encoding="utf-8"
    )
    (folder / "references.bib").write_text("", encoding="utf-8")
    (chapter / "coin.py").write_text(COIN, encoding="utf-8")
    (chapter / "dice.py").write_text(DICE, encoding="utf-8")
    catalogue = "".join(f'msgid "{english}"\nmsgstr "{slovak}"\n\n' for english, slovak in SLOVAK.items())
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (folder / "locale" / "sk.po").write_text(header + catalogue, encoding="utf-8")
    (sk / "chance.md.j2").write_text(
        CHAPTER.format(title="Náhoda", alt="Čiara stúpa", caption="Súčet po každom hode."), encoding="utf-8"
    )
    (en / "chance.md.j2").write_text(
        CHAPTER.format(title="Chance", alt="A line rises", caption="The sum after each throw."),
        encoding="utf-8",
    )


def figgen(
    *words: str | Path, cwd: Path, env: Mapping[str, str] = MappingProxyType({}), cold: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run figgen in a process of its own, in the folder `cwd`, with `env` on top of the environment.

    Unless `cold`, it begins with its imports done, and sees one core: without `--jobs`, it works alone.
    """
    command = [sys.executable, "-m", "figgen", *map(str, words)]
    everywhere = {**os.environ, **env}
    if not cold and warm_python.can_run(everywhere):
        return warm_python.run(command[3:], cwd, everywhere)
    return subprocess.run(
        command, cwd=cwd, env=everywhere, capture_output=True, encoding="utf-8", check=False
    )


def steps(done: subprocess.CompletedProcess[str]) -> set[str]:
    """Return what a build did, such as `draw coin (en)`, from the lines of its progress."""
    return set(re.findall(r"^\[\d+/\d+\] (.*?) \d+\.\d s", done.stderr, flags=re.MULTILINE))


def produced(folder: Path) -> dict[str, bytes]:
    """Return every file in the output folder of a lecture but the engine's own notes, by its path."""
    notes = {"lock", "notes.json", "code.json", "outlines.json", "reached.json"}
    files = (path for path in (folder / "output").rglob("*") if path.is_file() and path.name not in notes)
    files = (path for path in files if path.parent.name != "pieces")
    return {path.relative_to(folder / "output").as_posix(): path.read_bytes() for path in files}


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text in a file, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
