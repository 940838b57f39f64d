"""The pages of an e-book: chapters with links from one to another, the contents, the list of figures."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from markupsafe import Markup, escape

from figgen.handout.assembly import contents_of, for_contents
from figgen.handout.conversion import Pages
from figgen.handout.manuscript import Manuscript

_REFERENCES = "references.xhtml"
_TAG = re.compile(r"<[a-z][^<>]*>")
_NAME = re.compile(r' id="([^"]+)"')
_LINK = re.compile(r' href="#([^"]+)"')
_PICTURE = re.compile(r' src="(\w+\.svg)"')
_WEBP = re.compile(r'( src="own/\w+)\.webp"')
_CODE = re.compile(r"<\w+")
_LEVEL = re.compile(r"(</?h)([2-6])\b")
_HEADING = re.compile(r"<h2\b[^>]*>(.*?)</h2>", re.DOTALL)
_FIGURE = re.compile(r'<figure\b[^>]*\bid="(fig-[^"]+)"[^>]*>(.*?)</figure>', re.DOTALL)
_CAPTION = re.compile(r"<figcaption[^>]*>(.*?)</figcaption>", re.DOTALL)
_FORMULA = re.compile(r'<math\b[^>]*\balttext="([^"]*)".*?</math>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """A chapter, or the list of references.

    Attributes:
        file: Its name.
        kind: What it is in a book: a chapter or a bibliography.
        source: The template that it comes from; of the list of references that of all chapters.
        title: Its heading, as plain text.
        body: Its text.
    """

    file: str
    kind: str
    source: Path
    title: str
    body: Markup


@dataclass(frozen=True, slots=True)
class Book:
    """The pages of a book, and what leads to them.

    Attributes:
        pages: The pages in order.
        contents: A list of chapters and their sections.
        figures: The address and the label of each figure.
    """

    pages: tuple[Page, ...]
    contents: Markup
    figures: tuple[tuple[str, Markup], ...]


def bind(text: Pages, manuscript: Manuscript) -> Book:
    """Make pages of chapters.

    Args:
        text: The chapters as they would stand in one page, with links by name.
        manuscript: The document.
    """
    *chapters, references = text.chapters
    bodies = {f"chapter-{i}.xhtml": body for i, body in enumerate(chapters, start=1)}
    if references:
        bodies[_REFERENCES] = references
    places = {name: file for file, body in bodies.items() for name in _names(body)}
    sources = [*(source.path for source in manuscript.prose.sources), manuscript.prose.whole]
    pages = tuple(
        Page(
            file,
            "bibliography" if file == _REFERENCES else "chapter",
            source,
            _title(body) or manuscript.title,
            Markup(_LEVEL.sub(_raised, _linked(body, places, file))),
        )
        for (file, body), source in zip(bodies.items(), sources, strict=False)
    )
    contents = contents_of("\n".join(bodies.values())).replace("ul>", "ol>")
    if "<li>" not in contents:
        contents = f'<ol><li><a href="{pages[0].file}">{escape(manuscript.title)}</a></li></ol>'
    figures = tuple((f"{places[name]}#{name}", label) for name, label in _figures(text, manuscript))
    return Book(pages, Markup(_linked(contents, places, "")), figures)


def _names(body: str) -> Iterator[str]:
    for tag in _TAG.findall(body):
        yield from map(unescape, _NAME.findall(tag))


def _title(body: str) -> str:
    """Return the heading of a chapter as plain text, formulas in words."""
    heading = _HEADING.search(body)
    plain = re.sub(r"<[^<>]*>", "", _FORMULA.sub(r"\1", for_contents(heading[1]))) if heading else ""
    return unescape(" ".join(plain.split()))


def _linked(body: str, places: Mapping[str, str], file: str) -> str:
    """Let the links of a page lead to other pages, and its pictures to their files."""

    def address(match: re.Match[str]) -> str:
        place = places[unquote(unescape(match[1]))]
        return f' href="{"" if place == file else place}#{match[1]}"'

    def change(tag: re.Match[str]) -> str:
        if tag[0].startswith(("<pre", "<code")):
            return _CODE.sub(r'\g<0> dir="ltr"', tag[0])  # which the style of an e-book may not say
        shown = _WEBP.sub(r'\1.png"', _PICTURE.sub(r' src="figures/\1"', tag[0]))
        return _LINK.sub(address, shown)

    return _TAG.sub(change, body)


def _raised(match: re.Match[str]) -> str:
    """Return a heading's tag, or the beginning of it, a level higher: a page has no title above its own."""
    return f"{match[1]}{int(match[2]) - 1}"


def _figures(text: Pages, manuscript: Manuscript) -> Iterator[tuple[str, Markup]]:
    """Yield the name of each figure, and its number with what it states, or else with its caption."""
    for name, content in (found for body in text.chapters for found in _FIGURE.findall(body)):
        number = manuscript.tr("Figure {number}.", number=text.numbers.get(name, ""))
        stated = text.titles.get(name.removeprefix("fig-"))
        caption = _CAPTION.search(content)
        if stated is not None:
            yield name, Markup(f"{escape(number)} {for_contents(stated)}")
        elif caption:
            yield name, Markup(re.sub(r"</?p>", "", for_contents(caption[1])).strip())
