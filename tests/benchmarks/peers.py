"""Measure figgen against other builders of executed documents, all with the same simulate and draw functions.

    pip install -e '.[bench]' && python tests/benchmarks/peers.py

What each tool builds, and from what, stands in `tools.py`. After a build from nothing come one with nothing
changed, and one after each edit: of a caption, of one `draw`, of one function in `sim/`. For each edit the
table says, too, whether the tool took notice, judged by what its output shows. What a peer needs beside the
build (writing notebooks, registering them) is not timed.
"""

import argparse
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table
from timing import CommandError, clock, copy_figgen, environment, experiments, insert, median, noise, spread
from tools import TOOLS, Site, Tool

CAPTION = "A caption that was edited."


def _edit_caption(sources: Path) -> None:
    chapter = sources / "templates/training_neural_networks_1/en/activations.md.j2"
    text = chapter.read_text(encoding="utf-8")
    edited = re.sub(r'({% call figure\("zigzag".*?%})', rf"\1{CAPTION} ", text, flags=re.DOTALL)
    chapter.write_text(edited, encoding="utf-8")


def _edit_draw(sources: Path) -> None:
    insert(sources / "figgen/experiments/activations/zigzag.py", "draw", 'figure.text(0.5, 0.5, "edited")')


def _edit_helper(sources: Path) -> None:
    insert(sources / "figgen/sim/activations.py", "maxout", "biases = biases + 0.1")


STEPS: Mapping[str, Callable[[Path], None]] = {
    "cold": lambda sources: None,
    "nothing": lambda sources: None,
    "caption": _edit_caption,
    "draw": _edit_draw,
    "helper": _edit_helper,
}
CHANGED = {"draw": 1, "helper": 2}  # figures that look different after the edit: two experiments use maxout


@dataclass(slots=True)
class Record:
    """What was measured of one tool: seconds by step, which edits it noticed, and why it gave up."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    noticed: dict[str, str] = field(default_factory=dict)
    failure: str = ""


def measure(tool: Tool, record: Record, jobs: int) -> None:
    """Take a tool through all steps once, in a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        sources = copy_figgen(top / "sources")
        site = Site(top / "site", sources, environment(sources, top / "settings"), jobs)
        site.folder.mkdir()
        for step, edit in STEPS.items():
            edit(sources)
            tool.prepare(site)
            before = tool.pictures(site)
            record.seconds[step].append(clock(lambda: tool.build(site)))
            new = tool.pictures(site) - before
            if step == "cold" and len(new) < (figures := sum(len(e.figures) for e in experiments().values())):
                raise CommandError(f"has {len(new)} of {figures} figures")
            if step in CHANGED:
                record.noticed[step] = f"{len(new)} of {CHANGED[step]}"
            if step == "caption":
                record.noticed[step] = tool.shows(site, CAPTION)


def main() -> None:
    """Measure all tools in turn, as often as asked, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="workers of each tool")
    parser.add_argument("--repeat", type=int, default=3, help="how often each tool goes through all steps")
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=list(TOOLS), help="which to measure")
    asked = parser.parse_args()
    records = {name: Record() for name in asked.tools}
    quiet: list[float] = []
    for _ in range(asked.repeat):
        for name, record in records.items():
            quiet.append(noise())
            if not record.failure:
                try:
                    measure(TOOLS[name], record, asked.jobs)
                except CommandError as error:
                    record.failure = str(error)
    show(records, asked.jobs)
    print(f"noise of the machine, by one and the same work before each: {spread(quiet)}")


def show(records: Mapping[str, Record], jobs: int) -> None:
    """Print a row a tool: medians, the ratio to the first tool's, and whether an edit was noticed."""
    table = Table(title=f"Median seconds, and times the first row's; {jobs} workers; is an edit noticed?")
    for heading in ("", *STEPS):
        table.add_column(heading, justify="left" if not heading else "right")
    first = next(iter(records.values()))
    for name, record in records.items():
        if record.failure:
            table.add_row(name, f"gave up: {record.failure}")
        else:
            table.add_row(name, *(_cell(step, record, first) for step in STEPS))
    Console(width=120).print(table)


def _cell(step: str, record: Record, first: Record) -> str:
    seconds = record.seconds[step]
    ratio = median(seconds) / median(first.seconds[step]) if first.seconds[step] else float("nan")
    text = f"{median(seconds):.2f} s  × {ratio:.1f}\n{min(seconds):.2f} … {max(seconds):.2f}"
    return f"{text}\nnoticed: {record.noticed[step]}" if step in record.noticed else text


if __name__ == "__main__":
    main()
