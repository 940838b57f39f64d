"""What a PDF says to a reader: the text of its pages, and its bookmarks."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pypdfium2


class Bookmark(NamedTuple):
    """An entry of a PDF's outline: how deep it lies, what it says, and the page that it leads to, from 0."""

    level: int
    title: str
    page: int


@cache
def pages_of(pdf: bytes | Path) -> list[str]:
    """Return the text of each page, in lines as they stand there."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    # A word that goes on behind a figure has no line's end after its hyphen.
    texts = [re.sub(r"\ufffe(?=[^\W\d_a-zá-ž])", "\ufffe\n", text) for text in texts]
    return [re.sub(r"\n(\S{1,3})\n (?=\S)", r"\1 ", text) for text in texts]  # exponents back into their line


def bookmarks_of(pdf: bytes | Path) -> list[Bookmark]:
    """Return the bookmarks in the order of the outline."""
    with pypdfium2.PdfDocument(pdf) as document:
        marks = document.get_toc()
        return [Bookmark(mark.level, mark.get_title(), mark.get_dest().get_index()) for mark in marks]
