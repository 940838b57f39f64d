"""Whatever an experiment does on import or in a claim, it is told of in one message, and the rest is made."""

import re
from pathlib import Path

import pytest
from tiny_lecture import edit, figgen, produced, steps

TIMEOUT = "60"
DIED = "its process died: "
HARMLESS = ""
ATTACKS = {
    "segmentation fault": ("import ctypes; ctypes.string_at(0)", DIED + "SIGSEGV"),
    "killed": ("import os; os.kill(os.getpid(), 9)", DIED + "SIGKILL, perhaps out of memory: try smaller"),
    "killed with its group": ("import os; os.killpg(0, 9)", DIED + "SIGKILL, perhaps out of memory"),
    "an alarm": ("import signal, time; signal.alarm(1); time.sleep(9)", DIED + "SIGALRM"),
    "an alarm for later": ("import signal; signal.alarm(900)", HARMLESS),
    "exit": ("import os; os._exit(0)", DIED + "it ended with exit code 0, and gave nothing"),
    "exit by an exception": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "Ctrl-C": ("raise KeyboardInterrupt", "KeyboardInterrupt: "),
    "an odd exception": ("raise type('Odd', (BaseException,), {'__reduce__': None})(1)", "Odd: 1"),
    "endless recursion": ("f = lambda g: g(g)\nf(f)", "RecursionError: maximum recursion depth exceeded"),
    "files closed": ("import os; os.closerange(3, 999)", DIED + "it ended with exit code 1"),
    "files forbidden": ("import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (40, 40))", HARMLESS),
    "a fork": ("import os; os.fork()", HARMLESS),
    "a thread": ("import threading as t, time; t.Thread(target=time.sleep, args=(900,)).start()", HARMLESS),
    "errors of NumPy": ("import numpy as np; np.seterr(all='raise')", HARMLESS),
    "functions replaced": ("import json, os; json.dumps = json.loads = os.replace = None", HARMLESS),
    "path of modules": ("import sys; sys.path[:] = ['/nowhere']", HARMLESS),
    "environment": ("import os; os.environ['LANG'] = 'xx'; os.environ['PYTHONPATH'] = '/'", HARMLESS),
    "folder": ("import os; os.chdir('/'); os.umask(0o777)", HARMLESS),
    "streams": ("import sys; sys.stdout = sys.stderr = None", HARMLESS),
    "signals": ("from signal import *; signal(SIGTERM, SIG_IGN); signal(SIGINT, SIG_IGN)", HARMLESS),
}
PLAIN = {"segmentation fault", "Ctrl-C"}
ENDLESS = "import time\nwhile True: time.sleep(9)"


def some(names: set[str]) -> list[object]:
    """Return the names of attacks as parameters, those but a few marked as long."""
    return [name if name in names else pytest.param(name, marks=pytest.mark.long) for name in ATTACKS]


def attack(lecture: Path, where: str, code: str) -> Path:
    """Have the experiment `coin` run some lines, and return its file."""
    coin = lecture / "experiments/chance/coin.py"
    if where == "import":
        edit(coin, "import numpy as np\n", f"import numpy as np\nexec({code!r})\n")
    else:
        edit(coin, "lambda r: r.share", f"lambda r: (exec({code!r}), r.share)[1]")
    return coin


def told_of(done: object) -> list[str]:
    """Return what a command tells as wrong, a line each."""
    return re.findall("^✗ (.*)$", done.stderr, re.MULTILINE)  # type: ignore[attr-defined]


@pytest.mark.parametrize("where", ["import", "claim"])
@pytest.mark.parametrize("name", some(PLAIN))
def test_what_an_experiment_does_to_its_process_is_its_own_failure(
    built: Path, tmp_path: Path, name: str, where: str
) -> None:
    good, (code, expected) = produced(built), ATTACKS[name]
    coin = built / "experiments/chance/coin.py"
    before = coin.read_bytes()
    attack(built, where, code)
    edit(built / "experiments/chance/dice.py", "The points", "All points")
    done = figgen("build", "--timeout", TIMEOUT, cwd=built)
    assert "Traceback" not in done.stderr
    assert b"All points" in (built / "output/figures/en/dice.svg").read_bytes()
    if expected:
        (told,) = told_of(done)
        assert done.returncode == 1
        assert told.startswith("experiments/chance/coin.py:"), told
        assert expected in told
    else:
        assert (done.returncode, told_of(done)) == (0, []), done.stderr
    coin.write_bytes(before)
    edit(built / "experiments/chance/dice.py", "All points", "The points")
    assert figgen("build", cwd=built).returncode == 0
    assert produced(built) == good


@pytest.mark.long
@pytest.mark.parametrize("where", ["import", "claim"])
@pytest.mark.parametrize("words", ["build", "check", "show coin"])
def test_a_timeout_holds_wherever_an_experiment_is_at_work(built: Path, where: str, words: str) -> None:
    attack(built, where, ENDLESS)
    done = figgen(*words.split(), "--timeout", "10", cwd=built)
    assert done.returncode == 1
    (told,) = [line for line in done.stderr.splitlines() if "coin.py" in line and "handout" not in line]
    assert "was ended by --timeout; it was in <module> (<string>:2)" in told


def test_a_timeout_holds_for_a_result_that_never_gives_what_a_chapter_shows(tiny: Path) -> None:
    """The copy of the worker in which that happens ends with the worker, or no one notices that one end."""
    coin = "    share: float\n"
    endless = f"{coin}\n    @property\n    def endless(self) -> int:\n        while True:\n            pass\n"
    edit(tiny / "experiments/chance/coin.py", coin, endless)
    with (tiny / "en/chance.md.j2").open("a", encoding="utf-8") as chapter:
        chapter.write("\n\n{{ result.coin.endless }}\n")
    done = figgen("build", "--lang", "en", "--to", "html", "--timeout", "5", cwd=tiny)
    assert done.returncode == 1
    (told,) = told_of(done)
    assert told.startswith("en/chance.md.j2: fill in the chapters (en): was ended by --timeout"), told


def test_a_figure_that_fails_in_one_language_leaves_the_handouts_of_the_others(built: Path) -> None:
    slovak = (built / "output/handout.sk.html").read_bytes()
    coin = built / "experiments/chance/coin.py"
    edit(coin, "    axes = ", "    1 / (tr.language != 'sk')\n    axes = ")
    done = figgen("build", cwd=built)
    assert (done.returncode, told_of(done)) == (
        1,
        ["experiments/chance/coin.py:30: figure 'coin' failed: ZeroDivisionError: division by zero"],
    )
    assert {"write handout.en.html", "write handout.en.pdf"} <= steps(done)
    assert (built / "output/handout.sk.html").read_bytes() == slovak
