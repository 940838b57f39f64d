"""The contract of an experiment: parameters, a simulation, figures, and the claims that each of them shows.

An experiment is one file that ends in `EXPERIMENT = Experiment(...)`. Its stem is the experiment's name, its
folder the chapter, its docstring's first line the title; `figgen.lecture` finds it by walking the folder.
"""

import dataclasses
import inspect
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from figgen.claims import SLUG, Bound, Claim, Evidence, at_least, at_most, between, close_to
from figgen.errors import ParameterError, unknown
from figgen.explore import Explore, validate_exploring
from figgen.parameters import ParamSpec, param, validate, with_settings
from figgen.paths import names_a_device

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

    from figgen.translation import Translator

__all__ = [
    "Bound",
    "Claim",
    "Drawing",
    "Evidence",
    "Experiment",
    "Explore",
    "ParamSpec",
    "at_least",
    "at_most",
    "between",
    "close_to",
    "generator",
    "param",
    "validate",
    "with_settings",
]

Reveal = Callable[[float], None]
"""Show only a share of a figure that is drawn and laid out: what comes first. All of it is shown with 1."""

Draw = Callable[[Any, "Figure", "Translator"], Reveal | None]
"""Draw a result into an empty figure; no randomness, no files. What comes in frames returns its `Reveal`."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure of an experiment.

    Attributes:
        draw: Draws the result into an empty figure; without a simulation, the result is None.
        height: Height of the printed figure as a fraction of its width, which is the text's. A slide is 16:9.
        frames: In how many steps a lecture reveals it; with more than one, `draw` returns what reveals it.
        claims: What the lecture states about the result and this figure shows. A figure without any is an
            illustration.
        explore: The values of a parameter for which the HTML handout shows it, too, with its claims.
    """

    draw: Draw
    height: float = 0.5
    frames: int = 1
    claims: tuple[Claim, ...] = ()
    explore: Explore | None = None

    def __post_init__(self) -> None:
        if self.frames < 1:
            raise ValueError(f"a figure has at least one frame, not {self.frames}")
        if not isinstance(self.explore, Explore | None):
            raise ValueError(f"explore must be Explore(parameter, values), not {self.explore!r}")
        object.__setattr__(self, "claims", _only_claims(self.claims))


