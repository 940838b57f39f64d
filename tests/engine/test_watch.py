import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_lecture import edit


@pytest.fixture
def watching(built: Path) -> Iterator["subprocess.Popen[str]"]:
    """A build of the tiny lecture that watches, all its words on one stream."""
    command = [sys.executable, "-u", "-m", "figgen", "build", "--watch", "--lang", "en", "--to", "html"]
    process = subprocess.Popen(
        command, cwd=built, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    yield process
    process.kill()
    process.communicate()


def wait_for(process: "subprocess.Popen[str]", text: str) -> str:
    """Read what a process says up to a line with `text`; the test's time limit ends a wait in vain."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if text in line:
            return "".join(said)
    raise AssertionError(f"the watch ended: {said}")


def test_a_watch_builds_on_save_shows_errors_and_goes_on(
    built: Path, watching: "subprocess.Popen[str]"
) -> None:
    wait_for(watching, "claims hold")
    edit(built / "en" / "chance.md.j2", "Chance", "Luck")
    said = wait_for(watching, "claims hold")
    assert "chance.md.j2 saved" in said
    assert "write handout.en.html" in said
    assert "1 output made" in said
    assert "Luck" in (built / "output" / "handout.en.html").read_text(encoding="utf-8")
    edit(built / "en" / "chance.md.j2", "result.coin.share", "result.coin.sahre")
    assert "en/chance.md.j2:3: unknown value 'sahre'; did you mean share?" in wait_for(
        watching, "chance.md.j2:3"
    )
    wait_for(watching, "claims hold")
    edit(built / "en" / "chance.md.j2", "result.coin.sahre", "result.coin.share")
    wait_for(watching, "claims hold")
    watching.send_signal(signal.SIGINT)
    assert watching.wait(timeout=20) == 0


def test_a_watch_without_its_extra_says_what_to_install(built: Path, tmp_path: Path) -> None:
    (tmp_path / "watchfiles.py").write_text("raise ImportError", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "figgen", "build", "--watch"],
        cwd=built,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        1,
        "figgen: to notice what is saved needs watchfiles: pip install 'figgen[watch]'\n",
    )
