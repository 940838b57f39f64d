import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attacks import Attack, Told

from figgen.engine import executor as module
from figgen.engine import pool
from figgen.engine.executor import Workers
from figgen.engine.pool import worker_pool
from figgen.errors import Problem


@pytest.fixture(params=["a process a job", "a process for many jobs"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the system starts processes: by forking, or as Windows does."""
    if request.param != "a process a job":
        monkeypatch.setattr(pool, "_forks", lambda: False)
    return str(request.param)


def do(
    codes: Mapping[str, str], jobs: int = 1, timeout: float | None = None
) -> tuple[dict[str, Any], tuple[Problem, ...], Told]:
    """Run some lines of Python as one job each, in their order."""
    told = Told()
    with worker_pool(timeout) as workers:
        attacks = {name: Attack(code, f"simulate {name}") for name, code in codes.items()}
        given, problems = Workers(workers, jobs, told).do(attacks)
    return given, problems, told


DEADLY = {
    "import os; os.kill(os.getpid(), 9)": "SIGKILL, perhaps out of memory: try smaller parameters",
    "import os; os.kill(os.getpid(), 11)": "SIGSEGV",
    "import os; os._exit(0)": "it ended with exit code 0, and gave nothing",
    "import os; os.closerange(3, 100)": "it ended with exit code 1, and gave nothing",
}


@pytest.mark.parametrize("code", DEADLY)
def test_a_job_whose_process_dies_is_named_and_the_others_are_done(kind: str, code: str) -> None:
    for jobs in (1, 2):
        given, (problem,), told = do({"coin": code, "dice": "given = 6"}, jobs)
        assert sorted(told.steps) == ["simulate coin failed", "simulate dice"]
        assert problem.message == f"simulate coin: its process died: {DEADLY[code]}"
        assert given == {"dice": 6}


def test_an_exception_that_cannot_be_sent_is_told_all_the_same(kind: str) -> None:
    code = "class Odd(Exception):\n    def __init__(self, a, b): super().__init__('odd')\nraise Odd(1, 2)"
    with pytest.raises(RuntimeError, match="^Odd: odd"):
        do({"coin": code})


LEAKS = {
    "working folder": ("import os; os.chdir('/')", "import os; given = os.getcwd() == '/'"),
    "umask": ("import os; os.umask(0o777)", "import os; given = os.umask(0o022) == 0o777"),
    "environment": ("import os; os.environ['COIN'] = '1'", "import os; given = 'COIN' in os.environ"),
    "NumPy": (
        "import numpy as np; np.seterr(all='raise')",
        "import numpy as np; given = np.geterr()['over'] == 'raise'",
    ),
    "Matplotlib": (
        "import matplotlib; matplotlib.rcParams['font.size'] = 99",
        "import matplotlib; given = matplotlib.rcParams['font.size'] == 99",
    ),
    "warnings": (
        "import warnings; warnings.simplefilter('error', FutureWarning)",
        "import warnings; given = any(f[0] == 'error' and f[2] is FutureWarning for f in warnings.filters)",
    ),
    "signals": (
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        "import signal; given = signal.getsignal(signal.SIGTERM) == signal.SIG_IGN",
    ),
    "locale": (
        "import locale; locale.setlocale(locale.LC_ALL, 'C.UTF-8')",
        "import locale; given = locale.setlocale(locale.LC_NUMERIC) == 'C.UTF-8'",
    ),
    "random numbers": (
        "import random; random.seed(5); first = random.random()",
        "import random; after = random.random(); given = after == 0.7417869892607294",
    ),
    "NumPy's random numbers": (
        "import numpy as np; np.random.seed(5)",
        "import numpy as np; given = np.random.rand() == 0.22199317108973948",
    ),
    "standard output": (
        "import sys, io; sys.stdout = io.StringIO()",
        "import sys, io; given = isinstance(sys.stdout, io.StringIO)",
    ),
}


def test_what_a_job_does_to_its_process_never_reaches_the_next(kind: str) -> None:
    first = "\n".join(does for does, _ in LEAKS.values())
    second = "seen = {}\n" + "\n".join(f"{sees}; seen[{what!r}] = given" for what, (_, sees) in LEAKS.items())
    second += "\ngiven = seen"
    given, problems, _ = do({"first": first, "second": second, "both": f"{first}\n{second}"})
    assert problems == ()
    assert given["second"] == dict.fromkeys(LEAKS, False)
    assert given["both"] == dict.fromkeys(LEAKS, True), "the test itself sees nothing"


REPLACES = {
    "function": "import json as owner; name, value = 'dumps', print",
    "method": "from matplotlib.axes import Axes as owner; name, value = 'plot', print",
    "constant": "import numpy as owner; name, value = 'pi', 3.0",
}


@pytest.mark.parametrize("what", REPLACES)
def test_what_a_job_replaces_in_the_modules_of_others_never_reaches_the_next(kind: str, what: str) -> None:
    sees = f"{REPLACES[what]}; given = getattr(owner, name) == value"
    given, problems, _ = do({"first": f"{REPLACES[what]}; setattr(owner, name, value)", "second": sees})
    assert (given["second"], problems) == (False, ())


def test_a_process_for_many_jobs_goes_on_after_one_that_has_replaced_nothing(kind: str) -> None:
    codes = dict.fromkeys("abc", "import os, numpy as np; np.zeros(3).sum(); given = os.getpid()")
    given, *_ = do(codes)
    assert len(set(given.values())) == (3 if kind == "a process a job" else 1)


def test_jobs_of_an_earlier_stage_come_first_and_of_one_stage_the_longest() -> None:
    told, stages = Told(), {"late": 1, "short": 0, "long": 0}
    jobs = {name: Attack("", name, stage=stage) for name, stage in stages.items()}
    with worker_pool() as pool:
        Workers(pool, 1, told, {"late": 9.0, "short": 1.0, "long": 2.0}).do(jobs)
    assert told.steps == ["long", "short", "late"]


def test_what_a_job_prints_is_marked_with_its_name(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    *_, told = do({"coin": "import sys; print('✓ one\\ntwo'); print('three', end='', file=sys.stderr)"})
    assert told.lines == ["coin: ✓ one", "coin: two", "coin: three"]
    assert capfd.readouterr().out == ""


def test_a_job_may_spread_its_work_over_processes_of_its_own(kind: str) -> None:
    spread = "as P\nwith P(2) as pool: given = list(pool.map(abs, [-1, -2]))"
    pools = {
        "multiprocessing": f"from multiprocessing import Pool {spread}",
        "processes": f"from concurrent.futures import ProcessPoolExecutor {spread}",
        "threads": f"from concurrent.futures import ThreadPoolExecutor {spread}",
    }
    given, problems, _ = do(pools)
    assert given == dict.fromkeys(pools, [1, 2])
    assert problems == ()


def test_a_job_that_takes_too_long_is_ended_and_told_where_it_was() -> None:
    code = "import time\ndef wait():\n    time.sleep(60)\nwait()"
    _, (problem,), _ = do({"coin": code}, timeout=0.3)
    assert problem.message == "simulate coin: was ended by --timeout; it was in wait (<string>:3)"


def test_a_job_that_takes_minutes_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LONG", 0.2)
    *_, told = do({"coin": "import time; time.sleep(0.5)"})
    assert set(told.notes) == {"simulate coin has run for 0 min"}
    assert len(told.notes) >= 2  # more, where other work delays the answer


@pytest.mark.parametrize("files", [12, 16, 20])
def test_too_few_files_end_in_one_message(tiny: Path, files: int) -> None:
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({files}, {files}))\n"
    code = limited + "from figgen.cli import main; main()"
    command = [sys.executable, "-c", code, "build", "--quiet"]
    done = subprocess.run(command, cwd=tiny, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    (told,) = [line for line in done.stderr.splitlines() if line.startswith("figgen: ")]
    assert told.startswith("figgen: cannot start a process: ")
    assert told.endswith("; try fewer --jobs, or raise the limits (ulimit -a)")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="no fork server is used there")
def test_the_fork_server_says_nothing_when_a_command_is_killed_while_it_asks_for_a_process() -> None:
    code = """
import socket
from multiprocessing import forkserver
from figgen.engine import pool

pool.prepare()
server = forkserver._forkserver
with socket.socket(socket.AF_UNIX) as command:
    command.connect(server._forkserver_address)
forkserver.os.waitpid(server._forkserver_pid, 0)
server._forkserver_pid = None
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_bytes_that_a_job_prints_are_told_as_text(kind: str) -> None:
    *_, told = do(
        {"coin": "import sys; sys.stdout.buffer.write('č\\n'.encode()); assert sys.stdout.encoding"}
    )
    assert told.lines == ["coin: č"]
