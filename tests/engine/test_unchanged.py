"""The short cut for a build with nothing to do: it must never hide a change, and import little."""

import subprocess
import sys
from pathlib import Path

import pytest
from tiny_lecture import edit, figgen, produced

PROBE = """
import sys
from click.testing import CliRunner
from figgen.cli import main
result = CliRunner().invoke(main, ["build"])
assert result.exit_code == 0, result.output
print(result.stdout)
print(sorted({"numpy", "matplotlib", "rich", "typst", "babel"} & set(sys.modules)))
"""


def test_with_nothing_to_do_neither_numpy_nor_matplotlib_is_imported(built: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], cwd=built, capture_output=True, encoding="utf-8")
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
    assert "0 outputs made, 8 up to date" in done.stdout
    assert "\n2 figures, 2 of 2 claims hold\n" in done.stdout


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("experiments/chance/coin.py", "axes.plot", "axes.semilogy"),
        ("en/chance.md.j2", "Chance", "Luck"),
        ("locale/sk.po", "Hlavy", "Hláv"),
        ("lecture.toml", "Chance", "Luck"),
        ("output/handout.en.html", "Chance", "Luck"),
        ("output/manifest.json", "coin", "corn"),
        ("output/.cache/notes.json", '"outputs": 8', '"outputs": "'),
    ],
)
def test_a_change_is_seen_behind_the_short_cut(built: Path, file: str, old: str, new: str) -> None:
    good = produced(built)
    edit(built / file, old, new)
    assert figgen("build", cwd=built).returncode == 0
    assert figgen("check", cwd=built).returncode == 0
    if file.startswith("output"):
        assert produced(built) == good


@pytest.mark.parametrize("words", [["--seed", "3"], ["--set", "coin.tosses=500"], ["--force"]])
def test_an_option_that_changes_what_is_made_is_not_short_cut(built: Path, words: list[str]) -> None:
    done = figgen("build", *words, cwd=built)
    assert "0 outputs made" not in done.stdout
    again = figgen("build", *[word for word in words if word != "--force"], cwd=built)
    assert "0 outputs made, 8 up to date" in again.stdout


def test_an_edit_of_a_file_outside_of_the_lecture_is_seen_behind_the_short_cut(tiny: Path) -> None:
    shared = tiny.parent / "shared.bib"
    shared.write_text("@book{a, title = {First}, author = {A, B}, year = 2020}", encoding="utf-8")
    edit(tiny / "lecture.toml", "[title]", 'bibliography = "../shared.bib"\n[title]')
    edit(tiny / "en/chance.md.j2", "# Chance", "# Chance\n\nAs in [@a].")
    for title in ("First", "Second"):
        edit(shared, "First", title)
        assert figgen("build", "--lang", "en", "--to", "html", cwd=tiny).returncode == 0
        assert title in (tiny / "output/handout.en.html").read_text(encoding="utf-8")
    assert "0 outputs made" in figgen("build", "--lang", "en", "--to", "html", cwd=tiny).stdout


def test_a_claim_that_does_not_hold_is_said_again_by_each_build(built: Path) -> None:
    edit(built / "experiments/chance/coin.py", "close_to(0.5, 0.1)", "close_to(0.9, 0.1)")
    for _ in range(2):
        done = figgen("build", cwd=built)
        assert "✗ coin.fair: measured 0." in done.stderr
        assert "1 of 2 claims hold" in done.stdout
