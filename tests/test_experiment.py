import dataclasses
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from figgen.errors import ParameterError
from figgen.experiment import (
    Bound,
    Claim,
    Drawing,
    Experiment,
    at_least,
    at_most,
    between,
    close_to,
    generator,
    param,
    validate,
    with_settings,
)


@dataclass(frozen=True, slots=True)
class Params:
    width: int = param(64, "units", at_least=2, at_most=1024)
    rate: float = param(0.1, "learning rate", at_least=0)
    scales: tuple[float, ...] = param((0.5, 1.0), "scales", at_least=0)
    name: str = param("tanh", "activation", choices=("tanh", "relu"))
    biased: bool = param(True, "biased variance")

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    mean: float


def simulate(params: Params, rng: np.random.Generator) -> Result:
    return Result(float(rng.normal(size=params.width).mean()))


def claim(name: str = "zero_mean", statement: str = "The mean is {value}.", figure: str = "") -> Claim:
    return Claim(name, statement, lambda r: abs(r.mean), at_most(1), figure)


def draw(*_: object) -> None:
    raise AssertionError


def test_settings_come_as_text_and_take_the_type_of_the_parameter() -> None:
    params = with_settings(
        Params(),
        {"width": "16", "rate": "1e-3", "scales": "1, 2,3", "name": "relu", "biased": "false"},
    )
    assert params == Params(16, 1e-3, (1.0, 2.0, 3.0), "relu", False)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("widht", "1", "unknown parameter 'widht'; did you mean width?"),
        ("width", "wide", "width must be an integer from 2 to 1024, not 'wide'"),
        ("width", "1.5", "width must be an integer from 2 to 1024, not '1.5'"),
        ("width", "1", "width must be an integer from 2 to 1024, not 1"),
        ("rate", "-1", "rate must be a number at least 0, not -1.0"),
        ("rate", "nan", "rate must be a number at least 0, not nan"),
        ("name", "gelu", "name must be a text one of 'tanh', 'relu', not 'gelu'"),
        ("biased", "perhaps", "biased must be true or false, not 'perhaps'"),
        ("scales", "1,x", r"scales must be a comma-separated list, each a number at least 0, not (1.0, 'x')"),
    ],
)
def test_a_wrong_setting_is_told_with_what_is_allowed(name: str, text: str, message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        with_settings(Params(), {name: text})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "scales"),
    [
        ("[1,2]", (1.0, 2.0)),
        ("(1, 2)", (1.0, 2.0)),
        (" [ 1e-3 , 2, ] ", (1e-3, 2.0)),
        ("[]", ()),
        ("(5)", (5.0,)),
    ],
)
def test_a_list_may_stand_in_brackets(text: str, scales: tuple[float, ...]) -> None:
    assert with_settings(Params(), {"scales": text}).scales == scales


SCALES = "scales must be a comma-separated list, each a number at least 0"


@dataclass(frozen=True, slots=True)
class Listed:
    names: tuple[str, ...] = param(("tanh",), "activations", choices=("tanh", "relu", "a,b"))
    texts: tuple[str, ...] = param((), "texts")
    flags: tuple[bool, ...] = param((), "flags")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("names", "tanh,relu", ("tanh", "relu")),
        ("names", "[tanh, relu]", ("tanh", "relu")),
        ("names", '["tanh", "a,b"]', ("tanh", "a,b")),
        ("texts", "a=b,c==", ("a=b", "c==")),
        ("texts", "['[1]', '']", ("[1]", "")),
        ("flags", "[true, False]", (True, False)),
        ("flags", "[True, False]", (True, False)),
    ],
)
def test_texts_of_a_list_may_stand_in_quotes(name: str, text: str, value: tuple[object, ...]) -> None:
    assert getattr(with_settings(Listed(), {name: text}), name) == value


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("scales", "[[1,2]]", f"{SCALES}, not ('[1, 2]',)"),
        ("scales", "[1,2", f"{SCALES}, not ('[1', 2.0)"),
        ("scales", "", f"{SCALES}, not ('',)"),
        ("width", "[64]", "width must be an integer from 2 to 1024, not '[64]'"),
    ],
)
def test_brackets_that_are_no_list_of_the_kind_are_told(name: str, text: str, message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        with_settings(Params(), {name: text})
    assert str(caught.value) == message


def test_each_of_a_list_must_be_one_of_the_choices() -> None:
    told = "^names must be a comma-separated list, each a text one of 'tanh', 'relu', 'a,b', not "
    with pytest.raises(ParameterError, match=told):
        with_settings(Listed(), {"names": "tanh,gelu"})


@given(st.floats(-10, 10), st.floats(0, 5), st.floats(allow_nan=True, allow_infinity=True))
def test_bounds_are_closed_intervals_of_finite_numbers(centre: float, spread: float, value: float) -> None:
    low, high = centre - spread, centre + spread
    assert between(low, high).holds(value) == (low <= value <= high)
    assert at_most(high).holds(value) == (np.isfinite(value) and value <= high)
    assert at_least(low).holds(value) == (np.isfinite(value) and value >= low)
    assert close_to(centre, spread).holds(value) == between(low, high).holds(value)


@pytest.mark.parametrize(("low", "high"), [(2.0, 1.0), (float("nan"), 1.0), (-np.inf, np.inf)])
def test_a_bound_that_cannot_fail_or_cannot_hold_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="is no bound$"):
        Bound(low, high)


