"""Experiments without their code: all that they say of themselves, for a process that does not run it."""

import functools
import io
import pickle
import sys
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, make_dataclass
from pathlib import Path
from types import GenericAlias
from typing import Any

from figgen.loading import Study
from figgen.parameters import ParamSpec

_FIGGENS = {
    f"figgen.{room}" for room in ("claims", "experiment", "explore", "loading", "outline", "parameters")
}
_PLAIN: dict[type, Callable[[Any], Any]] = {
    bool: bool,
    int: int.__int__,
    float: float.__float__,
    str: str.__str__,
    tuple: tuple,
}
"""What an instance of a class that builds on one of these is without that class."""

_HARMLESS: Mapping[str, tuple[str, ...]] = {
    "builtins": ("bool", "complex", "Ellipsis", "float", "int", "object", "range", "slice", "str", "tuple"),
    "pathlib": ("PosixPath", "WindowsPath"),
    "types": ("GenericAlias",),
    "figgen.claims": ("Bound", "Claim"),
    "figgen.experiment": ("Drawing", "Experiment"),
    "figgen.explore": ("Explore",),
    "figgen.loading": ("Study",),
    "figgen.outline": ("Elsewhere", "stand_in"),
    "figgen.parameters": ("ParamSpec",),
}
"""Classes, by their modules, that hold values and do nothing else."""

_Field = tuple[str, Any, Any, ParamSpec]
"""A parameter: its name, type, value, and what it means."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Stands for a function that only other processes have.

    Attributes:
        names: The top-level names behind it, in the experiment's file.
        arguments: The texts of the arguments that are bound to it.
    """

    names: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


def outline(study: Study) -> bytes:
    """Write an experiment so that `from_outline` reads it without any code of the lecture."""
    buffer = io.BytesIO()
    _Outliner(buffer, study.path).dump(study)
    return buffer.getvalue()


def from_outline(data: bytes) -> Study:
    """Read what `outline` wrote; functions are `Elsewhere`."""
    study: Study = pickle.loads(data)
    return study


def from_kept_outline(data: bytes) -> Study:
    """Read an outline out of a file, which somebody may have put there to have his code run.

    Raises:
        UnpicklingError: It has more in it than plain values.
    """
    study: Study = _Careful(io.BytesIO(data)).load()
    return study


def made_by(path: Path, function: Callable[..., Any] | Elsewhere | None) -> Elsewhere:
    """Return the top-level names behind a function, and the texts of the arguments bound to it.

    Where the function is no plain definition of the file `path`, or is bound to anything but plain values,
    the whole of the experiment's definition stands for it. Behind no function at all there is nothing.
    """
    if function is None:
        return Elsewhere()
    if isinstance(function, Elsewhere):
        return function
    arguments: tuple[Any, ...] = ()
    if isinstance(function, functools.partial):
        arguments = (*function.args, *(value for _, value in sorted(function.keywords.items())))
        function = function.func
    name = getattr(function, "__name__", "")
    plain = all(value is None or isinstance(value, str | int | float) for value in arguments)
    own = Path(getattr(getattr(function, "__code__", None), "co_filename", "")).resolve() == path.resolve()
    if not (plain and own and getattr(function, "__globals__", {}).get(name) is function):
        return Elsewhere(("EXPERIMENT",))
    return Elsewhere((name,), tuple(value if isinstance(value, str) else repr(value) for value in arguments))


def stand_in(kind: str, items: tuple[_Field, ...]) -> Any:
    """Return an instance of a class like an experiment's `Params`, but without its code."""
    declared = [
        (name, hint, field(default=value, metadata={"spec": spec})) for name, hint, value, spec in items
    ]
    return make_dataclass(kind, declared, frozen=True, namespace={"__reduce__": _reduced})()


def _reduced(params: Any) -> tuple[Callable[..., Any], tuple[str, tuple[_Field, ...]]]:
    """Say how to write the parameters of an experiment."""
    hints = typing.get_type_hints(type(params))
    items = (
        (item.name, _plain_hint(hints[item.name]), getattr(params, item.name), item.metadata["spec"])
        for item in fields(params)
    )
    return stand_in, (type(params).__name__, tuple(items))


def _plain_hint(hint: Any) -> Any:
    if typing.get_origin(hint) is tuple:
        return GenericAlias(tuple, (_plain_hint(typing.get_args(hint)[0]), ...))
    return hint if hint in _PLAIN else object


class _Careful(pickle.Unpickler):
    """Reads what does nothing when it is made."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class of figgen's that holds values, or of Python's."""
        if name not in _HARMLESS.get(module, ()):
            raise pickle.UnpicklingError(f"{module}.{name} is not read from a file")
        return super().find_class(module, name)


class _Outliner(pickle.Pickler):
    """Writes plain values as they are, and something plain in the place of all others."""

    def __init__(self, file: io.BytesIO, path: Path) -> None:
        super().__init__(file)
        self._path = path

    def reducer_override(self, value: Any) -> Any:
        """Say how to write a value; Python knows how to write its own, and figgen's."""
        module = type(value).__module__
        if value is stand_in or isinstance(value, type | GenericAlias) or module in _FIGGENS:
            return NotImplemented
        if is_dataclass(value):
            return _reduced(value)
        if callable(value):
            elsewhere = made_by(self._path, value)
            return Elsewhere, (elsewhere.names, elsewhere.arguments)
        if isinstance(value, Mapping):
            return dict, (list(value.items()),)
        for kind, plain in _PLAIN.items():
            if isinstance(value, kind):
                return kind, (plain(value),)
        if module == "numpy":
            return type(value.item()), (value.item(),)
        known = module.partition(".")[0] in sys.stdlib_module_names
        return NotImplemented if known else (str, (str(value),))
