"""The contract of an experiment: parameters, a simulation, claims over its result, figures.

An experiment is one file that ends in `EXPERIMENT = Experiment(...)`. Its stem is the experiment's name, its
folder the chapter, its docstring's first line the title; `figgen.lecture` finds it by walking the folder.
"""

import dataclasses
import math
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from figgen.errors import ParameterError, unknown

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

    from figgen.translation import Translator

Reveal = Callable[[float], None]
"""Show only a share of a figure that is drawn and laid out: what comes first. All of it is shown with 1."""

Draw = Callable[[Any, "Figure", "Translator"], Reveal | None]
"""Draw a result into an empty figure; no randomness, no files. What comes in frames returns its `Reveal`."""

_SLUG = re.compile(r"[a-z][a-z0-9_]*")


# Parameters -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """What a parameter means, and which values it may take."""

    doc: str
    at_least: float | None = None
    at_most: float | None = None
    choices: tuple[Any, ...] = ()

    def allows(self, value: Any) -> bool:
        """Tell whether a value of the right type is in range."""
        if self.choices:
            return value in self.choices
        numbers = value if isinstance(value, tuple) else (value,)
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


def _parse(text: str, hint: Any) -> Any:
    """Read `text` as a value of type `hint`; where it is none, hand it on for `validate` to refuse."""
    if typing.get_origin(hint) is tuple:
        return tuple(_parse(part.strip(), typing.get_args(hint)[0]) for part in text.split(","))
    if hint is bool:
        return {"true": True, "false": False}.get(text.lower(), text)
    try:
        return hint(text)
    except ValueError:
        return text


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


# Claims ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bound:
    """The closed interval in which a measured value must lie; `centre` is for those that have one."""

    low: float = -math.inf
    high: float = math.inf
    centre: float | None = None

    def __post_init__(self) -> None:
        if not self.low <= self.high or (math.isinf(self.low) and math.isinf(self.high)):
            raise ValueError(f"a bound from {self.low} to {self.high} is no bound")

    def holds(self, value: float) -> bool:
        """Tell whether `value` is a number within the bound."""
        return math.isfinite(value) and self.low <= value <= self.high

    def describe(self, number: Callable[[float], str] = "{:.4g}".format) -> str:
        """Write the bound out, its numbers by `number`: `≥ 2`, `0.4 … 0.6`, `0.5 ± 0.1`, `= 1`."""
        if self.low == self.high:
            return f"= {number(self.low)}"
        if self.centre is not None:
            return f"{number(self.centre)} ± {number(self.high - self.centre)}"
        if math.isinf(self.low):
            return f"≤ {number(self.high)}"
        if math.isinf(self.high):
            return f"≥ {number(self.low)}"
        return f"{number(self.low)} … {number(self.high)}"


def at_most(high: float) -> Bound:
    """Bound a value from above."""
    return Bound(high=high)


def at_least(low: float) -> Bound:
    """Bound a value from below."""
    return Bound(low=low)


def between(low: float, high: float) -> Bound:
    """Bound a value from both sides."""
    return Bound(low, high)


def close_to(value: float, tolerance: float) -> Bound:
    """Bound a value to within an absolute `tolerance` of `value`."""
    return Bound(value - tolerance, value + tolerance, value)


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of the lecture as an inequality over a simulation's result.

    Attributes:
        name: Identifies the claim within its experiment.
        statement: An English sentence, the message to translate; `{value}` stands for the measured value.
        measure: Takes the `Result` to one number.
        bound: Where that number must lie for the statement to be true.
        figure: The figure that shows it; an experiment's only figure needs no naming.
        only_if: Where the lecture states more than this claim, the condition under which that is true: an
            English message to translate, which goes on from "only if".
    """

    name: str
    statement: str
    measure: Callable[[Any], float]
    bound: Bound
    figure: str = ""
    only_if: str = ""

    def __post_init__(self) -> None:
        if not _SLUG.fullmatch(self.name):
            raise ValueError(f"a claim's name is lower_case, not {self.name!r}")
        if self.statement.count("{value}") != 1:
            raise ValueError(f"the statement of claim {self.name!r} must show {{value}} once")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim with the value that was measured for it."""

    claim: Claim
    measured: float

    @property
    def holds(self) -> bool:
        """Whether the measured value lies within the claim's bound."""
        return self.claim.bound.holds(self.measured)


