"""Is a handout for e-readers whole, does it show every figure, and do its links lead somewhere?"""

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from figgen.check.formats.html import TEMPLATE

_OPF = "{http://www.idpf.org/2007/opf}"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_LANGUAGE = f"{_OPF}metadata/{{http://purl.org/dc/elements/1.1/}}language"
_ROOT = ".//{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
_LARGEST = 2**30  # bytes of all parts; a crafted archive could give terabytes
_PAGE = "application/xhtml+xml"
_FIRST = b"mimetypeapplication/epub+zip"  # at the place 30 of the file, where e-readers look
_FIGURE = "fig-"
_NOT_TEXT = {f"{_MATHML}annotation", f"{_XHTML}pre", f"{_XHTML}code", f"{_XHTML}style"}


@dataclass(slots=True)
class Contents:
    """What is in an e-book.

    Attributes:
        language: The language that it says it is in, or an empty text.
        told: What is wrong with it, whatever it should show.
        names: What links can lead to: each file, and `file#name` for each element with a name.
        links: What links lead to, likewise.
        pictures: The first picture in each figure, by the figure's name.
        text: What a reader sees, code and formulas aside.
    """

    language: str = ""
    told: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    pictures: dict[str, bytes] = field(default_factory=dict)
    text: str = ""


def faults(contents: Contents, figures: Mapping[str, bytes | None]) -> Iterator[str]:
    """Say what is wrong with an e-book.

    Args:
        contents: What is in it.
        figures: The SVG file of each figure that it should show, by name; None if that is damaged itself.
    """
    yield from contents.told
    for name, svg in figures.items():
        if name not in contents.pictures:
            yield f"does not show the figure {name!r}"
        elif svg is not None and contents.pictures[name] != svg:
            yield f"shows another picture as the figure {name!r}"
    for name in sorted(contents.links - contents.names):
        yield f"refers to {name}, which it does not have"
    if found := TEMPLATE.search(contents.text):
        yield f"has a piece of a template left: {contents.text[found.start() :][:30]!r}"


def read(data: bytes) -> Contents:
    """Read an e-book.

    Raises:
        ValueError: It is not whole.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            if sum(part.file_size for part in book.infolist()) > _LARGEST:
                raise ValueError("its parts are too large")
            if damaged := book.testzip():
                raise ValueError(f"{damaged} is damaged")
            contents = _read(book)
    except (zipfile.BadZipFile, ElementTree.ParseError) as error:
        raise ValueError(str(error)) from error
    except KeyError as error:
        raise ValueError(error.args[0]) from error  # as zipfile says it
    if data[30 : 30 + len(_FIRST)] != _FIRST:
        contents.told.append("does not begin with its media type, as an e-book does")
    return contents


def _read(book: zipfile.ZipFile) -> Contents:
    root = ElementTree.fromstring(book.read("META-INF/container.xml")).find(_ROOT)
    if root is None:
        raise ValueError("it names no package")
    place = root.get("full-path", "")
    package, folder = ElementTree.fromstring(book.read(place)), posixpath.dirname(place)
    listed = {
        posixpath.join(folder, unquote(item.get("href", ""))): item.get("media-type", "")
        for item in package.iter(f"{_OPF}item")
    }
    there = set(book.namelist())
    contents = Contents(package.findtext(_LANGUAGE, ""))
    for name in sorted(there - listed.keys() - {"mimetype", "META-INF/container.xml", place}):
        contents.told.append(f"has {name}, which its package does not list")
    for name in sorted(listed.keys() - there):
        contents.told.append(f"has not the file {name}")
    texts: list[str] = []
    for name in sorted(listed.keys() & there):
        contents.names.add(name)
        if listed[name] == _PAGE:
            page = ElementTree.fromstring(book.read(name))
            _look_at(page, name, contents, book)
            texts.extend(_text(page))
    contents.text = " ".join(texts)
    return contents


def _look_at(page: Element, name: str, contents: Contents, book: zipfile.ZipFile) -> None:
    """Note what a page has, shows, and refers to."""
    for element in page.iter():
        if "id" in element.attrib:
            contents.names.add(f"{name}#{element.attrib['id']}")
        if element.tag == f"{_XHTML}script" or any(key.startswith("on") for key in element.attrib):
            contents.told.append(f"has a script in {name}")
        if element.tag == f"{_XHTML}img" and "alt" not in element.attrib:
            contents.told.append(f"has no alternative text of {element.get('src', '')}")
        for key in ("src", "href"):
            _follow(element, key, name, contents)
    for figure in page.iter(f"{_XHTML}figure"):
        picture = figure.find(f".//{_XHTML}img")
        if picture is not None and figure.get("id", "").startswith(_FIGURE):
            file = _place(picture.get("src", ""), name)
            if file in book.namelist():
                contents.pictures[figure.attrib["id"].removeprefix(_FIGURE)] = book.read(file)


def _follow(element: Element, key: str, name: str, contents: Contents) -> None:
    """Note what an element refers to; links to the web alone may lead out of the book."""
    address = element.get(key)
    if address is None:
        return
    if ":" in address.partition("/")[0]:
        if element.tag != f"{_XHTML}a":
            contents.told.append(f"fetches {address}")
    else:
        contents.links.add(_place(address, name))


def _place(address: str, page: str) -> str:
    """Return what an address on a page leads to, from the top of the book."""
    file, mark, name = address.partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(file))) if file else page
    return f"{path}{mark}{unquote(name)}"


def _text(element: Element) -> Iterator[str]:
    if element.tag not in _NOT_TEXT:
        yield element.text or ""
        for child in element:
            yield from _text(child)
            yield child.tail or ""
