"""What readers may explore: a figure and its claims for further values of one parameter."""

import math
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from figgen.errors import ParameterError, unknown
from figgen.parameters import with_settings


@dataclass(frozen=True, slots=True)
class Explore:
    """The further values of a parameter that a figure is drawn for, and its claims are measured at.

    Attributes:
        parameter: The name of a parameter of the experiment, a number.
        values: At least two numbers, the parameter's default among them; kept in ascending order.
        log: Whether they lie on a logarithmic scale.
        look: What to look for while the value moves: a sentence, the message to translate.
        on_paper: Whether a printed handout shows the figure for all values, too, small and side by side.
    """

    parameter: str
    values: tuple[float, ...]
    log: bool = False
    look: str = ""
    on_paper: bool = False

    def __post_init__(self) -> None:
        for value in self.values if isinstance(self.values, Iterable) else ():
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise ValueError(f"{self._told} explores numbers, not {value!r}")
        if not isinstance(self.values, Iterable) or len(set(self.values)) < 2:
            raise ValueError(f"{self._told} needs at least two values, not {self.values!r}")
        values = tuple(sorted(set(self.values)))
        if self.log and values[0] <= 0:
            raise ValueError(f"{self._told} has log=True, where each value is above 0, not {values[0]!r}")
        object.__setattr__(self, "values", values)

    @property
    def points(self) -> tuple[str, ...]:
        """The values as `--set` takes them."""
        return tuple(point(self.parameter, value) for value in self.values)

    @property
    def _told(self) -> str:
        return f"Explore({self.parameter!r}, …)"


def point(parameter: str, value: float) -> str:
    """Write a value of a parameter as `--set` takes it: `rate=0.5`; a whole number has no decimal point."""
    return f"{parameter}={str(value).removesuffix('.0')}"


def validate_exploring(explore: Explore, params: Any) -> None:
    """Check what a figure explores against the parameters of its experiment.

    Raises:
        ParameterError: There is no such parameter, it is no number, it does not take one of the values, or
            its default is not among them.
    """
    hints = typing.get_type_hints(type(params))
    if explore.parameter not in hints:
        raise ParameterError(unknown("parameter", explore.parameter, hints))
    if hints[explore.parameter] not in (int, float):
        raise ParameterError(f"{explore.parameter} is no number, so that no slider can move it")
    for each in explore.points:
        name, _, text = each.partition("=")
        try:
            with_settings(params, {name: text})
        except Exception as error:  # perhaps of a check of the experiment's own
            raise ParameterError(f"{each}: {error or type(error).__name__}") from error
    default = getattr(params, explore.parameter)
    if default not in explore.values:
        raise ParameterError(f"the default {default!r} of {explore.parameter} must be among the values")