def test_bounds_describe_themselves() -> None:
    assert at_most(0.001).describe() == "≤ 0.001"
    assert at_least(2).describe() == "≥ 2"
    assert between(0.4, 0.6).describe() == "0.4 … 0.6"
    assert close_to(1, 0).describe() == "= 1"
    assert close_to(0.25, 1e-6).describe() == "0.25 ± 1e-06"


@pytest.mark.parametrize("statement", ["The mean is small.", "{value} and {value}"])
def test_a_statement_shows_its_measured_value_once(statement: str) -> None:
    with pytest.raises(ValueError, match=r"^the statement of claim 'zero_mean' must show \{value\} once$"):
        claim(statement=statement)


def test_the_unit_of_a_claim_is_one_that_is_known() -> None:
    message = "^the unit of claim 'zero_mean' is one of '', '%', 'points', not 'percent'$"
    with pytest.raises(ValueError, match=message):
        Claim("zero_mean", "It is {value}.", lambda r: 0.0, at_most(1), unit="percent")


@pytest.mark.parametrize("frames", [0, -1])
def test_a_figure_without_a_frame_is_refused(frames: int) -> None:
    with pytest.raises(ValueError, match=f"^a figure has at least one frame, not {frames}$"):
        Drawing(draw, frames=frames)


def test_measuring_gives_each_claim_its_value() -> None:
    experiment = Experiment(Params(), simulate, (claim(),), {"means": Drawing(draw)})
    (evidence,) = experiment.measure(Result(-3.0))
    assert (evidence.measured, evidence.holds) == (3.0, False)
    assert experiment.result_type is Result
    assert experiment.quick == experiment.params


