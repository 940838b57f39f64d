"""What a job has replaced in the modules of others, such as a function of NumPy by one of its own.

A process that does one job after the other is no longer as at its beginning then.
"""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

_Offered = dict[Any, dict[str, Any]]


def offered() -> _Offered:
    """Return what the modules of this process offer, and their classes: functions, classes, constants."""
    return {owner: _constant(owner) for owner in _owners()}


def is_replaced(before: _Offered) -> bool:
    """Tell whether something that was offered before is another thing now, or is gone."""
    return any(
        vars(owner).get(name) is not value
        for owner, values in before.items()
        for name, value in values.items()
    )


def _owners() -> Iterator[Any]:
    """Yield all modules, and the classes that they define."""
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType):
            yield module
            yield from (value for value in vars(module).values() if _defines(module, value))


def _defines(module: ModuleType, value: object) -> bool:
    return isinstance(value, type) and value.__module__ == module.__name__


def _constant(owner: Any) -> dict[str, Any]:
    """Return what code of another takes for constant: no containers, and no notes of a module's own."""
    return {
        name: value
        for name, value in list(vars(owner).items())
        if callable(value) or isinstance(value, float | property | classmethod | staticmethod)
    }
