"""The parameters of an experiment: declared with their meaning and range, checked, set from text."""

import ast
import dataclasses
import math
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from figgen.errors import ParameterError, unknown


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """What a parameter means, and which values it may take."""

    doc: str
    at_least: float | None = None
    at_most: float | None = None
    choices: tuple[Any, ...] = ()

    def allows(self, value: Any) -> bool:
        """Tell whether a value of the right type is in range."""
        numbers = value if isinstance(value, tuple) else (value,)
        if self.choices:
            return value in self.choices or all(each in self.choices for each in numbers)
        low = -math.inf if self.at_least is None else self.at_least
        high = math.inf if self.at_most is None else self.at_most
        return all(isinstance(n, str) or low <= n <= high for n in numbers)

    def __str__(self) -> str:
        if self.choices:
            return "one of " + ", ".join(map(repr, self.choices))
        if self.at_least is not None and self.at_most is not None:
            return f"from {self.at_least:g} to {self.at_most:g}"
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return "" if self.at_most is None else f"at most {self.at_most:g}"


def param(
    default: Any,
    doc: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    choices: tuple[Any, ...] = (),
) -> Any:
    """Declare a parameter in a `Params` class: its default, its meaning with unit, its allowed values.

    Its type is the field's annotation: `int`, `float`, `bool`, `str`, or a tuple of one of them.
    """
    return field(default=default, metadata={"spec": ParamSpec(doc, at_least, at_most, choices)})


def validate(params: Any) -> None:
    """Check every field of a `Params` against its type and its `param`; call it in `__post_init__`.

    Raises:
        ParameterError: A value has the wrong type or is out of range, with what is allowed; or a field is
            not declared with `param`.
    """
    hints = typing.get_type_hints(type(params))
    for item in fields(params):
        if "spec" not in item.metadata:
            raise ParameterError(f"{item.name} must be declared with param(default, doc)")
        value, spec = getattr(params, item.name), item.metadata["spec"]
        if not _has_type(value, hints[item.name]) or not spec.allows(value):
            allowed = f"{_type_name(hints[item.name])} {spec}".strip()
            raise ParameterError(f"{item.name} must be {allowed}, not {value!r}")


def specs(params: Any) -> dict[str, ParamSpec]:
    """Return what each of some parameters means, by its name."""
    return {item.name: item.metadata["spec"] for item in fields(params)}


def with_settings(params: Any, settings: Mapping[str, str]) -> Any:
    """Return `params` with some fields set from text, as `--set` gives it.

    Raises:
        ParameterError: No such parameter, text that is not of its type, or a value out of range.
    """
    hints = typing.get_type_hints(type(params))
    values = {}
    for name, text in settings.items():
        if name not in hints:
            raise ParameterError(unknown("parameter", name, hints))
        values[name] = _parse(text, hints[name])
    changed = dataclasses.replace(params, **values)
    validate(changed)
    return changed


def with_values(params: Any, values: Mapping[str, Any]) -> Any:
    """Return `params` with values that were sent from another process; those that are equal are left."""
    changed = {name: value for name, value in values.items() if value != getattr(params, name)}
    return dataclasses.replace(params, **changed)


def _parse(text: str, hint: Any) -> Any:
    """Read `text` as a value of type `hint`; where it is none, hand it on for `validate` to refuse."""
    if typing.get_origin(hint) is tuple:
        return tuple(_parse(part, typing.get_args(hint)[0]) for part in _parts(text.strip()))
    if hint is bool:
        return {"true": True, "false": False}.get(text.lower(), text)
    try:
        return hint(text)
    except ValueError:
        return text


def _parts(text: str) -> list[str]:
    """Split a list at its commas; it may stand in brackets, as Python writes it, and its texts in quotes."""
    if text[:1] + text[-1:] not in ("[]", "()"):
        return [part.strip() for part in text.split(",")]
    try:
        values = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        values = None
    if isinstance(values, list | tuple):
        return [str(value) for value in values]
    return [part.strip() for part in text[1:-1].split(",")]


def _has_type(value: Any, hint: Any) -> bool:
    if typing.get_origin(hint) is tuple:
        return isinstance(value, tuple) and all(_has_type(v, typing.get_args(hint)[0]) for v in value)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return isinstance(value, hint) and not (hint is int and isinstance(value, bool))


def _type_name(hint: Any) -> str:
    if typing.get_origin(hint) is tuple:
        return f"a comma-separated list, each {_type_name(typing.get_args(hint)[0])}"
    return {int: "an integer", float: "a number", bool: "true or false", str: "a text"}[hint]