@dataclass(frozen=True, slots=True)
class NoParams:
    """The parameters of an experiment that has none."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """What one experiment file offers.

    Attributes:
        params: An instance of a frozen dataclass made of `param` fields, with the lecture's sizes.
        simulate: Takes `params` and a seeded generator to a `Result`: a frozen dataclass of arrays, scalars.
            Without it there is nothing to measure, and its figures are illustrations.
        claims: What the lecture states about the result: the claims of all figures in their order, then
            those that are given here, where an experiment with one figure may have all of them.
        figures: Drawings by name, at least one; one simulation may feed several.
        quick: The same as `params` with sizes for a test: the same claims hold.
        source: The papers behind it, as a reader would cite them.
        recorded: Whether `simulate` reads what was recorded on a machine, as times are, because it could not
            compute the same twice. With the parameter `measure` it takes a fresh recording instead.
    """

    params: Any = NoParams()
    simulate: Callable[..., Any] | None = None
    claims: tuple[Claim, ...] = ()
    figures: Mapping[str, Drawing] = field(default_factory=dict)
    quick: Any = None
    source: str = ""
    recorded: bool = False

    def __post_init__(self) -> None:
        self._check_figures()
        validate(self.params)
        if self.recorded and getattr(self.params, "measure", None) is not False:
            raise ValueError("a recorded experiment needs measure: bool = param(False, …) in its Params")
        object.__setattr__(self, "claims", self._all_claims())
        self._check_simulation()
        self._check_exploring()
        if self.quick is None:
            object.__setattr__(self, "quick", self.params)

    @property
    def result_type(self) -> type[Any]:
        """The `Result` class that `simulate` is annotated to return."""
        returned = _returned(self.simulate)["return"]
        result_type: type[Any] = typing.get_origin(returned) or returned
        return result_type

    @property
    def illustrations(self) -> tuple[str, ...]:
        """The names of the figures that show no claim."""
        claimed = {claim.figure for claim in self.claims}
        return tuple(name for name in self.figures if name not in claimed)

    def measure(self, result: Any) -> tuple[Evidence, ...]:
        """Measure every claim on a result of `simulate`."""
        return tuple(Evidence(claim, float(claim.measure(result))) for claim in self.claims)

    def fallen(self, result: Any) -> set[str]:
        """Name the claims that do not hold on a result: what the test of a tempting mistake looks at."""
        return {evidence.claim.name for evidence in self.measure(result) if not evidence.holds}

    def _check_figures(self) -> None:
        if not self.figures:
            raise ValueError('an experiment needs at least one figure: figures={"name": Drawing(draw)}')
        for name, drawing in self.figures.items():
            if not SLUG.fullmatch(name):
                raise ValueError(f"a figure's name is lower_case, not {name!r}")
            if names_a_device(name):
                raise ValueError(f"a figure cannot be called {name!r}: Windows has no file of that name")
            if not isinstance(drawing, Drawing):
                raise ValueError(f"figure {name!r} must be a Drawing(draw), not {drawing!r}")

    def _check_simulation(self) -> None:
        if self.simulate is None:
            for claim in self.claims:
                told = "has nothing to measure; give the experiment simulate=…, or leave the claim out"
                raise ValueError(f"claim {claim.name!r}: {told}")
        elif "return" not in _returned(self.simulate):
            raise ValueError("simulate must be annotated with what it returns: -> Result")
        elif not dataclasses.is_dataclass(self.result_type):
            told = "simulate must return a Result, a class of your own under @dataclass(frozen=True)"
            raise ValueError(f"{told}; {getattr(self.result_type, '__name__', self.result_type)} is none")

    def _check_exploring(self) -> None:
        explored = {name: item.explore for name, item in self.figures.items() if item.explore is not None}
        for name, explore in explored.items():
            if self.simulate is None:
                raise ValueError(f"figure {name!r} has no simulation whose parameters it could explore")
            try:
                validate_exploring(explore, self.params)
            except ParameterError as error:
                raise ParameterError(f"figure {name!r}: explore: {error}") from error

    def _all_claims(self) -> tuple[Claim, ...]:
        """Return the claims of the figures, then those of the experiment, each with its figure's name."""
        drawn = [_shown_in(name, claim) for name, item in self.figures.items() for claim in item.claims]
        given = [self._placed(claim) for claim in _only_claims(self.claims)]
        claims = (*drawn, *(claim for claim in given if claim not in drawn))
        names = [claim.name for claim in claims]
        if len(set(names)) < len(names):
            raise ValueError(f"two claims have the same name: {', '.join(sorted(names))}")
        return claims

    def _placed(self, claim: Claim) -> Claim:
        """Return a claim of the experiment with the figure that it names, or the only one that there is."""
        if claim.figure and claim.figure not in self.figures:
            raise ValueError(f"claim {claim.name!r}: {unknown('figure', claim.figure, self.figures)}")
        if not claim.figure and len(self.figures) > 1:
            which = ", ".join(self.figures)
            told = "must stand in the Drawing that shows it, or name its figure; there are"
            raise ValueError(f"claim {claim.name!r}: {told}: {which}")
        return dataclasses.replace(claim, figure=claim.figure or next(iter(self.figures)))


def _returned(function: Any) -> dict[str, Any]:
    """Return what a function is annotated to return; its arguments' types may be there for checkers alone."""
    function = inspect.unwrap(function)
    annotated = {name: hint for name, hint in function.__annotations__.items() if name == "return"}
    return typing.get_type_hints(SimpleNamespace(__annotations__=annotated), function.__globals__)


def generator(experiment: str, seed: int) -> "np.random.Generator":
    """Return the generator of an experiment, independent of all others, of order, and of who runs it.

    Args:
        experiment: The experiment's name.
        seed: The build's seed, not negative.
    """
    import numpy as np

    name = int.from_bytes(sha256(experiment.encode()).digest()[:16], "big")
    return np.random.default_rng(np.random.SeedSequence([seed, name]))


def _only_claims(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return what was given as claims, if it is a sequence of claims."""
    if isinstance(claims, Claim):
        raise ValueError(f"claims must be a tuple: write a comma after claim {claims.name!r}")
    found = tuple(claims)
    for item in found:
        if not isinstance(item, Claim):
            raise ValueError(f"claims must be made of Claim(…), not {item!r}")
    return found


def _shown_in(figure: str, claim: Claim) -> Claim:
    """Return a claim that stands in a figure with the figure's name."""
    if claim.figure not in ("", figure):
        told = f"stands in the figure {figure!r} and names another, {claim.figure!r}"
        raise ValueError(f"claim {claim.name!r}: {told}; leave the name out")
    return dataclasses.replace(claim, figure=figure)
