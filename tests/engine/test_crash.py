"""Whatever ends a build, the next one ends with the bytes of a build that nothing disturbed."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from tiny_lecture import edit, figgen, produced, steps

MOMENTS, PLAIN_MOMENTS = 25, {4, 12, 20}
RENAMES, PLAIN_RENAMES = 12, {7}  # 2 results, 4 figures, 4 handouts, the manifest, the notes
GONE, PATIENCE = 5.0, 60.0  # seconds
MARK = "FIGGEN_TEST_MARK"
SEED = ["--seed", "7"]  # everything is out of date


@dataclass(frozen=True)
class Undisturbed:
    """A build that nothing disturbs: the bytes before and after it, and how long it took."""

    before: dict[str, bytes]
    after: dict[str, bytes]
    seconds: float


@pytest.fixture(scope="module")
def undisturbed(_built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = shutil.copytree(_built_once, tmp_path_factory.mktemp("undisturbed") / "lecture")
    before, started = produced(folder), time.monotonic()
    done = figgen("build", *SEED, cwd=folder)
    seconds = time.monotonic() - started
    assert done.returncode == 0, done.stderr
    assert figgen("check", *SEED, cwd=folder).returncode == 0
    return Undisturbed(before, produced(folder), seconds)


@dataclass(frozen=True)
class Running:
    """A command at work in a process group of its own; all its processes carry a mark."""

    process: Popen[str]
    mark: str

    def alive(self) -> list[int]:
        """Return the processes of this command that still run, its workers and theirs included."""
        return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if self._is_one(entry)]

    def _is_one(self, entry: Path) -> bool:
        try:
            marked = f"{MARK}={self.mark}".encode() in (entry / "environ").read_bytes().split(b"\0")
            return marked and b") Z " not in (entry / "stat").read_bytes()
        except OSError:
            return False

    def wait_until_gone(self, seconds: float) -> None:
        """Fail if any of the processes is still there after some seconds."""
        self.process.wait(PATIENCE)
        wait_for(lambda: not self.alive(), seconds)


@pytest.fixture
def start() -> Iterator[Callable[..., Running]]:
    """Start figgen on a lecture; what is left of it in the end is killed."""
    running: list[Running] = []

    def start(*words: str, cwd: Path, python: tuple[str, ...] = ("-m", "figgen"), **env: str) -> Running:
        mark = uuid.uuid4().hex
        process = Popen(
            [sys.executable, *python, *words],
            cwd=cwd,
            env={**os.environ, **env, MARK: mark},
            stdout=PIPE,
            stderr=PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        running.append(Running(process, mark))
        return running[-1]

    yield start
    for one in running:
        for pid in one.alive():
            os.kill(pid, signal.SIGKILL)
        one.process.communicate()


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until a condition holds, and fail if it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


def assert_no_half_file(folder: Path, undisturbed: Undisturbed) -> None:
    """Fail if a file is neither as before the build nor as after it; unfinished ones lie beside."""
    for name, data in produced(folder).items():
        if ".figgen-tmp-" not in name and name != "manifest.json":
            assert data in (undisturbed.before.get(name), undisturbed.after.get(name)), name


def assert_next_build_is_good(folder: Path, good: dict[str, bytes], *words: str) -> None:
    """Fail if a build does not end with the good bytes, those of the manifest among them."""
    done = figgen("build", *words, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert produced(folder) == good


def some(number: int, plain: set[int]) -> list[object]:
    """Return the numbers below one as parameters, those not in `plain` marked as long."""
    return [n if n in plain else pytest.param(n, marks=pytest.mark.long) for n in range(number)]


@pytest.mark.parametrize("moment", some(MOMENTS, PLAIN_MOMENTS))
def test_a_build_that_is_killed_is_finished_by_the_next(
    built: Path, undisturbed: Undisturbed, start: Callable[..., Running], moment: int
) -> None:
    fresh = shutil.copytree(built, built.with_name("fresh"))
    delay = undisturbed.seconds * moment / MOMENTS
    while True:
        running = start("build", *SEED, "--jobs", "2", cwd=built)
        time.sleep(delay)
        running.process.kill()
        running.wait_until_gone(GONE)
        if running.process.returncode == -signal.SIGKILL:
            break
        delay *= 0.8  # it was done already: once more, and earlier
        shutil.rmtree(built)
        shutil.copytree(fresh, built)
    assert_no_half_file(built, undisturbed)
    assert_next_build_is_good(built, undisturbed.after, *SEED)
    checked = figgen("check", *SEED, cwd=built)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.long
def test_a_hundred_builds_killed_one_after_another_lose_nothing(
    built: Path, undisturbed: Undisturbed, start: Callable[..., Running]
) -> None:
    rng, killed = random.Random(0), 0
    while killed < 100:
        running = start("build", *SEED, "--force", "--jobs", "2", cwd=built)
        time.sleep(rng.uniform(0, undisturbed.seconds))
        with suppress(ProcessLookupError):
            os.killpg(running.process.pid, signal.SIGKILL)
        running.wait_until_gone(GONE)
        killed += running.process.returncode == -signal.SIGKILL
        assert_no_half_file(built, undisturbed)
    assert_next_build_is_good(built, undisturbed.after, *SEED)


KILLED_AT_RENAME = """
import os, runpy, signal, sys

