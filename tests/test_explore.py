"""What a figure explores is checked as it is written down, and each message says what is wrong."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from figgen.errors import ParameterError
from figgen.experiment import Drawing, Experiment, Explore, param, validate
from figgen.explore import point


@dataclass(frozen=True, slots=True)
class Params:
    width: int = param(64, "units", at_least=2, at_most=1024)
    rate: float = param(0.1, "learning rate", at_least=0)
    name: str = param("tanh", "activation", choices=("tanh", "relu"))

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    mean: float


def simulate(params: Params, rng: np.random.Generator) -> Result:
    return Result(float(rng.normal(size=params.width).mean()))


def draw(*_: object) -> None:
    raise AssertionError


def experiment(explore: Explore, simulate: Any = simulate) -> Experiment:
    figures = {"first": Drawing(draw, explore=explore)}
    return Experiment(params=Params(), simulate=simulate, figures=figures)


def test_values_are_in_order_each_once() -> None:
    assert Explore("rate", (1, 0.1, 0.5, 0.1)).values == (0.1, 0.5, 1)


def test_points_are_values_as_set_takes_them() -> None:
    explored = experiment(Explore("rate", (1e-8, 0.1, 2.0, 3))).figures["first"].explore
    assert explored is not None
    assert explored.points == ("rate=1e-08", "rate=0.1", "rate=2", "rate=3")
    assert point("width", 10**16) == "width=10000000000000000"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((0.1,), r"Explore\('rate', …\) needs at least two values, not \(0\.1,\)"),
        ((0.1, 0.1), r"Explore\('rate', …\) needs at least two values"),
        (0.1, r"Explore\('rate', …\) needs at least two values, not 0\.1"),
        ((0.1, "0.2"), r"Explore\('rate', …\) explores numbers, not '0\.2'"),
        ((0.1, True), r"Explore\('rate', …\) explores numbers, not True"),
        ((0.1, float("nan")), r"Explore\('rate', …\) explores numbers, not nan"),
    ],
)
def test_values_are_two_numbers_at_least(values: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Explore("rate", values)


def test_a_logarithmic_scale_has_no_zero() -> None:
    with pytest.raises(ValueError, match=r"has log=True, where each value is above 0, not 0"):
        Explore("rate", (0, 0.1), log=True)


@pytest.mark.parametrize(
    ("explore", "message"),
    [
        (
            Explore("widht", (32, 64)),
            "figure 'first': explore: unknown parameter 'widht'; did you mean width?",
        ),
        (
            Explore("width", (64, 2048)),
            "figure 'first': explore: width=2048: width must be an integer from 2 to 1024, not 2048",
        ),
        (
            Explore("width", (64, 64.5)),
            r"figure 'first': explore: width=64\.5: width must be an integer from 2 to 1024, not '64\.5'",
        ),
        (
            Explore("rate", (-1, 0.1)),
            r"figure 'first': explore: rate=-1: rate must be a number at least 0, not -1",
        ),
        (
            Explore("name", (1, 2)),
            "figure 'first': explore: name is no number, so that no slider can move it",
        ),
        (
            Explore("width", (32, 128)),
            "figure 'first': explore: the default 64 of width must be among the values",
        ),
    ],
)
def test_what_is_explored_is_what_the_parameters_take(explore: Explore, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        experiment(explore)


def test_an_illustration_has_nothing_to_explore() -> None:
    with pytest.raises(
        ValueError, match="figure 'first' has no simulation whose parameters it could explore"
    ):
        experiment(Explore("width", (32, 64)), simulate=None)


def test_only_an_explore_explores() -> None:
    with pytest.raises(ValueError, match=r"explore must be Explore\(parameter, values\), not 'width'"):
        Drawing(draw, explore="width")  # type: ignore[arg-type]
