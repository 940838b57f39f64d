"""Measure what figgen takes as ratios to what it cannot do without, each within one run.

    python tests/benchmarks/ratios.py [start] [cold] [tracing] [draw] [caption] [listing] [copies]

start: `--help`, and a build with nothing to do, against the import of Click and Jinja;
cold: a build from nothing against its simulations and drawings alone, and with two workers against one;
tracing: the processor's time for all figures, with and without an eye on what experiments read;
draw: a build after the edit of one `draw`, against that drawing, the start of Matplotlib and the handouts;
caption: a build after the edit of one caption, against Typst's own setting of the document;
listing: `init_scale` against the lecture's literal listing; copies: lectures of 10, 30 and 100 experiments.
"""

import argparse
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits
from timing import (
    PYTHON,
    alternate,
    clock,
    copy_figgen,
    environment,
    experiments,
    insert,
    median,
    noise,
    processor_time,
    run,
    spread,
)
from yardsticks import SMALL, literal_listing, plain_loop, simulate, write_lecture

from figgen.engine import notes

MATPLOTLIB = "import matplotlib.figure"
CHAPTER = "templates/training_neural_networks_1/en/activations.md.j2"
KEEP_MARKUP = """
import sys
from pathlib import Path
import figgen.engine.warm  # so that workers are forked from here, with what follows
from figgen.handout import compiler

bring = compiler._bring_up_to_date


def keep(root, files):
    bring(Path("markup"), files)
    bring(root, files)


compiler._bring_up_to_date = keep
from figgen.cli import main

main(sys.argv[1:])
"""
DRAW_ALL = """
import sys
from contextlib import contextmanager

import figgen.engine.warm  # so that workers are forked from here, with what follows
from figgen.engine import jobs
from figgen.engine.reads.record import Noted


class Blind:
    def noted(self):
        return Noted()


@contextmanager
def blind(*args, **words):
    yield Blind()


if sys.argv[1] == "blind":
    jobs.tracing = blind
from figgen.cli import main

main(["figures", "--lang", "en", "--jobs", "1", "--quiet", "--output", sys.argv[2]])
"""
SET_AGAIN = """
import click, jinja2, babel, typst

typst.compile_with_warnings(
    "markup/main.typ", root="markup", format="pdf", ignore_system_fonts=True, pdf_standards=["ua-1", "a-2a"]
)
"""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A measured ratio, what it should be where that is laid down, and what it was measured from."""

    name: str
    value: float
    details: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the ratio is as it should be."""
        if self.at_most is not None:
            return f"{'met' if self.value <= self.at_most else 'MISSED'}: ≤ {self.at_most:g}"
        if self.at_least is not None:
            return f"{'met' if self.value >= self.at_least else 'MISSED'}: ≥ {self.at_least:g}"
        return ""


@dataclass(frozen=True, slots=True)
class Bench:
    """A folder to build in, from a copy of figgen, and how often a short and a long work is repeated."""

    folder: Path
    sources: Path
    env: Mapping[str, str]
    jobs: int
    short: int
    long: int

    def python(self, *words: str | Path) -> str:
        """Run Python; return what it writes to standard error."""
        return run(PYTHON, *words, cwd=self.folder, env=dict(self.env))

    def figgen(self, *words: str | Path) -> str:
        """Run figgen; return what it writes to standard error."""
        return self.python("-m", "figgen", *words)

    def new_folder(self) -> Path:
        """Return a folder that is there and empty."""
        return Path(tempfile.mkdtemp(dir=self.folder))


def measure_start(bench: Bench) -> Iterator[Ratio]:
    """Compare the start of figgen with the start of the packages that it is made of."""
    bench.figgen("build", "--output", "done", "--quiet")
    idle = ("build", "--output", "done", "--quiet")
    seconds = alternate(
        {
            "help": lambda: bench.figgen("--help"),
            "idle": lambda: bench.figgen(*idle),
            "both": lambda: bench.python("-c", "import click, jinja2"),
        },
        bench.short,
    )
    yield _compare("figgen --help / import click, jinja2", seconds["help"], seconds["both"], at_most=1.5)
    yield _compare("nothing to do / import click, jinja2", seconds["idle"], seconds["both"], at_most=1.5)
    imported = bench.python("-X", "importtime", "-m", "figgen", *idle)
    heavy = [name for name in ("numpy", "matplotlib") if re.search(rf"\| +{name}$", imported, re.MULTILINE)]
    yield Ratio("nothing to do: of NumPy and Matplotlib imported", len(heavy), ", ".join(heavy), at_most=0)


