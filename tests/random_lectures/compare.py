"""Build random lectures, change one thing, build again, and compare with a build from nothing.

Run in `tests/` as `python -m random_lectures.compare SEED NUMBER`; says where the two differ, and exits 1.
"""

import multiprocessing
import os
import random
import sys
import tempfile
import traceback
from pathlib import Path

from figgen.engine import pool, warm
from random_lectures.lectures import random_lecture, write
from random_lectures.model import Lecture

__all__ = ["warm"]  # imported for processes to be forked with it


def main(first: int, number: int) -> int:
    """Try so many lectures, and return in how many of them something stale was called current."""
    # from here, where all is imported already
    pool._context = lambda near=False: multiprocessing.get_context("fork")
    told: list[str] = []
    mattered = 0
    for seed in range(first, first + number):
        with tempfile.TemporaryDirectory() as folder:
            try:
                mattered += _try(seed, Path(folder))
            except AssertionError as error:
                told.append(f"seed {seed}: {error}")
                print(told[-1], flush=True)
    print(f"{number} lectures, {mattered} changes that mattered, {len(told)} builds not as from nothing")
    return len(told)


def _try(seed: int, place: Path) -> bool:
    """Build, change, build, compare; tell whether the change mattered."""
    lecture, folder = random_lecture(seed), place / "lecture"
    rng = random.Random(-1 - seed)
    write(lecture, folder)
    words = ["build", "--to", "html"] if seed % 3 == 0 else ["figures"]
    _build(folder, lecture, place / "a", words)
    before = _outputs(place / "a")
    name = rng.choice(sorted(lecture.turns))
    stamps = {path: path.stat() for path in folder.rglob("*.py")}
    set_now = lecture.turns[name](folder, rng)
    if isinstance(set_now, dict):
        lecture.environment.update(set_now)
    if rng.random() < 0.5:
        for path, stamp in stamps.items():
            os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    _build(folder, lecture, place / "a", words)
    _build(folder, lecture, place / "b", [*words, "--force"])
    a, b = _outputs(place / "a"), _outputs(place / "b")
    differ = sorted(path for path in a.keys() | b.keys() if a.get(path) != b.get(path))
    assert not differ, f"after {name}: not as from nothing: {', '.join(differ)}"
    return a != before


def _outputs(output: Path) -> dict[str, bytes]:
    """Return what there is to compare, by path; a result by its experiment."""
    shown = {path.relative_to(output).as_posix(): path for path in output.glob("figures/*/*")}
    shown |= {path.name: path for path in output.glob("handout*")}
    shown |= {path.name.partition("-")[0]: path for path in output.glob(".cache/results/*")}
    return {name: path.read_bytes() for name, path in shown.items()}


def _build(folder: Path, lecture: Lecture, output: Path, words: list[str]) -> None:
    """Build in a process that is forked, in the lecture's folder."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        code = 1
        try:
            sys.stdout = sys.stderr = os.fdopen(writing, "w")
            os.chdir(folder)
            for name, value in lecture.environment.items():
                os.environ.pop(name, None)
                os.environ.update({} if value is None else {name: value})
            from figgen.cli import main as figgen

            figgen([*words, "--quiet", "--jobs", "2", "--output", str(output)], standalone_mode=False)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as pipe:
        said = pipe.read()
    _, status = os.wait()
    assert not status, f"does not build: {said[-2000:]}"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])) > 0)
