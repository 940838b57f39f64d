"""How a build ended: what was made and measured, and what went wrong."""

from dataclasses import dataclass, field
from pathlib import Path

from figgen.engine.gaps import Gap
from figgen.engine.key import Key
from figgen.errors import Problem
from figgen.experiment import Evidence
from figgen.plotting.finding import Finding
from figgen.plotting.presets import Picture


@dataclass(slots=True)
class Report:
    """How a build ended.

    Attributes:
        written: Files that were made, relative to the output folder, in order.
        current: How many outputs were up to date already.
        evidence: What was measured, by experiment.
        problems: What went wrong; the rest is made all the same.
        warnings: What readers may stumble over in documents that were written, and what experiments do that
            they should leave, each thing once.
        edited: Sources that were edited meanwhile, so that nothing that was made counts as current.
        hashes: The hash of each file that is there in the end, by its path.
        findings: What is wrong with figures for their readers.
        read: What experiments have read, by name, for all that is there in the end.
        gaps: What lacks a translation in the outputs of the plan.
    """

    written: list[str] = field(default_factory=list)
    current: int = 0
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    edited: tuple[Path, ...] = ()
    hashes: dict[str, str] = field(default_factory=dict)
    findings: dict[Picture, tuple[Finding, ...]] = field(default_factory=dict)
    read: Key = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
