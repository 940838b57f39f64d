"""The arrows of the design: who may import whom."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from figgen.paths import PACKAGE

RANKS = [
    {"errors", "paths", "colours"},
    {"translation"},
    {"claims", "parameters"},
    {"experiment"},
    {"plotting"},
    {"sim"},
    {"experiments"},
    {"loading", "settings", "layers"},
    {"lecture"},
    {"engine"},
    {"check"},
    {"handout", "slides"},
    {"console", "request"},
    {"cli"},
    {"__main__"},
]
"""Lowest first; a room imports from lower ranks, and from itself."""

TESTS = Path(__file__).parent
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "templates" not in path.parts)


def rank(room: str) -> int:
    return next(number for number, rooms in enumerate(RANKS) if room in rooms)


def room_of(path: Path) -> str:
    part = path.relative_to(PACKAGE).parts[0]
    return part.removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Yield each module that a file imports, at the top or later, types aside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_room_imports_from_lower_ranks_only(path: Path) -> None:
    room = room_of(path)
    for module in imported(path):
        parts = module.split(".")
        if parts[0] == "figgen" and len(parts) > 1 and parts[1] != room:
            beside = {parts[1], room} == {"handout", "slides"}  # both are written from the same manuscript
            assert beside or rank(parts[1]) < rank(room), f"{path} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    homes = {
        "click": {"cli"},
        "jinja2": {"handout"},
        "typst": {"handout"},
        "pypandoc": {"handout"},
        "pptx": {"slides"},
        "PIL": {"colours", "plotting", "handout", "check"},
        "rich": {"console"},
        "matplotlib": {"plotting", "experiments"},
        "babel": {"translation", "handout", "slides"},
    }
    for module in imported(path):
        library = module.split(".")[0]
        assert room_of(path) in homes.get(library, {room_of(path)}), f"{path} imports {module}"
        assert module != "matplotlib.pyplot"


def test_the_simulation_core_needs_numpy_alone() -> None:
    for path in (PACKAGE / "sim").rglob("*.py"):
        libraries = {module.split(".")[0] for module in imported(path)}
        assert not libraries & {"matplotlib", "jinja2", "click", "rich", "babel", "scipy"}, path


def test_the_tool_does_not_know_its_lecture() -> None:
    for path in FILES:
        if room_of(path) not in {"sim", "experiments"}:
            assert not [m for m in imported(path) if m.startswith(("figgen.sim", "figgen.experiments"))], path


def test_every_test_file_is_collected() -> None:
    """Collect as the test command does: pytest passes over folders called build, and a typo over any."""
    there = {path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py")}
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-m", "long or not long", "-n0"]
    done = subprocess.run(command, cwd=TESTS.parent, capture_output=True, encoding="utf-8", check=False)
    lines = [line for line in done.stdout.splitlines() if "::" in line]
    collected = {line.partition("::")[0].removeprefix("tests/") for line in lines}
    assert collected == there
