"""Nothing stale is called current: random lectures, changed at random, are built as if from nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="forks a process for each build")
@pytest.mark.parametrize("seed", [0, 25])
def test_a_build_after_a_change_is_as_from_nothing(seed: int) -> None:
    command = [sys.executable, "-m", "random_lectures.compare", str(seed), "25"]
    done = subprocess.run(command, cwd=TESTS, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split(", ")[1].split()[0]) > 10, done.stdout  # changes that mattered
