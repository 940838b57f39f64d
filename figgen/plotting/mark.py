"""Which picture this is, said in its own bytes, so that it is known wherever it is copied to."""

import re
import struct
import zlib
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from figgen.plotting.presets import PRESETS, WHOLE, Preset

SCHEME = "figgen:"
_PNG = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"figgen\0"
_ON_SVG = re.compile(rb"<svg\b[^>]*?\sdata-figgen=(['\"])(.*?)\1")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a picture says of itself, as a text such as `figgen:coin?lecture=Chance&language=en`.

    Attributes:
        figure: The name of the figure.
        lecture: The title of the lecture in its source language; empty if it is not said.
        language: Of the picture; empty if it is not said.
        preset: What it was drawn for, if that is said.
        frame: The number of the frame, or `WHOLE`.
        key: A hash of all that it was made from; empty if that is not known.
    """

    figure: str
    lecture: str = ""
    language: str = ""
    preset: Preset | None = None
    frame: int = WHOLE
    key: str = ""

    def __str__(self) -> str:
        said = {name: getattr(self, name) for name in ("lecture", "language", "preset", "frame", "key")}
        query = urlencode({name: value for name, value in said.items() if value}, quote_via=quote)
        return f"{SCHEME}{quote(self.figure)}?{query}"


def read_mark(text: str) -> Mark | None:
    """Return what a text says of a picture, such as an alternative text that somebody has written."""
    parts = urlsplit(text.strip())
    if f"{parts.scheme}:" != SCHEME:
        return None
    said = {key: values[0] for key, values in parse_qs(parts.query).items()}
    preset = next((preset for preset in PRESETS if preset == said.get("preset")), None)
    number = said.get("frame", "")
    return Mark(
        unquote(parts.path).strip(),
        said.get("lecture", ""),
        said.get("language", ""),
        preset,
        int(number) if number.isdecimal() else WHOLE,
        said.get("key", ""),
    )


def stamped(data: bytes, mark: Mark) -> bytes:
    """Return a PNG or SVG with a mark in it; any other picture as it is."""
    if data.startswith(_PNG):
        after_header = len(_PNG) + 25  # the first chunk: length, type, 13 bytes, checksum
        return data[:after_header] + _chunk(b"tEXt", _KEYWORD + str(mark).encode()) + data[after_header:]
    start = data.find(b"<svg")
    if start < 0:
        return data
    said = f" data-figgen='{escape(str(mark))}'".encode()
    return data[: start + 4] + said + data[start + 4 :]


def mark_in(data: bytes) -> Mark | None:
    """Return the mark that is in a picture's bytes, if there is one."""
    if data.startswith(_PNG):
        return next((read_mark(text) for text in _texts(data)), None)
    found = _ON_SVG.search(data)
    return read_mark(unescape(found[2].decode(errors="replace"))) if found else None


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _texts(png: bytes) -> list[str]:
    """Return our texts in a PNG, which may be cut short."""
    found, place = [], len(_PNG)
    while place + 8 <= len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        content = png[place + 8 : place + 8 + length]
        if kind == b"tEXt" and content.startswith(_KEYWORD) and len(content) == length:
            found.append(content.removeprefix(_KEYWORD).decode("latin-1"))
        place += 12 + length
    return found
