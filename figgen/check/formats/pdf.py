"""Is a PDF whole, and what does it say, in which language?

Reads the PDFs that Typst and Matplotlib write: a cross-reference table, no object streams, Flate; and text as
Typst sets it, in fonts with a `ToUnicode` map. It is no reader of just any PDF (ISO 32000-1, 7.5, 7.8, 9.10).
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_XREF_ENTRY = re.compile(rb"(\d{10}) \d{5} ([nf])")
_PAGE = re.compile(rb"/Type ?/Page\b")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_FONT = re.compile(rb"/(\w+) (\d+) 0 R")
_MAPPED = re.compile(rb"<(\w{4})> <(\w+)>")
_STRING = rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f]*>"
_SHOWN = re.compile(
    rb"/(?P<font>\w+) [\d.]+ Tf|\[(?P<array>(?:"
    + _STRING
    + rb"|[-\d.\s])*)\]\s*TJ|(?P<one>"
    + _STRING
    + rb")\s*Tj",
    re.DOTALL,
)
_LARGEST = 2**28  # bytes of a stream; a crafted file could give terabytes
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a PDF.

    Attributes:
        pages: How many pages it has.
        language: The language that it says it is in, or an empty text.
        text: The text on its pages; each piece that is set in one go stands in a line of its own.
    """

    pages: int
    language: str
    text: str


def faults(data: bytes) -> Iterator[str]:
    """Say what is wrong with a PDF."""
    try:
        contents = read(data)
    except ValueError as error:
        yield f"is no whole PDF: {error}"
        return
    if not contents.pages:
        yield "has no page"


def read(data: bytes) -> Contents:
    """Read a PDF.

    Raises:
        ValueError: It is not whole, or not as Typst and Matplotlib write it.
    """
    try:
        objects, trailer = _objects(data)
        root = objects[_references(trailer, b"Root")[0]]
        language = re.search(rb"/Lang ?\(([^)]*)\)", root)
        pages = [item for item in objects.values() if _PAGE.search(_dictionary(item))]
        text = "\n".join(piece for page in pages for piece in _text(page, objects))
    except (LookupError, zlib.error) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    return Contents(len(pages), language[1].decode() if language else "", text)


def _objects(data: bytes) -> tuple[dict[int, bytes], bytes]:
    """Return the objects by number, where the cross-reference table says that they lie, and the trailer."""
    if not data.startswith(b"%PDF-"):
        raise ValueError("no header")
    if not data.rstrip().endswith(b"%%EOF"):
        raise ValueError("no end")
    start = int(data[data.rindex(b"startxref") + len(b"startxref") :].split()[0])
    table, _, trailer = data[start:].partition(b"trailer")
    if not table.startswith(b"xref"):
        raise ValueError("no cross-reference table")
    places = {
        number: int(entry[1]) for number, entry in enumerate(_XREF_ENTRY.finditer(table)) if entry[2] == b"n"
    }
    ends = dict(zip(sorted(places.values()), [*sorted(places.values())[1:], start], strict=True))
    objects = {number: data[place : ends[place]] for number, place in places.items()}
    for number, item in objects.items():
        if not item.startswith(b"%d 0 obj" % number):
            raise ValueError(f"object {number} is not where it should be")
    return objects, trailer


def _text(page: bytes, objects: dict[int, bytes]) -> Iterator[str]:
    """Yield the pieces of text on a page, each as it is set in one go."""
    fonts = _fonts(page, objects)
    font: dict[bytes, str] = {}
    for number in _references(page, b"Contents"):
        for shown in _SHOWN.finditer(_stream(objects[number])):
            if shown["font"]:
                font = fonts.get(shown["font"], {})
                continue
            codes = b"".join(
                map(_decode, re.findall(_STRING, shown["array"] or shown["one"] or b"", re.DOTALL))
            )
            yield "".join(font.get(codes[i : i + 2], "") for i in range(0, len(codes), 2))


def _fonts(page: bytes, objects: dict[int, bytes]) -> dict[bytes, dict[bytes, str]]:
    """Return what the codes of two bytes mean in each of a page's fonts, by the font's name on the page."""
    resources = b"".join(_dictionary(objects[number]) for number in _references(page, b"Resources"))
    inside = re.search(rb"/Font ?<<(.*?)>>", resources or page, re.DOTALL)
    fonts = {}
    for name, number in _FONT.findall(inside[1]) if inside else ():
        maps = [_stream(objects[n]) for n in _references(objects[int(number)], b"ToUnicode")]
        fonts[name] = {
            bytes.fromhex(code.decode()): bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
            for code, text in _MAPPED.findall(b"".join(maps).partition(b"endcodespacerange")[2])
        }
    return fonts


def _references(item: bytes, key: bytes) -> list[int]:
    """Return the numbers of the objects that a dictionary's entry refers to."""
    found = re.search(rb"/" + key + rb"\s*(\[[^\]]*\]|\d+ 0 R)", _dictionary(item))
    return [int(number) for number in _REFERENCE.findall(found[1])] if found else []


def _dictionary(item: bytes) -> bytes:
    return item.partition(b"stream")[0]


def _stream(item: bytes) -> bytes:
    content = item.partition(b"stream")[2].lstrip(b"\r\n")
    unpacking = zlib.decompressobj()
    unpacked = unpacking.decompress(content[: content.rindex(b"endstream")], _LARGEST)
    if not unpacking.eof:
        raise ValueError("a stream is cut off, or too large")
    return unpacked


def _decode(string: bytes) -> bytes:
    """Return the bytes that a string of a PDF stands for."""
    if string.startswith(b"<"):
        return bytes.fromhex(string[1:-1].decode())
    return _ESCAPED.sub(_unescape, string[1:-1])


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if code.isdigit() else _ESCAPES.get(code, code)
