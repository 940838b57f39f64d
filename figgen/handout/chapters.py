"""One chapter: from Markdown to pandoc's tree, and from parts of the tree to fragments of a document."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from figgen.handout.complaints import Given
from figgen.handout.depth import read_tree
from figgen.handout.manuscript import Manuscript
from figgen.handout.metadata import metadata_of
from figgen.handout.pandoc import Call, Pandoc
from figgen.handout.parts import Part
from figgen.handout.prose import Prose, Source
from figgen.handout.tree import CONTAINERS, Node, attributes, elements, rewrite

_READER = (
    "markdown+ascii_identifiers-yaml_metadata_block-pandoc_title_block"
    "-raw_attribute-native_divs-native_spans-markdown_in_html_blocks"  # HTML is told as such
)
_WRITERS = {
    "html": "html-smart",
    "typst": "typst-smart-citations",  # marks as they stand, which Typst would choose anew
    "plain": "plain-smart",
}
_FILTERS = ("handout.lua", "typography.lua")
_FORMULAS = {
    "html": ("formulas.lua",),
    "typst": ("formulas.lua", "formulas.marks.lua", "formulas.typst.lua"),
}
_NO_FILTERS = (".css", ".js", ".j2", ".ttf", ".otf", ".ttc", ".otc", ".png", ".jpg", ".jpeg", ".svg")


@dataclass(slots=True)
class Text:
    """A chapter as pandoc has read it.

    Attributes:
        source: Its template, and the Markdown that it gave.
        tree: Pandoc's tree.
    """

    source: Source
    tree: Node
    _containers: list[Node] | None = None

    def each(self, *kinds: str) -> Iterator[Node]:
        """Yield the elements of some kinds, in the order of the text."""
        if not CONTAINERS.issuperset(kinds):
            yield from elements(self.tree, *kinds)
            return
        if self._containers is None:
            self._containers = list(elements(self.tree, *CONTAINERS))
        yield from (element for element in self._containers if element["t"] in kinds)

    def rewrite(self, change: Callable[[Node], list[Node] | None], *kinds: str) -> None:
        """Put what `change` returns in the place of each element of some kinds; None leaves it."""
        if next(self.each(*kinds), None) is None:
            return
        rewrite(self.tree, frozenset(kinds), change)
        self.look_anew()

    def look_anew(self) -> None:
        """Forget where elements are, after there were put others."""
        self._containers = None

    @property
    def prose(self) -> Prose:
        """The chapter by itself, for what is wrong in it."""
        return Prose((self.source,), ())


def parse(source: Source, macros: str, pandoc: Pandoc) -> Text:
    """Read a chapter.

    Args:
        source: The chapter.
        macros: A paragraph that defines TeX macros, or nothing.
        pandoc: Runs pandoc.

    Raises:
        SourceError: What pandoc does not understand, or is too deep, with the chapter's own lines.
    """
    given = Given(Prose((source,), ()), macros.count("\n"))
    call = Call(reader=_READER, writer="json", text=macros + source.markdown)
    return Text(source, read_tree(pandoc.convert(call, given), source))


def make_room(text: Text) -> None:
    """Put room to write in the place of the answers."""
    text.rewrite(_room_for, "Div")


def whole(tree: Node, prose: Prose) -> Part:
    """Return a text as one part."""
    return Part(json.dumps(tree), tuple(_figures(tree["blocks"])), prose)


def split(text: Text, longest: int) -> Iterator[Part]:
    """Yield a chapter in parts: as many of its sections as are not too long together, if it is not one.

    Args:
        text: The chapter.
        longest: How many characters of JSON are too long.
    """
    around = json.dumps({key: value for key, value in text.tree.items() if key != "blocks"})[:-1]
    sections = [(json.dumps(blocks)[1:-1], [*_figures(blocks)]) for blocks in _sections(text.tree["blocks"])]
    while sections:
        written, figures = sections.pop(0)
        while sections and len(written) + len(sections[0][0]) <= longest:
            more, of_more = sections.pop(0)
            written, figures = f"{written}, {more}", figures + of_more
        yield Part(f'{around}, "blocks": [{written}]}}', tuple(figures), text.prose)


def _sections(blocks: list[Node]) -> Iterator[list[Node]]:
    """Yield what stands before the first heading, if anything does, and each heading with what follows it."""
    begins = [i for i, block in enumerate(blocks) if block["t"] == "Header" or i == 0]
    for start, end in pairwise([*begins, len(blocks)]):
        yield blocks[start:end]


def has_own_filters(manuscript: Manuscript) -> bool:
    """Tell whether a lecture has filters of its own, which may go by the whole of a chapter."""
    return any(path.suffix == ".lua" for path in manuscript.layout.own_files().values())


def write(part: Part, writer: str, manuscript: Manuscript, pandoc: Pandoc) -> str:
    """Write a part as a fragment of a document.

    Args:
        part: The part.
        writer: The format, which has a filter of that name.
        manuscript: The document.
        pandoc: Runs pandoc.

    Raises:
        SourceError: What pandoc or a filter could not convert, with file and line.
    """
    layout = manuscript.layout
    filters = tuple(
        ("--lua-filter", layout.path(name))
        for name in (*_FILTERS, f"{writer}.lua", *_FORMULAS.get(writer, ()))
    )
    call = Call(
        reader="json",
        writer=_WRITERS[writer],
        text=part.tree,
        options=("--mathml", "--shift-heading-level-by=1") if writer == "html" else (),
        files=filters,
        metadata=metadata_of(manuscript, () if writer == "html" else part.figures),  # no titles
        beside=tuple(p for p in layout.own_files().values() if p.suffix.lower() not in _NO_FILTERS),
    )
    given = Given(part.prose, bibliography=manuscript.bibliography)
    return pandoc.convert(call, given).strip()


def _room_for(element: Node) -> list[Node] | None:
    if "answer" in attributes(element)[1]:
        return [{"t": "Div", "c": [["", ["room"], []], []]}]
    return None


def _figures(blocks: list[Node]) -> Iterator[str]:
    """Yield the names of the figures that a text shows."""
    for element in elements(blocks, "Div"):
        name, classes, _ = attributes(element)
        if "figure" in classes:
            yield name.removeprefix("fig-")
