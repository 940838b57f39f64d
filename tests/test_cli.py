"""The command line as a user meets it: each test runs it in a process of its own."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from tiny_lecture import edit, figgen, produced, steps, write_tiny_lecture

from figgen.engine import manifest
from figgen.paths import built_in_lecture


def test_a_build_makes_the_handouts_and_their_figures_and_check_agrees(built: Path) -> None:
    expected = {f"handout.{language}.{kind}" for language in ("sk", "en") for kind in ("html", "pdf")}
    expected |= {f"figures/{language}/{name}.svg" for language in ("sk", "en") for name in ("coin", "dice")}
    assert {name for name in produced(built) if not name.startswith(".cache")} == {*expected, "manifest.json"}
    done = figgen("check", cwd=built)
    assert (done.returncode, done.stderr) == (0, "")
    assert "8 outputs there, whole and current" in done.stdout


def test_a_second_build_makes_nothing(built: Path) -> None:
    before = produced(built)
    done = figgen("build", cwd=built)
    assert "0 outputs made, 8 up to date" in done.stdout
    assert produced(built) == before


def test_outputs_are_the_same_bytes_whatever_the_jobs_and_the_folder(built: Path) -> None:
    figgen("build", "--force", "--jobs", "1", "--output", "elsewhere/output", cwd=built)
    assert produced(built / "elsewhere") == produced(built)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "delete": lambda path: path.unlink(),
    "truncate": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "edit": lambda path: path.write_bytes(path.read_bytes() + b" "),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_check_names_every_file_that_is_not_as_it_was_made(
    built: Path, damage: Callable[[Path], object]
) -> None:
    names = produced(built).keys()
    for name in names - {"manifest.json"}:
        damage(built / "output" / name)
    done = figgen("check", cwd=built)
    assert done.returncode == 1
    told = {line.removeprefix("✗ ").partition(": ")[0] for line in done.stderr.splitlines() if line[0] == "✗"}
    assert told == names - {"manifest.json"}
    damage(built / "output" / "manifest.json")
    done = figgen("check", cwd=built)
    assert done.returncode == 1
    assert "✗ manifest.json: is " in done.stderr


def test_what_was_damaged_is_made_again(built: Path) -> None:
    good = produced(built)
    for name in good:
        (built / "output" / name).write_bytes(b"damaged")
    assert figgen("build", cwd=built).returncode == 0
    assert produced(built) == good


def test_a_symbol_without_words_is_one_warning_until_the_lecture_has_words_for_it(built: Path) -> None:
    for language, title in (("en", "Chance"), ("sk", "Náhoda")):
        edit(built / language / "chance.md.j2", f"# {title}\n", f"# {title}\n\n$a \\bowtie b \\bowtie c$\n")
    done = figgen("build", "--edition", "full", "--edition", "student", "--to", "pdf", cwd=built)
    told = "figgen has no words for ⋈ (U+22C8) and says its name in Unicode"
    hint = "speech/<language>.toml can give it words"
    warnings = [line for line in done.stderr.splitlines() if line.startswith("!")]
    assert (done.returncode, warnings) == (0, [f"! en/chance.md.j2:3: {told}; {hint}"])

    (built / "speech").mkdir()
    (built / "speech/en.toml").write_text('[relations]\n"⋈" = "is joined with"\n', encoding="utf-8")
    done = figgen("build", "--explain", "--to", "pdf", cwd=built)
    assert steps(done) == {"write handout.en.pdf", "write handout.en.student.pdf"}
    assert done.stderr.count("is out of date: speech/en.toml is new") == 2
    assert "!" not in done.stderr

    (built / "speech/en.toml").write_text("[relation]", encoding="utf-8")
    done = figgen("build", cwd=built)
    assert done.returncode == 1
    assert "✗ speech/en.toml: unknown table 'relation'; did you mean relations?" in done.stderr


def test_a_claim_that_falls_stops_no_build_but_fails_the_check(built: Path) -> None:
    edit(built / "experiments/chance/coin.py", "integers(0, 2,", "integers(0, 4,")
    stale = figgen("check", cwd=built)
    assert stale.returncode == 1
    changed = "is out of date: experiments/chance/coin.py: simulate changed"
    assert f"✗ figures/en/coin.svg: {changed}; run figgen build" in stale.stderr
    done = figgen("build", cwd=built)
    assert (done.returncode, "1 of 2 claims hold" in done.stdout) == (0, True)
    assert "does not hold" in (built / "output" / "handout.en.html").read_text(encoding="utf-8")
    fallen = figgen("check", cwd=built)
    assert fallen.returncode == 1
    assert "✗ coin.fair: measured 1.4" in fallen.stderr
    assert "must be 0.5 ± 0.1" in fallen.stderr


def test_editing_one_draw_redraws_that_figure_only(built: Path) -> None:
    edit(built / "experiments/chance/coin.py", "axes.plot(", "axes.step(range(1000), ")
    done = figgen("build", "--to", "html", "--lang", "en", cwd=built)
    assert [line.split("] ")[1].rsplit(maxsplit=2)[0] for line in done.stderr.splitlines()] == [
        "draw coin (en)",
        "write handout.en.html",
    ]


def test_settings_and_seed_change_what_is_simulated_and_check_says_so(built: Path) -> None:
    assert figgen("build", "--set", "coin.tosses=500", cwd=built).returncode == 0
    assert figgen("check", "--set", "coin.tosses=500", cwd=built).returncode == 0
    done = figgen("check", cwd=built)
    assert "✗ figures/en/coin.svg: is out of date: parameter tosses was 500; run figgen build" in done.stderr
    assert figgen("build", "--seed", "7", cwd=built).returncode == 0
    assert "is out of date: seed was 7" in figgen("check", cwd=built).stderr


def test_figures_go_where_the_preset_says_in_each_format_asked_for(tiny: Path) -> None:
    words = ["figures", "coin", "--preset", "slides", "--format", "png", "--format", "pdf", "--lang", "sk"]
    assert figgen(*words, cwd=tiny).returncode == 0
    made = {name for name in produced(tiny) if not name.startswith(".cache")}
    assert made == {"slides/sk/coin.png", "slides/sk/coin.pdf", "manifest.json"}


def test_dark_slides_lie_beside_the_light_ones(tiny: Path) -> None:
    for preset in ("slides", "slides-dark"):
        assert figgen("figures", "coin", "--preset", preset, "--format", "png", cwd=tiny).returncode == 0
    light, dark = (produced(tiny)[f"{folder}/sk/coin.png"] for folder in ("slides", "slides-dark"))
    assert light != dark
    assert len(manifest_of(tiny)) == 4 + 1  # pictures, and a result


@pytest.fixture
def framed(tiny: Path) -> Path:
    """The folder of the lecture whose coin comes in three frames."""
    coin = tiny / "experiments/chance/coin.py"
    edit(coin, "    axes.plot(result.heads)", "    (line,) = axes.plot(result.heads)")
    edit(
        coin,
        "\n\nEXPERIMENT",
        "    return lambda share: line.set_ydata(result.heads * (share + 1) / 2)\n\n\nEXPERIMENT",
    )
    edit(coin, "Drawing(draw)", "Drawing(draw, frames=3)")
    return tiny


def manifest_of(folder: Path) -> set[str]:
    return set(manifest.read(folder / "output") or ())


def pixels(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as picture:
        return picture.tobytes()


def test_frames_are_numbered_files_and_a_gif_has_them_all(framed: Path) -> None:
    words = ["--frames", "--preset", "slides", "--format", "png", "--format", "gif", "--lang", "en"]
    done = figgen("figures", *words, cwd=framed)  # of all figures those that come in frames
    assert (done.returncode, steps(done)) == (0, {"simulate coin", "draw coin (en)"}), done.stderr
    made = produced(framed)
    frames = [f"slides/en/coin-0{number}.png" for number in (1, 2, 3)]
    pictures = {name for name in made if name.startswith("slides")}
    assert pictures == {*frames, "slides/en/coin.gif"} <= manifest_of(framed)
    assert len({made[name] for name in frames}) == 3
    assert figgen("figures", "coin", *words[1:5], "--lang", "en", cwd=framed).returncode == 0
    assert pixels(produced(framed)["slides/en/coin.png"]) == pixels(made[frames[-1]])
    figgen("figures", *words, "--force", cwd=framed, env={"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"})
    assert {name: produced(framed)[name] for name in pictures} == {name: made[name] for name in pictures}


@pytest.mark.parametrize("words", [["--frames"], ["--format", "gif"]])
def test_a_figure_that_does_not_come_in_frames_is_told_with_those_that_do(
    framed: Path, words: list[str]
) -> None:
    done = figgen("figures", "coin", "dice", *words, cwd=framed)
    assert done.returncode == 2
    assert "figgen: 'dice' does not come in frames; figures that do: coin\n" in done.stderr
    assert not (framed / "output").exists()


def test_frames_are_kept_up_to_date_and_go_when_there_are_fewer(framed: Path) -> None:
    words = ["--frames", "--format", "svg", "--format", "gif", "--lang", "en"]
    assert figgen("figures", *words, cwd=framed).returncode == 0
    assert figgen("build", cwd=framed).returncode == 0
    assert figgen("check", cwd=framed).returncode == 0
    coin = framed / "experiments/chance/coin.py"
    edit(coin, "frames=3", "frames=2")
    told = figgen("check", cwd=framed).stderr
    assert "✗ figures/en/coin-01.svg: is out of date: frames was 3; run figgen build" in told
    assert "✗ figures/en/coin-03.svg: the lecture no longer has it; run figgen build" in told
    assert "figures/en/coin.svg" not in told  # shows the same
    assert figgen("build", cwd=framed).returncode == 0
    assert {name for name in produced(framed) if "coin-" in name and "cache" not in name} == {
        "figures/en/coin-01.svg",
        "figures/en/coin-02.svg",
    }
    edit(coin, "(line,) = ", "")
    edit(coin, "    return lambda share: line.set_ydata(result.heads * (share + 1) / 2)\n", "")
    edit(coin, ", frames=2", "")
    assert figgen("build", cwd=framed).returncode == 0
    assert not [name for name in produced(framed) if re.search(r"coin(-\d+\.|\.gif)", name)]
    assert figgen("check", cwd=framed).returncode == 0


def test_a_draw_that_reveals_nothing_though_it_comes_in_frames_is_told(tiny: Path) -> None:
    edit(tiny / "experiments/chance/coin.py", "Drawing(draw)", "Drawing(draw, frames=3)")
    done = figgen("build", cwd=tiny)
    assert done.returncode == 1
    assert "coin.py: figure 'coin': draw must return what reveals the figure" in done.stderr


def test_slides_are_made_if_asked_for_and_kept_up_to_date_from_then_on(built: Path) -> None:
    slides = {f"slides.{language}.pptx" for language in ("sk", "en")}
    pictures = {f"slides/{language}/{name}.png" for language in ("sk", "en") for name in ("coin", "dice")}
    assert not slides & produced(built).keys()
    done = figgen("build", "--to", "pptx", "--edition", "student", cwd=built)
    assert done.returncode == 0, done.stderr
    first = produced(built)
    assert {name for name in first if name.startswith("slides")} == slides | pictures
    assert slides | pictures < manifest_of(built)
    edit(built / "en/chance.md.j2", "The sum after", "The total after")
    stale = figgen("check", cwd=built)
    assert "✗ slides.en.pptx: is out of date: en/chance.md.j2 changed; run figgen build" in stale.stderr
    assert steps(figgen("build", cwd=built)) == {
        f"write {path}" for path in ("handout.en.html", "handout.en.pdf", "slides.en.pptx")
    }
    assert figgen("check", cwd=built).returncode == 0
    edit(built / "en/chance.md.j2", "The total after", "The sum after")
    figgen("build", "--force", cwd=built, env={"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"})
    assert {name: produced(built)[name] for name in slides} == {name: first[name] for name in slides}
    assert figgen("clean", cwd=built).returncode == 0
    assert not produced(built)


def test_ebooks_are_made_if_asked_for_and_kept_up_to_date_from_then_on(built: Path) -> None:
    assert not [name for name in produced(built) if name.endswith(".epub")]
    words = ("build", "--to", "epub", "--lang", "en", "--edition", "full", "--edition", "student")
    done = figgen(*words, cwd=built)
    assert done.returncode == 0, done.stderr
    books = {"handout.en.epub", "handout.en.student.epub"}
    assert {name for name in produced(built) if name.endswith(".epub")} == books
    assert books < manifest_of(built)
    first = (built / "output/handout.en.epub").read_bytes()
    edit(built / "en/chance.md.j2", "The sum after", "The total after")
    stale = figgen("check", cwd=built)
    assert "✗ handout.en.epub: is out of date: en/chance.md.j2 changed; run figgen build" in stale.stderr
    assert steps(figgen("build", cwd=built)) == {
        f"write {path}" for path in (*books, "handout.en.html", "handout.en.pdf")
    }
    assert figgen("check", cwd=built).returncode == 0
    book = built / "output/handout.en.epub"
    book.write_bytes(book.read_bytes()[:-100])
    assert "✗ handout.en.epub: is not as figgen wrote it" in figgen("check", cwd=built).stderr
    edit(built / "en/chance.md.j2", "The total after", "The sum after")
    figgen("build", "--force", cwd=built, env={"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"})
    assert book.read_bytes() == first
    assert figgen("clean", cwd=built).returncode == 0
    assert not produced(built)


def test_slides_alone_need_no_figures_for_print(tiny: Path) -> None:
    done = figgen("build", "--to", "pptx", "--lang", "sk", cwd=tiny)
    made = {name for name in produced(tiny) if not name.startswith(".cache")}
    assert made == {"slides.sk.pptx", "slides/sk/coin.png", "slides/sk/dice.png", "manifest.json"}, (
        done.stderr
    )
    assert figgen("check", "--to", "pptx", "--lang", "sk", cwd=tiny).returncode == 0


def test_check_watches_over_pictures_made_for_slides_too(built: Path) -> None:
    figgen("figures", "coin", "--preset", "slides", "--format", "png", cwd=built)
    edit(built / "experiments/chance/coin.py", "axes.plot(", "axes.semilogy(")
    assert "✗ slides/en/coin.png: is out of date" in figgen("check", cwd=built).stderr
    assert figgen("build", cwd=built).returncode == 0
    assert figgen("check", cwd=built).returncode == 0


def test_clean_deletes_what_was_made_and_nothing_else(built: Path) -> None:
    (built / "output" / "figures" / "mine.txt").write_text("mine", encoding="utf-8")
    assert figgen("clean", cwd=built).returncode == 0
    left = sorted(path.relative_to(built / "output").as_posix() for path in (built / "output").rglob("*"))
    assert left == ["figures", "figures/mine.txt"]


def test_a_deleted_experiment_leaves_nothing_behind_but_what_somebody_has_edited(built: Path) -> None:
    (built / "experiments" / "chance" / "dice.py").unlink()
    for language in ("sk", "en"):
        path = built / language / "chance.md.j2"
        text = path.read_text(encoding="utf-8").replace(', {{ ref("dice") }}', "")
        path.write_text("\n".join(t for t in text.splitlines() if "dice" not in t), encoding="utf-8")
    theirs = built / "output/figures/sk/dice.svg"
    theirs.write_text("somebody's own by now", encoding="utf-8")
    done = figgen("check", cwd=built)
    assert "✗ figures/en/dice.svg: the lecture no longer has it; run figgen build" in done.stderr
    done = figgen("build", cwd=built)
    assert "figures/sk/dice.svg is not as figgen wrote it, and is left where it is\n" in done.stderr
    assert theirs.read_text(encoding="utf-8") == "somebody's own by now"
    theirs.unlink()
    assert not [name for name in produced(built) if "dice" in name]
    assert figgen("check", cwd=built).returncode == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("biuld", "unknown command 'biuld'; did you mean build?"),
        ("show cion", "unknown experiment 'cion'; did you mean coin?"),
        ("figures cion", "unknown figure 'cion'; did you mean coin?"),
        ("build --lang cz", "unknown language 'cz'; there are: en, sk"),
        ("figures --format pgn", "unknown format 'pgn'; did you mean png?"),
        ("figures --preset slide", "unknown preset 'slide'; did you mean slides or slides-dark?"),
        ("build --set cion.tosses=1", "unknown experiment 'cion'; did you mean coin?"),
        ("build --set coin.toses=1", "--set coin: unknown parameter 'toses'; did you mean tosses?"),
        ("build --set coin.tosses=x", "--set coin: tosses must be an integer at least 10, not 'x'"),
        ("build --set coin.tosses=3", "--set coin: tosses must be an integer at least 10, not 3"),
        ("build --set tosses=3", "'tosses=3' is not EXPERIMENT.PARAM=VALUE; figgen show EXPERIMENT lists"),
        ("build --lecture nowhere", "nowhere/lecture.toml: No such file or directory; a lecture is a folder"),
    ],
)
def test_wrong_usage_gets_one_message_and_exit_code_2(tiny: Path, words: str, message: str) -> None:
    done = figgen(*words.split(), cwd=tiny)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tiny / "output").exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("en/chance.md.j2", "result.coin.share", "result.coin.sahre", "en/chance.md.j2:3: "),
        ("en/chance.md.j2", 'figure("dice"', 'figure("dcie"', "en/chance.md.j2:9: unknown figure 'dcie'"),
        ("en/chance.md.j2", "{% endcall %}", "{% endcal %}", "en/chance.md.j2:5: "),
        ("en/chance.md.j2", "\\frac", "\\fracc", "en/chance.md.j2:3: "),
        (
            "experiments/chance/coin.py",
            "import numpy",
            "import nunpy",
            "experiments/chance/coin.py:5: ModuleNot",
        ),
        (
            "experiments/chance/coin.py",
            "    heads =",
            "    x = 1 / 0\n    heads =",
            "coin.py:25: simulate failed: Zero",
        ),
        (
            "experiments/chance/coin.py",
            "    axes =",
            "    x = 1 / 0\n    axes =",
            "figure 'coin' failed: ZeroDiv",
        ),
        ("experiments/chance/coin.py", "r.share", "r.sahre", "coin.py:38: claims failed: AttributeError"),
    ],
    ids=[
        "undefined value",
        "unknown figure",
        "Jinja syntax",
        "unknown TeX",
        "import",
        "simulate",
        "draw",
        "measure",
    ],
)
def test_a_fault_in_a_source_is_told_with_its_place_and_the_rest_is_made(
    built: Path, file: str, old: str, new: str, message: str
) -> None:
    good = produced(built)
    edit(built / file, old, new)
    edit(built / "experiments/chance/dice.py", "plot(result.points", "semilogy(result.points")
    done = figgen("build", cwd=built)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    after = produced(built)
    assert after["figures/en/dice.svg"] != good["figures/en/dice.svg"]
    assert good.keys() <= after.keys()
    assert figgen("check", cwd=built).returncode == 1


STALE = {  # file, old, new: an edit that changes what is drawn or written, so check must notice
    "a title handed over by partial": ("experiments/chance/dice.py", "'Dice'", "'The dice'"),
    "its translation": ("locale/sk.po", "Kocky", "Hodené kocky"),
    "an array handed over by partial": ("experiments/chance/dice.py", "arange(2000)", "arange(2001)"),
    "a decorator": ("experiments/chance/dice.py", "function(2 * drawn", "function(3 * drawn"),
    "an import": ("experiments/chance/dice.py", "from math import sin", "from math import cos"),
    "a property of the parameters": ("experiments/chance/dice.py", "return 1  # face", "return 2  # face"),
    "a helper of the lecture": ("helper.py", "return 1", "return 2"),
    "an included template": ("en/common.j2", "Common", "Uncommon"),
    "a style sheet of the handout": ("layout/handout.css", "margin", "padding"),
}


@pytest.fixture(scope="module")
def intricate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a built lecture whose dice hand their code around in every way that there is."""
    folder = tmp_path_factory.mktemp("intricate") / "lecture"
    write_tiny_lecture(folder)
    shutil.copytree(built_in_lecture() / "layout", folder / "layout")
    (folder / "helper.py").write_text("def one():\n    return 1\n", encoding="utf-8")
    (folder / "en" / "common.j2").write_text("Common.\n", encoding="utf-8")
    with (folder / "en" / "chance.md.j2").open("a", encoding="utf-8") as chapter:
        chapter.write('\n{% include "common.j2" %}\n')
    with (folder / "locale" / "sk.po").open("a", encoding="utf-8") as catalogue:
        catalogue.write('msgid "Dice"\nmsgstr "Kocky"\n\nmsgid "The dice"\nmsgstr "Tie kocky"\n')
    dice = folder / "experiments" / "chance" / "dice.py"
    edit(
        dice, "import numpy as np\n", "import functools\nfrom math import sin as wave\n\nimport numpy as np\n"
    )
    edit(dice, "from math import sin as wave", "from math import sin\n\nfrom helper import one")
    edit(
        dice,
        "validate(self)\n",
        "validate(self)\n\n    @property\n    def faces(self):\n        return 1  # face\n",
    )
    edit(dice, "np.cumsum(", "one() * params.faces * np.cumsum(")
    edit(dice, "def draw(result, figure, tr):", DECORATED)
    edit(dice, "axes.plot(result.points", "axes.plot(size * result.points[: len(extra)] * SINE(1)")
    edit(dice, 'tr("The points add up")', "tr(title)")
    edit(dice, "Drawing(draw)", "Drawing(functools.partial(draw, 'Dice', np.arange(2000)))")
    done = figgen("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


DECORATED = """def doubled(function):
    @functools.wraps(function)
    def wrapped(*arguments):
        drawn = 1
        return function(2 * drawn, *arguments)

    return wrapped


SINE = sin


@doubled
def draw(size, title, extra, result, figure, tr):"""


@pytest.mark.parametrize(("file", "old", "new"), STALE.values(), ids=STALE)
def test_check_notices_whatever_changes_an_output(
    intricate: Path, tmp_path: Path, file: str, old: str, new: str
) -> None:
    folder = shutil.copytree(intricate, tmp_path / "lecture")
    assert figgen("check", cwd=folder).returncode == 0
    edit(folder / file, old, new)
    done = figgen("check", cwd=folder)
    assert done.returncode == 1
    assert "is out of date" in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    heads =", "    raise SystemExit(0)\n    heads =", "simulate failed: SystemExit: 0"),
        ("import numpy as np", "raise SystemExit(0)\nimport numpy as np", "coin.py:5: SystemExit: 0"),
        (" -> Result:", ":", "simulate must be annotated with what it returns: -> Result"),
        (
            'param(1000, "tosses of the coin", at_least=10)',
            "1000",
            "tosses must be declared with param(default, doc)",
        ),
        ("heads[-1] / params.tosses)", "float('nan'))", "measured NaN, must be 0.5 ± 0.1"),
    ],
)
def test_what_an_experiment_does_wrong_is_never_silent(built: Path, old: str, new: str, message: str) -> None:
    edit(built / "experiments/chance/coin.py", old, new)
    done = figgen("build", cwd=built)
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert figgen("check", cwd=built).returncode == 1


