"""Each edit makes again exactly what depends on it: what is simulated, drawn and written, no more, no less.

figgen's own code is edited, too, so each test works on a copy of it, beside a lecture of two experiments.
"""

import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from subprocess import CompletedProcess, Popen

import matplotlib
import pytest
from tiny_lecture import edit, figgen, produced, steps, write_tiny_lecture

from figgen.paths import PACKAGE, built_in_lecture

Edit = Callable[[Path], object]

COIN_PY = "lecture/experiments/chance/coin.py"
ACTIVATIONS = "figgen/sim/activations.py"
SLIDES, PRINT, BASE = (f"figgen/plotting/styles/{name}.mplstyle" for name in ("slides", "print", "base"))
SK_PO = "lecture/locale/sk.po"
CHAPTER = "lecture/en/chance.md.j2"
IGNORED = shutil.ignore_patterns("__pycache__", "templates")

HANDOUTS = {f"write handout.{language}.{kind}" for language in ("en", "sk") for kind in ("html", "pdf")}
EN, SK = ({step for step in HANDOUTS if f".{language}." in step} for language in ("en", "sk"))
HTML = {step for step in HANDOUTS if step.endswith(".html")}
DRAW_COIN = {"draw coin (en)", "draw coin (sk)"}
DRAW_DICE = {"draw dice (en)", "draw dice (sk)"}
DRAWN = DRAW_COIN | DRAW_DICE | HANDOUTS
FROM_COIN = {"simulate coin"} | DRAW_COIN | HANDOUTS
EVERYTHING = {"simulate coin", "simulate dice"} | DRAWN


@pytest.fixture(scope="module")
def _world_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with figgen, its templates, and a built lecture whose experiments share a function of sim/."""
    world = tmp_path_factory.mktemp("world")
    shutil.copytree(PACKAGE, world / "figgen", ignore=IGNORED)
    shutil.copytree(built_in_lecture(), world / "templates")
    write_tiny_lecture(world / "lecture")
    for name in ("coin", "dice"):
        path = world / f"lecture/experiments/chance/{name}.py"
        edit(path, "import numpy as np\n", "import numpy as np\n\nfrom figgen.sim.activations import relu")
        edit(path, "np.cumsum(rng.integers(", "np.cumsum(relu(rng.integers(")
        edit(path, ", params.tosses))", ", params.tosses)))")
    edit(world / COIN_PY, "    axes = ", "    from figgen.plotting.palette import BLUE\n\n    axes = ")
    edit(world / COIN_PY, "axes.plot(result.heads", "axes.plot(result.heads, color=BLUE")
    assert steps(build(world)) == EVERYTHING
    return world


@pytest.fixture
def world(_world_once: Path, tmp_path: Path) -> Path:
    """A copy of that folder; where it lies changes nothing."""
    return shutil.copytree(_world_once, tmp_path / "world")


def build(world: Path, *words: str, command: str = "build") -> CompletedProcess[str]:
    """Run the copy of figgen on the lecture in one process, as users do: compiled code is kept."""
    env = {"PYTHONPATH": str(world), "PYTHONDONTWRITEBYTECODE": ""}
    done = figgen(command, "--jobs", "1", *words, cwd=world / "lecture", env=env)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def replacing(file: str, old: str, new: str) -> Edit:
    """Return the edit of one text in one file."""
    return lambda world: edit(world / file, old, new)


def touch_all(world: Path) -> None:
    for path in world.rglob("*"):
        os.utime(path)


def installing(package: str) -> Edit:
    """Return an edit after which another version of a package seems to be installed."""

    def install(world: Path) -> None:
        folder = world / f"{package}-99.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Name: {package}\nVersion: 99.0\n", encoding="utf-8")

    return install


def write(file: str, text: str) -> Edit:
    """Return the writing of a file."""
    return lambda world: (world / file).write_text(text, encoding="utf-8")


def own(file: str, text: str) -> Edit:
    """Return the writing of a file of the lecture, in a folder that may not be there yet."""

    def write_own(world: Path) -> None:
        path = world / "lecture" / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return write_own


def add_font(world: Path) -> None:
    """Put a font into the lecture's layout."""
    font = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSerif.ttf"
    folder = world / "lecture" / "layout" / "fonts"
    folder.mkdir(parents=True)
    shutil.copy(font, folder / font.name)