# Experiments ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure of an experiment.

    Attributes:
        draw: Draws the result into an empty figure.
        height: Height of the printed figure as a fraction of its width, which is the text's. A slide is 16:9.
        frames: In how many steps a lecture reveals it; with more than one, `draw` returns what reveals it.
    """

    draw: Draw
    height: float = 0.5
    frames: int = 1

    def __post_init__(self) -> None:
        if self.frames < 1:
            raise ValueError(f"a figure has at least one frame, not {self.frames}")


@dataclass(frozen=True, slots=True)
class Experiment:
    """What one experiment file offers.

    Attributes:
        params: An instance of a frozen dataclass made of `param` fields, with the lecture's sizes.
        quick: The same with sizes for a test: the same claims hold.
        simulate: Takes `params` and a seeded generator to a `Result`: a frozen dataclass of arrays, scalars.
        claims: What the lecture states about the result.
        figures: Drawings by name; one simulation may feed several.
        source: The papers behind it, as a reader would cite them.
        recorded: Whether `simulate` reads what was recorded on a machine, as times are, because it could not
            compute the same twice. With the parameter `measure` it takes a fresh recording instead.
    """

    params: Any
    simulate: Callable[..., Any]
    claims: tuple[Claim, ...]
    figures: Mapping[str, Drawing]
    quick: Any = None
    source: str = ""
    recorded: bool = False

    def __post_init__(self) -> None:
        for name in self.figures:
            if not _SLUG.fullmatch(name):
                raise ValueError(f"a figure's name is lower_case, not {name!r}")
        if not self.claims or not self.figures:
            raise ValueError("an experiment needs at least one claim and one figure")
        if "return" not in typing.get_type_hints(self.simulate):
            raise ValueError("simulate must be annotated with what it returns: -> Result")
        validate(self.params)
        if self.recorded and getattr(self.params, "measure", None) is not False:
            raise ValueError("a recorded experiment needs measure: bool = param(False, …) in its Params")
        claimed = [claim.name for claim in self.claims]
        if len(set(claimed)) < len(claimed):
            raise ValueError(f"two claims have the same name: {', '.join(sorted(claimed))}")
        object.__setattr__(self, "claims", tuple(map(self._shown, self.claims)))
        if self.quick is None:
            object.__setattr__(self, "quick", self.params)

    def _shown(self, claim: Claim) -> Claim:
        """Return a claim with the figure that shows it."""
        if claim.figure and claim.figure not in self.figures:
            raise ValueError(f"claim {claim.name!r}: {unknown('figure', claim.figure, self.figures)}")
        if not claim.figure and len(self.figures) > 1:
            which = ", ".join(self.figures)
            raise ValueError(f"claim {claim.name!r}: must name the figure that shows it; there are: {which}")
        return dataclasses.replace(claim, figure=claim.figure or next(iter(self.figures)))

    @property
    def result_type(self) -> type[Any]:
        """The `Result` class that `simulate` is annotated to return."""
        result_type: type[Any] = typing.get_type_hints(self.simulate)["return"]
        return result_type

    def measure(self, result: Any) -> tuple[Evidence, ...]:
        """Measure every claim on a result of `simulate`."""
        return tuple(Evidence(claim, float(claim.measure(result))) for claim in self.claims)

    def fallen(self, result: Any) -> set[str]:
        """Name the claims that do not hold on a result: what the test of a tempting mistake looks at."""
        return {evidence.claim.name for evidence in self.measure(result) if not evidence.holds}


def generator(experiment: str, seed: int) -> "np.random.Generator":
    """Return the generator of an experiment, independent of all others, of order, and of who runs it.

    Args:
        experiment: The experiment's name.
        seed: The build's seed, not negative.
    """
    import numpy as np

    name = int.from_bytes(sha256(experiment.encode()).digest()[:16], "big")
    return np.random.default_rng(np.random.SeedSequence([seed, name]))