def test_a_process_that_dies_is_told_in_one_line(built: Path) -> None:
    edit(built / "experiments/chance/coin.py", "    heads =", "    import os; os._exit(1)\n    heads =")
    done = figgen("build", "--jobs", "2", cwd=built)
    assert done.returncode == 1
    assert "simulate coin: its process died: it ended with exit code 1, and gave nothing\n" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_experiment_that_cannot_be_imported_is_told_where_it_is_asked_for(built: Path) -> None:
    edit(built / "experiments/chance/coin.py", "import numpy", "import nunpy")
    for words in (["figures", "coin"], ["show", "coin"], ["build", "--set", "coin.tosses=20"]):
        done = figgen(*words, cwd=built)
        assert done.returncode == 1
        assert "experiments/chance/coin.py:5: ModuleNotFoundError" in done.stderr


def test_explain_says_what_changed_by_name(built: Path) -> None:
    edit(built / "experiments/chance/coin.py", "axes.plot(", "axes.semilogy(")
    edit(built / "en/chance.md.j2", "Chance", "Luck")
    done = figgen("build", "--explain", cwd=built)
    assert re.search(
        r"draw coin \(sk\) \S+ s — is out of date: experiments/chance/coin.py: draw changed\n", done.stderr
    )
    assert re.search(r"write handout.en.html \S+ s — is out of date: en/chance.md.j2 changed", done.stderr)