def add_card(world: Path) -> None:
    """Add an experiment as a lecturer does: its file, its translation, its paragraph in each language."""
    text = (world / COIN_PY).read_text(encoding="utf-8").replace('"coin"', '"card"')
    (world / COIN_PY).with_name("card.py").write_text(text, encoding="utf-8")
    for language in ("en", "sk"):
        with (world / f"lecture/{language}/chance.md.j2").open("a", encoding="utf-8") as chapter:
            chapter.write('\n{% call figure("card", alt="Card") %}C{% endcall %}\n\n{{ claims("card") }}\n')


def delete_dice(world: Path) -> None:
    """Delete an experiment and its paragraph in each language."""
    (world / COIN_PY).with_name("dice.py").unlink()
    for language in ("en", "sk"):
        path = world / f"lecture/{language}/chance.md.j2"
        edit(path, ', {{ ref("dice") }}', "")
        text = path.read_text(encoding="utf-8")
        path.write_text("\n".join(t for t in text.splitlines() if "dice" not in t), encoding="utf-8")


NOTHING: dict[str, Edit] = {
    "no edit": lambda world: None,
    "all files touched": touch_all,
    "a comment": replacing(COIN_PY, "    heads =", "    # heads count as one\n    heads ="),
    "a title": replacing(COIN_PY, "A coin falls on", "A coin lands on"),
    "a docstring": replacing(COIN_PY, "-> Result:\n", '-> Result:\n    """Toss."""\n'),
    "formatting": replacing(COIN_PY, "0, 2, params", "\n        0,\n        2,\n        params"),
    "a comment in sim": replacing(ACTIVATIONS, "def _relu(", "# rectify\ndef _relu("),
    "a docstring in sim": replacing(ACTIVATIONS, '    """Return `x` as', '    """Give `x` as'),
    "a function of sim that nothing uses": replacing(ACTIVATIONS, "np.tanh(", "1.0 * np.tanh("),
    "a colour that nothing uses": replacing("figgen/plotting/palette.py", 'PURPLE = "#CC', 'PURPLE = "#DD'),
    "the style of slides": replacing(SLIDES, "axes.titlesize", "axes.grid: True\naxes.titlesize"),
}

