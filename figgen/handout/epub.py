"""The handout as an e-book, EPUB 3: a page for each chapter, nothing to fetch, no script.

It is packed from the very HTML of the page. Pandoc's own EPUB would be a conversion of all chapters as one
text, with names, times and a style that are not ours.
"""

import hashlib
import io
import re
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from figgen.engine.documents import Written
from figgen.errors import Problem, SourceError
from figgen.handout.conversion import to_pages
from figgen.handout.ebook import Book, Page, bind
from figgen.handout.image_files import KINDS, as_png
from figgen.handout.layout import fill_in
from figgen.handout.manuscript import Manuscript
from figgen.handout.own_pictures import name_in_documents
from figgen.handout.pandoc import Pandoc
from figgen.handout.theme import fonts_of, logo_name, reader_css

_PAGE = "application/xhtml+xml"
_KINDS = {**KINDS, ".xhtml": _PAGE, ".css": "text/css", ".ttf": "font/ttf", ".otf": "font/otf"}
_DOCTYPE = re.compile(rb"<!DOCTYPE svg[^>]*>")  # may name no file elsewhere
_PACKED = (".png", ".jpg", ".jpeg")  # these would not become smaller
_CONTENTS, _TITLE = "contents.xhtml", "title.xhtml"
_TIME = (1980, 1, 1, 0, 0, 0)  # the first of a zip; a clock would change the bytes
_MODIFIED = "1980-01-01T00:00:00Z"  # the same; another text has another identifier
_CONTAINER = b"""<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""


@dataclass(frozen=True, slots=True)
class _Item:
    """A file of the book as its package lists it."""

    id: str
    file: str
    kind: str
    properties: str


def write_epub(manuscript: Manuscript, pandoc: Pandoc | None = None) -> Written:
    """Write a handout as EPUB 3.

    Raises:
        SourceError: What pandoc could not convert, formulas that cannot be said, and pages that are no XHTML.
    """
    text = to_pages(manuscript, pandoc)
    book = bind(text, manuscript)
    files = _pages(book, manuscript) | _looks(manuscript) | _pictures(manuscript)
    data = _pack(_package(files, manuscript), files)
    return Written(data, text.warnings, manuscript.tr.said)


def _pages(book: Book, manuscript: Manuscript) -> dict[str, bytes]:
    """Return the title page, the contents, and the chapters, in the order in which they are read."""
    common = {"meta": manuscript, "tr": manuscript.tr}

    def fill(part: str, **values: object) -> bytes:
        name = f"epub.{part}.xhtml.j2"
        return fill_in(manuscript.layout, name, autoescape=True, **(common | values)).encode()

    logo, contents = logo_name(manuscript.theme), manuscript.tr("Contents")
    pages = {_TITLE: fill("title", title=manuscript.title, logo=logo)}
    pages[_CONTENTS] = fill(
        "contents", title=contents, contents=book.contents, figures=book.figures, pages=book.pages
    )
    for page in book.pages:
        pages[page.file] = fill("page", title=page.title, kind=page.kind, body=page.body)
        _check(pages[page.file], page)
    return pages


def _check(xhtml: bytes, page: Page) -> None:
    """Look whether a page is XHTML: a filter of the lecture's own may have written HTML that is none."""
    try:
        ElementTree.fromstring(xhtml)
    except ElementTree.ParseError as error:
        line = xhtml.decode().split("\n")[error.position[0] - 1].strip()
        told = f"e-readers need XHTML, and a filter of the lecture's own wrote other: {error}: {line:.80}"
        raise SourceError([Problem(page.source, None, told)]) from error


def _looks(manuscript: Manuscript) -> dict[str, bytes]:
    """Return the style, the fonts that it uses, and the logo."""
    layout, theme = manuscript.layout, manuscript.theme
    fonts = {_font_name(font.path): font for font in fonts_of(theme, layout)}
    figgens, *own = (path.read_text("utf-8") for path in layout.each("epub.css"))
    style = "\n".join([figgens, reader_css(theme, manuscript.boxes, fonts), *own])
    logo = {logo_name(theme): _DOCTYPE.sub(b"", theme.logo.read_bytes(), count=1)} if theme.logo else {}
    return {"style.css": style.encode()} | {name: f.path.read_bytes() for name, f in fonts.items()} | logo


def _font_name(path: Path) -> str:
    return f"fonts/{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}{path.suffix.lower()}"


def _pictures(manuscript: Manuscript) -> dict[str, bytes]:
    """Return the figures, and the author's own pictures, as every e-reader knows them."""
    pictures = {f"figures/{name}.svg": manuscript.pictures[name] for name in manuscript.prose.figures}
    for address, data in manuscript.own_pictures.items():
        name, _, kind = name_in_documents(address, data).rpartition(".")
        if kind == "webp":
            pictures[f"{name}.png"] = as_png(data)
        else:
            pictures[f"{name}.{kind}"] = _DOCTYPE.sub(b"", data, count=1)
    return pictures


def _package(files: Mapping[str, bytes], manuscript: Manuscript) -> bytes:
    """Return the list of the files, and what the book says of itself."""
    digest = hashlib.sha256()
    for name, data in files.items():
        digest.update(f"{name} {len(data)} ".encode() + data)
    items = [
        _Item(f"item-{i}", name, _KINDS[PurePosixPath(name).suffix], _properties(name, data))
        for i, (name, data) in enumerate(files.items(), start=1)
    ]
    package = fill_in(
        manuscript.layout,
        "epub.package.opf.j2",
        autoescape=True,
        meta=manuscript,
        tr=manuscript.tr,
        identifier=uuid.UUID(bytes=digest.digest()[:16], version=5),
        modified=_MODIFIED,
        items=items,
    )
    return package.encode()


def _properties(name: str, data: bytes) -> str:
    if name == _CONTENTS:
        return "nav mathml" if b"<math" in data else "nav"
    return "mathml" if name.endswith(".xhtml") and b"<math" in data else ""


def _pack(package: bytes, files: Mapping[str, bytes]) -> bytes:
    """Pack the files without a trace of time and machine; what they are comes first, as it is."""
    packed = io.BytesIO()
    first = {"mimetype": b"application/epub+zip", "META-INF/container.xml": _CONTAINER}
    with zipfile.ZipFile(packed, "w") as book:
        for name, data in (first | {"EPUB/package.opf": package}).items():
            _add(book, name, data)
        for name, data in files.items():
            _add(book, f"EPUB/{name}", data)
    return packed.getvalue()


def _add(book: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.create_system = 3  # wherever it is made
    stored = name == "mimetype" or name.endswith(_PACKED)
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    book.writestr(entry, data)
