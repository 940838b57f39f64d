"""What other repositories take from this one: a hook of pre-commit, and an action of GitHub's."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from tiny_lecture import edit, figgen

TOP = Path(__file__).parent.parent
ACTION = TOP / ".github" / "actions" / "figgen"


def hook() -> dict[str, Any]:
    """Return the hook as pre-commit reads it."""
    (found,) = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def action() -> dict[str, Any]:
    """Return the action as GitHub reads it."""
    found = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def run_steps(inputs: Mapping[str, str], cwd: Path) -> list[subprocess.CompletedProcess[str]]:
    """Do those steps of the action that run figgen, as GitHub does."""
    bin_, done = Path(sys.executable).parent, []
    for step in action()["runs"]["steps"]:
        if "figgen " in step.get("run", ""):
            filled = {
                name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda match: inputs[match[1]], value)
                for name, value in step["env"].items()
            }
            assert "${{" not in "".join(filled.values()) + step["run"]  # no input is read as a command
            env = os.environ | filled | {"PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"}
            command = ["bash", "-e", "-o", "pipefail", "-c", step["run"]]
            done.append(
                subprocess.run(command, cwd=cwd, env=env, capture_output=True, encoding="utf-8", check=False)
            )
    return done


def test_the_action_builds_checks_and_reports(built: Path) -> None:
    defaults = {name: item["default"] for name, item in action()["inputs"].items()}
    build, check = run_steps(defaults | {"lecture": "lecture", "output": "made here"}, built.parent)
    assert (build.returncode, check.returncode) == (0, 0), build.stderr + check.stderr
    assert (built.parent / "made here" / "handout.en.html").is_file()
    edit(built / "experiments/chance/coin.py", "close_to(0.5, 0.1)", "close_to(0.9, 0.1)")
    build, check = run_steps(defaults | {"lecture": "lecture", "output": "made here"}, built.parent)
    assert (build.returncode, check.returncode) == (0, 1)
    assert "::error file=lecture/experiments/chance/coin.py" in check.stdout


def test_the_action_installs_this_figgen_and_keeps_what_was_simulated() -> None:
    steps = action()["runs"]["steps"]
    (install,) = [step for step in steps if "pip install" in step.get("run", "")]
    assert install["env"]["ACTION"] == "${{ github.action_path }}"
    assert '"$ACTION/../../.."' in install["run"]
    assert (ACTION / "../../..").resolve() == TOP
    (cache,) = [step for step in steps if step.get("uses", "").startswith("actions/cache@")]
    assert cache["with"]["path"] == "${{ inputs.output }}/.cache"
    assert cache["with"]["key"].startswith(cache["with"]["restore-keys"])


def test_every_input_of_the_action_is_used_and_described() -> None:
    text = (ACTION / "action.yml").read_text(encoding="utf-8")
    inputs = action()["inputs"]
    assert set(re.findall(r"inputs\.(\w+)", text)) == set(inputs)
    assert all(item["description"] and "default" in item for item in inputs.values())


def test_the_hook_runs_a_command_that_there_is(built: Path) -> None:
    command = hook()["entry"].split()
    assert (hook()["id"], command[0]) == ("figgen-check", "figgen")
    done = figgen(*command[1:], cwd=built)
    assert (done.returncode, done.stderr) == (0, "")
    edit(built / "en" / "chance.md.j2", "Chance", "Luck")
    assert figgen(*command[1:], cwd=built).returncode == 1


@pytest.mark.long
def test_pre_commit_runs_the_hook_in_a_lecture_of_somebodys_own(built: Path, tmp_path: Path) -> None:
    """With the figgen that is installed, where pre-commit would install the one of a version."""
    bin_ = Path(sys.executable).parent
    there = {**hook(), "language": "system", "entry": f"{bin_}{os.sep}{hook()['entry']}"}
    configured = {"repos": [{"repo": "local", "hooks": [there]}]}
    (built / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configured), encoding="utf-8")
    (built / ".gitignore").write_text("output/\n", encoding="utf-8")
    env = os.environ | {"PRE_COMMIT_HOME": str(tmp_path / "pre-commit")}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, cwd=built, env=env, capture_output=True, encoding="utf-8", check=False)

    run("git", "init", "--quiet")
    run("git", "add", ".")
    hooks = (sys.executable, "-m", "pre_commit", "run", "--all-files")
    done = run(*hooks)
    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout + done.stderr
    edit(built / "experiments/chance/coin.py", "close_to(0.5, 0.1)", "close_to(0.9, 0.1)")
    done = run(*hooks)
    assert (done.returncode, "Failed" in done.stdout) == (1, True)
    assert "coin.fair: measured" in done.stdout
