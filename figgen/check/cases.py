"""A verdict as test cases: one for each figure, handout and claim, and one for each thing wrong besides."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from figgen.check.seeds import Spread
from figgen.check.verdict import Verdict
from figgen.experiment import Claim, Evidence
from figgen.loading import Study
from figgen.wording import word_plainly


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that a check looked at.

    Attributes:
        kind: `figure`, `handout`, `slide`, `claim`, `source`; `result`, `manifest` where something is wrong.
        name: Identifies it among those of its kind: `figures/en/wave.svg`, `wave.rms`.
        file: The source to mend if it is not good.
        line: Where in `file`, counted from 1, or None.
        failure: What is wrong and what to do, or an empty text.
        remark: What could be better, or an empty text.
        skipped: Why it could not be judged, or an empty text.
        evidence: Of a claim, what was measured.
        spread: Of a claim, what was measured over several seeds.
    """

    kind: str
    name: str
    file: Path
    line: int | None = None
    failure: str = ""
    remark: str = ""
    skipped: str = ""
    evidence: Evidence | None = None
    spread: Spread | None = None

    @property
    def status(self) -> str:
        """`passed`, `failed` or `skipped`."""
        return "failed" if self.failure else "skipped" if self.skipped else "passed"


def cases(verdict: Verdict) -> list[Case]:
    """Turn a verdict into cases: outputs, then claims, then what is wrong in the sources."""
    outputs = [
        Case(output.kind, output.path, output.source, None, output.fault, output.remark, output.unjudged)
        for output in verdict.outputs
    ]
    claims = [case for study in verdict.studies for case in _claims(verdict, study)]
    return outputs + claims + list(_sources(verdict))


def tell(evidence: Evidence) -> str:
    """Write out a claim with what was measured for it, and the bound."""
    words = word_plainly(evidence)
    return f"{words.statement} (measured {words.measured}, {words.demand})"


def tell_spread(spread: Spread) -> str:
    """Write out with how many seeds a claim held, and between which values its measure lay."""
    low, median, high = (
        word_plainly(Evidence(spread.claim, value)) for value in (spread.low, spread.median, spread.high)
    )
    values = f"min {low.measured}, median {median.measured}, max {high.measured}"
    return f"held with {spread.held} of {len(spread.values)} seeds ({values}, {low.demand})"


def _claims(verdict: Verdict, study: Study) -> Iterator[Case]:
    evidence = {item.claim.name: item for item in verdict.evidence.get(study.name, ())}
    spreads = {item.claim.name: item for item in verdict.spreads.get(study.name, ())}
    lines = claim_lines(study.path.read_bytes())
    for claim in study.experiment.claims:
        found, spread = evidence.get(claim.name), spreads.get(claim.name)
        yield Case(
            "claim",
            f"{study.name}.{claim.name}",
            study.path,
            lines.get(claim.name),
            _failure(claim, found, spread),
            skipped="" if found else "its experiment fails",
            evidence=found,
            spread=spread,
        )


def _sources(verdict: Verdict) -> Iterator[Case]:
    """Yield a case for each place in the sources where something is wrong."""
    places: dict[tuple[Path, int | None], list[str]] = {}
    for problem in verdict.problems:
        places.setdefault((problem.path, problem.line), []).append(problem.message)
    for (path, line), messages in places.items():
        name = "/".join(path.parts[-2:]) + (f":{line}" if line else "")
        yield Case("source", name, path, line, "\n".join(messages))


def _failure(claim: Claim, evidence: Evidence | None, spread: Spread | None) -> str:
    if evidence and not evidence.holds:
        return tell(evidence)
    if spread and not spread.steady:
        return f"{claim.statement.replace('{value}', '…')} {tell_spread(spread)}"
    return ""


def claim_lines(source: bytes) -> dict[str, int]:
    """Return the line of each `Claim(...)` in the text of an experiment's file, by the claim's name.

    A claim whose name is not spelled out in its call has none.
    """
    lines = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Claim":
            name = node.args[0] if node.args else {k.arg: k.value for k in node.keywords}.get("name")
            if isinstance(name, ast.Constant):
                lines[str(name.value)] = node.lineno
    return lines
