"""What has a number besides sections: equations with a name, tables with a caption, boxes with a name."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from figgen.errors import Problem
from figgen.handout.chapters import Text
from figgen.handout.depth import tell_depth
from figgen.handout.manuscript import Manuscript
from figgen.handout.placeholders import place_for
from figgen.handout.tree import Node, attributes, inline_lists, name_of
from figgen.settings.look import FIGGENS_BOXES

_NAME = re.compile(r"\{#([^\s{}]+)\}(.*)", re.DOTALL)
_LABEL = re.compile(r"\s*\\label\{([^{}]*)\}")
_KINDS = ("Span", "Div", "Table", "Figure")
_UNNUMBERED = ("answer", "evidence")


@dataclass(frozen=True, slots=True)
class Numbered:
    """Something that has a number, and can be referred to.

    Attributes:
        kind: `figure`, `section`, `equation`, `table`; of a box its label.
        number: The number.
    """

    kind: str
    number: str


def name_equations(texts: Sequence[Text]) -> Iterator[Problem]:
    r"""Give equations the names that stand behind them, as in `$$…$$ {#eq-x}`, or in them, `\label{eq:x}`.

    Yields:
        Names that are none of an equation, and formulas that cannot be converted in sensible time.
    """
    for text in texts:
        for inlines in inline_lists(text.tree):
            for i, element in enumerate(inlines):
                if element["t"] == "Math":
                    yield from tell_depth(element, text.prose)
                if element["t"] == "Math" and element["c"][0]["t"] == "DisplayMath":
                    name = _label_in(element) or _name_behind(inlines, i)
                    if name and not name.startswith("eq-"):
                        told = f"the name of an equation begins with eq-, as in {{#eq-{name}}}, not: {name}"
                        yield from text.prose.problems(name, told)
                    elif name:
                        inlines[i] = {"t": "Span", "c": [[name, ["equation"], []], [element]]}
        text.look_anew()


def number_things(texts: Sequence[Text], manuscript: Manuscript) -> dict[str, Numbered]:
    """Number equations, tables and boxes through all chapters, show the numbers, and return them by name."""
    counts: Counter[str] = Counter()
    labels = {name: manuscript.tr(label) for name, label in FIGGENS_BOXES.items() if name not in _UNNUMBERED}
    labels |= {box.name: box.label[manuscript.language] for box in manuscript.boxes}
    found: dict[str, Numbered] = {}
    for element in (element for text in texts for element in text.each(*_KINDS)):
        kind = _kind_of(element, labels)
        if kind:
            counts[kind] += 1
            name = name_of(element) or f"{kind} {counts[kind]}"
            found[name] = Numbered(kind, str(counts[kind]))
            _show(element, kind, name, manuscript)
    return found


def _name_behind(inlines: list[Node], i: int) -> str:
    """Take the name behind an equation out of the text, and return it; an empty one if there is none."""
    j = i + 1
    while j < len(inlines) and inlines[j]["t"] in ("Space", "SoftBreak"):
        j += 1
    match = _NAME.fullmatch(inlines[j]["c"]) if j < len(inlines) and inlines[j]["t"] == "Str" else None
    if match is None:
        return ""
    inlines[i + 1 : j + 1] = [{"t": "Str", "c": match[2]}] if match[2] else []
    return match[1]


def _label_in(equation: Node) -> str:
    """Take LaTeX's label out of an equation, and return the name that it comes to."""
    match = _LABEL.search(equation["c"][1])
    if match is None:
        return ""
    equation["c"][1] = _LABEL.sub("", equation["c"][1], count=1)
    return match[1].replace(":", "-")


def _kind_of(element: Node, labels: Mapping[str, str]) -> str:
    """Return what kind of numbered thing an element is; empty if it has no number."""
    name, classes, _ = attributes(element)
    if element["t"] == "Span" and "equation" in classes:
        return "equation"
    is_picture = element["t"] == "Figure" and element["c"][1][1]
    if is_picture or (element["t"] == "Div" and name and "figure" in classes):
        return "figure"
    if element["t"] == "Table" and (name or element["c"][1][1]):
        return "table"
    return labels.get(classes[0], "") if element["t"] == "Div" and name and classes else ""


def _show(element: Node, kind: str, name: str, manuscript: Manuscript) -> None:
    """Show a number: an equation's at the margin, a table's before its caption, a box's behind its label."""
    place = place_for(name)
    if kind == "equation":
        element["c"][1][0]["c"][1] += f"\\tag{{{place}}}"
    elif kind == "table" or element["t"] == "Figure":
        tr = manuscript.tr
        label = (
            tr("Table {number}.", number=place) if kind == "table" else tr("Figure {number}.", number=place)
        )
        label = label.replace(" ", "\u00a0")
        _put_before(element["c"][1], [{"t": "Strong", "c": [{"t": "Str", "c": label}]}, {"t": "Space"}])
    elif kind != "figure":
        attributes(element)[2].append(["number", place])


def _put_before(caption: list[Any], inlines: list[Node]) -> None:
    blocks = caption[1]
    if not blocks:
        blocks.append({"t": "Plain", "c": []})
    blocks[0]["c"] = [*inlines, *blocks[0]["c"]] if blocks[0]["c"] else inlines[:-1]
