"""`figgen check` as a CI job meets it: each test runs it in a process of its own."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tiny_lecture import edit, figgen

from figgen.engine import manifest
from figgen.engine.files import sha256


def forge(lecture: Path, path: str, change: Callable[[bytes], bytes]) -> None:
    """Change an output as if figgen had written it so: the manifest agrees."""
    output = lecture / "output"
    data = (output / path).read_bytes()
    changed = change(data)
    assert changed != data
    (output / path).write_bytes(changed)
    entries = manifest.read(output)
    assert entries is not None
    manifest.write(output, entries | {path: replace(entries[path], sha256=sha256(changed))})


def everything_in(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_draw_that_draws_nothing_is_found(built: Path) -> None:
    edit(built / "experiments/chance/coin.py", "axes.plot(result.heads)", "axes.plot(result.heads * np.nan)")
    assert figgen("build", cwd=built).returncode == 0
    done = figgen("check", cwd=built)
    assert done.returncode == 1
    fault = "draws nothing but axes and text; mend coin.py, or report a bug of figgen"
    assert f"✗ figures/sk/coin.svg: {fault}\n" in done.stderr
    assert "dice.svg" not in done.stderr


FORGERIES: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "half an svg": ("figures/en/coin.svg", lambda data: data[: len(data) // 2], "is not XML: "),
    "half a page": ("handout.en.html", lambda data: data[: len(data) // 2], "ends in the middle"),
    "half a pdf": ("handout.en.pdf", lambda data: data[: len(data) // 2], "is no whole PDF: no end"),
    "no figure": (
        "handout.en.html",
        lambda data: data.replace(b'id="fig-coin"', b""),
        "does not show the figure 'coin'; mend the chapters or the layout",
    ),
    "another figure": (
        "handout.en.html",
        lambda data: data.replace(b"svg+xml,%3C", b"svg+xml,%3E", 1),
        "shows another picture as the figure 'coin'",
    ),
    "a template": (
        "handout.en.html",
        lambda data: data.replace(b"<main>", b"<main>{{ result }}"),
        "has a piece of a template left: ",
    ),
    "the language of the page": (
        "handout.en.html",
        lambda data: data.replace(b'<html lang="en"', b'<html lang="sk"'),
        "says that its language is 'sk', not 'en'",
    ),
    "the language of the pdf": (
        "handout.en.pdf",
        lambda data: re.sub(rb"(/OutputIntents.*?/Lang)\(en\)", rb"\1(sk)", data),
        "says that its language is 'sk', not 'en'",
    ),
}


@pytest.mark.parametrize(("path", "change", "fault"), FORGERIES.values(), ids=FORGERIES)
def test_what_figgen_itself_wrote_wrong_is_found(
    built: Path, path: str, change: Callable[[bytes], bytes], fault: str
) -> None:
    forge(built, path, change)
    done = figgen("check", cwd=built)
    assert done.returncode == 1
    assert f"✗ {path}: {fault}" in done.stderr
    assert "or report a bug of figgen" in done.stderr
    assert done.stderr.count("✗") == 1 + (path.startswith("figures") * 1)  # the handout shows the figure


def test_a_handout_in_the_wrong_language_is_found(built: Path) -> None:
    slovak = (built / "output" / "handout.sk.pdf").read_bytes()
    forge(built, "handout.en.pdf", lambda data: slovak)
    done = figgen("check", cwd=built)
    told = r"✗ handout.en.pdf: says that its language is 'sk', not 'en', has (no|its) text .*"
    assert re.search(told, done.stderr)


def test_pictures_for_slides_are_looked_into(built: Path) -> None:
    words = ["--preset", "slides", "--format", "png", "--format", "pdf", "--lang", "en"]
    assert figgen("figures", "coin", *words, cwd=built).returncode == 0
    assert figgen("check", cwd=built).returncode == 0
    for kind in ("png", "pdf"):
        forge(built, f"slides/en/coin.{kind}", lambda data: data[: len(data) // 2])
    told = figgen("check", cwd=built).stderr
    assert "✗ slides/en/coin.png: is no whole PNG" in told
    assert "✗ slides/en/coin.pdf: is no whole PDF" in told


def test_check_writes_nothing(built: Path) -> None:
    edit(built / "experiments/chance/coin.py", "integers(0, 2,", "integers(0, 4,")
    edit(built / "en/chance.md.j2", "Chance", "Luck")
    before = everything_in(built)
    assert figgen("check", "--seeds", "2", "--report", "junit", cwd=built).returncode == 1
    assert everything_in(built) == before


def test_seeds_tell_how_a_claim_holds_with_each(built: Path) -> None:
    done = figgen("check", "--seeds", "4", "--jobs", "2", cwd=built)
    assert done.returncode == 0, done.stderr
    assert re.search(
        r"✓ coin.fair +held with 4 of 4 seeds \(min 0\.4\d+, median 0\.\d+, max 0\.\d+, must be 0.5 ± 0.1\)",
        done.stdout,
    )
    assert done.stdout.count("held with 4 of 4 seeds") == 2
    assert re.search(r"\[8/8\] simulate \w+ with seed \d \d", done.stderr)


def test_a_claim_that_holds_by_luck_falls_with_other_seeds(built: Path) -> None:
    coin = built / "experiments/chance/coin.py"
    measured = re.search(r"measured (\S+),", figgen("show", "coin", cwd=built).stdout)
    assert measured
    edit(coin, "close_to(0.5, 0.1)", f"close_to({measured[1]}, 0.001)")
    done = figgen("check", "--seeds", "6", "--quiet", "--report", "json=check.json", cwd=built)
    assert (done.returncode, done.stdout) == (1, "")
    (told,) = [line for line in done.stderr.splitlines() if line.startswith("✗ coin.fair")]
    assert re.match(r"✗ coin.fair +held with [1-5] of 6 seeds", told)
    cases = json.loads((built / "check.json").read_text(encoding="utf-8"))["cases"]
    failed = {case["name"]: case["claim"] for case in cases if case["claim"] and case["status"] == "failed"}
    assert failed.keys() == {"coin.fair"}
    assert 1 <= failed["coin.fair"]["seeds"]["held"] < failed["coin.fair"]["seeds"]["number"] == 6


def test_a_seed_with_which_an_experiment_raises_is_named(built: Path) -> None:
    edit(
        built / "experiments/chance/coin.py",
        "    return Result",
        "    if heads[-1] > 500:\n        raise ValueError('tails')\n    return Result",
    )
    done = figgen("check", "--seeds", "9", cwd=built)
    assert re.search(
        r"✗ experiments/chance/coin.py:27: simulate failed: ValueError: tails \(with seed [1-8]\)",
        done.stderr,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_report_takes_the_place_of_the_text_and_is_the_same_each_time(built: Path) -> None:
    first, second = (figgen("check", "--report", "json", cwd=built) for _ in range(2))
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)["good"] is True
    quiet = figgen("check", "--report", "github", cwd=built)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")  # nothing to annotate


def test_reports_go_to_files_beside_the_text(built: Path) -> None:
    (built / "output" / "figures" / "en" / "coin.svg").unlink()
    words = ["--report", "junit=check.xml", "--report", "json=check.json", "--report", "github=notes.txt"]
    done = figgen("check", *words, cwd=built)
    assert done.returncode == 1
    assert "2 of 2 claims hold" in done.stdout
    assert "✗ figures/en/coin.svg: is missing; run figgen build" in done.stderr
    root = ElementTree.parse(built / "check.xml").getroot()
    names = {case.get("name") for case in root.iter("testcase")}
    assert names == {
        *(f"figures/{language}/{name}.svg" for language in ("sk", "en") for name in ("coin", "dice")),
        *(f"handout.{language}.{kind}" for language in ("sk", "en") for kind in ("html", "pdf")),
        "coin.fair",
        "dice.mean",
    }
    assert [case.get("name") for case in root.iter("testcase") if case.find("failure") is not None] == [
        "figures/en/coin.svg"
    ]
    assert json.loads((built / "check.json").read_text(encoding="utf-8"))["counts"]["failed"] == 1
    assert (
        (built / "notes.txt")
        .read_text(encoding="utf-8")
        .startswith("::error file=experiments/chance/coin.py,")
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--report", "xml"], "unknown format 'xml'; there are: github, json, junit"),
        (["--report", "json="], "'json=' names no file"),
        (["--report", "json", "--report", "junit"], "only one --report can do without a FILE"),
        (["--seeds", "0"], "0 is not in the range x>=1"),
    ],
)
def test_a_wrong_option_is_told(tiny: Path, words: list[str], message: str) -> None:
    done = figgen("check", *words, cwd=tiny)
    assert done.returncode == 2
    assert message in done.stderr


def test_a_mistake_in_a_chapter_is_annotated_at_its_line(built: Path) -> None:
    edit(built / "en/chance.md.j2", "result.coin.share", "result.coin.shore")
    done = figgen("check", "--report", "github", cwd=built)
    assert done.returncode == 1
    assert re.search(r"::error file=en/chance.md.j2,line=3,title=figgen source::.*shore", done.stdout)
    assert "sk/chance" not in done.stdout


def test_before_the_first_build_one_line_says_so_and_outputs_are_not_judged(tiny: Path) -> None:
    done = figgen("check", "--report", "json=check.json", cwd=tiny)
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if line[0] == "✗"] == [
        "✗ manifest.json: is missing; run figgen build"
    ]
    found = json.loads((tiny / "check.json").read_text(encoding="utf-8"))
    assert found["counts"] == {"passed": 2, "failed": 1, "skipped": 8}  # the claims hold
    assert not (tiny / "output").exists()


def test_a_lecture_that_cannot_be_read_is_a_report_too(tiny: Path) -> None:
    edit(tiny / "lecture.toml", "chapters", "chaptres")
    done = figgen("check", "--report", "github", cwd=tiny)
    assert done.returncode == 1
    assert "::error file=lecture.toml,line=1,title=figgen source::" in done.stdout
    assert "chaptres" in done.stdout
    assert figgen("check", cwd=tiny).stderr.startswith("figgen: lecture.toml:1: ")


def test_an_experiment_that_fails_leaves_its_claims_skipped_and_says_where(built: Path) -> None:
    edit(built / "experiments/chance/coin.py", "    heads =", "    1 / 0\n    heads =")
    found = json.loads(figgen("check", "--report", "json", cwd=built).stdout)
    told = {case["name"]: (case["status"], case["message"]) for case in found["cases"]}
    assert told["coin.fair"] == ("skipped", "its experiment fails")
    assert told["dice.mean"] == ("passed", "")
    assert told["handout.sk.pdf"] == ("failed", "is out of date: an experiment fails; mend that first")
    assert told["chance/coin.py:25"][0] == "failed"
