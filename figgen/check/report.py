"""The report of a check for machines: JUnit's XML, JSON, or the annotations of GitHub Actions.

No report holds a time or a place of this machine: the same verdict gives the same bytes. Files are written
relative to the repository (`GITHUB_WORKSPACE`) or else the current folder, where they lie below it.

**json**, schema version 1. The number changes when a key goes or changes its meaning; keys may be added.

    schema_version  1
    figgen          the version of figgen
    good            whether nothing is wrong: exit code 0
    counts          {"passed": n, "failed": n, "skipped": n}
    cases           a list, of each
      kind          "figure", "handout", "claim"; "source" for a mistake in a source file;
                    "result", "manifest" where these are not as they should be
      name          figures/en/wave.svg, handout.sk.pdf, wave.rms
      status        "passed", "failed"; "skipped" if it cannot be judged
      message       why it failed or was skipped, else ""
      remark        what could be better, else ""
      file, line    the source to mend; line is null where it is not known
      claim         of claims that were measured, else null:
        statement   with {value} for the measured value
        identity    whether it follows from the definitions
        measured    a number, or null if it is not finite
        bound       {"low": number or null, "high": number or null, "text": "0.5 ± 0.1"}
        seeds       of --seeds, else null: {"number": n, "held": n, "min": x, "median": x, "max": x}

**junit**: a `testsuite` for each kind, a `testcase` for each case with its file and line, `failure` with what
the human text says; what was measured for a claim is its `system-out`.

**github**: an `::error` line for each failed case, a `::warning` for what could be better.
GitHub shows the first ten of a step beside the code.
"""

import json
import math
import os
import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from figgen import __version__
from figgen.check import ReportFormat
from figgen.check.cases import Case, cases, tell, tell_spread
from figgen.check.verdict import Verdict
from figgen.errors import FiggenError
from figgen.wording import word_plainly

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def report(verdict: Verdict, format: ReportFormat) -> str:
    """Write a verdict for a machine."""
    write = {"junit": _junit, "json": _json, "github": _github}[format]
    return write(cases(verdict))


def save_report(verdict: Verdict, format: ReportFormat, path: Path) -> None:
    """Write a verdict for a machine into a file.

    Raises:
        FiggenError: The file cannot be written.
    """
    try:
        path.write_bytes(report(verdict, format).encode())
    except OSError as error:
        raise FiggenError(f"cannot write the report {path}: {error.strerror}; choose another file") from error


def _json(found: Sequence[Case]) -> str:
    statuses = Counter(case.status for case in found)
    content = {
        "schema_version": 1,
        "figgen": __version__,
        "good": not statuses["failed"],
        "counts": {status: statuses[status] for status in ("passed", "failed", "skipped")},
        "cases": [_case(case) for case in found],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _case(case: Case) -> dict[str, Any]:
    return {
        "kind": case.kind,
        "name": case.name,
        "status": case.status,
        "message": case.failure or case.skipped,
        "remark": case.remark,
        "file": _relative(case.file),
        "line": case.line,
        "claim": _claim(case),
    }


def _claim(case: Case) -> dict[str, Any] | None:
    if case.evidence is None:
        return None
    claim, spread = case.evidence.claim, case.spread
    bound = {
        "low": _finite(claim.bound.low),
        "high": _finite(claim.bound.high),
        "text": word_plainly(case.evidence).bound,
    }
    seeds = spread and {
        "number": len(spread.values),
        "held": spread.held,
        "min": _finite(spread.low),
        "median": _finite(spread.median),
        "max": _finite(spread.high),
    }
    return {
        "statement": claim.statement,
        "identity": claim.identity,
        "measured": _finite(case.evidence.measured),
        "bound": bound,
        "seeds": seeds,
    }


def _junit(found: Sequence[Case]) -> str:
    root = ElementTree.Element("testsuites", {"name": "figgen check"} | _counts(found))
    for kind, group in groupby(sorted(found, key=lambda case: case.kind), key=lambda case: case.kind):
        same = list(group)
        suite = ElementTree.SubElement(root, "testsuite", {"name": f"figgen.{kind}"} | _counts(same))
        for case in same:
            _testcase(suite, case)
    ElementTree.indent(root)
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml.decode() + "\n"


def _testcase(suite: ElementTree.Element, case: Case) -> None:
    about = {"classname": f"figgen.{case.kind}", "name": _NOT_IN_XML.sub("?", case.name)}
    about |= {"file": _relative(case.file)} | ({"line": str(case.line)} if case.line else {})
    element = ElementTree.SubElement(suite, "testcase", about)
    if case.failure:
        message = _NOT_IN_XML.sub("?", case.failure)
        ElementTree.SubElement(element, "failure", message=message).text = f"{_place(case)}: {message}"
    elif case.skipped:
        ElementTree.SubElement(element, "skipped", message=case.skipped)
    told = (
        ([case.remark] if case.remark else [])
        + ([tell(case.evidence)] if case.evidence else [])
        + ([tell_spread(case.spread)] if case.spread else [])
    )
    if told:
        ElementTree.SubElement(element, "system-out").text = "\n".join(told)


def _counts(found: Sequence[Case]) -> dict[str, str]:
    statuses = Counter(case.status for case in found)
    return {
        "tests": str(len(found)),
        "failures": str(statuses["failed"]),
        "errors": "0",
        "skipped": str(statuses["skipped"]),
    }


def _github(found: Sequence[Case]) -> str:
    return "".join(
        f"::{level} file={_escape(_relative(case.file), ':,')},line={case.line or 1},"
        f"title={_escape(f'figgen {case.kind}', ':,')}::{_escape(f'{case.name}: {text}')}\n"
        for case in found
        for level, text in (("error", case.failure), ("warning", case.remark))
        if text
    )


def _escape(text: str, more: str = "") -> str:
    """Escape what ends a workflow command, or with `more` a property of one, as GitHub's toolkit does."""
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _place(case: Case) -> str:
    return _relative(case.file) + (f":{case.line}" if case.line else "")


def _relative(path: Path) -> str:
    root = Path(os.environ.get("GITHUB_WORKSPACE", Path.cwd()))
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
