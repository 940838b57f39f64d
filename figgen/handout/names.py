"""What links lead to: the names of headings, figures and the like, each once; and the numbers of sections."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from figgen.errors import Problem
from figgen.handout.chapters import Text
from figgen.handout.placeholders import place_for, with_dots
from figgen.handout.tree import NAMED, Node, attributes, elements, name_of, text_of

Place = tuple[Path, int]
"""A chapter, and a line of it."""


def headings_of(text: Text) -> Iterator[Node]:
    """Yield the headings of a chapter, but for those in quotations and the like."""
    return _headings(text.tree["blocks"])


def _headings(blocks: list[Node]) -> Iterator[Node]:
    for block in blocks:
        if block["t"] == "Header":
            yield block
        elif block["t"] == "Div":
            yield from _headings(block["c"][1])


def take_numbers(texts: Sequence[Text]) -> Iterator[Problem]:
    """Take out numbers that an author gives, and find them: what has one is numbered in order."""
    for text in texts:
        found = False
        for element in text.each("Header", "Div", "Table"):
            pairs = attributes(element)[2]
            found = found or any(key == "number" for key, _ in pairs)
            pairs[:] = [pair for pair in pairs if pair[0] != "number"]
        if found:
            told = "headings, boxes and tables are numbered in order; take this out: number=…"
            yield from text.prose.problems("number=", told)


def number_sections(texts: Sequence[Text]) -> dict[str, str]:
    """Return the number of each section by its name; headings get a place for it."""
    counts = [0] * 7
    numbers: dict[str, str] = {}
    for text in texts:
        counted = list(headings_of(text))
        for heading in text.each("Header"):
            name, classes, pairs = attributes(heading)
            if "unnumbered" in classes:
                continue
            if not any(heading is other for other in counted):
                classes += ["unnumbered", "unlisted"]
                continue
            level = heading["c"][0]
            counts[level:] = [counts[level] + 1, *[0] * (6 - level)]
            numbers[name] = ".".join(map(str, counts[1 : level + 1]))
            pairs.append(["number", place_for(name)])
    return numbers


def skipped_levels(texts: Sequence[Text]) -> Iterator[Problem]:
    """Find headings that are more than one level below the one before."""
    last = 0
    for text in texts:
        for heading in text.each("Header"):
            level, _, content = heading["c"]
            if level > last + 1:
                told = text_of(content)
                yield from text.prose.problems(told, f"this heading skips a level: {told}")
            last = level


def tell_apart(texts: Sequence[Text]) -> Iterator[Problem]:
    """Give each name once: a heading that was named after its words gives way; find names given twice."""
    held = [Counter(_names(text)) for text in texts]
    every = set[str]().union(*held)
    for name in sorted(name for name, count in sum(held, Counter[str]()).items() if count > 1):
        holders = [(text, count[name]) for text, count in zip(texts, held, strict=True) if name in count]
        given = [place for text, _ in holders for place in _given(name, text)]
        if len(given) > 1:
            (path, line), *others = given
            told = f"the name {name!r} is given twice, first in {path.name}:{line}"
            yield from (Problem(*place, told) for place in others)
        elif any(count > 1 for _, count in holders):
            told = f"the name {name!r} is also that of a heading, after its words; choose another"
            yield from (Problem(*place, told) for place in given)
        else:
            keeper = next((text for text, _ in holders if _given(name, text)), holders[0][0])
            for text, _ in holders:
                if text is not keeper:
                    _rename(text, name, _free(name, every))


def cut_links(texts: Sequence[Text]) -> None:
    """Make text of links to other chapters; three dots stand for the numbers, which are not known."""
    names = {name for text in texts for name in _names(text)}

    def change(element: Node) -> list[Node] | None:
        if (
            element["t"] != "Link"
            or not element["c"][2][0].startswith("#")
            or element["c"][2][0][1:] in names
        ):
            return None
        for inner in elements(element["c"][1], "Str"):
            inner["c"] = with_dots(inner["c"])
        return list(element["c"][1])

    for text in texts:
        text.rewrite(change, "Link")


def dead_links(texts: Sequence[Text]) -> Iterator[Problem]:
    """Find links to names that there are not; of citations pandoc tells itself."""
    names = {name for text in texts for name in _names(text)}
    for text in texts:
        for target in dict.fromkeys(_targets(text)):
            if target[1:] not in names and not target.startswith("#ref-"):
                yield from text.prose.problems(target, f"this link leads nowhere: {target}")


def _names(text: Text) -> Iterator[str]:
    return filter(None, map(name_of, text.each(*NAMED)))


def _targets(text: Text) -> Iterator[str]:
    for link in text.each("Link"):
        if link["c"][2][0].startswith("#"):
            yield link["c"][2][0]


def _given(name: str, text: Text) -> list[Place]:
    """Return the places where an author has given a name, as in `# Title {#name}`."""
    markdown = text.source.markdown
    label = re.escape(name).replace("\\-", "[-:]")
    found = re.finditer(rf"\{{[^}}\n]*#{re.escape(name)}(?=[\s}}])|\\label\{{{label}\}}", markdown)
    return [text.prose.place(markdown.count("\n", 0, match.start()) + 1) for match in found]


def _free(name: str, every: set[str]) -> str:
    number = 1
    while f"{name}-{number}" in every:
        number += 1
    every.add(f"{name}-{number}")
    return f"{name}-{number}"


def _rename(text: Text, old: str, new: str) -> None:
    """Give what a chapter calls `old` another name, and let the chapter's links follow."""
    for element in text.each(*NAMED):
        if name_of(element) == old:
            attributes(element)[0] = new
        if element["t"] == "Link" and element["c"][2][0] == f"#{old}":
            element["c"][2][0] = f"#{new}"
