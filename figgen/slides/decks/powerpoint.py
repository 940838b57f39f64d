"""Pictures in a file of PowerPoint's (ECMA-376, parts 1 and 2)."""

import colorsys
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from lxml import etree

from figgen.colours import Rgb, rgb
from figgen.slides.decks.places import Ground, Image, Parts, Place, Use, ground_of

_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SLIDE = "http://schemas.openxmlformats.org/presentationml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_NAMES = {"a": _MAIN, "p": _SLIDE, "r": _RELATION, "svg": _SVG}
_EMBED = f"{{{_RELATION}}}embed"
_KINDS = {"png": "image/png", "svg": "image/svg+xml"}
_POINT = 12700  # English metric units
_SHARE = 100_000  # thousandths of a percent
_REFERENCES = re.compile(rb"<(?:[\w.-]+:)?(?:blip|svgBlip)\b[^>]*?\s[\w.-]+:embed\s*=\s*([\"'])(?P<to>.*?)\1")
_BACKGROUND = ("slideLayout", "slideMaster")  # where a slide's background stands, if not on the slide


class PowerPoint:
    """Reads and changes the parts of a `.pptx`."""

    def places(self, parts: Parts) -> Iterator[Place]:
        """Yield each picture on a slide, in order.

        Raises:
            ValueError: A part is damaged, or missing.
        """
        try:
            for number, part in enumerate(_slides(parts), 1):
                yield from _Slide(parts, part, number).places()
        except (KeyError, etree.XMLSyntaxError) as error:
            raise ValueError(f"its part {error} is not as it should be") from error

    def uses(self, parts: Parts) -> Iterator[Use]:
        """Yield each use of a picture, on slides or elsewhere."""
        for relations in parts:
            folder, file = posixpath.split(relations)
            if file.endswith(".rels") and folder.endswith("_rels"):
                part = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
                yield from self._uses_in(parts, part)

    def _uses_in(self, parts: Parts, part: str) -> Iterator[Use]:
        pictures = {n: target for n, (target, kind) in _relations(parts, part).items() if kind == "image"}
        shown = [match["to"].decode() for match in self.references(parts.get(part, b""))]
        for number, name in enumerate(shown):
            if name in pictures:
                yield Use(part, number, pictures[name])
        yield from (Use(part, None, media) for name, media in pictures.items() if name not in shown)

    def references(self, text: bytes) -> Iterator[re.Match[bytes]]:
        """Yield the references to pictures in a part, in order; the group `to` is what they lead to."""
        return _REFERENCES.finditer(text)

    def add(self, parts: dict[str, bytes], part: str, data: bytes, suffix: str) -> str:
        """Add a picture for a part to show, and return what the part refers to it by."""
        media = f"ppt/media/figgen-{sha256(data).hexdigest()[:16]}.{suffix}"
        parts[media] = data
        _declare(parts, suffix)
        taken = _relations(parts, part)
        for name, (target, _) in taken.items():
            if target == media:
                return name
        name = next(n for n in (f"rIdFiggen{i}" for i in range(1, len(taken) + 2)) if n not in taken)
        relations = _relations_of(part)
        target = posixpath.relpath(media, posixpath.dirname(part))
        entry = f'<Relationship Id="{name}" Type="{_RELATION}/image" Target="{target}"/>'
        parts[relations] = _before_end(parts[relations], b"Relationships", entry.encode())
        return name