@pytest.mark.parametrize(
    ("claims", "figures", "message"),
    [
        ((claim(),), {}, r'^an experiment needs at least one figure: figures=\{"name": Drawing\(draw\)\}$'),
        ((claim(),), {"means": draw}, r"^figure 'means' must be a Drawing\(draw\), not <function draw at"),
        (
            claim(),
            {"means": Drawing(draw)},
            "^claims must be a tuple: write a comma after claim 'zero_mean'$",
        ),
        (
            ("It is zero.",),
            {"means": Drawing(draw)},
            r"^claims must be made of Claim\(…\), not 'It is zero.'$",
        ),
        ((claim(), claim()), {"means": Drawing(draw)}, "two claims have the same name"),
        ((claim(),), {"Big Means": Drawing(draw)}, "a figure's name is lower_case, not 'Big Means'"),
        (
            (claim(),),
            {"con": Drawing(draw)},
            "a figure cannot be called 'con': Windows has no file of that name",
        ),
        (
            (claim(),),
            {"means": Drawing(draw), "stds": Drawing(draw)},
            "^claim 'zero_mean': must stand in the Drawing that shows it, or name its figure; "
            "there are: means, stds$",
        ),
        (
            (claim(figure="mean"),),
            {"means": Drawing(draw)},
            "^claim 'zero_mean': unknown figure 'mean'; did you mean means",
        ),
    ],
)
def test_an_experiment_with_wrong_figures_or_claims_is_refused(
    claims: Any, figures: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Experiment(Params(), simulate, claims, figures)


def test_the_claims_of_an_experiment_are_those_of_its_figures_in_their_order() -> None:
    figures = {
        "stds": Drawing(draw, claims=(claim("d"), claim("b", figure="stds"))),
        "means": Drawing(draw, claims=(claim("c"),)),
    }
    experiment = Experiment(Params(), simulate, (claim("a", figure="stds"),), figures)
    found = [(item.name, item.figure) for item in experiment.claims]
    assert found == [("d", "stds"), ("b", "stds"), ("c", "means"), ("a", "stds")]
    assert [evidence.claim for evidence in experiment.measure(Result(0.0))] == list(experiment.claims)
    assert dataclasses.replace(experiment, source="a paper").claims == experiment.claims


def test_a_claim_stands_in_no_figure_but_the_one_that_it_names() -> None:
    figures = {"means": Drawing(draw, claims=(claim(figure="stds"),)), "stds": Drawing(draw)}
    message = (
        "^claim 'zero_mean': stands in the figure 'means' and names another, 'stds'; leave the name out$"
    )
    with pytest.raises(ValueError, match=message):
        Experiment(Params(), simulate, figures=figures)


def test_two_figures_cannot_share_the_name_of_a_claim() -> None:
    figures = {name: Drawing(draw, claims=(claim(),)) for name in ("means", "stds")}
    with pytest.raises(ValueError, match="^two claims have the same name: zero_mean, zero_mean$"):
        Experiment(Params(), simulate, figures=figures)


def test_a_single_claim_of_a_figure_needs_its_comma() -> None:
    with pytest.raises(ValueError, match="^claims must be a tuple: write a comma after claim 'zero_mean'$"):
        Drawing(draw, claims=claim())  # type: ignore[arg-type]


def test_a_figure_without_claims_is_an_illustration() -> None:
    figures = {"sketch": Drawing(draw), "means": Drawing(draw, claims=(claim(),)), "stds": Drawing(draw)}
    experiment = Experiment(Params(), simulate, (claim("b", figure="stds"),), figures)
    assert experiment.illustrations == ("sketch",)


def test_without_a_simulation_there_are_figures_but_nothing_is_claimed() -> None:
    experiment = Experiment(figures={"sketch": Drawing(draw)})
    assert (experiment.simulate, experiment.claims, experiment.illustrations) == (None, (), ("sketch",))
    assert with_settings(experiment.params, {}) == experiment.quick
    message = (
        "^claim 'zero_mean': has nothing to measure; give the experiment simulate=…, or leave the claim out$"
    )
    with pytest.raises(ValueError, match=message):
        Experiment(figures={"sketch": Drawing(draw, claims=(claim(),))})


def test_a_claim_names_its_figure_or_is_shown_by_the_only_one() -> None:
    one = Experiment(Params(), simulate, (claim(),), {"means": Drawing(draw)})
    figures = {"means": Drawing(draw), "stds": Drawing(draw)}
    two = Experiment(Params(), simulate, (claim(figure="stds"),), figures)
    assert [experiment.claims[0].figure for experiment in (one, two)] == ["means", "stds"]


def test_generators_differ_by_experiment_and_by_seed_and_repeat() -> None:
    draws = {(name, seed): generator(name, seed).integers(2**62) for name in ("a", "b") for seed in (0, 1)}
    assert len(set(draws.values())) == 4
    assert generator("a", 1).integers(2**62) == draws["a", 1]


@dataclass(frozen=True, slots=True)
class Careless:
    width: int = 64

    def __post_init__(self) -> None:
        validate(self)


def test_a_parameter_without_a_meaning_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"^width must be declared with param\(default, doc\)$"):
        Careless()


def test_a_simulation_that_does_not_say_what_it_returns_is_refused() -> None:
    def silent(params, rng):  # type: ignore[no-untyped-def]
        raise AssertionError

    with pytest.raises(ValueError, match="^simulate must be annotated with what it returns: -> Result$"):
        Experiment(Params(), silent, (claim(),), {"means": Drawing(draw)})


class Pair(NamedTuple):
    low: float
    high: float


@pytest.mark.parametrize(
    ("returned", "name"), [(Pair, "Pair"), (dict[str, float], "dict"), (None, "NoneType")]
)
def test_a_result_must_be_a_dataclass(returned: Any, name: str) -> None:
    def simulated(params: Params, rng: np.random.Generator) -> Any:
        raise AssertionError

    simulated.__annotations__["return"] = returned
    told = "simulate must return a Result, a class of your own under @dataclass(frozen=True); "
    with pytest.raises(ValueError, match=f"^{re.escape(told)}{name} is none$"):
        Experiment(params=Params(), simulate=simulated, figures={"one": Drawing(draw)})


def test_an_argument_may_have_a_type_that_only_type_checkers_import() -> None:
    def typed(params: Params, rng: "OnlyForCheckers") -> Result:  # type: ignore[name-defined]  # noqa: F821
        raise AssertionError

    experiment = Experiment(Params(), typed, (claim(),), {"means": Drawing(draw)})
    assert experiment.result_type is Result


@dataclass(frozen=True, slots=True)
class Measured:
    measure: bool = param(False, "measure anew")

    def __post_init__(self) -> None:
        validate(self)


@pytest.mark.parametrize("params", [Params(), Measured(measure=True)])
def test_a_recorded_experiment_must_be_able_to_measure_anew_and_not_do_so_by_default(params: object) -> None:
    message = r"^a recorded experiment needs measure: bool = param\(False, …\) in its Params$"
    with pytest.raises(ValueError, match=message):
        Experiment(params, simulate, (claim(),), {"means": Drawing(draw)}, recorded=True)
    assert Experiment(
        Measured(), simulate, (claim(),), {"means": Drawing(draw)}, recorded=True
    ).params == Measured(measure=False)