def measure_cold(bench: Bench) -> Iterator[Ratio]:
    """Compare builds from nothing with the work that there is, and two workers with one."""
    outputs: list[Path] = []

    def cold(jobs: int) -> None:
        outputs.append(bench.new_folder())
        bench.figgen("build", "--jobs", str(jobs), "--output", outputs[-1])

    seconds = alternate(
        {
            "one": lambda: cold(1),
            "many": lambda: cold(bench.jobs),
            "matplotlib": lambda: bench.python("-c", MATPLOTLIB),
        },
        bench.long,
    )
    start, wall = median(seconds["matplotlib"]), median(seconds["many"])
    plain_loop({SMALL: experiments()[SMALL]})  # so that fonts and the like are loaded
    alone = sum(plain_loop(experiments()).values())
    took = notes.read(outputs[-1], "seconds")
    by_itself = sum(time for label, time in took.items() if label.startswith(("simulate", "draw")))
    for how, work in (("in a plain loop", alone), ("by the build's own clock", by_itself)):
        bound = work / bench.jobs + start
        details = f"{spread(seconds['many'])} for {work:.2f} s / {bench.jobs} + {start:.2f} s"
        yield Ratio(f"cold / (simulate and draw {how})", wall / bound, details, at_most=1.15)
    handouts = sum(took.values()) - by_itself
    bound = (by_itself + handouts) / bench.jobs + start
    details = (
        f"{wall:.2f} s for {by_itself:.1f} s and {handouts:.1f} s of handouts / {bench.jobs} + {start:.2f} s"
    )
    yield Ratio("cold / (the handouts counted, too)", wall / bound, details, at_most=1.04)
    yield _compare(f"one worker / {bench.jobs} workers, cold", seconds["one"], seconds["many"], at_least=1.7)


def measure_tracing(bench: Bench) -> Iterator[Ratio]:
    """Compare what simulating and drawing take with, and without, noting what is read meanwhile."""
    seconds: dict[str, list[float]] = {"tracing": [], "blind": []}
    for _ in range(bench.long):
        for how, measured in seconds.items():
            work = partial(bench.python, "-c", DRAW_ALL, how, bench.new_folder())
            measured.append(processor_time(work))
    name = "all figures, what they read noted / not noted, processor time"
    yield _compare(name, seconds["tracing"], seconds["blind"], at_most=1.02)


def measure_draw(bench: Bench) -> Iterator[Ratio]:
    """Compare a build after the edit of one `draw` with what it must do."""
    said: list[str] = []
    seconds: list[float] = []
    bounds: list[float] = []

    def build() -> None:
        said.append(bench.figgen("build", "--jobs", str(bench.jobs), "--output", "edited"))

    build()
    plain_loop({SMALL: experiments()[SMALL]})  # so that fonts and the like are loaded
    drawings = plain_loop({SMALL: experiments()[SMALL]})
    own = sum(time for step, time in drawings.items() if step.startswith("draw"))
    for number in range(bench.long):
        insert(bench.sources / SMALL, "draw", f'figure.text(0.5, 0.5, "edit {number}")')
        seconds.append(clock(build))
        start = clock(lambda: bench.python("-c", MATPLOTLIB))
        bounds.append(own + 1.5 * start + sum(_steps(said[-1], "write")) / bench.jobs)
    yield _compare("one draw edited / (own draw + 1.5 Matplotlib + handouts)", seconds, bounds, at_most=1)


