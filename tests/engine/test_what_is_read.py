"""What experiments have read counts: a change makes again what depends on it, no more, and is named."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_lecture import edit, figgen, produced, steps, write_tiny_lecture

CODE = """import os
import sys
from pathlib import Path

LECTURE = Path(__file__).parents[2]
sys.path.insert(0, str(LECTURE / "lib"))
import found

SCALE = float((LECTURE / "data/on_import.txt").read_text())


def simulate(params: Params, rng: np.random.Generator) -> Result:
    offset = float((LECTURE / "data/offset.txt").read_text()) + len(list((LECTURE / "many").iterdir()))
    offset += found.VALUE * SCALE + (LECTURE / "maybe.txt").exists()
"""
DRAWN = """    axes = figure.subplots(gridspec_kw={"left": float(os.environ.get("LEFT", "0.2"))})
"""
BESIDE = "outside.txt"

WORDS = ["build", "--lang", "en", "--to", "html", "--explain"]
HANDOUT = {"write handout.en.html"}
DRAW = {"draw coin (en)"} | HANDOUT
SIMULATE = {"simulate coin"} | DRAW


@pytest.fixture(scope="module")
def _read_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a built lecture whose coin reads something of each kind."""
    world = tmp_path_factory.mktemp("reading")
    folder = world / "lecture"
    write_tiny_lecture(folder)
    for name, text in {
        "data/offset.txt": "0",
        "data/on_import.txt": "1",
        "many/one.txt": "",
        "lib/found.py": "VALUE = 0  # whole\n",
        f"../{BESIDE}": "0",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    coin = folder / "experiments/chance/coin.py"
    edit(coin, "def simulate(params: Params, rng: np.random.Generator) -> Result:\n", CODE)
    edit(coin, "heads[-1] / params", "(heads[-1] + offset) / params")
    edit(coin, "    axes = figure.subplots()\n", DRAWN)
    edit(coin, "lambda r: r.share", f"lambda r: r.share + float((LECTURE.parent / {BESIDE!r}).read_text())")
    done = figgen(*WORDS, cwd=folder)
    assert done.returncode == 0, done.stderr
    return world


@pytest.fixture
def reading(_read_once: Path, tmp_path: Path) -> Path:
    """A copy of that lecture, in another place."""
    return shutil.copytree(_read_once, tmp_path / "reading") / "lecture"


def write(name: str, text: str) -> Callable[[Path], object]:
    return lambda lecture: (lecture / name).write_text(text, encoding="utf-8")


def delete(name: str) -> Callable[[Path], object]:
    return lambda lecture: (lecture / name).unlink()


CHANGES: dict[str, tuple[Callable[[Path], object], set[str], str]] = {
    "data beside lecture.toml": (write("data/offset.txt", "9"), SIMULATE, "data/offset.txt changed"),
    "data that is gone": (delete("data/offset.txt"), set(), "simulate coin failed"),
    "data read on import": (write("data/on_import.txt", "2"), SIMULATE, "data/on_import.txt changed"),
    "a new file in a folder": (write("many/two.txt", ""), SIMULATE, "many/ changed"),
    "a file that was not there": (write("maybe.txt", ""), SIMULATE, "maybe.txt was not there"),
    "a module found by sys.path": (write("lib/found.py", "VALUE = 3\n"), SIMULATE, "lib/found.py changed"),
    "what a claim reads outside": (write(f"../{BESIDE}", "0.01"), HANDOUT, "claim coin.fair changed"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "expected", "told"), CHANGES.values(), ids=CHANGES)
def test_a_change_of_what_was_read_makes_what_depends_on_it(
    reading: Path, change: Callable[[Path], object], expected: set[str], told: str
) -> None:
    change(reading)
    done = figgen(*WORDS, cwd=reading)
    assert steps(done) == expected
    assert told in done.stderr


def test_a_variable_that_draw_reads_makes_the_figure_again(reading: Path) -> None:
    done = figgen(*WORDS, cwd=reading, env={"LEFT": "0.3"})
    assert steps(done) == DRAW
    assert "variable LEFT was not set" in done.stderr
    check = figgen("check", "--lang", "en", "--to", "html", cwd=reading)
    assert "figures/en/coin.svg: is out of date: variable LEFT was '0.3'" in check.stderr


def test_nothing_is_made_again_where_nothing_has_changed_but_the_place(reading: Path) -> None:
    before = produced(reading)
    for _ in range(2):  # by the content keys, then by the short cut
        assert steps(figgen(*WORDS, cwd=reading)) == set()
    assert produced(reading) == before


@pytest.mark.parametrize("output", ["manifest.json", ".cache/results"])
def test_what_was_read_is_found_out_anew_where_it_is_not_known(reading: Path, output: str) -> None:
    good = produced(reading)
    path = reading / "output" / output
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert "simulate coin" in steps(figgen(*WORDS, cwd=reading))
    assert produced(reading) == good


def test_what_an_experiment_should_leave_is_told_once(tiny: Path) -> None:
    coin = tiny / "experiments/chance/coin.py"
    edit(
        coin,
        "def simulate(params: Params, rng: np.random.Generator) -> Result:\n",
        CODE.partition("LECTURE")[0] + SIMULATE_AND_LOG,
    )
    first, second = (figgen("figures", "coin", cwd=tiny) for _ in range(2))
    told = f"! {coin.relative_to(tiny)}:30: writes log.txt into the lecture; a simulation returns"
    assert first.stderr.count(told) == 1
    assert (second.stderr, steps(second)) == ("", set())


SIMULATE_AND_LOG = """
def simulate(params: Params, rng: np.random.Generator) -> Result:
    with (Path(__file__).parents[2] / "log.txt").open("a") as log:
        log.write("once more")
"""


def test_an_experiment_that_reads_the_clock_is_told_where_once(built: Path) -> None:
    coin = built / "experiments/chance/coin.py"
    edit(coin, "heads[-1] / params", "(heads[-1] + 0 * __import__('math').floor(time())) / params")
    edit(coin, "from dataclasses", "from time import time\nfrom dataclasses")
    done = figgen("figures", "--format", "svg", "--format", "png", cwd=built)
    assert done.returncode == 0, done.stderr
    (told,) = [line for line in (done.stdout + done.stderr).splitlines() if "clock" in line]
    line = next(n for n, text in enumerate(coin.read_text().splitlines(), 1) if "floor(time())" in text)
    assert f"experiments/chance/coin.py:{line}: reads the clock (time.time), so that another build" in told


def test_what_a_result_reads_for_a_chapter_counts(tiny: Path) -> None:
    note = tiny / "data/note.txt"
    note.parent.mkdir()
    note.write_text("At first.", encoding="utf-8")
    reading = 'Path(__file__).parents[2].joinpath("data", "note.txt").read_text()'
    method = f"    @property\n    def note(self):\n        return {reading}\n\n\ndef simulate("
    edit(tiny / "experiments/chance/coin.py", "\ndef simulate(", method)
    edit(tiny / "experiments/chance/coin.py", "import numpy", "from pathlib import Path\n\nimport numpy")
    edit(tiny / "en/chance.md.j2", "# Chance", "# Chance\n\n{{ result.coin.note }}")
    assert figgen(*WORDS, cwd=tiny).returncode == 0
    note.write_text("At last.", encoding="utf-8")
    done = figgen(*WORDS, cwd=tiny)
    assert steps(done) == HANDOUT
    assert "is out of date: data/note.txt changed\n" in done.stderr
    assert "At last." in (tiny / "output/handout.en.html").read_text(encoding="utf-8")
