"""Whether the file of a picture is whole, small enough, and without anything that runs or is fetched."""

import io
import re
from pathlib import PurePosixPath
from xml.etree import ElementTree

KINDS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
"""The kinds of pictures by the ends of their names, as browsers call them."""

LARGEST = 5_000_000  # bytes
_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
_MOST_PIXELS = 50_000_000  # a handout of A4 at 600 dots per inch has 35 million
_RUNS = {"script", "foreignobject", "iframe", "handler", "listener", "set", "animate"}
_OUTSIDE = re.compile(r"(?i)^\s*(?!#|data:image/)\S|javascript:")


def fault_of(name: str, data: bytes) -> str:
    """Say what is wrong with a picture that a chapter shows; an empty text if nothing is.

    Args:
        name: The name of its file.
        data: Its bytes.
    """
    if len(data) > LARGEST:
        most = f"{LARGEST / 1e6:.0f} MB is the most, as a handout holds its pictures itself: make it smaller"
        return f"the picture {name} has {len(data) / 1e6:.1f} MB; {most}"
    kind = PurePosixPath(name).suffix.lower()
    why = _fault_of_svg(data) if kind == ".svg" else _fault_of_pixels(data, _FORMATS[kind])
    return f"the picture {name} {why}" if why else ""


def mended(name: str, data: bytes) -> bytes:
    """Return a PNG whose pixels are there but whose checksums are wrong, as Typst refuses it, written anew.

    Any other picture is returned as it is.
    """
    from PIL import Image

    if PurePosixPath(name).suffix.lower() != ".png" or len(data) > LARGEST or fault_of(name, data):
        return data
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.verify()
    except (OSError, SyntaxError):
        return as_png(data)
    return data


def as_png(data: bytes) -> bytes:
    """Return a picture of pixels as PNG."""
    from PIL import Image

    anew = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        image.save(anew, "PNG")
    return anew.getvalue()


def _fault_of_pixels(data: bytes, kind: str) -> str:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.format != kind:
                return f"is no {kind}, but {image.format}: name its file so"
            if image.width * image.height > _MOST_PIXELS:
                return f"has {image.width} × {image.height} pixels; make it smaller"
            image.load()
    except UnidentifiedImageError:
        return f"is no {kind}, or is damaged"
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        return f"is damaged: {error}"
    return ""


def _fault_of_svg(data: bytes) -> str:
    if b"<!ENTITY" in data:
        return "defines entities, which can hide anything; save it as a plain SVG"
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError) as error:
        return f"is no SVG, or is damaged: {error}"
    if _local(root.tag) != "svg":
        return f"is no SVG: it begins with <{_local(root.tag)}>"
    for element in root.iter():
        if isinstance(element.tag, str) and _local(element.tag).lower() in _RUNS:
            return f"has <{_local(element.tag)}> in it, which could run code; save it as a plain SVG"
        for attribute, value in element.attrib.items():
            if _local(attribute).lower().startswith("on"):
                return f"has {_local(attribute)} in it, which could run code; save it as a plain SVG"
            if _local(attribute) in ("href", "src") and _OUTSIDE.search(value):
                return f"would fetch {value}; put that into the SVG itself"
    return ""


def _local(name: str) -> str:
    return name.rpartition("}")[2]
