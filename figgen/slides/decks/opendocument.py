"""Pictures in a file of LibreOffice's Impress (OpenDocument 1.3, part 3)."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from lxml import etree
from PIL import Image as Pixels
from PIL import UnidentifiedImageError

from figgen.colours import rgb
from figgen.slides.decks.places import Ground, Image, Parts, Place, Use, ground_of

_OF = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMES = {
    "draw": f"{_OF}drawing:1.0",
    "fo": f"{_OF}xsl-fo-compatible:1.0",
    "office": f"{_OF}office:1.0",
    "style": f"{_OF}style:1.0",
    "svg": f"{_OF}svg-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}
_CONTENT, _STYLES, _LIST = "content.xml", "styles.xml", "META-INF/manifest.xml"
_KINDS = {"png": "image/png", "svg": "image/svg+xml"}
_POINTS = {"cm": 72 / 2.54, "mm": 72 / 25.4, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}
_LENGTH = re.compile(r"(-?[\d.]+)(cm|mm|in|pt|pc|px)")
_REFERENCES = re.compile(rb"<draw:image\b[^>]*?\sxlink:href\s*=\s*([\"'])(?P<to>.*?)\1")
_USUAL = 96  # pixels an inch, where a picture does not say


class OpenDocument:
    """Reads and changes the parts of an `.odp`."""

    def places(self, parts: Parts) -> Iterator[Place]:
        """Yield each picture on a slide, in order.

        Raises:
            ValueError: A part is damaged, or missing.
        """
        try:
            yield from _Presentation(parts).places()
        except (KeyError, etree.XMLSyntaxError) as error:
            raise ValueError(f"its part {error} is not as it should be") from error

    def uses(self, parts: Parts) -> Iterator[Use]:
        """Yield each use of a picture, on slides or elsewhere."""
        for part in (_CONTENT, _STYLES):
            shown = [match["to"].decode() for match in self.references(parts.get(part, b""))]
            yield from (Use(part, number, _media(href)) for number, href in enumerate(shown))
            for match in re.finditer(rb"xlink:href\s*=\s*([\"'])(.*?)\1", parts.get(part, b"")):
                if (href := match[2].decode()) not in shown:
                    yield Use(part, None, _media(href))

    def references(self, text: bytes) -> Iterator[re.Match[bytes]]:
        """Yield the references to pictures in a part, in order; the group `to` is what they lead to."""
        return _REFERENCES.finditer(text)

    def add(self, parts: dict[str, bytes], part: str, data: bytes, suffix: str) -> str:
        """Add a picture for a part to show, and return what the part refers to it by."""
        media = f"Pictures/figgen-{sha256(data).hexdigest()[:16]}.{suffix}"
        if media not in parts:
            entry = (
                f'<manifest:file-entry manifest:full-path="{media}" manifest:media-type="{_KINDS[suffix]}"/>'
            )
            place = parts[_LIST].rindex(b"</manifest:manifest")
            parts[_LIST] = parts[_LIST][:place] + entry.encode() + parts[_LIST][place:]
        parts[media] = data
        return media


@dataclass(slots=True)
class _Presentation:
    """The slides, and the styles that they have."""

    parts: Parts
    content: Any = None
    styles: dict[str, Any] = field(default_factory=dict)
    masters: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.content = _parsed(self.parts[_CONTENT])
        others = _parsed(self.parts[_STYLES]) if _STYLES in self.parts else None
        for tree in (others, self.content):  # a slide's own styles go before those of masters
            for style in () if tree is None else tree.iter(_tag("style:style")):
                self.styles[style.get(_tag("style:name"), "")] = style
        for master in () if others is None else others.iter(_tag("style:master-page")):
            self.masters[master.get(_tag("style:name"), "")] = master

    def places(self) -> Iterator[Place]:
        """Yield each picture on a slide."""
        number = -1
        for slide, page in enumerate(self.content.iter(_tag("draw:page")), 1):
            ground = self._ground(page)
            shown: dict[Any, list[Image]] = {}
            for image in page.iter(_tag("draw:image")):
                if (href := image.get(_tag("xlink:href"))) is None:
                    continue
                number += 1
                if _media(href) in self.parts:
                    shown.setdefault(image.getparent(), []).append(Image(number, _media(href)))
            for frame, images in shown.items():
                texts = [frame.findtext(_tag(name)) or "" for name in ("svg:desc", "svg:title")]
                said = (*texts, frame.get(_tag("draw:name"), ""))
                yield Place(slide, _CONTENT, tuple(images), said, self._size(frame, images[0]), ground)

    def _size(self, frame: Any, image: Image) -> tuple[float, float] | None:
        """Return the size of a picture: that of its file if it is cropped, as crops are measured on that."""
        style = self.styles.get(frame.get(_tag("draw:style-name"), ""))
        properties = style.find(_tag("style:graphic-properties")) if style is not None else None
        clip = properties.get(_tag("fo:clip"), "") if properties is not None else ""
        if any(float(length) for length, _ in _LENGTH.findall(clip)):
            return _natural_size(self.parts[image.media])
        lengths = [_LENGTH.fullmatch(frame.get(_tag(f"svg:{name}"), "")) for name in ("width", "height")]
        width, height = (float(m[1]) * _POINTS[m[2]] if m else None for m in lengths)
        return None if width is None or height is None else (width, height)

    def _ground(self, page: Any) -> Ground | None:
        """Return the ground of a slide, its own or its master's; a picture may be light or dark."""
        for owner in (page, self.masters.get(page.get(_tag("draw:master-page-name"), ""))):
            name = "" if owner is None else owner.get(_tag("draw:style-name"), "")
            while name and (style := self.styles.get(name)) is not None:
                fill = style.find(_tag("style:drawing-page-properties"))
                kind = "" if fill is None else fill.get(_tag("draw:fill"), "")
                if kind == "solid":
                    colour = fill.get(_tag("draw:fill-color"), "#ffffff")
                    return ground_of(rgb(colour)) if re.fullmatch("#[0-9A-Fa-f]{6}", colour) else None
                if kind and kind != "none":
                    return None
                name = style.get(_tag("style:parent-style-name"), "")
        return "light"


def _natural_size(data: bytes) -> tuple[float, float] | None:
    """Return the size that a picture has by its own pixels, in points."""
    try:
        with Pixels.open(io.BytesIO(data)) as pixels:
            across, down = pixels.info.get("dpi", (_USUAL, _USUAL))
            return pixels.width / (across or _USUAL) * 72, pixels.height / (down or _USUAL) * 72
    except (UnidentifiedImageError, OSError, ValueError):
        return None


def _media(href: str) -> str:
    return unquote(href).removeprefix("./")


def _tag(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NAMES[prefix]}}}{local}"


def _parsed(data: bytes) -> Any:
    """Parse a part; nothing that it names elsewhere is read."""
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
