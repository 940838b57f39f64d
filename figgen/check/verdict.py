"""What a check finds: of each output, claim and source whether it is as it should be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from figgen.check.seeds import Spread
from figgen.errors import Problem
from figgen.experiment import Evidence
from figgen.loading import Study


@dataclass(frozen=True, slots=True)
class Output:
    """A file in the output folder, or a picture in somebody's slides, and whether it is as it should be.

    Attributes:
        path: Relative to the output folder; of a picture in slides, where it stands.
        kind: `figure`, `handout`, `result`, `manifest` or `slide`.
        source: The file that it is made from first of all.
        fault: What is wrong with it and what to do, a line each, or an empty text.
        remark: What could be better, a line each, or an empty text.
        unjudged: Why it cannot be told whether it is good, or an empty text.
    """

    path: str
    kind: str
    source: Path
    fault: str = ""
    remark: str = ""
    unjudged: str = ""

    @property
    def good(self) -> bool:
        """Whether it is there, whole and current."""
        return not (self.fault or self.unjudged)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found.

    Attributes:
        outputs: The figures and handouts that were asked for, and whatever else is not as it should be.
        evidence: What was measured, by experiment.
        problems: What is wrong in the sources: experiments that raise, chapters that make no handout.
        studies: The experiments whose claims were asked for.
        spreads: What was measured over several seeds, by experiment; empty unless asked for.
    """

    outputs: tuple[Output, ...] = ()
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    studies: tuple[Study, ...] = ()
    spreads: Mapping[str, tuple[Spread, ...]] = field(default_factory=dict)

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with the files, a line each, beginning with the file's path."""
        return tuple(f"{o.path}: {line}" for o in self.outputs for line in o.fault.splitlines())

    @property
    def remarks(self) -> tuple[str, ...]:
        """What could be better about the files, a line each, beginning with the file's path."""
        return tuple(f"{o.path}: {line}" for o in self.outputs for line in o.remark.splitlines())

    @property
    def fallen(self) -> tuple[tuple[str, Evidence], ...]:
        """The claims that do not hold, each with its experiment."""
        return tuple((name, e) for name, found in self.evidence.items() for e in found if not e.holds)

    @property
    def unsteady(self) -> tuple[tuple[str, Spread], ...]:
        """The claims that do not hold with every seed, each with its experiment."""
        return tuple((name, s) for name, found in self.spreads.items() for s in found if not s.steady)

    @property
    def good(self) -> bool:
        """Whether nothing at all is wrong."""
        return not (self.faults or self.fallen or self.unsteady or self.problems)
