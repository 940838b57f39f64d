"""Citations: those of all chapters are written at once, so that 2015 is 2015a where there are two."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from figgen.handout.chapters import Text
from figgen.handout.complaints import Given
from figgen.handout.manuscript import Manuscript
from figgen.handout.pandoc import Call, Pandoc
from figgen.handout.tree import Node, elements, name_of


def cite(texts: Sequence[Text], manuscript: Manuscript, pandoc: Pandoc) -> Node:
    """Write the citations of chapters, in their trees; return the tree of the list of what they cite.

    Pandoc sees the blocks alone that have citations, and the division for the list, if a chapter has it.

    Raises:
        SourceError: What is wrong with citations, the bibliography or the style of citations.
    """
    places = list(_places(texts))
    blocks = [{"t": "Div", "c": [["", [], []], [blocks[i]]]} for blocks, i in places]
    tree = texts[0].tree | {"blocks": blocks, "meta": {}}
    _number_notes(texts)
    given = Given(manuscript.prose, 0, manuscript.bibliography, manuscript.csl)
    files = {"--bibliography": manuscript.bibliography, "--csl": manuscript.csl}
    told: dict[str, str | bool] = {
        "lang": manuscript.language,
        "link-citations": True,
        "reference-section-title": manuscript.tr("References"),
    }
    call = Call(
        reader="json",
        writer="json",
        text=json.dumps(tree),
        options=("--citeproc",),
        files=tuple((option, path) for option, path in files.items() if path),
        metadata=told,
    )
    cited: Node = json.loads(pandoc.convert(call, given))
    for (of_chapter, i), division in reversed(list(zip(places, cited["blocks"], strict=False))):
        of_chapter[i : i + 1] = division["c"][1]
    _forget_numbers(cited)
    return cited | {"blocks": cited["blocks"][len(places) :], "meta": {}}


def _places(texts: Sequence[Text]) -> Iterator[tuple[list[Any], int]]:
    """Yield where the blocks are that pandoc has to see: a list of blocks, and a place in it."""
    for text in texts:
        blocks = text.tree["blocks"]
        for i, block in enumerate(blocks):
            if any(
                element["t"] == "Cite" or name_of(element) == "refs"
                for element in elements(block, "Cite", "Div")
            ):
                yield blocks, i


def _number_notes(texts: Sequence[Text]) -> None:
    """Let the numbers of notes, which styles may refer to, run on through the chapters."""
    before = 0
    for text in texts:
        highest = before
        for citation in _citations(text.tree):
            citation["citationNoteNum"] += before
            highest = max(highest, citation["citationNoteNum"])
        before = highest


def _forget_numbers(tree: Node) -> None:
    """Take out the numbers of notes, which no writer needs: they hang on other chapters."""
    for citation in _citations(tree):
        citation["citationNoteNum"] = 0


def _citations(tree: Node) -> Iterator[Node]:
    for element in elements(tree, "Cite"):
        yield from element["c"][0]