EDITS: dict[str, tuple[Edit, set[str]]] = {
    "a caption": (replacing(CHAPTER, "The sum after", "The total after"), EN),
    "the text of a chapter": (replacing(CHAPTER, "# Chance", "# Luck"), EN),
    "a message of one figure": (replacing(SK_PO, "Hlavy prib", "Znaky prib"), {"draw coin (sk)"} | SK),
    "a message of both figures": (
        replacing(SK_PO, '"hod"', '"pokus"'),
        {"draw coin (sk)", "draw dice (sk)"} | SK,
    ),
    "a claim's message": (replacing(SK_PO, "Hlavu ukáže", "Znak ukáže"), SK),
    "the lecture's title": (replacing("lecture/lecture.toml", "Chance", "Luck"), HANDOUTS),
    "the bibliography": (write("lecture/references.bib", "@book{a, title = {A}}"), HANDOUTS),
    "a palette": (replacing("lecture/lecture.toml", "[title]", 'theme.palette = ["red"]\n[title]'), DRAWN),
    "a style sheet of the lecture's own": (own("styles/base.mplstyle", "lines.linewidth: 3"), DRAWN),
    "a style sheet of its slides": (own("styles/slides.mplstyle", "lines.linewidth: 9"), set()),
    "a font of the lecture's own": (add_font, DRAWN),
    "a layout of the lecture's own": (own("layout/handout.css", "a { color: red; }"), HANDOUTS),
    "a picture in its layout": (own("layout/crest.svg", "<svg/>"), HANDOUTS),
    "a claim's bound": (replacing(COIN_PY, "close_to(0.5, 0.1)", "close_to(0.5, 0.2)"), HANDOUTS),
    "a figure's height": (
        replacing(COIN_PY, "Drawing(draw)", "Drawing(draw, height=0.8)"),
        DRAW_COIN | HANDOUTS,
    ),
    "a draw": (replacing(COIN_PY, "axes.plot(", "axes.semilogy("), DRAW_COIN | HANDOUTS),
    "a helper of plotting": (
        replacing("figgen/plotting/palette.py", '"#0072B2"', '"#0072B3"'),
        DRAW_COIN | HANDOUTS,
    ),
    "the saving of figures": (
        replacing("figgen/plotting/export.py", "format=format,", "format=format, pad_inches=0.2,"),
        DRAWN,
    ),
    "the style of print": (replacing(PRINT, "font.size: 8", "font.size: 8.5"), DRAWN),
    "the style of all": (replacing(BASE, "404040", "505050"), DRAWN),
    "a simulate": (replacing(COIN_PY, "integers(0, 2,", "integers(0, 4,"), FROM_COIN),
    "a parameter's default": (replacing(COIN_PY, "param(1000,", "param(900,"), FROM_COIN),
    "a function of sim that both use": (
        replacing(ACTIVATIONS, "np.maximum(_floating(x), 0)", "1.01 * np.maximum(_floating(x), 0)"),
        EVERYTHING,
    ),
    "the derivation of seeds": (
        replacing("figgen/experiment.py", "Sequence([seed, name])", "Sequence([name, seed])"),
        EVERYTHING,
    ),
    "the layout": (replacing("templates/layout/handout.css", "37rem", "38rem"), HANDOUTS),
    "the writing of one kind of handout": (
        replacing("figgen/handout/html.py", "page.encode()", "page.strip().encode()"),
        HTML,
    ),
    "the version of NumPy": (installing("numpy"), EVERYTHING),
    "the version of Matplotlib": (installing("matplotlib"), DRAWN),
    "the version of Typst": (installing("typst"), HANDOUTS - HTML),
    "a new experiment": (add_card, {"simulate card", "draw card (en)", "draw card (sk)"} | HANDOUTS),
    "a deleted experiment": (delete_dice, HANDOUTS),
}

MORE = {  # edits that depend on little but what the others do
    "a message of both figures",
    "the lecture's title",
    "the bibliography",
    "the saving of figures",
    "the style of all",
    "the version of Typst",
}

OPTIONS: dict[str, tuple[list[str], set[str]]] = {
    "--set": (["--set", "coin.tosses=500"], FROM_COIN),
    "--set to the default": (["--set", "coin.tosses=1000"], set()),
    "--seed": (["--seed", "7"], EVERYTHING),
    "--jobs": (["--jobs", "2"], set()),
    "--force": (["--force"], EVERYTHING),
}


@pytest.mark.parametrize(
    "changes",
    [NOTHING.values(), *(pytest.param([change], marks=pytest.mark.long) for change in NOTHING.values())],
    ids=["all at once", *NOTHING],
)
def test_what_cannot_change_an_output_makes_nothing(world: Path, changes: Iterable[Edit]) -> None:
    for change in changes:
        change(world)
    assert steps(build(world)) == set()


@pytest.mark.parametrize(
    ("change", "expected"),
    [pytest.param(*EDITS[name], marks=pytest.mark.long) if name in MORE else EDITS[name] for name in EDITS],
    ids=EDITS,
)
def test_an_edit_makes_what_depends_on_it_and_nothing_else(
    world: Path, change: Edit, expected: set[str]
) -> None:
    change(world)
    assert steps(build(world)) == expected


@pytest.mark.parametrize(("words", "expected"), OPTIONS.values(), ids=OPTIONS)
def test_an_option_makes_what_depends_on_it_and_nothing_else(
    world: Path, words: list[str], expected: set[str]
) -> None:
    assert steps(build(world, *words)) == expected


