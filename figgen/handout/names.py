"""What links lead to: the names of headings, figures and the like, each once; and the numbers of sections."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from figgen.errors import Problem
from figgen.handout.chapters import Text
from figgen.handout.placeholders import place_for
from figgen.handout.tree import Node, attributes, elements, name_of, text_of


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that the contents may list: its name, and its level, which begins at 1."""

    name: str
    level: int


def headings_of(text: Text) -> Iterator[Node]:
    """Yield the headings of a chapter, but for those in quotations and the like."""
    return _headings(text.tree["blocks"])


def _headings(blocks: list[Node]) -> Iterator[Node]:
    for block in blocks:
        if block["t"] == "Header":
            yield block
        elif block["t"] == "Div":
            yield from _headings(block["c"][1])


def number_sections(texts: Sequence[Text]) -> dict[str, str]:
    """Return the number of each section by its name; headings get a place for it."""
    counts = [0] * 7
    numbers: dict[str, str] = {}
    for text in texts:
        counted = list(headings_of(text))
        for heading in elements(text.tree):
            name, classes, pairs = attributes(heading)
            if heading["t"] != "Header" or "unnumbered" in classes:
                continue
            if not any(heading is other for other in counted):
                classes.append("unnumbered")
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
        for heading in (element for element in elements(text.tree) if element["t"] == "Header"):
            level, _, content = heading["c"]
            if level > last + 1:
                told = text_of(content)
                yield from text.prose.problems(told, f"this heading skips a level: {told}")
            last = level


def tell_apart(texts: Sequence[Text]) -> Iterator[Problem]:
    """Give each name once: a heading that was named after its words gives way; find names given twice."""
    taken: dict[str, Text] = {}
    every = {name for text in texts for name in _names(text)}
    for text in texts:
        new: dict[str, str] = {}
        for element in elements(text.tree):
            name = name_of(element)
            if name and name in taken:
                if _is_given(name, text):
                    yield from _twice(name, text, taken[name])
                else:
                    new[name] = attributes(element)[0] = _free(name, every)
            elif name:
                taken[name] = text
        _follow(text, new)


def dead_links(texts: Sequence[Text]) -> Iterator[Problem]:
    """Find links to names that there are not; of citations pandoc tells itself."""
    names = {name for text in texts for name in _names(text)}
    for text in texts:
        for target in dict.fromkeys(_targets(text)):
            if target[1:] not in names and not target.startswith("#ref-"):
                yield from text.prose.problems(target, f"this link leads nowhere: {target}")


def _names(text: Text) -> Iterator[str]:
    return filter(None, map(name_of, elements(text.tree)))


def _targets(text: Text) -> Iterator[str]:
    for link in (element for element in elements(text.tree) if element["t"] == "Link"):
        if link["c"][2][0].startswith("#"):
            yield link["c"][2][0]


def _is_given(name: str, text: Text) -> bool:
    """Tell whether an author has given a name, as in `# Title {#name}`."""
    return re.search(rf"\{{[^}}\n]*#{re.escape(name)}[\s}}]", text.source.markdown) is not None


def _twice(name: str, text: Text, other: Text) -> Iterator[Problem]:
    """Tell that a name is given twice, at the second place."""
    places = [*other.prose.places(f"#{name}"), *text.prose.places(f"#{name}")] if other is not text else []
    places = places or list(text.prose.places(f"#{name}"))
    first, last = places[0], places[-1]
    yield Problem(*last, f"the name {name!r} is given twice, first in {first[0].name}:{first[1]}")


def _free(name: str, every: set[str]) -> str:
    number = 1
    while f"{name}-{number}" in every:
        number += 1
    every.add(f"{name}-{number}")
    return f"{name}-{number}"


def _follow(text: Text, new: dict[str, str]) -> None:
    """Let the links of a chapter follow its names."""
    for link in (element for element in elements(text.tree) if element["t"] == "Link"):
        target = link["c"][2]
        if target[0].startswith("#") and target[0][1:] in new:
            target[0] = f"#{new[target[0][1:]]}"
