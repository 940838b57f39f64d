"""From the chapters to the text of a document: each chapter by itself, then what goes over all of them."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice

from figgen.errors import Problem, SourceError
from figgen.handout.assembly import contents_of, join_html, number_on
from figgen.handout.chapters import parse, whole, write
from figgen.handout.formulas import Said, say_formulas, words_for
from figgen.handout.manuscript import Manuscript
from figgen.handout.mathml import formulas_in, mend_formulas
from figgen.handout.pandoc import Pandoc
from figgen.handout.placeholders import fill_in
from figgen.handout.preparation import Work, read_parts
from figgen.handout.prose import Source


def to_html(manuscript: Manuscript, pandoc: Pandoc | None = None) -> tuple[str, str, dict[str, str]]:
    """Convert the chapters to HTML with MathML.

    Args:
        manuscript: The document.
        pandoc: Runs pandoc, and may know what would come of it.

    Returns:
        The table of contents; the body, whose headings start at the second level; and all numbers by name.

    Raises:
        SourceError: What pandoc could not convert, with file and line.
    """
    converted = _convert(manuscript, "html", pandoc or Pandoc())
    body = mend_formulas(fill_in(join_html(converted.fragments), converted.numbers))
    return contents_of(body), body, converted.numbers


@dataclass(frozen=True, slots=True)
class Pages:
    """The text of a document in HTML, chapter by chapter.

    Attributes:
        chapters: The body of each, whose headings start at the second level; the references are the last.
        titles: What figures state, by their names.
        numbers: All numbers by name.
        warnings: The symbols without words, each once.
    """

    chapters: list[str]
    titles: dict[str, str]
    numbers: dict[str, str]
    warnings: tuple[Problem, ...]


def to_pages(manuscript: Manuscript, pandoc: Pandoc | None = None) -> Pages:
    """Convert the chapters to HTML with MathML, formulas with words, each chapter a page with its own notes.

    Raises:
        SourceError: What pandoc could not convert, and formulas without words, with file and line.
    """
    pandoc = pandoc or Pandoc()
    converted = _convert(manuscript, "html", pandoc)
    chapters = [join_html(fragments) for fragments in converted.chapters]
    chapters = [fill_in(chapter, converted.numbers) for chapter in number_on(chapters)]
    titles = _titles(manuscript, pandoc)
    formulas = [formula for text in (*chapters, *titles.values()) for formula in formulas_in(text)]
    words, warnings = words_for(formulas, manuscript.prose, manuscript.tr, manuscript.words)
    return Pages(
        [mend_formulas(chapter, words) for chapter in chapters],
        {name: mend_formulas(title, words) for name, title in titles.items()},
        converted.numbers,
        warnings,
    )


def _titles(manuscript: Manuscript, pandoc: Pandoc) -> dict[str, str]:
    """Return what figures state, in HTML."""
    titles = manuscript.figure_titles
    markdown = "\n\n".join(" ".join(title.split()) for title in titles.values())
    text = parse(Source(manuscript.prose.whole, "", markdown), "", pandoc)
    written = write(whole(text.tree, text.prose), "html", manuscript, pandoc)
    return dict(zip(titles, re.findall("<p>(.*?)</p>", written, re.DOTALL), strict=True))


def to_typst(manuscript: Manuscript, pandoc: Pandoc | None = None) -> Said:
    """Convert the chapters to Typst's markup, formulas with words for screen readers.

    Raises:
        SourceError: What pandoc could not convert, and formulas without words, with file and line.
    """
    converted = _convert(manuscript, "typst", pandoc or Pandoc())
    markup = fill_in("\n\n".join(filter(None, converted.fragments)), converted.numbers) + "\n"
    return say_formulas(markup, manuscript.prose, manuscript.tr, manuscript.words)


@dataclass(frozen=True, slots=True)
class SlideText:
    """What a slide says of a figure, in plain text.

    Attributes:
        figure: The figure's name; of a picture of the author's own its name in documents.
        chapter: The heading of the chapter that shows it.
        title: Its title.
        caption: Its caption, beginning with its number.
        alt: Its alternative text.
    """

    figure: str
    chapter: str
    title: str
    caption: str
    alt: str


def to_slides(manuscript: Manuscript, pandoc: Pandoc | None = None) -> list[SlideText]:
    """Return what slides say of each figure, in order.

    Raises:
        SourceError: What pandoc could not convert, with file and line.
    """
    converted = _convert(manuscript, "plain", pandoc or Pandoc())
    texts: list[SlideText] = []
    chapter = ""
    for fragment in converted.fragments:
        said = json.loads(fill_in(fragment, converted.numbers))
        for text in said["figures"]:
            texts.append(SlideText(**text | {"chapter": text["chapter"] or chapter}))
        chapter = said["chapter"] or chapter
    return texts


@dataclass(frozen=True, slots=True)
class _Converted:
    """The fragments of each chapter, the list of references last, and the numbers for the places in them."""

    chapters: list[list[str]]
    numbers: dict[str, str]

    @property
    def fragments(self) -> list[str]:
        """The fragments one after the other."""
        return [fragment for chapter in self.chapters for fragment in chapter]


def convert_ahead(manuscript: Manuscript, pandoc: Pandoc) -> None:
    """Have pandoc write the fragments of a page, which needs no picture, and keep them.

    What is wrong in them is told when the document is written, which has the rest of it, too.
    """
    with suppress(SourceError):
        _convert(manuscript, "html", pandoc)


def _convert(manuscript: Manuscript, writer: str, pandoc: Pandoc) -> _Converted:
    """Convert each chapter, and the list of what they cite.

    Raises:
        SourceError: Everything that is wrong in the chapters, in their order.
    """
    parts = manuscript.parts or read_parts(manuscript, pandoc)
    work = Work([*parts.problems])
    each = [part for chapter in parts.chapters for part in chapter]
    fragments = iter(work.each(partial(write, part, writer, manuscript, pandoc) for part in each))
    if work.problems:
        place = {source.path: number for number, source in enumerate(manuscript.prose.sources)}
        ordered = sorted(work.problems, key=lambda p: (place.get(p.path, -1), p.line or 0))
        raise SourceError(dict.fromkeys(ordered))
    chapters = [list(islice(fragments, len(chapter))) for chapter in parts.chapters]
    return _Converted(chapters, parts.numbers)
