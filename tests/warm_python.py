"""A Python that has imported figgen and all that figgen needs; each command is a fork of it.

Most of the time of a short command goes into these imports. As a fork, a command has a process of its own all
the same, with its own folder, environment and streams, and sees nothing of what another did.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen

OF_NO_ACCOUNT = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTEST_", "COLUMNS")
"""How the variables begin that a fork can be given; the others a Python may have read when it began."""

BEGAN_WITH = dict(os.environ)


def can_run(env: Mapping[str, str]) -> bool:
    """Tell whether a fork does as well as a Python of its own: it does in the environment of this process."""
    return hasattr(os, "fork") and _decisive(env) == _decisive(BEGAN_WITH)


def run(words: Sequence[str], cwd: Path, env: Mapping[str, str]) -> CompletedProcess[str]:
    """Run figgen in a fork, in the folder `cwd`."""
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        request = {"words": words, "cwd": str(cwd), "env": {**env}, "out": str(out), "err": str(err)}
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        said = (path.read_text(encoding="utf-8") for path in (out, err))
        return CompletedProcess(["figgen", *words], code, *said)


def _decisive(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if not name.startswith(OF_NO_ACCOUNT)}


@cache
def _server() -> Popen[str]:
    """Start the Python that is forked, which ends with this process."""
    command = [sys.executable, "-W", "ignore", __file__]  # of forks beside the threads of BLAS
    server = Popen(command, stdin=PIPE, stdout=PIPE, encoding="utf-8", env=BEGAN_WITH)
    atexit.register(server.communicate)
    return server


def main() -> None:
    """Run a command for each line of standard input, and answer with its exit code."""
    _import_figgen()
    gc.freeze()
    with os.fdopen(os.dup(1), "w") as answers:
        for line in sys.stdin:
            child = os.fork()
            if child == 0:
                _become(**json.loads(line))
            _, status = os.waitpid(child, 0)
            print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


def _import_figgen() -> None:
    import figgen

    for module in pkgutil.walk_packages(figgen.__path__, "figgen."):
        if module.name != "figgen.__main__":
            importlib.import_module(module.name)


def _become(words: list[str], cwd: str, env: dict[str, str], out: str, err: str) -> None:
    """Be a process that runs figgen, to its end."""
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    for path, number in ((os.devnull, 0), (out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), number)
    _import_from(cwd, env)
    os.cpu_count = lambda: 1
    sys.argv = ["figgen", *words]
    code = 1
    try:
        runpy.run_module("figgen", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        threading._shutdown()  # type: ignore[attr-defined]  # as Python does at its end, but it would
        atexit._run_exitfuncs()  # also take apart every module that it has imported
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _import_from(cwd: str, env: Mapping[str, str]) -> None:
    """Import what is to come from the folders that a Python in this environment would look into."""
    sys.dont_write_bytecode = bool(env.get("PYTHONDONTWRITEBYTECODE"))
    paths = [path for path in env.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:1] = [cwd, *paths]
    if any(Path(path, "figgen").is_dir() for path in paths):  # another figgen than that imported
        for name in [name for name in sys.modules if name.partition(".")[0] == "figgen"]:
            del sys.modules[name]


if __name__ == "__main__":
    main()