rename, left = os.replace, int(sys.argv.pop(1))


def replace(source, target, **options):
    global left
    if ".figgen-tmp-" in str(source):
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
    rename(source, target, **options)


os.replace = replace
runpy.run_module("figgen", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("renames", some(RENAMES, PLAIN_RENAMES))
def test_a_build_that_is_killed_before_it_renames_a_file_is_finished_by_the_next(
    built: Path, undisturbed: Undisturbed, start: Callable[..., Running], renames: int
) -> None:
    python = ("-c", KILLED_AT_RENAME, str(renames))
    running = start("build", *SEED, "--jobs", "1", cwd=built, python=python)
    assert running.process.wait(PATIENCE) == -signal.SIGKILL
    assert len(list((built / "output").rglob(".figgen-tmp-*"))) == 1
    assert_no_half_file(built, undisturbed)
    assert_next_build_is_good(built, undisturbed.after, *SEED)


SLOW = "    import pathlib, time; pathlib.Path('{0}').touch(); time.sleep(600)\n    {1} ="


def begin_slow_build(folder: Path, start: Callable[..., Running], where: str, jobs: str) -> Running:
    """Start a build that stops at a place in the experiment `coin`, and return once all else stands still."""
    there = folder / "there"
    edit(folder / "experiments/chance/coin.py", f"    {where} =", SLOW.format(there, where))
    running = start("build", *SEED, "--jobs", jobs, cwd=folder)
    wait_for(there.exists)
    if jobs != "1":
        wait_for(lambda: len(list((folder / "output/.cache/results").glob("dice-*"))) == 2)
    return running


def to_all(number: int) -> Callable[[Popen[str]], None]:
    """Return what sends a signal to a process and all its workers, as a terminal does."""
    return lambda process: os.killpg(process.pid, number)


def to_one(number: int) -> Callable[[Popen[str]], None]:
    """Return what sends a signal to a process alone."""
    return lambda process: process.send_signal(number)


@pytest.mark.parametrize(
    ("send", "jobs", "where"),
    [
        (lambda process: os.killpg(process.pid, signal.SIGINT), "2", "heads"),
        (lambda process: process.send_signal(signal.SIGINT), "2", "axes"),
        (lambda process: process.terminate(), "2", "heads"),
        (lambda process: os.killpg(process.pid, signal.SIGTERM), "2", "axes"),
        (lambda process: os.killpg(process.pid, signal.SIGINT), "1", "heads"),
        (lambda process: process.terminate(), "1", "axes"),
    ],
    ids=[
        "Ctrl-C",
        "SIGINT to the parent",
        "SIGTERM",
        "SIGTERM to all",
        "Ctrl-C, one job",
        "SIGTERM, one job",
    ],
)
def test_an_interrupt_ends_all_processes_at_once_and_leaves_a_good_tree(
    built: Path,
    undisturbed: Undisturbed,
    start: Callable[..., Running],
    send: Callable[[Popen[str]], None],
    jobs: str,
    where: str,
) -> None:
    source = (built / "experiments/chance/coin.py").read_bytes()
    running = begin_slow_build(built, start, where, jobs)
    sent = time.monotonic()
    send(running.process)
    running.wait_until_gone(2.0)
    assert time.monotonic() - sent < 2.0
    assert running.process.returncode == 1
    assert "Traceback" not in running.process.communicate()[1]
    assert not list((built / "output").rglob(".figgen-tmp-*"))
    assert_no_half_file(built, undisturbed)
    (built / "experiments/chance/coin.py").write_bytes(source)
    assert_next_build_is_good(built, undisturbed.after, *SEED)


def test_what_was_simulated_and_drawn_before_an_interrupt_is_not_done_again(
    built: Path, start: Callable[..., Running]
) -> None:
    running = begin_slow_build(built, start, "heads", "2")
    assert running.process.stderr is not None
    for language in range(2):
        assert any("draw dice" in line for line in iter(running.process.stderr.readline, "")), language
    running.process.terminate()
    running.wait_until_gone(GONE)
    edit(built / "experiments/chance/coin.py", "time.sleep(600)", "time.sleep(0)")
    done = figgen("build", *SEED, cwd=built)
    assert not {"simulate dice", "draw dice (en)", "draw dice (sk)"} & steps(done)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Return what makes a disk of so many bytes."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(size: int) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if done.returncode != 0:
            pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
        return folder

    yield mount
    if folder.is_mount():
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.parametrize("tenths", some(10, {2}))
def test_a_full_disk_is_told_and_nothing_is_lost(
    built: Path, undisturbed: Undisturbed, disk: Callable[[int], Path], tenths: int
) -> None:
    output = disk(10 * sum(map(len, undisturbed.after.values())))
    shutil.copytree(built / "output", output, dirs_exist_ok=True)
    (built / "output").rename(built / "before")
    (built / "output").symlink_to(output)
    space = os.statvfs(output)
    largest = max(map(len, undisturbed.after.values()))
    with (output / "another's").open("wb") as file:  # leaves less than the largest file needs
        file.write(bytes(space.f_bavail * space.f_frsize - largest * tenths // 10))
    done = figgen("build", *SEED, cwd=built)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    (output / "another's").unlink()
    assert_no_half_file(built, undisturbed)
    assert_next_build_is_good(built, undisturbed.after, *SEED)


@pytest.mark.parametrize("jobs", ["1", pytest.param("2", marks=pytest.mark.long)])
def test_builds_at_once_into_one_folder_wait_for_each_other(
    built: Path, undisturbed: Undisturbed, start: Callable[..., Running], jobs: str
) -> None:
    two = [start("build", *SEED, "--jobs", jobs, cwd=built) for _ in range(2)]
    errors = [running.process.communicate(timeout=PATIENCE)[1] for running in two]
    assert [running.process.returncode for running in two] == [0, 0], errors
    assert sorted("simulate coin" in text for text in errors) == [False, True]
    assert produced(built) == undisturbed.after
    assert figgen("check", *SEED, cwd=built).returncode == 0


KINDS = {
    "svg": "figures/en/coin.svg",
    "html": "handout.sk.html",
    "pdf": "handout.en.pdf",
    "npz": ".cache/results/coin-*.npz",
    "json": "manifest.json",
}
PLACES = {"first": 0.0, "middle": 0.5, "last": 1.0}
ONE_BY_ONE = [pytest.param([kind], place, marks=pytest.mark.long) for kind in KINDS for place in PLACES]


@pytest.mark.parametrize(
    ("kinds", "place"),
    [(["svg", "html", "pdf", "npz"], "middle"), (["json"], "middle"), *ONE_BY_ONE],
)
def test_a_flipped_byte_is_named_by_check_and_mended_by_build(
    built: Path, kinds: list[str], place: str
) -> None:
    good = produced(built)
    damaged = [path for kind in kinds for path in (built / "output").glob(KINDS[kind])]
    assert len(damaged) == len(kinds)
    for path in damaged:
        data = bytearray(path.read_bytes())
        data[int(PLACES[place] * (len(data) - 1))] ^= 1
        path.write_bytes(data)
    done = figgen("check", cwd=built)
    assert done.returncode == 1
    for path in damaged:
        assert f"✗ {path.relative_to(built / 'output')}: is " in done.stderr
    assert_next_build_is_good(built, good)


def test_workers_end_with_a_command_that_alone_is_killed(
    built: Path, undisturbed: Undisturbed, start: Callable[..., Running]
) -> None:
    running = begin_slow_build(built, start, "heads", "2")
    assert len(running.alive()) > 1
    running.process.kill()
    running.wait_until_gone(GONE)
    assert running.alive() == []
