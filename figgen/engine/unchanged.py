"""Nothing to do? Known without importing an experiment, NumPy or Matplotlib.

A build in which all went well and every claim holds notes a signature of all that it was given: every file of
figgen and of the lecture, the options, the versions; and what experiments have read besides. While the
signature is the same, and all of that and every output is as it was, there is nothing to make. It is a short
cut: where something differs, content keys decide.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from figgen.engine import manifest, notes
from figgen.engine.files import read_own, sha256
from figgen.engine.reads.values import is_path, now
from figgen.engine.sources import is_source
from figgen.engine.surroundings import surroundings

if TYPE_CHECKING:
    from figgen.engine.plan import Plan
    from figgen.engine.report import Report
    from figgen.engine.sources import Sources

_NOTE = "unchanged"
_INDIFFERENT = {"lecture", "output", "jobs", "quiet", "force", "explain"}
"""The options that change nothing that is made. The folders are there by what lies in them."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build with nothing to do has to say.

    Attributes:
        outputs: How many outputs there are.
        figures: How many figures and illustrations they show, in words.
        claims: How many claims hold, in words; all do.
        notes: What there is to know besides, a line each.
    """

    outputs: int
    figures: str
    claims: str
    notes: Sequence[str] = ()


def signature(sources: "Sources", asked: Mapping[str, Any]) -> str:
    """Hash all that a build is given: the sources, and the command line's options by their names."""
    given = {
        "asked": sorted((name, value) for name, value in asked.items() if name not in _INDIFFERENT),
        "surroundings": surroundings(),
        "pandoc": os.environ.get("PYPANDOC_PANDOC"),
        "sources": sources.digest,
    }
    return sha256(repr(given).encode())


def remember(plan: "Plan", report: "Report", signature: str, figures: str, known: Sequence[str]) -> None:
    """Note that all is made of what `signature` stands for, if all went well, is legible, and holds.

    Args:
        plan: What was to be made.
        report: How that went.
        signature: Of all that the build was given.
        figures: How many figures there are, in words.
        known: What there is to know besides, a line each.
    """
    from figgen.wording import count_evidence

    evidence = [item for found in report.evidence.values() for item in found]
    illegible = any(finding.grave for found in report.findings.values() for finding in found)
    if report.problems or report.edited or illegible or not all(item.holds for item in evidence):
        return
    output, outputs = plan.options.output, len(plan.pictures) + len(plan.documents)
    summary = Summary(outputs, figures, count_evidence(evidence), known)
    made = report.hashes | {manifest.NAME: _hash(output, manifest.NAME)}
    # such as a bibliography that lectures share
    outside = {path.resolve() for path in plan.read()} - plan.sources.files.keys()
    made |= {str(path): _hash(output, str(path)) for path in outside}
    read = {name: value for name, value in report.read.items() if not _is_source(name, plan)}
    note = {"signature": signature, "summary": asdict(summary), "made": made, "read": read}
    notes.write(output, _NOTE, note)


def unchanged(lecture: Path, output: Path, signature: str) -> Summary | None:
    """Return what to say if all is made of what `signature` stands for, and whole; else None."""
    note = notes.read(output, _NOTE)
    if note.get("signature") != signature:
        return None
    try:
        if now(note["read"], lecture) != note["read"]:
            return None
        if any(_hash(output, path) != sha for path, sha in note["made"].items()):
            return None  # damaged, edited, or another command has made something since
        return Summary(**note["summary"])
    except (KeyError, TypeError, ValueError, AttributeError):  # sealed, yet no note of ours
        return None


def _is_source(name: str, plan: "Plan") -> bool:
    """Tell whether something that was read is among the sources anyway."""
    path, folder = plan.lecture.folder / name, plan.lecture.folder
    return is_path(name) and path.is_relative_to(folder) and is_source(path, folder, plan.options.output)


def _hash(output: Path, path: str) -> str:
    """Hash an output, or a file elsewhere that is named in full; what is not there has an empty hash."""
    if Path(path).is_absolute():
        return sha256(Path(path).read_bytes()) if Path(path).is_file() else ""
    return sha256(read_own(output, path) or b"")