def test_the_locale_changes_no_byte(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = produced(built)
    for name, value in (
        ("LC_ALL", "C"),
        ("PYTHONCOERCECLOCALE", "0"),
        ("PYTHONUTF8", "0"),
        ("TZ", "Asia/Tokyo"),
    ):
        monkeypatch.setenv(name, value)
    done = figgen("build", "--force", cwd=built)
    assert (done.returncode, done.stdout.count("made")) == (0, 1), done.stderr
    assert produced(built) == good


def test_another_programs_manifest_is_left_alone(built: Path) -> None:
    (built / "web").mkdir()
    (built / "web" / "manifest.json").write_text('{"name": "my web app"}', encoding="utf-8")
    done = figgen("build", "--output", "web", cwd=built)
    assert done.returncode == 1
    assert "figgen: web/manifest.json is not figgen's; choose another --output" in done.stderr
    assert (built / "web" / "manifest.json").read_text(encoding="utf-8") == '{"name": "my web app"}'


def test_an_output_folder_that_cannot_be_made_is_told_in_one_line(tiny: Path) -> None:
    (tiny / "file").write_text("", encoding="utf-8")
    done = figgen("build", "--output", "file/output", cwd=tiny)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("figgen: cannot write into file/output: Not a directory; choose another")


def test_a_full_disk_is_told_in_one_line_and_nothing_is_lost(built: Path, tmp_path: Path) -> None:
    good = produced(built)
    wrapper = tmp_path / "limited.py"
    wrapper.write_text(
        "import resource, runpy, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))\n"
        "sys.argv = ['figgen', 'build', '--force', '--jobs', '1']\n"
        "runpy.run_module('figgen', run_name='__main__')\n",
        encoding="utf-8",
    )
    command = [sys.executable, str(wrapper)]
    done = subprocess.run(command, cwd=built, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "cannot write" in done.stderr
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    after = produced(built)
    assert {name: after[name] for name in good if name != "manifest.json"} == {
        name: data for name, data in good.items() if name != "manifest.json"
    }


def test_pandoc_that_is_missing_or_too_old_is_told_with_the_fix(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "pandoc"
    old.write_text("#!/bin/sh\necho pandoc 2.17.1\n", encoding="utf-8")
    old.chmod(0o755)
    for path, message in ((old, "2.17"), (tmp_path / "nowhere", "cannot run pandoc at")):
        monkeypatch.setenv("PYPANDOC_PANDOC", os.fspath(path))
        done = figgen("build", cwd=tiny)
        assert done.returncode == 1
        assert message in done.stderr
        assert "pypandoc_binary" in done.stderr
        assert "Traceback" not in done.stderr


def test_list_and_show_tell_what_there_is(tiny: Path) -> None:
    listed = figgen("list", cwd=tiny).stdout
    assert "coin  A coin falls on its head half of the time" in listed
    shown = figgen("show", "coin", cwd=tiny).stdout
    for part in ("experiments/chance/coin.py", "tosses of the coin", "(at least 10)", "✓ fair: measured 0."):
        assert part in shown
    assert not (tiny / "output").exists()


def test_an_illustration_is_built_listed_and_counted(tiny: Path) -> None:
    path = tiny / "experiments/chance/coin.py"
    edit(path, next(line for line in path.read_text().splitlines() if "claims=(Claim(" in line), "")
    for _ in range(2):  # the second time there is nothing to do
        done = figgen("build", "--lang", "en", "--to", "html", cwd=tiny)
        assert "\n2 figures (1 illustration), 1 of 1 claims hold\n" in done.stdout, done.stderr
    page = (tiny / "output" / "handout.en.html").read_text(encoding="utf-8")
    assert ('id="fig-coin"' in page, page.count('class="evidence"')) == (True, 1)
    assert figgen("list", cwd=tiny).stdout.endswith("\n2 experiments, 2 figures (1 illustration), 1 claim\n")
    shown = figgen("show", "coin", cwd=tiny)
    assert (shown.returncode, "Claims" in shown.stdout) == (0, False)


def test_help_imports_neither_numpy_nor_matplotlib() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom figgen.cli import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
        "print(sorted({'numpy', 'matplotlib', 'jinja2', 'rich', 'babel', 'typst'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"


def test_the_name_of_a_folder_is_shown_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "[draft] 50%"
    write_tiny_lecture(folder)
    shown = figgen("show", "coin", "--lecture", folder, cwd=tmp_path)
    assert "[draft] 50%/experiments/chance/coin.py" in shown.stdout


def test_a_byte_order_mark_before_a_chapter_is_no_text(tiny: Path) -> None:
    chapter = tiny / "en/chance.md.j2"
    chapter.write_bytes(b"\xef\xbb\xbf" + chapter.read_bytes().replace(b"\n", b"\r\n"))
    assert figgen("build", "--lang", "en", "--to", "html", cwd=tiny).returncode == 0
    assert 'id="chance"' in (tiny / "output/handout.en.html").read_text("utf-8")


def test_a_simulation_that_takes_too_long_is_ended_and_the_rest_is_made(tiny: Path) -> None:
    coin = tiny / "experiments/chance/coin.py"
    edit(coin, "-> Result:\n", "-> Result:\n    import time; time.sleep(60)\n")
    line = coin.read_text().split("time.sleep")[0].count("\n") + 1
    done = figgen("build", "--timeout", "10", cwd=tiny)
    assert done.returncode == 1
    place = f"in simulate ({coin}:{line})"
    assert f"simulate coin: was ended by --timeout; it was {place}".replace(f"{tiny}/", "") in done.stderr
    assert (tiny / "output/figures/en/dice.svg").is_file()


@pytest.mark.parametrize("name", ["more.md", "parts/more.md.j2", "parts/deep/more.txt"])
def test_what_a_chapter_includes_is_a_source_wherever_it_lies(built: Path, name: str) -> None:
    included = built / "en" / name
    included.parent.mkdir(parents=True, exist_ok=True)
    included.write_text("One more.\n", encoding="utf-8")
    chapter = built / "en/chance.md.j2"
    chapter.write_text(chapter.read_text() + f'\n{{% include "{name}" %}}\n', encoding="utf-8")
    words = ("build", "--lang", "en", "--to", "html")
    assert "One more." in page_after(words, built)
    included.write_text("Two more.\n", encoding="utf-8")
    assert "Two more." in page_after(words, built)


def page_after(words: tuple[str, ...], folder: Path) -> str:
    done = figgen(*words, cwd=folder)
    assert done.returncode == 0, done.stderr
    return (folder / "output/handout.en.html").read_text(encoding="utf-8")


def test_a_hidden_file_cannot_be_included_for_it_is_no_source(tiny: Path) -> None:
    (tiny / "en/.more.md.j2").write_text("More.\n", encoding="utf-8")
    chapter = tiny / "en/chance.md.j2"
    chapter.write_text(chapter.read_text() + '\n{% include ".more.md.j2" %}\n', encoding="utf-8")
    done = figgen("build", "--lang", "en", "--to", "html", cwd=tiny)
    assert done.returncode == 1
    assert (
        "en/chance.md.j2:13: TemplateNotFound: '.more.md.j2' is a hidden file or an editor's copy"
        in done.stderr
    )


def test_words_in_a_catalogue_are_text_in_a_page(tiny: Path) -> None:
    said = {"Link to this section": 'x" onmouseover="alert(1)', "Data (NPZ)": "<img src=x onerror=alert(2)>"}
    lines = [f"msgid {json.dumps(m)}\nmsgstr {json.dumps(text)}\n" for m, text in said.items()]
    (tiny / "locale/en.po").write_text("\n".join(lines), encoding="utf-8")
    page = page_after(("build", "--lang", "en", "--to", "html"), tiny)
    assert 'aria-label="x&#34; onmouseover=&#34;alert(1)"' in page
    assert "&lt;img src=x onerror=alert(2)&gt;</a>" in page
