"""`figgen check` and `figgen build` on figures that cannot be read well."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tiny_lecture import edit, figgen, steps, write_tiny_lecture

from figgen.engine import manifest
from figgen.engine.files import sha256
from figgen.plotting.finding import Finding

SMALL = "text of 5.0 pt 160 mm wide: '0' (and 11 more texts); at least 7 pt: make the font larger"
NO_LABEL = "the y axis has no label: name what it shows, with its unit, unless the title does (dice.py)"
NO_GLYPH = "the font DejaVu Sans has no glyph for U+62BD '抽'; use a font that has it in styles/base.mplstyle"


@pytest.fixture(scope="module")
def illegible_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("illegible") / "lecture"
    write_tiny_lecture(folder)
    edit(folder / "experiments/chance/coin.py", "axes.set(", "axes.tick_params(labelsize=5)\n    axes.set(")
    edit(folder / "experiments/chance/dice.py", ', ylabel=tr("points")', "")
    done = figgen("build", "--to", "html", cwd=folder)
    assert done.returncode == 0
    return folder, done.stderr


@pytest.fixture
def illegible(illegible_once: tuple[Path, str], tmp_path: Path) -> Path:
    """The folder of a lecture, built, of which one figure has tiny ticks, and the other gets a remark."""
    return shutil.copytree(illegible_once[0], tmp_path / "lecture")


def lines(text: str, mark: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(mark)]


def test_a_build_names_what_cannot_be_read_each_time(
    illegible_once: tuple[Path, str], illegible: Path
) -> None:
    told = [f"! coin (en print, sk print): {SMALL}"]
    assert lines(illegible_once[1], "!") == told
    again = figgen("build", "--to", "html", cwd=illegible)
    assert (again.returncode, lines(again.stderr, "!"), steps(again)) == (0, told, set())
    assert figgen("build", "--to", "html", "--quiet", cwd=illegible).stderr == ""


def test_a_check_fails_for_it_without_drawing_again(illegible: Path) -> None:
    done = figgen("check", "--to", "html", cwd=illegible)
    assert (done.returncode, steps(done)) == (1, set())
    assert lines(done.stderr, "✗") == [f"✗ figures/{tag}/coin.svg: {SMALL} (coin.py)" for tag in ("en", "sk")]
    assert lines(done.stderr, "!") == [f"! figures/{tag}/dice.svg: {NO_LABEL}" for tag in ("en", "sk")]


def test_a_remark_is_no_failure_and_what_is_mended_is_told_no_longer(illegible: Path) -> None:
    edit(illegible / "experiments/chance/coin.py", "labelsize=5", "labelsize=8")
    stale = figgen("check", "--to", "html", cwd=illegible).stderr
    assert "figures/en/coin.svg: is out of date" in stale
    assert SMALL not in stale  # which is about a picture that is there no more in the sources
    assert lines(figgen("build", "--to", "html", cwd=illegible).stderr, "!") == []
    done = figgen("check", "--to", "html", "--quiet", "--report", "json=check.json", cwd=illegible)
    assert (done.returncode, done.stderr) == (0, "")
    cases = json.loads((illegible / "check.json").read_text("utf-8"))["cases"]
    assert {case["name"]: (case["status"], case["remark"]) for case in cases if case["remark"]} == {
        f"figures/{tag}/dice.svg": ("passed", NO_LABEL) for tag in ("en", "sk")
    }


def test_a_letter_that_the_font_lacks_is_told_once_a_drawing(illegible: Path) -> None:
    coin = illegible / "experiments/chance/coin.py"
    edit(coin, 'tr("The heads add up")', '"抽"')
    edit(coin, "labelsize=5", "labelsize=18")
    words = ["--preset", "slides", "--format", "png", "--format", "pdf", "--lang", "en"]
    done = figgen("figures", "coin", *words, cwd=illegible)
    assert lines(done.stderr, "!") == [f"! coin (en slides): {NO_GLYPH}"]
    assert "UserWarning" not in done.stderr
    checked = figgen("check", "--to", "html", "--lang", "en", cwd=illegible)
    assert [line for line in lines(checked.stderr, "✗") if "glyph" in line] == [
        f"✗ slides/en/coin.pdf: {NO_GLYPH} (coin.py)"
    ]


def test_the_manifest_keeps_findings(illegible: Path) -> None:
    entries = manifest.read(illegible / "output")
    assert entries is not None
    (finding,) = entries["figures/en/coin.svg"].findings
    assert finding == Finding("small", SMALL)
    manifest.write(illegible / "output", entries)
    assert manifest.read(illegible / "output") == entries
    empty = replace(entries["figures/en/coin.svg"], findings=())
    manifest.write(illegible / "output", {"figures/en/coin.svg": empty})
    assert manifest.read(illegible / "output") == {"figures/en/coin.svg": empty}


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.pop("findings"),
        lambda entry: entry.update(findings=None),
        lambda entry: entry.update(findings=[7]),
        lambda entry: entry["findings"][0].pop("message"),
        lambda entry: entry["findings"][0].update(more=1),
    ],
)
def test_a_manifest_whose_findings_have_another_shape_is_damaged_though_it_is_sealed(
    illegible: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    path = illegible / "output" / manifest.NAME
    files = json.loads(path.read_bytes())["files"]
    change(files["figures/en/coin.svg"])
    content = {"seal": sha256(json.dumps(files, sort_keys=True).encode()), "files": files}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert manifest.read(illegible / "output") is None
