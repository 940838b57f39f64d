"""Random lectures, made up of random code and readings."""

import random
from pathlib import Path

from random_lectures.calls import CALLS
from random_lectures.model import Function, Lecture
from random_lectures.readings import READINGS
from random_lectures.shapes import EXPERIMENT, SHAPES

FOLDER = "from pathlib import Path\n\nFOLDER = Path(__file__).parent\n"

MODULES = [
    "plain",
    "other",
    "tools",  # a package with __init__.py, before its modules
    "tools.first",
    "tools.second",
    "tools.deep.third",
    "space.fourth",  # a package without
    "experiments.common",
    "experiments.chance.near",
]


def random_lecture(seed: int) -> Lecture:
    """Make up a lecture with two experiments."""
    lecture = Lecture(random.Random(seed))
    rng = lecture.rng
    modules = rng.sample(MODULES, rng.randint(3, 6))
    if "tools" in modules:  # which the others of it import, so it cannot import them
        modules.remove("tools")
        modules.insert(min([len(modules), *(i for i, m in enumerate(modules) if "tools" in m)]), "tools")
    for module in modules:
        _add_module(lecture, module)
    for name in ("one", "two"):
        _add_experiment(lecture, name)
    lecture.files["lecture.toml"] = 'chapters = ["chance"]\n[title]\nen = "Chance"\n'
    shown = '{{% call figure("{0}", alt="A") %}}C{{% endcall %}}\n\n{{{{ claims("{0}") }}}}\n\n'
    lecture.files["en/chance.md.j2"] = "# Chance\n\n" + shown.format("one") + shown.format("two")
    return lecture


def path_of(module: str) -> str:
    """Return the file of a module."""
    return (
        f"{module.replace('.', '/')}/__init__.py" if module == "tools" else f"{module.replace('.', '/')}.py"
    )


def _add_module(lecture: Lecture, module: str) -> None:
    file = path_of(module)
    tops: list[str] = []
    bodies: list[str] = []
    own: list[Function] = []
    for _ in range(lecture.rng.randint(1, 3)):
        function = Function(module, lecture.fresh("f"))
        body = _sum(lecture, file, module, tops, lecture.rng.randint(0, 2))
        bodies.append(_definition(lecture, function.name, body))
        own.append(function)
    lecture.functions += own
    if module.startswith("tools.") and "tools/__init__.py" not in lecture.files:
        lecture.files["tools/__init__.py"] = lecture.rng.choice(["", "from . import *\n"])
    lecture.files[file] = "\n".join([*dict.fromkeys(tops), "", *bodies])


def _add_experiment(lecture: Lecture, name: str) -> None:
    file, module = f"experiments/chance/{name}.py", f"experiments.chance.{name}"
    tops: list[str] = []
    if "experiments/chance/near.py" in lecture.files:
        tops.append("from . import near")
    parts = {
        part: "\n".join(
            f"    {line}" for line in _sum(lecture, file, module, tops, lecture.rng.randint(0, 3))
        )
        for part in ("simulated", "drawn", "claimed")
    }
    lecture.files[file] = EXPERIMENT.format(
        name=name, imports="\n".join(dict.fromkeys(tops)), definitions=_unused(lecture, file), **parts
    )


def _unused(lecture: Lecture, file: str) -> str:
    """Return a function that nothing calls."""
    return f"def {lecture.fresh('unused')}():\n    {lecture.knob(file)}\n    return k"


def _sum(lecture: Lecture, file: str, module: str, tops: list[str], calls: int) -> list[str]:
    """Return the lines of a body that adds up a knob, something read, and calls; imports go to `tops`."""
    lines = [lecture.knob(file), "total = k"]
    if lecture.rng.random() < 0.5:
        before, expression = lecture.rng.choice(READINGS)(lecture, file)
        (tops if lecture.rng.random() < 0.5 else lines).extend(before.splitlines())
        lines.append(f"total += {expression}")
    for _ in range(calls if lecture.functions else 0):
        target = lecture.rng.choice(lecture.functions)
        style = lecture.rng.choice(CALLS)
        lines += style(lecture, module, target, tops)
    return lines


def _definition(lecture: Lecture, name: str, body: list[str]) -> str:
    """Return a function with a body, in one of the shapes that functions have."""
    inside = "\n".join(f"    {line}" for line in body)
    hidden = lecture.fresh("hidden")
    deeper = "\n".join(f"        {line}" for line in body)
    shape = lecture.rng.choice(SHAPES)
    return shape.format(name=name, hidden=hidden, inside=inside, deeper=deeper)


def write(lecture: Lecture, folder: Path) -> None:
    """Write the files of a lecture."""
    for name, text in {**lecture.files, "lecture_folder.py": FOLDER}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
