"""What pandoc would let vanish, or take for something else, without a word."""

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from figgen.errors import Problem
from figgen.handout.chapters import Text
from figgen.handout.tree import Node, attributes, text_of

_NEARLY = 0.8  # of difflib's measure
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BEGINNING = re.compile(r"[-*]|1[.)]|(?P<heading>#{1,6})")
_UNKNOWN_NOTE = re.compile(r"\[\^([^\]\s]+)\]")
_LINK_NAME = re.compile(r"^ {0,3}\[([^\]^@\n]+)\]:[ \t]*\S", re.MULTILINE)


def what_is_lost(texts: Sequence[Text], boxes: Collection[str]) -> Iterator[Problem]:
    """Find passages that would not come out as they stand, in all chapters.

    Args:
        texts: The chapters.
        boxes: The names of the boxes that there are.
    """
    for text in texts:
        yield from _misspelt_boxes(text, boxes)
        yield from _blocks_of_yaml(text)
        yield from _open_fences(text)
        yield from _without_empty_line(text)
        yield from _notes(text)
        others = {name: other for other in texts for name in _link_names(other)}
        yield from _links(text, others)


def _misspelt_boxes(text: Text, boxes: Collection[str]) -> Iterator[Problem]:
    """Find divisions called nearly as a box is: students would read the text of `::: anwser`."""
    for element in text.each("Div"):
        for name in attributes(element)[1]:
            near = get_close_matches(name, boxes, n=1, cutoff=_NEARLY)
            if near and name not in boxes:
                told = f"there is no box {name!r}; did you mean {near[0]}?"
                yield from text.prose.problems(name, told)


def _blocks_of_yaml(text: Text) -> Iterator[Problem]:
    """Find what stands between two lines --- and no empty lines: YAML in Pandoc's eyes, or a table."""
    lines = ["", *text.source.markdown.split("\n"), ""]
    fence = ""
    for number, line in enumerate(lines[1:-1], start=1):
        if found := _FENCE.match(line):
            fence = "" if fence and found[1].startswith(fence) else fence or found[1]
        begins = line.rstrip() == "---" and not lines[number - 1].strip() and lines[number + 1].strip()
        if not fence and begins and _ends(lines[number + 1 :]):
            told = "a chapter has no block of YAML, and text between two rules has empty lines around it"
            yield Problem(text.source.path, text.source.line(number), told)


def _ends(lines: list[str]) -> bool:
    """Tell whether a block ends in a line of its own before there is an empty one."""
    ends = ("---", "...")
    first = next((line.rstrip() for line in lines if not line.strip() or line.rstrip() in ends), "")
    return first in ends


def _open_fences(text: Text) -> Iterator[Problem]:
    """Find fences that nothing closes: what they begin is text, with the fence before it."""
    if not re.search("```|~~~", text.source.markdown):
        return
    for element in text.each("Para", "Plain"):
        lines = _lines(element)
        first = text_of(lines[0])
        is_tilde = first.startswith("~") and lines[0][0] == {"t": "Subscript", "c": []}
        if first.startswith("```") or is_tilde:
            fence = f"~~{first}" if is_tilde else first
            begins = "\n".join([fence, *map(text_of, lines[1:2])])
            end = fence[: len(fence) - len(fence.lstrip("`~"))]
            yield from text.prose.problems(begins, f"this listing has no end; close it with {end}")


def _without_empty_line(text: Text) -> Iterator[Problem]:
    """Find lists and headings in a paragraph: Pandoc takes them for its text."""
    for element in text.each("Para", "Plain"):
        for line in _lines(element)[1:]:
            sign = text_of(line[:1])
            if text_of(line[1:2]) != " " or not (begun := _BEGINNING.fullmatch(sign)):
                continue
            kind = "heading" if begun["heading"] else "list"
            told = f"a {kind} has an empty line before it; if this is none, join it with the line before"
            yield from text.prose.problems(text_of(line), told)


def _lines(element: Node) -> list[list[Node]]:
    """Return what stands in each line of a paragraph."""
    lines: list[list[Node]] = [[]]
    for inline in element["c"]:
        if inline["t"] == "SoftBreak":
            lines.append([])
        else:
            lines[-1].append(inline)
    return lines


def _notes(text: Text) -> Iterator[Problem]:
    kinds = ("Str", "Note") if "[^" in text.source.markdown else ("Note",)
    for element in text.each(*kinds):
        if element["t"] == "Str":
            for name in _UNKNOWN_NOTE.findall(element["c"]):
                yield from text.prose.problems(
                    f"[^{name}]", f"there is no note [^{name}] in this chapter; write [^{name}]: and its text"
                )
        elif not text_of(element["c"]).strip():
            yield Problem(*_place_of_empty_note(text), "this note has no text")


def _place_of_empty_note(text: Text) -> tuple[Path, int | None]:
    found = re.search(r"^ {0,3}\[\^[^\]]+\]:[ \t]*$|\^\[\s*\]", text.source.markdown, re.MULTILINE)
    if found is None:
        return text.source.path, None
    return text.prose.place(text.source.markdown.count("\n", 0, found.start()) + 1)


def _link_names(text: Text) -> set[str]:
    return {name.casefold() for name in _LINK_NAME.findall(text.source.markdown)}


def _links(text: Text, others: dict[str, Text]) -> Iterator[Problem]:
    """Find links by a name that only another chapter gives, which would be text in brackets."""
    lacking = others.keys() - _link_names(text)
    if not lacking:
        return
    for element in text.each("Para", "Plain", "Header"):
        shown = text_of(element["c"][-1] if element["t"] == "Header" else element["c"])
        for name in re.findall(r"\[([^\[\]]+)\]", shown):
            if name.casefold() in lacking:
                where = others[name.casefold()].source.path.name
                told = f"the link [{name}] has its address in {where} alone; give it here, too"
                yield from text.prose.problems(f"[{name}]", told)
