"""A fingerprint changes with the code that is reached, and with nothing else."""

from pathlib import Path

import pytest
from tiny_lecture import edit

from figgen.engine.code.modules import Places
from figgen.engine.fingerprint import Code, Fingerprint

EXPERIMENT = '''"""A title."""
from figgen.sim import activations as act
from figgen.sim.data import digits
from figgen.experiment import Experiment

SIZE = 3


def helper(x):
    return act.relu(x) + SIZE


def simulate(params, rng):
    """Docstring."""
    from figgen.sim.late import lazily
    return helper(digits()) + lazily()  # comment


def draw(result, figure, tr):
    figure.text(tr("A label"))


EXPERIMENT = Experiment(simulate, draw)
'''

PACKAGE = {
    "experiment.py": "class Experiment:\n    pass\n",
    "sim/__init__.py": "",
    "sim/activations.py": "def relu(x):\n    return abs(x)\n\n\ndef tanh(x):\n    return x\n",
    "sim/data.py": "def digits():\n    return load('digits.bin')\n\n\ndef load(name):\n    return name\n",
    "sim/late.py": "def lazily():\n    return 1\n",
    "sim/assets/digits.bin": "old",
    "chapter/one.py": EXPERIMENT,
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    root = tmp_path / "figgen"
    for name, text in PACKAGE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def fingerprint(path: Path, *names: str) -> Fingerprint:
    """Look at the code anew, for the lecture two folders above an experiment's, beside the package."""
    root = next(folder for folder in path.parents if (folder / "figgen").is_dir())
    return Code(Places(path.parents[2], root / "figgen")).reached_by(path, *names)


def digests(package: Path) -> dict[str, str]:
    path = package / "chapter/one.py"
    return {name: str(fingerprint(path, name).parts) for name in ("simulate", "draw", "EXPERIMENT")}


def changed(package: Path, file: str, old: str, new: str) -> set[str]:
    before = digests(package)
    edit(package / file, old, new)
    after = digests(package)
    return {name for name in before if before[name] != after[name]}


def test_parts_are_named_by_file_and_definition(package: Path) -> None:
    parts = fingerprint(package / "chapter/one.py", "simulate").parts
    assert {"figgen/chapter/one.py: simulate", "figgen/sim/activations.py: relu"} <= parts.keys()
    assert {"figgen/sim/assets/digits.bin", "figgen/chapter/one.py: import of digits"} <= parts.keys()
    assert "figgen/sim/activations.py: tanh" not in parts


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("chapter/one.py", "  # comment", "  # another comment"),
        ("chapter/one.py", '"""Docstring."""', '"""Another, longer docstring."""'),
        ("chapter/one.py", '"""A title."""', '"""Another title."""'),
        ("chapter/one.py", "act.relu(x) + SIZE", "(\n        act.relu(x)\n        + SIZE\n    )"),
        ("sim/activations.py", "    return x\n", "    return 2 * x\n"),
    ],
    ids=["comment", "docstring", "title", "formatting", "a function that is not reached"],
)
def test_what_cannot_change_the_result_changes_no_fingerprint(
    package: Path, file: str, old: str, new: str
) -> None:
    assert changed(package, file, old, new) == set()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("chapter/one.py", "return helper(digits())", "return 2 * helper(digits())"),
        ("chapter/one.py", "act.relu(x) + SIZE", "act.relu(x) - SIZE"),
        ("chapter/one.py", "SIZE = 3", "SIZE = 4"),
        ("sim/activations.py", "abs(x)", "max(x, 0)"),
        ("sim/data.py", "return name", "return open(name)"),
        ("sim/late.py", "return 1", "return 2"),
        ("sim/assets/digits.bin", "old", "new"),
    ],
    ids=["itself", "helper", "constant", "module attribute", "further import", "import inside", "asset"],
)
def test_what_simulate_reaches_changes_its_fingerprint_alone(
    package: Path, file: str, old: str, new: str
) -> None:
    assert changed(package, file, old, new) == {"simulate", "EXPERIMENT"}


def test_editing_draw_leaves_simulate_as_it_is(package: Path) -> None:
    assert changed(package, "chapter/one.py", "A label", "Another label") == {"draw", "EXPERIMENT"}


def test_a_module_used_as_a_value_counts_as_a_whole(package: Path) -> None:
    path = package / "chapter/one.py"
    path.write_text(EXPERIMENT.replace("act.relu(x)", "getattr(act, 'relu')(x)"), encoding="utf-8")
    assert changed(package, "sim/activations.py", "    return x\n", "    return 2 * x\n") >= {"simulate"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SIZE = 3", "SIZE = 4\nSIZE = 3"),
        ("from figgen.sim import activations as act", "from figgen.sim import late as act"),
        ("act.relu(x)", "globals()['act'].relu(x)"),
    ],
    ids=["a second assignment", "another import under the same name", "a name made at run time"],
)
def test_what_changes_the_meaning_of_a_name_counts(package: Path, old: str, new: str) -> None:
    assert "simulate" in changed(package, "chapter/one.py", old, new)


def test_after_a_look_into_globals_every_definition_counts(package: Path) -> None:
    edit(package / "chapter/one.py", "act.relu(x)", "globals()['act'].relu(x)")
    assert "simulate" in changed(package, "chapter/one.py", "A label", "Another label")


def test_the_order_of_assignments_counts(package: Path) -> None:
    edit(package / "chapter/one.py", "SIZE = 3", "SIZE = 4\nSIZE = 3")
    assert "simulate" in changed(package, "chapter/one.py", "SIZE = 4\nSIZE = 3", "SIZE = 3\nSIZE = 4")


