"""What the benchmarks share: a copy of figgen to edit, clocks, and how measured times are written."""

import ast
import contextlib
import importlib
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from figgen.experiment import Experiment

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
BIN = Path(PYTHON).parent  # where pip puts the commands of the same environment


class CommandError(Exception):
    """A command is absent, or ended with another code than 0; the message is its last words."""


def run(*command: str | Path, cwd: Path, env: dict[str, str]) -> str:
    """Run a command and return what it wrote to standard error, then end what it left running.

    Raises:
        CommandError: It is not installed, or failed.
    """
    words = [str(word) for word in command]
    try:
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,  # mystmd leaves a Jupyter server behind
        )
    except OSError as error:
        raise CommandError(f"{words[0]}: {error.strerror}") from error
    out, err = process.communicate("y\n")  # jupyter-cache asks whether it may
    with contextlib.suppress(ProcessLookupError):  # nothing was left
        os.killpg(process.pid, signal.SIGKILL)
    if process.returncode:
        said = (err.strip() or out.strip()).splitlines()
        raise CommandError(said[-1] if said else f"{words[0]} ended with {process.returncode}")
    return err


def run_together(commands: Sequence[Sequence[str | Path]], cwd: Path, env: dict[str, str]) -> None:
    """Run several commands at once."""
    with ThreadPoolExecutor(len(commands)) as pool:
        list(pool.map(lambda command: run(*command, cwd=cwd, env=env), commands))


def clock(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def processor_time(work: Callable[[], object]) -> float:
    """Return the seconds of processors that the processes take which `work` starts, and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def alternate(works: dict[str, Callable[[], object]], times: int) -> dict[str, list[float]]:
    """Time several works in turn, so that a slow moment of the machine meets them all."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(times):
        for name, work in works.items():
            seconds[name].append(clock(work))
    return seconds


def median(seconds: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(seconds)


def spread(seconds: Sequence[float]) -> str:
    """Write down minimum, median and maximum."""
    return f"{min(seconds):.2f} / {median(seconds):.2f} / {max(seconds):.2f} s"


def noise() -> float:
    """Return the seconds of a work that is always the same: the start of Python with Click and Jinja."""
    return clock(lambda: run(PYTHON, "-c", "import click, jinja2", cwd=ROOT, env=dict(os.environ)))


def copy_figgen(to: Path) -> Path:
    """Copy figgen and its built-in lecture, compiled, into the folder `to`, to be edited there."""
    for name in ("figgen", "templates"):
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([PYTHON, "-m", "compileall", "-q", to / "figgen"], check=True)
    return to


def environment(sources: Path, settings: Path) -> dict[str, str]:
    """Return an environment with figgen from `sources`, BLAS at one thread, and nobody's own settings."""
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}', "utf-8")
    return os.environ | {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(sources),
        "OPENBLAS_NUM_THREADS": "1",
        "JUPYTER_CONFIG_DIR": str(settings),
        "IPYTHONDIR": str(settings),
    }


def experiments() -> dict[str, Experiment]:
    """Return the experiments that come with figgen, by their paths relative to the checkout."""
    paths = sorted(p for p in ROOT.glob("figgen/experiments/*/*.py") if p.stem != "__init__")
    names = [path.relative_to(ROOT).as_posix() for path in paths]
    return {name: importlib.import_module(name[:-3].replace("/", ".")).EXPERIMENT for name in names}


def insert(path: Path, function: str, statement: str) -> None:
    """Put a statement at the beginning of the body of a top-level function."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for node in ast.parse("".join(lines)).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            first = node.body[1 if ast.get_docstring(node) else 0]
            lines.insert(first.lineno - 1, f"{' ' * first.col_offset}{statement}\n")
            path.write_text("".join(lines), encoding="utf-8")
            return
    raise ValueError(f"{path} has no function {function!r}")