def measure_caption(bench: Bench) -> Iterator[Ratio]:
    """Compare a build after the edit of one caption with what Typst takes to set the document by itself.

    The goal was 1.3. Before Typst can begin, one step follows the other: on a quiet machine .9 s until all is
    planned, .3 to fill in the templates, .25 for pandoc to read the edited chapter, .25 to number and cite
    all of them, .3 for pandoc to write the edited part, .2 to say formulas, .2 from process to process.
    """
    words = ("build", "--lang", "en", "--jobs", str(bench.jobs), "--output", "edited", "--quiet")
    bench.python("-c", KEEP_MARKUP, *words)
    chapter, number = bench.sources / CHAPTER, iter(range(bench.long + 1))

    def edit() -> None:
        text = chapter.read_text(encoding="utf-8")
        chapter.write_text(text.replace("{% endcall %}", f" Edit {next(number)}.{{% endcall %}}", 1), "utf-8")

    edited: list[float] = []
    alone: list[float] = []
    for _ in range(bench.long):
        edit()
        edited.append(clock(lambda: bench.figgen(*words)))
        alone.append(clock(lambda: bench.python("-c", SET_AGAIN)))
    yield _compare("one caption edited / (imports, and Typst alone)", edited, alone, at_most=2.2)


def measure_listing(bench: Bench) -> Iterator[Ratio]:
    """Compare `init_scale` with the five passes through six layers of 4096 units that it stands for."""
    experiment = experiments()["figgen/experiments/initialization/init_scale.py"]
    ours = [clock(lambda: simulate("init_scale", experiment)) for _ in range(bench.long)]
    with threadpool_limits(1):
        forward, both = clock(lambda: literal_listing(backward=False)), clock(literal_listing)
    yield _compare("lecture's listing, forward / init_scale", [forward], ours)
    yield _compare("the same with dL/dW of each layer / init_scale", [both], ours)


def measure_copies(bench: Bench) -> Iterator[Ratio]:
    """Compare lectures of many experiments with one of few."""
    cold: dict[int, float] = {}
    for count in (10, 30, 100):
        lecture = bench.folder / f"lecture_{count}"
        write_lecture(lecture, count)
        where = ("--lecture", lecture, "--output", lecture / "output")
        build = partial(bench.figgen, "build", *where, "--jobs", str(bench.jobs))
        cold[count] = clock(build)
        idle = [clock(build) for _ in range(bench.long)]
        details = f"cold {cold[count]:.2f} s, nothing to do {median(idle):.2f} s"
        per_experiment = (cold[count] / count) / (cold[10] / 10)
        yield Ratio(f"{count} experiments: time of one, to that among 10", per_experiment, details)


MEASURES: Mapping[str, Callable[[Bench], Iterator[Ratio]]] = {
    "start": measure_start,
    "cold": measure_cold,
    "tracing": measure_tracing,
    "draw": measure_draw,
    "caption": measure_caption,
    "listing": measure_listing,
    "copies": measure_copies,
}


# The table ------------------------------------------------------------------------------------------------


def _compare(name: str, ours: list[float], theirs: list[float], **target: float) -> Ratio:
    return Ratio(name, median(ours) / median(theirs), f"{spread(ours)} to {spread(theirs)}", **target)


def _steps(said: str, kinds: str) -> list[float]:
    """Read the seconds of each step of some kinds from a build's progress."""
    return [float(number) for number in re.findall(rf"\] (?:{kinds}) .* ([\d.]+) s$", said, re.MULTILINE)]


def main() -> None:
    """Measure what is asked for, or all, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "measures", nargs="*", metavar="MEASURE", help=f"of {', '.join(MEASURES)}; default all"
    )
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument(
        "--short", type=int, default=11, help="repetitions of works shorter than a second or so"
    )
    parser.add_argument("--long", type=int, default=3, help="repetitions of longer ones")
    asked = parser.parse_args()
    table = Table(title="Seconds are minimum / median / maximum; a ratio is that of medians")
    for heading in ("", "ratio", "", "measured from"):
        table.add_column(heading, justify="right" if heading == "ratio" else "left")
    quiet = [noise() for _ in range(asked.short)]
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        sources = copy_figgen(top / "sources")
        env = environment(sources, top / "settings")
        bench = Bench(top, sources, env, asked.jobs, asked.short, asked.long)
        for name in asked.measures or MEASURES:
            for ratio in MEASURES[name](bench):
                table.add_row(ratio.name, f"{ratio.value:.2f}", ratio.verdict, ratio.details)
    quiet += [noise() for _ in range(asked.short)]
    Console(width=160).print(table)
    print(f"noise of the machine, by one and the same work before and after: {spread(quiet)}")


if __name__ == "__main__":
    main()
