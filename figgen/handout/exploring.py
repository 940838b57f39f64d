"""What readers can explore: a figure and the numbers of its claims for several values of a parameter."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from figgen.claims import Claim, Evidence
from figgen.engine.documents import Document, Material
from figgen.explore import point
from figgen.lecture import Lecture
from figgen.loading import Study
from figgen.parameters import specs
from figgen.plotting.presets import Picture
from figgen.translation import Translator
from figgen.wording import without_tex, word

PLACE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in a statement for the number that was measured."""

_SCALE = 1000  # steps from one end of a slider to the other


@dataclass(frozen=True, slots=True)
class Line:
    """A claim over all values.

    Attributes:
        statement: What it states, with `PLACE` for the number.
        demand: Where the number has to lie, as a part of a sentence.
        measured: The number at each value.
        holds: Whether it does lie there, at each value.
    """

    statement: str
    demand: str
    measured: tuple[str, ...]
    holds: tuple[bool, ...]

    @property
    def parts(self) -> tuple[str, str]:
        """The statement before and behind the number."""
        before, _, after = self.statement.partition(PLACE)
        return before, after

    @property
    def changes(self) -> bool:
        """Whether its number depends on the value."""
        return len(set(self.measured)) > 1


@dataclass(frozen=True, slots=True)
class Exploration:
    """A figure over the values of a parameter, in one language.

    Attributes:
        name: What the parameter means, with its unit.
        values: The values as the language writes them, in ascending order.
        places: Where on the slider each lies.
        default: Which of them is the figure's own, counted from 0.
        pictures: The SVG of each.
        lines: The claims that the figure shows.
        look: What to look for, or empty.
    """

    name: str
    values: tuple[str, ...]
    places: tuple[int, ...]
    default: int
    pictures: tuple[bytes, ...]
    lines: tuple[Line, ...]
    look: str

    @property
    def pictures_from_default(self) -> tuple[bytes, ...]:
        """The pictures, that of the default first."""
        others = self.pictures[: self.default] + self.pictures[self.default + 1 :]
        return self.pictures[self.default], *others


def explored_in(lecture: Lecture, figures: Iterable[str], *, on_paper: bool) -> tuple[str, ...]:
    """Return those of some figures that readers can explore, or else see explored on paper."""
    explored = {
        name
        for name, study in lecture.figures().items()
        if (explore := study.experiment.figures[name].explore) and (explore.on_paper or not on_paper)
    }
    return tuple(name for name in figures if name in explored)


def explorations(
    document: Document, material: Material, figures: Sequence[str], tr: Translator
) -> dict[str, Exploration]:
    """Return what readers of a document can explore, by figure; nothing, if it was planned without that."""
    pictures = material.plan.explored_for(document)
    planned = {picture.figure for picture in pictures}
    return {name: _explore(name, document, material, tr) for name in figures if name in planned}


def _explore(figure: str, document: Document, material: Material, tr: Translator) -> Exploration:
    plan, study = material.plan, material.plan.lecture.figures()[figure]
    drawing, simulation = study.experiment.figures[figure], plan.simulations[study.name]
    explore = drawing.explore
    assert explore is not None  # its pictures were planned
    own, spec = simulation.params[explore.parameter], specs(study.experiment.params)[explore.parameter]
    values = sorted({*explore.values, own})
    points = ["" if value == own else point(explore.parameter, value) for value in values]
    pictures = [Picture(figure, document.language, *document.form, explored=each) for each in points]
    found = [_evidence(figure, picture, material) for picture in pictures]
    return Exploration(
        name=tr(spec.doc),
        values=tuple(tr.number(value, _digits(value)) for value in values),
        places=_places(values, log=explore.log),
        default=values.index(own),
        pictures=tuple((plan.options.output / picture.path).read_bytes() for picture in pictures),
        lines=tuple(
            _line(claim, [each[claim.name] for each in found], tr) for claim in _claims(study, figure)
        ),
        look=tr(explore.look) if explore.look else "",
    )


def _evidence(figure: str, picture: Picture, material: Material) -> dict[str, Evidence]:
    simulation = material.plan.simulation_of(picture)
    assert simulation is not None  # only what is simulated can be explored
    return {item.claim.name: item for item in material.evidence[simulation.name]}


def _claims(study: Study, figure: str) -> list[Claim]:
    return [claim for claim in study.experiment.claims if claim.figure == figure]


def _line(claim: Claim, evidence: Sequence[Evidence], tr: Translator) -> Line:
    words = [word(item, tr) for item in evidence]
    return Line(
        without_tex(tr(claim.statement, value=PLACE)),
        words[0].demand,
        tuple(each.measured for each in words),
        tuple(each.holds for each in words),
    )


def _digits(value: float) -> int:
    """Count the digits that a number has."""
    return len(Decimal(str(value)).normalize().as_tuple().digits)


def _places(values: Sequence[float], *, log: bool) -> tuple[int, ...]:
    """Return where values lie on a slider whose ends are the first and the last of them."""
    scaled = [math.log(value) if log else value for value in values]
    length = scaled[-1] - scaled[0]
    return tuple(round(_SCALE * (place - scaled[0]) / length) for place in scaled)
