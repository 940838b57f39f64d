"""figgen works wherever it is started: streams closed, full or narrow, no docstrings, odd names."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_lecture import edit, figgen, produced, write_tiny_lecture

HTML = ["build", "--to", "html", "--lang", "en"]
WITHOUT_SHELL = pytest.mark.skipif(sys.platform == "win32", reason="redirects as a POSIX shell does")


def in_shell(folder: Path, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a shell's command line, in which `figgen` stands for this one."""
    line = command.replace("figgen", f'"{sys.executable}" -m figgen')
    env = {**os.environ, **environment}
    return subprocess.run(
        line, cwd=folder, env=env, shell=True, capture_output=True, encoding="utf-8", check=False
    )


@WITHOUT_SHELL
@pytest.mark.parametrize("words", ["list", "build --to html --lang en", "check --report json"])
def test_closed_streams_hinder_nothing(built: Path, words: str) -> None:
    done = in_shell(built, f"figgen {words} <&- >&- 2>&-; echo $? >code")
    assert (built / "code").read_text().strip() == "0", done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("words", ["list", "--help", "build --to html --lang en", "check --report json"])
def test_a_full_device_is_told_in_one_message(built: Path, words: str) -> None:
    done = in_shell(built, f"figgen {words} >/dev/full")
    told = [line for line in done.stderr.splitlines() if not line.startswith("[")]  # steps are numbered
    assert (done.returncode, told) == (
        1,
        ["figgen: cannot write to standard output: No space left on device"],
    )


@WITHOUT_SHELL
def test_a_pipe_that_closes_early_is_no_failure_to_tell_of(built: Path) -> None:
    done = in_shell(built, "figgen list | head -c 1")
    assert (done.stdout, done.stderr) == ("c", "")


@pytest.mark.parametrize("encoding", ["cp1250", "ascii"])
def test_a_console_without_a_sign_shows_another_and_fails_nothing(tiny: Path, encoding: str) -> None:
    coin = tiny / "experiments/chance/coin.py"
    edit(coin, "-> Result:\n", '-> Result:\n    print("✓ π é")\n')
    command = [sys.executable, "-m", "figgen", *HTML]
    env = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, cwd=tiny, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "coin: ✓ π é".encode(encoding, errors="replace") in done.stderr


def test_python_without_docstrings_has_titles_and_help(tiny: Path) -> None:
    python = [sys.executable, "-OO", "-m", "figgen"]

    def say(*words: str) -> str:
        return subprocess.run(
            [*python, *words], cwd=tiny, capture_output=True, encoding="utf-8", check=True
        ).stdout

    assert "coin  A coin falls on its head half of the time\n" in say("list")
    assert say("build", "--help") == figgen("build", "--help", cwd=tiny).stdout
    say(*HTML)
    with_docstrings = (tiny / "output").rename(tiny / "one")
    assert figgen(*HTML, cwd=tiny).returncode == 0
    assert (tiny / "output/handout.en.html").read_bytes() == (
        with_docstrings / "handout.en.html"
    ).read_bytes()


def test_jupyters_backend_and_a_matplotlibrc_in_the_folder_change_nothing(built: Path) -> None:
    before = produced(built)
    (built / "matplotlibrc").write_text("font.size: 40\naxes.facecolor: red\nbackend: tkagg\n")
    jupyters = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    done = figgen("build", "--force", cwd=built, env=jupyters)
    assert done.returncode == 0, done.stderr
    after = produced(built)
    assert {name: after[name] for name in after if name.startswith("figures")} == {
        name: before[name] for name in before if name.startswith("figures")
    }


@pytest.mark.parametrize("damaged", [b"\xff", b'font.family: "'], ids=["not text", "not in order"])
def test_a_damaged_matplotlibrc_hinders_nothing(tiny: Path, damaged: bytes) -> None:
    (tiny / "matplotlibrc").write_bytes(damaged)
    for words in (["list"], ["figures", "coin"], ["show", "coin"]):
        done = figgen(*words, cwd=tiny, env={"MATPLOTLIBRC": "matplotlibrc"}, cold=True)
        assert (done.returncode, "matplotlibrc" in done.stderr) == (0, False), done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a folder that a program is in")
@pytest.mark.parametrize(
    "words",
    ["list", "build", "check", "clean", "messages", "init new", "new chapter x", "preview --no-browser"],
)
def test_in_a_folder_that_is_gone_a_command_ends_in_one_message(tmp_path: Path, words: str) -> None:
    (tmp_path / "gone").mkdir()
    done = in_shell(tmp_path, f"cd gone && rmdir ../gone && figgen {words}")
    told = "figgen: the current folder is gone; go to one that is there, and try again\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)


def test_a_report_does_not_depend_on_the_order_of_hashes(tiny: Path) -> None:
    edit(tiny / "experiments/chance/coin.py", "close_to(0.5, 0.1)", "close_to(5, 0.1)")
    for folder in ("output/figures", "output/other"):
        (tiny / folder).mkdir(parents=True)
    reports = set()
    for seed in ("0", "1", "2"):
        done = figgen("check", "--report", "json", cwd=tiny, env={"PYTHONHASHSEED": seed})
        assert done.returncode == 1
        json.loads(done.stdout)
        reports.add(done.stdout)
    assert len(reports) == 1


@pytest.mark.parametrize(
    "name", ["a%20b", "a#b", "a?b", "a [b] {c}", "ž ì ß", "-x", "a'b\"c", "$HOME", "con"]
)
def test_a_lecture_may_lie_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    if sys.platform == "win32" and name in {"a?b", "con", "a'b\"c"}:
        pytest.skip("Windows has no such folder")
    folder = tmp_path / name
    write_tiny_lecture(folder)
    done = figgen("build", "--lang", "en", cwd=folder)
    assert done.returncode == 0, done.stderr
    moved = folder.rename(tmp_path / "plain")
    done = figgen("check", "--lang", "en", cwd=moved)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'en = "Chance"',
            'en = "Chance"\n"../esc" = "Out"',
            "the language '../esc' must be the name of a file",
        ),
        ('["chance"]', '["../../x"]', "'../../x'"),
        ('["chance"]', f'["{"x" * 300}"]', "x" * 20),
    ],
)
def test_a_name_that_leads_elsewhere_or_is_too_long_is_refused(
    tiny: Path, old: str, new: str, told: str
) -> None:
    edit(tiny / "lecture.toml", old, new)
    before = set(tiny.parent.rglob("*"))
    for words in (["build"], ["check"], ["list"]):
        done = figgen(*words, cwd=tiny)
        assert done.returncode == 1
        assert told in done.stderr
        assert "Traceback" not in done.stderr
    assert {path for path in tiny.parent.rglob("*") if "output" not in path.parts} == before
