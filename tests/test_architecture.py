"""The arrows of the design: who may import whom."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from figgen.lecture import load_lecture
from figgen.paths import BUILT_IN, PACKAGE, built_in_lecture

RANKS = [
    {"errors", "isolation", "paths", "colours", "fonts"},
    {"translation"},
    {"claims", "parameters"},
    {"explore"},
    {"experiment"},
    {"wording"},
    {"plotting"},
    {"sim"},
    {"experiments"},
    {"modules", "layers"},
    {"loading", "settings"},
    {"lecture", "outline"},
    {"engine"},
    {"check"},
    {"handout", "slides"},
    {"scaffold"},
    {"console", "request"},
    {"preview"},
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
        "jinja2": {"handout", "scaffold"},
        "typst": {"fonts", "handout"},
        "pypandoc": {"handout"},
        "pptx": {"slides"},
        "PIL": {"colours", "plotting", "handout", "check", "slides"},
        "rich": {"console"},
        "matplotlib": {"plotting", "experiments"},
        "babel": {"translation"},
        "tomlkit": {"scaffold"},
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


SUBJECT = "|".join(
    (
        r"neur(on|al)\w*",
        r"relu|sigmoid|softmax|perceptron",
        r"kaiming|xavier|glorot",
        r"back.?prop\w*|batch.?norm\w*|mini.?batch\w*|learning.rates?",
    )
)
"""What the built-in lecture is about, and no tool need know."""


def words_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts and names in a Python file with their lines; docstrings only where they are help."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if path.stem == "cli" or id(node) not in docstrings:
                yield node.lineno, node.value
        elif isinstance(node, ast.Name | ast.Attribute | ast.arg | ast.FunctionDef | ast.ClassDef):
            yield (
                node.lineno,
                next(getattr(node, n) for n in ("id", "attr", "arg", "name") if hasattr(node, n)),
            )


def test_the_tool_does_not_speak_of_its_lecture() -> None:
    lecture = load_lecture(built_in_lecture(BUILT_IN))
    names = {study.name for study in lecture.studies} | set(lecture.figures())
    known = re.compile(rf"(?<![a-z])({SUBJECT}|{'|'.join(map(re.escape, names))})(?![a-z])", re.IGNORECASE)
    code = [path for path in FILES if room_of(path) not in {"sim", "experiments"}]
    data = (built_in_lecture() / "layout", PACKAGE / "languages")
    spoken = [(path, *word) for path in code for word in words_of(path)]
    for path in (path for folder in data for path in folder.rglob("*") if path.is_file()):
        spoken += ((path, *line) for line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1))
    assert len(spoken) > 10_000  # it has looked
    named = [(path, line, match[0]) for path, line, text in spoken if (match := known.search(text))]
    its_folder = (PACKAGE / "paths.py", "neural_networks_1")
    assert [n for n in named if (n[0], n[2]) != its_folder] == []


def test_every_test_file_is_collected() -> None:
    """Collect as the test command does: pytest passes over folders called build, and a typo over any."""
    there = {path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py")}
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-m", "long or not long", "-n0"]
    done = subprocess.run(command, cwd=TESTS.parent, capture_output=True, encoding="utf-8", check=False)
    lines = [line for line in done.stdout.splitlines() if "::" in line]
    collected = {line.partition("::")[0].removeprefix("tests/") for line in lines}
    assert collected == there
