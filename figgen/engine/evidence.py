"""What claims measure, kept under all that it comes from: a claim that nothing has touched costs nothing."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from figgen.engine import notes
from figgen.engine.files import sha256
from figgen.engine.jobs import Measure, Measured
from figgen.engine.key import Key, key_digest
from figgen.engine.origins import Origin, evidence_origin
from figgen.engine.orphans import simulation_names
from figgen.engine.plan import Plan
from figgen.engine.reads.values import now
from figgen.errors import Problem
from figgen.experiment import Evidence
from figgen.loading import Study

_NOTE = "evidence"


@dataclass(frozen=True, slots=True)
class Claims:
    """Names the job that measures the claims of an experiment on the result of a simulation."""

    simulation: str


@dataclass(slots=True)
class Measurements:
    """The evidence of a command: what is known, and what it has measured.

    Attributes:
        evidence: What was measured, by simulation.
        read: What has been read for that.
        problems: What experiments do that they should leave.
    """

    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    read: Key = field(default_factory=dict)
    problems: dict[Problem, None] = field(default_factory=dict)
    _kept: dict[str, Any] = field(default_factory=dict)
    _origins: dict[str, Origin] = field(default_factory=dict)

    def jobs(self, plan: Plan, name: str, result: bytes) -> dict[Any, Measure]:
        """Return the job that measures claims on a result, unless there are none, or all is known.

        Args:
            plan: Has the simulation.
            name: That of the simulation.
            result: The bytes of its result.
        """
        study, folder = plan.lecture.study(plan.every[name].experiment), plan.lecture.folder
        origin = self._origins[name] = evidence_origin(plan.code, study, sha256(result))
        if not study.experiment.claims:
            self.evidence[name] = ()
        elif kept := _known(self._kept.get(name), origin, study, folder):
            self._take(name, study, *kept)
        else:
            explored, why = plan.every[name].explored, "its claims are not measured"
            return {Claims(name): Measure(study.path, folder, result, explored, why)}
        return {}

    def measured(self, plan: Plan, name: Claims, made: Measured) -> None:
        """Take in what a job has measured."""
        simulation = name.simulation
        study = plan.lecture.study(plan.every[simulation].experiment)
        origin = self._origins[simulation].having_read(made.noted, plan.lecture.folder)
        self._take(simulation, study, made.values, origin.read)
        self._kept[simulation] = {
            "given": key_digest(origin.given),
            "read": origin.read,
            "measured": made.values,
        }
        self.problems |= dict.fromkeys(made.noted.problems)

    def keep(self, plan: Plan) -> None:
        """Keep what is known for the next command."""
        known = simulation_names(plan.lecture)
        kept = {name: entry for name, entry in self._kept.items() if name in known}
        notes.write(plan.options.output, _NOTE, kept)

    def _take(self, name: str, study: Study, values: tuple[float, ...], read: Key) -> None:
        pairs = zip(study.experiment.claims, values, strict=True)
        self.evidence[name] = tuple(Evidence(claim, value) for claim, value in pairs)
        self.read |= read


def kept_measurements(output: Path, *, force: bool = False) -> Measurements:
    """Return the evidence of a command that begins, which knows what earlier ones have kept."""
    return Measurements(_kept={} if force else notes.read(output, _NOTE))


def _known(
    entry: object, origin: Origin, study: Study, lecture: Path
) -> tuple[tuple[float, ...], Key] | None:
    """Return what was measured and read, if all that it came from is as it was; else None."""
    try:
        match entry:
            case {"given": given, "read": dict(read), "measured": list(measured)}:
                values = tuple(float(value) for value in measured)
                same = given == key_digest(origin.given) and now(read, lecture) == read
                return (values, read) if same and len(values) == len(study.experiment.claims) else None
    except (TypeError, ValueError, AttributeError):  # sealed, yet no note of ours
        pass
    return None