@pytest.mark.long
@pytest.mark.parametrize(
    "change",
    [*NOTHING.values(), *(change for change, _ in EDITS.values())],
    ids=[*NOTHING, *EDITS],
)
def test_what_is_not_made_again_would_become_the_same_bytes(world: Path, change: Edit) -> None:
    change(world)
    build(world)
    left = produced(world / "lecture")
    build(world, "--force")
    assert produced(world / "lecture") == left


def test_the_command_that_measures_again_names_what_is_not_the_default_any_more(tiny: Path) -> None:
    words = ["build", "--to", "html", "--lang", "en", "--set", "coin.tosses=500"]
    assert figgen(*words, cwd=tiny).returncode == 0
    page = tiny / "output/handout.en.html"
    assert "figgen show coin --set coin.tosses=500<" in page.read_text(encoding="utf-8")
    edit(tiny / "experiments/chance/coin.py", "params=Params()", "params=Params(500)")
    assert steps(figgen(*words, cwd=tiny)) == {"write handout.en.html"}
    assert "figgen show coin<" in page.read_text(encoding="utf-8")


def test_an_edit_that_keeps_size_and_time_of_a_file_is_seen_and_run(world: Path) -> None:
    path = world / COIN_PY
    stamp = path.stat()
    edit(path, "integers(0, 2,", "integers(0, 4,")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    done = build(world)
    assert steps(done) == FROM_COIN
    assert "coin.fair: measured 1.4" in done.stderr  # and not 0.4, from the code that Python has compiled


def test_a_helper_of_the_lecture_is_found_from_any_folder_and_counts(world: Path) -> None:
    (world / "lecture/helper.py").write_text("def scale():\n    return 1\n", encoding="utf-8")
    edit(world / COIN_PY, "import numpy", "from helper import scale\nimport numpy")
    edit(world / COIN_PY, "np.cumsum(", "scale() * np.cumsum(")
    build(world)
    edit(world / "lecture/helper.py", "return 1", "return 2")
    words = ["build", "--lecture", "lecture", "--output", "lecture/output"]
    done = figgen(*words, cwd=world, env={"PYTHONPATH": str(world)})
    assert (done.returncode, steps(done)) == (0, FROM_COIN), done.stderr


WAIT = """    import pathlib, time
    pathlib.Path("there").touch()
    while not pathlib.Path("go").exists():
        time.sleep(0.01)
    axes ="""


def test_what_is_edited_during_a_build_is_not_taken_for_what_the_build_began_with(tiny: Path) -> None:
    dice = tiny / "experiments/chance/dice.py"
    edit(tiny / "experiments/chance/coin.py", "    axes =", WAIT)
    with Popen([sys.executable, "-m", "figgen", "build", "--quiet", "--jobs", "1"], cwd=tiny) as building:
        while not (tiny / "there").exists():
            assert building.poll() is None
            time.sleep(0.01)
        edit(dice, "axes.plot(", "axes.semilogy(")
        (tiny / "go").touch()
    edit(dice, "axes.semilogy(", "axes.plot(")
    assert figgen("build", cwd=tiny).returncode == 0
    left = produced(tiny)
    figgen("build", "--force", cwd=tiny)
    assert produced(tiny) == left


def test_taking_an_edit_back_simulates_again_and_ends_with_the_same_bytes(world: Path) -> None:
    good = produced(world / "lecture")
    edit(world / COIN_PY, "integers(0, 2,", "integers(0, 4,")
    build(world)
    edit(world / COIN_PY, "integers(0, 4,", "integers(0, 2,")
    assert steps(build(world)) == FROM_COIN
    assert produced(world / "lecture") == good


def test_outputs_of_a_deleted_experiment_are_errors_until_a_build_removes_them(world: Path) -> None:
    outputs = {name for name in produced(world / "lecture") if "dice" in name}
    assert len(outputs) == 3
    delete_dice(world)
    done = build(world, command="check")
    assert done.returncode == 1
    assert set(re.findall(r"^✗ (\S+): the lecture no longer has it", done.stderr, re.MULTILINE)) == outputs
    build(world)
    assert not any("dice" in name for name in produced(world / "lecture"))
    assert build(world, command="check").returncode == 0