def test_a_branch_for_run_time_beside_types_counts(package: Path) -> None:
    branch = "from typing import TYPE_CHECKING\n\nif not TYPE_CHECKING:\n    print(1)\n\n\ndef relu"
    edit(package / "sim/activations.py", "def relu", branch)
    assert "simulate" in changed(package, "sim/activations.py", "print(1)", "print(2)")


def test_a_helper_and_data_of_the_lecture_count(package: Path, tmp_path: Path) -> None:
    chapter = tmp_path / "lecture" / "experiments" / "chapter"
    chapter.mkdir(parents=True)
    (tmp_path / "lecture" / "helper.py").write_text("def twice(x):\n    return 2 * x\n", encoding="utf-8")
    (chapter / "data.txt").write_text("1", encoding="utf-8")
    text = "from helper import twice\n\n\ndef simulate(params, rng):\n    return twice(open('data.txt'))\n"
    (chapter / "own.py").write_text(text, encoding="utf-8")
    before = fingerprint(chapter / "own.py", "simulate").parts
    assert {"helper.py: twice", "experiments/chapter/data.txt"} <= before.keys()
    edit(tmp_path / "lecture" / "helper.py", "2 * x", "3 * x")
    assert fingerprint(chapter / "own.py", "simulate").parts["helper.py: twice"] != before["helper.py: twice"]


def test_a_package_installed_beside_figgen_does_not_count(package: Path) -> None:
    installed = package.parent / "numpy.py"  # as in site-packages
    installed.write_text("def load(name):\n    return name\n", encoding="utf-8")
    edit(package / "sim/data.py", "def digits", "from numpy import load as read\n\n\ndef digits")
    edit(package / "sim/data.py", "load('digits.bin')", "read('digits.bin')")
    parts = fingerprint(package / "sim/data.py", "digits").parts  # in a folder right below figgen's
    assert parts.keys() >= {"figgen/sim/data.py: digits"}
    assert not any("numpy.py" in name for name in parts)


def test_a_file_far_away_does_not_count_though_a_string_has_its_path(package: Path, tmp_path: Path) -> None:
    (tmp_path / "far.txt").write_text("1", encoding="utf-8")
    edit(package / "sim/data.py", "'digits.bin'", repr(str(tmp_path / "far.txt")))
    assert not any("far.txt" in name for name in fingerprint(package / "sim/data.py", "digits").parts)


def test_a_statement_that_always_runs_counts(package: Path) -> None:
    path = package / "sim/activations.py"
    path.write_text(PACKAGE["sim/activations.py"] + "\nprint('loaded')\n", encoding="utf-8")
    assert changed(package, "sim/activations.py", "'loaded'", "'loading'") == set(digests(package))


def test_strings_are_the_messages_that_the_code_may_show(package: Path) -> None:
    assert fingerprint(package / "chapter/one.py", "draw").strings == {"A label"}


def test_the_folder_does_not_count(package: Path, tmp_path: Path) -> None:
    before = digests(package)
    moved = package.rename(tmp_path / "elsewhere").parent / "elsewhere"
    (tmp_path / "other").mkdir()
    moved = moved.rename(tmp_path / "other" / "figgen")
    assert digests(moved) == before


@pytest.mark.parametrize("used", ["draw.__doc__", "__import__('inspect').getsource(draw)"])
def test_a_docstring_counts_where_code_may_look_at_it(package: Path, used: str) -> None:
    edit(package / "chapter/one.py", 'tr("A label")', f"tr({used})")
    assert "draw" in changed(package, "chapter/one.py", '"""Docstring."""', '"""Another."""')


def unsteady(package: Path, code: str) -> set[tuple[int, str]]:
    """Return what gives something else each time in code that `simulate` reaches, with its lines."""
    path = package / "chapter/two.py"
    path.write_text(code, encoding="utf-8")
    return {(line, name) for _, line, name in fingerprint(path, "simulate").unsteady}


def test_random_numbers_without_a_seed_are_found(package: Path) -> None:
    found = unsteady(
        package,
        "import random\nimport numpy as np\nfrom numpy.random import default_rng\n\n\n"
        "def simulate(params, rng):\n    np.random.default_rng(3)\n    default_rng()\n    rng.normal()\n"
        "    random.Random(1).random()\n    np.random.normal()\n    return seeded() + random.random()\n\n\n"
        "def seeded():\n    np.random.seed(0)\n    return np.random.rand()\n",
    )
    assert found == {(8, "numpy.random.default_rng"), (11, "numpy.random.normal"), (12, "random.random")}


def test_random_numbers_that_a_seed_on_import_decides_are_steady(package: Path) -> None:
    found = unsteady(
        package,
        "import random\nimport numpy as np\n\nnp.random.seed(0)\n\n\n"
        "def simulate(params, rng):\n    np.random.rand()\n    return random.random()\n",
    )
    assert found == {(9, "random.random")}


def test_readings_of_the_clock_are_found_where_they_are_reached_under_any_name(package: Path) -> None:
    found = unsteady(
        package,
        "import datetime as dt\nimport time\nfrom time import perf_counter as now\n\n\n"
        "def simulate(params, rng):\n    time.sleep(0)\n    time.ctime(0)\n    return helper()\n\n\n"
        "def helper():\n    return now(), dt.datetime.now(dt.UTC), time.localtime()\n\n\n"
        "def unreached():\n    return time.time()\n",
    )
    assert found == {
        (13, "time.perf_counter"),
        (13, "datetime.datetime.now"),
        (13, "time.localtime"),
    }
