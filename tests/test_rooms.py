"""What `.ci/rooms.py` tells of a test run, and what it fails for."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOMS = Path(__file__).parents[1] / ".ci" / "rooms.py"
CASE = '<testcase classname="tests.{}" name="test_it">{}</testcase>'
SKIPPED = '<skipped message="no browser here"/>'


def rooms(folder: Path, *cases: str) -> subprocess.CompletedProcess[str]:
    """Count the cases of a report, in a repository with two rooms, one of them with a room below."""
    for file in ("engine/test_key.py", "sim/normalization/test_batch.py", "test_cli.py"):
        path = folder / "tests" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (folder / "report.xml").write_text(f"<testsuites>{''.join(cases)}</testsuites>", encoding="utf-8")
    command = [sys.executable, str(ROOMS), "report.xml"]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def test_each_room_is_named_with_the_tests_that_it_ran(tmp_path: Path) -> None:
    cases = [
        CASE.format(name, "") for name in ("engine.test_key", "sim.normalization.test_batch", "test_cli")
    ]
    done = rooms(tmp_path, *cases, CASE.format("engine.test_key", SKIPPED))
    assert (done.returncode, done.stderr) == (0, "")
    assert [" ".join(line.split()) for line in done.stdout.splitlines()] == [
        "1 tests ran in (top level)",
        "1 tests ran in tests/engine, 1 were skipped",
        "1 tests ran in tests/sim",
        "3 tests ran in all",
    ]


@pytest.mark.parametrize("engine", ["", CASE.format("engine.test_key", SKIPPED)], ids=["none", "skipped"])
def test_a_room_that_ran_no_test_is_an_error(tmp_path: Path, engine: str) -> None:
    done = rooms(
        tmp_path, engine, CASE.format("test_cli", ""), CASE.format("sim.normalization.test_batch", "")
    )
    assert (done.returncode, done.stderr) == (1, "no test ran in tests/engine\n")
