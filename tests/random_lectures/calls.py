"""Ways to call a function of another module: each gives the lines for it, and adds imports on top."""

from collections.abc import Callable

from random_lectures.model import Function, Lecture

Call = Callable[[Lecture, str, Function, list[str]], list[str]]


def _relative(module: str, target: str) -> str:
    """Return how a module names another with dots; empty if no package has them both."""
    ours, theirs = module.split(".")[:-1], target.split(".")
    common = 0
    while common < min(len(ours), len(theirs)) and ours[common] == theirs[common]:
        common += 1
    return "." * (len(ours) - common + 1) + ".".join(theirs[common:]) if common else ""


def _call_by_name(lecture: Lecture, module: str, target: Function, tops: list[str]) -> list[str]:
    alias = lecture.fresh("a")
    tops.append(f"from {target.module} import {target.name} as {alias}")
    return [f"total += {alias}()"]


def _call_by_module(lecture: Lecture, module: str, target: Function, tops: list[str]) -> list[str]:
    tops.append(f"import {target.module}")
    return [f"total += {target.module}.{target.name}()"]


def _call_by_alias(lecture: Lecture, module: str, target: Function, tops: list[str]) -> list[str]:
    alias = lecture.fresh("m")
    tops.append(f"import {target.module} as {alias}")
    return [
        f"total += {lecture.rng.choice([f'{alias}.{target.name}', f'getattr({alias}, {target.name!r})'])}()"
    ]


def _call_by_star(lecture: Lecture, module: str, target: Function, tops: list[str]) -> list[str]:
    tops.append(f"from {target.module} import *")
    return [f"total += {target.name}()"]


def _call_by_dots(lecture: Lecture, module: str, target: Function, tops: list[str]) -> list[str]:
    dots, alias = _relative(module, target.module), lecture.fresh("r")
    tops.append(f"from {dots or target.module} import {target.name} as {alias}")
    return [f"total += {alias}()"]


def _call_from_inside(lecture: Lecture, module: str, target: Function, tops: list[str]) -> list[str]:
    alias = lecture.fresh("i")  # not its own name, which a star may have brought for a line above
    return [f"from {target.module} import {target.name} as {alias}", f"total += {alias}()"]


def _call_importlib(lecture: Lecture, module: str, target: Function, tops: list[str]) -> list[str]:
    tops.append("import importlib")
    half = len(target.module) // 2
    name = lecture.rng.choice([repr(target.module), f"{target.module[:half]!r} + {target.module[half:]!r}"])
    return [f"total += importlib.import_module({name}).{target.name}()"]


def _call_after_failure(lecture: Lecture, module: str, target: Function, tops: list[str]) -> list[str]:
    alias, missing = lecture.fresh("e"), lecture.fresh("missing")
    tops.append(
        f"try:\n    from {missing} import {target.name} as {alias}\n"
        f"except ImportError:\n    from {target.module} import {target.name} as {alias}"
    )
    lecture.turns[f"{missing}.py is there"] = lambda folder, rng: (folder / f"{missing}.py").write_text(
        f"def {target.name}():\n    return {rng.randrange(1000)}\n", encoding="utf-8"
    )
    return [f"total += {alias}()"]


def _call_beside_types(lecture: Lecture, module: str, target: Function, tops: list[str]) -> list[str]:
    alias = lecture.fresh("t")
    tops.append(
        f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from typed import {alias}\n"
        f"else:\n    from {target.module} import {target.name} as {alias}"
    )
    return [f"total += {alias}()"]


def _call_sys_modules(lecture: Lecture, module: str, target: Function, tops: list[str]) -> list[str]:
    tops.append(f"import sys, {target.module}")
    return [f"total += sys.modules[{target.module!r}].{target.name}()"]


def _call_exec(lecture: Lecture, module: str, target: Function, tops: list[str]) -> list[str]:
    space = lecture.fresh("space")
    return [
        f"{space} = {{}}",
        f"exec('from {target.module} ' + 'import {target.name}', {space})",
        f"total += {space}[{target.name!r}]()",
    ]


def _call_registered(lecture: Lecture, module: str, target: Function, tops: list[str]) -> list[str]:
    """Call what a third module has put into a table, imported for nothing else."""
    table, filler = lecture.fresh("table"), lecture.fresh("filler")
    lecture.files[f"{table}.py"] = "TABLE = []\n"
    fill = lecture.rng.choice(
        [f"{table}.TABLE.append(f)", f"_ = {table}.TABLE.append(f)", f"{table}.TABLE += [f]"]
    )
    lecture.files[f"{filler}.py"] = (
        f"import {table}\nfrom {target.module} import {target.name} as f\n\n{fill}\n"
    )
    tops += [f"import {filler}", f"from {table} import TABLE as {table.upper()}"]
    return [f"total += {table.upper()}[0]()"]


def _call_reexported(lecture: Lecture, module: str, target: Function, tops: list[str]) -> list[str]:
    """Call by a name that another module has it from, by one of two imports."""
    again, name = lecture.fresh("again"), lecture.fresh("g")
    other = lecture.rng.choice(lecture.functions)
    lines = [f"from {f.module} import {f.name} as {name}\n" for f in (target, other)]
    lecture.files[f"{again}.py"] = lines[0]
    lecture.turns[f"{again}.py imports another"] = lambda folder, rng: (folder / f"{again}.py").write_text(
        lines[1], encoding="utf-8"
    )
    tops.append(lecture.rng.choice([f"import {again}", f"from {again} import *"]))
    return [f"total += {again}.{name}()" if tops[-1].startswith("import") else f"total += {name}()"]


CALLS: list[Call] = [
    _call_by_name,
    _call_by_module,
    _call_by_alias,
    _call_by_star,
    _call_by_dots,
    _call_from_inside,
    _call_importlib,
    _call_after_failure,
    _call_beside_types,
    _call_sys_modules,
    _call_exec,
    _call_registered,
    _call_reexported,
]