@dataclass(slots=True)
class _Slide:
    """One slide, and what it has from its layout, master and theme."""

    parts: Parts
    part: str
    number: int
    _trees: dict[str, Any] = field(default_factory=dict)

    def places(self) -> Iterator[Place]:
        tree, relations = self._tree(self.part), _relations(self.parts, self.part)
        ground = self._ground()
        number = -1
        shown: dict[Any, list[Image]] = {}
        for element in tree.iter(f"{{{_MAIN}}}blip", f"{{{_SVG}}}svgBlip"):
            if (name := element.get(_EMBED)) is None:
                continue
            number += 1
            shape = next((a for a in element.iterancestors() if _name(a) in ("pic", "sp")), None)
            if shape is not None and name in relations:
                shown.setdefault(shape, []).append(Image(number, relations[name][0]))
        for shape, images in shown.items():
            said = shape.find(".//p:cNvPr", _NAMES)
            texts = () if said is None else (said.get("descr", ""), said.get("name", ""))
            yield Place(self.number, self.part, tuple(images), texts, self._size(shape), ground)

    def _size(self, shape: Any) -> tuple[float, float] | None:
        """Return the size of a picture before it was cropped, in points."""
        extent = shape.find("p:spPr/a:xfrm/a:ext", _NAMES)
        extent = extent if extent is not None else self._inherited_size(shape)
        if extent is None:
            return None
        width, height = (int(extent.get(name, 0)) / _POINT for name in ("cx", "cy"))
        for group in shape.iterancestors(f"{{{_SLIDE}}}grpSp"):
            outside, inside = (group.find(f"p:grpSpPr/a:xfrm/a:{name}", _NAMES) for name in ("ext", "chExt"))
            if outside is not None and inside is not None:
                width *= int(outside.get("cx", 0)) / (int(inside.get("cx", 0)) or 1)
                height *= int(outside.get("cy", 0)) / (int(inside.get("cy", 0)) or 1)
        crop = shape.find(".//a:srcRect", _NAMES)
        left, right, top, bottom = (
            int((crop.get(n) if crop is not None else None) or 0) / _SHARE for n in "lrtb"
        )
        shares = 1 - left - right, 1 - top - bottom
        return None if min(shares) <= 0 else (width / shares[0], height / shares[1])

    def _inherited_size(self, shape: Any) -> Any:
        """Return the extent that a placeholder has from the slide's layout."""
        place = shape.find(".//p:nvPr/p:ph", _NAMES)
        layout = self._related(self.part, "slideLayout")
        if place is None or layout is None:
            return None
        alike = f".//p:sp[p:nvSpPr/p:nvPr/p:ph[@idx='{int(place.get('idx', 0))}']]/p:spPr/a:xfrm/a:ext"
        return self._tree(layout).find(alike, _NAMES)

    def _ground(self) -> Ground | None:
        part: str | None = self.part
        for above in (*_BACKGROUND, ""):
            if part is None:
                return "light"
            background = self._tree(part).find("p:cSld/p:bg", _NAMES)
            if background is not None:
                return self._ground_of(background)
            part = self._related(part, above)
        return "light"

    def _ground_of(self, background: Any) -> Ground | None:
        """Return the ground of a plain background or of a gradient; a picture may be light or dark."""
        if background.find("p:bgPr/a:blipFill", _NAMES) is not None:
            return None
        stops = background.findall(".//a:gs", _NAMES) or [
            background.find(path, _NAMES) for path in ("p:bgPr/a:solidFill", "p:bgRef")
        ]
        colours = [self._colour(stop[0]) for stop in stops if stop is not None and len(stop)]
        known = [colour for colour in colours if colour is not None]
        if not known:
            return None
        red, green, blue = (sum(channel) / len(known) for channel in zip(*known, strict=True))
        return ground_of((red, green, blue))

    def _colour(self, element: Any) -> Rgb | None:
        kind = _name(element)
        if kind == "schemeClr":
            named = self._of_theme(element.get("val", ""))
            base = None if named is None else self._colour(named)
        elif kind in ("srgbClr", "sysClr"):
            value = element.get("val" if kind == "srgbClr" else "lastClr", "")
            base = rgb(f"#{value}") if re.fullmatch("[0-9A-Fa-f]{6}", value) else None
        else:
            base = None
        return base and _shaded(base, element)

    def _of_theme(self, name: str) -> Any:
        """Return the element of a colour in the theme, such as `bg1` by the master's map."""
        layout = self._related(self.part, "slideLayout")
        master = layout and self._related(layout, "slideMaster")
        theme = master and self._related(master, "theme")
        if not (master and theme):
            return None
        names = self._tree(master).find("p:clrMap", _NAMES)
        own = self._tree(self.part).find("p:clrMapOvr/a:overrideClrMapping", _NAMES)
        names = own if own is not None else names
        mapped = name if names is None else names.get(name, name)
        found = self._tree(theme).find(f".//a:clrScheme/a:{mapped}", _NAMES) if mapped.isalnum() else None
        return found[0] if found is not None and len(found) else None

    def _related(self, part: str, kind: str) -> str | None:
        return next((target for target, k in _relations(self.parts, part).values() if k == kind), None)

    def _tree(self, part: str) -> Any:
        if part not in self._trees:
            self._trees[part] = _parsed(self.parts[part])
        return self._trees[part]


def _shaded(colour: Rgb, element: Any) -> Rgb:
    """Return a colour as the theme makes it darker or lighter."""
    hue, light, strength = colorsys.rgb_to_hls(*colour)
    for change in element:
        value = int(change.get("val", 0)) / _SHARE
        light = {"lumMod": light * value, "lumOff": light + value}.get(_name(change), light)
        light = {"shade": light * value, "tint": 1 - (1 - light) * value}.get(_name(change), light)
    return colorsys.hls_to_rgb(hue, min(max(light, 0.0), 1.0), strength)


def _slides(parts: Parts) -> Iterator[str]:
    """Yield the parts of the slides in the order in which they are shown."""
    start = next((t for t, kind in _relations(parts, "").values() if kind == "officeDocument"), "")
    relations = _relations(parts, start)
    for slide in _parsed(parts[start]).iterfind("p:sldIdLst/p:sldId", _NAMES):
        yield relations[slide.get(f"{{{_RELATION}}}id")][0]


def _relations(parts: Parts, part: str) -> dict[str, tuple[str, str]]:
    """Return the parts that a part refers to, and the last word of each one's kind, by their names."""
    data = parts.get(_relations_of(part))
    if data is None:
        return {}
    return {
        item.get("Id", ""): (_target(part, item.get("Target", "")), item.get("Type", "").rpartition("/")[2])
        for item in _parsed(data)
        if item.get("TargetMode") != "External"
    }


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _target(part: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")


def _declare(parts: dict[str, bytes], suffix: str) -> None:
    """Say what kind of file a suffix stands for, if that is not said."""
    name = "[Content_Types].xml"
    known = {item.get("Extension", "").lower() for item in _parsed(parts[name])}
    if suffix not in known:
        entry = f'<Default Extension="{suffix}" ContentType="{_KINDS[suffix]}"/>'
        first = re.search(rb"<(?:\w+:)?Types\b[^>]*>", parts[name])
        assert first  # it was parsed
        parts[name] = parts[name][: first.end()] + entry.encode() + parts[name][first.end() :]


def _before_end(data: bytes, element: bytes, entry: bytes) -> bytes:
    place = data.rindex(b"</" + element)
    return data[:place] + entry + data[place:]


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _parsed(data: bytes) -> Any:
    """Parse a part; nothing that it names elsewhere is read."""
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
