"""Statements of a lecture as inequalities: a measure of a result, and the bound in which it must lie."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SLUG = re.compile(r"[a-z][a-z0-9_]*")
"""What claims, figures and experiments may be called."""

UNITS = ("", "%", "points")
"""What a measured value may be shown in; see `Claim.unit`."""


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

    @property
    def is_range(self) -> bool:
        """Whether it has two ends and no centre."""
        return self.centre is None and self.low < self.high and math.isfinite(self.high - self.low)

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
        statement: An English sentence, the message to translate; `{value}` stands for the measured value. It
            may have formulas in TeX between dollar signs, with braces written twice: `$2^{{1-D}}$`.
        measure: Takes the `Result` to one number.
        bound: Where that number must lie for the statement to be true.
        figure: The figure that shows it; a claim that stands in its figure need not name it.
        only_if: Where the lecture states more than this claim, the condition under which that is true: an
            English message to translate, which goes on from "only if".
        identity: Whether it follows from the definitions, whatever is drawn or learnt, as "two pieces have
            twice the parameters" does. Like any claim it is checked, for a mistake in the code would break
            it; but it is said to be an identity, and is not counted among what was measured.
        unit: How readers are shown the value and the bound, if these are fractions: "%" writes 0.25 as 25%,
            "points" as 25, for a difference in percentage points.
    """

    name: str
    statement: str
    measure: Callable[[Any], float]
    bound: Bound
    figure: str = ""
    only_if: str = ""
    identity: bool = False
    unit: str = ""

    def __post_init__(self) -> None:
        if not SLUG.fullmatch(self.name):
            raise ValueError(f"a claim's name is lower_case, not {self.name!r}")
        if self.statement.count("{value}") != 1:
            raise ValueError(f"the statement of claim {self.name!r} must show {{value}} once")
        if self.unit not in UNITS:
            allowed = ", ".join(map(repr, UNITS))
            raise ValueError(f"the unit of claim {self.name!r} is one of {allowed}, not {self.unit!r}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim with the value that was measured for it."""

    claim: Claim
    measured: float

    @property
    def holds(self) -> bool:
        """Whether the measured value lies within the claim's bound."""
        return self.claim.bound.holds(self.measured)
