"""What pandoc complains of, as problems with file and line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from figgen.errors import FiggenError, Problem, SourceError, unknown
from figgen.handout.prose import Prose

_HARMLESS = {
    *("CouldNotLoadTranslations", "NoTranslation"),  # words of pandoc's own, which no document shows
    "DuplicateIdentifier",  # figgen looks for names that are given twice in all chapters
}
_FILTER = re.compile(
    r"Error running filter (?P<path>[^\n]*):\n(?:[^\n]*?\.lua:(?P<line>\d+): )?(?P<told>[^\n]*)"
)
_PARSED = re.compile(
    r"Error reading bibliography file "
    r"\"?(?P<path>[^\n]*?)\"?:? \(?line (?P<line>\d+), column \d+\):\n(?P<told>.*)",
    re.DOTALL,
)
_ENCODING = re.compile(r"UTF-8 decoding error in (?P<path>[^\n]*) at (?P<told>byte offset \d+)")
_LOOP = re.compile(r"Loop encountered in expanding macro (\w+)")


@dataclass(frozen=True, slots=True)
class Given:
    """What pandoc was given.

    Attributes:
        prose: The chapters that it read.
        before: How many lines it read before them.
        bibliography: The BibTeX file with what they cite, if there is one.
        csl: The style of citations, if the lecture has one.
    """

    prose: Prose
    before: int = 0
    bibliography: Path | None = None
    csl: Path | None = None


def refusal(said: str, given: Given) -> FiggenError:
    """Return what it means that pandoc has stopped, by what it wrote into its standard error."""
    if match := _FILTER.match(said) or _PARSED.match(said.replace("\n(line", " (line", 1)):
        line = int(match["line"]) if match["line"] else None
        return SourceError([Problem(Path(match["path"]), line, " ".join(match["told"].split()))])
    if match := _ENCODING.match(said):
        return SourceError([Problem(Path(match["path"]), None, f"must be encoded in UTF-8: {match['told']}")])
    if match := _LOOP.match(said):
        told = f"the macro \\{match[1]} stands for itself, without end"
        return SourceError(given.prose.problems(f"\\newcommand{{\\{match[1]}}}", told))
    if given.csl and said.startswith("Citeproc"):
        return SourceError([Problem(given.csl, None, f"pandoc refuses this style of citations: {said}")])
    return FiggenError(f"pandoc failed: {said}")


def without_end(given: Given, seconds: float) -> SourceError:
    """Return what to say when pandoc does not come to an end: the line is the one with the most brackets."""
    lines = given.prose.markdown.split("\n")
    worst = max(range(len(lines)), key=lambda i: len(re.findall(r"[\[({]", lines[i])))
    told = f"pandoc did not come to an end in {seconds:.0f} s, perhaps for the brackets in this line"
    return SourceError([Problem(*given.prose.place(worst + 1), told)])


def warnings(log: list[dict[str, Any]], given: Given) -> list[Problem]:
    """Return what the warnings in pandoc's log mean, each problem once."""
    entries = [e for e in log if e["verbosity"] == "WARNING" and e["type"] not in _HARMLESS]
    return list(dict.fromkeys(problem for entry in entries for problem in _problem(entry, given)))


def _problem(entry: dict[str, Any], given: Given) -> Iterator[Problem]:
    """Yield what one warning means, at each place in the chapters that it speaks of."""
    prose, bibliography = given.prose, given.bibliography
    if entry["type"] == "CouldNotConvertTeXMath":
        tex = entry["contents"].strip()
        reason = next((line for line in entry["message"].split("\n") if line.startswith("unexpected")), "")
        return prose.problems(tex, f"pandoc cannot convert the formula {tex}: {reason}")
    if match := re.fullmatch(r"citation (\S+) not found", entry.get("message", "")):
        entries = bibliography.read_text("utf-8") if bibliography else ""
        keys = re.findall(r"^\s*@\w+\{([^,\s]+)", entries, flags=re.MULTILINE)
        where = bibliography or "the lecture has no bibliography"
        return prose.problems("@" + match[1], f"{unknown('citation', match[1], keys)} ({where})")
    if entry["type"] == "ScriptingWarning":  # our filters write "what is wrong: the text in question"
        text = entry["message"].partition(": ")[2]
        return _in_bibliography(text, entry["message"], given) or prose.problems(text, entry["message"])
    if entry["type"] == "UnclosedDiv":
        line = entry["openpos"]["line"]
        return iter([Problem(*prose.place(line - given.before), "this ::: has no end; close it with :::")])
    message = re.sub(r" at (?:\S+ )?line \d+ column \d+", "", entry["pretty"])
    line = entry.get("openpos", entry).get("line")
    path, line = prose.place(line - given.before) if line else (prose.whole, None)
    return iter([Problem(path, line, message)])


def _in_bibliography(text: str, message: str, given: Given) -> Iterator[Problem] | None:
    """Return the problem in the bibliography, if that has a text which no chapter has."""
    if given.bibliography is None or any(True for _ in given.prose.places(text)):
        return None
    before, found, _ = given.bibliography.read_text("utf-8").partition(text)
    return iter([Problem(given.bibliography, before.count("\n") + 1, message)]) if found else None
