"""Is an SVG whole, and does it draw something? Told from the groups that Matplotlib writes."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_URL = re.compile(r"url\(#([^)]+)\)")
_POINT = re.compile(r"[-+\d.e]+[ ,][-+\d.e]+")

_FRAMES = {"figure", "axes"}
_AROUND = {"matplotlib.axis", "text", "legend", "table"}  # what explains a drawing is not the drawing
_SPINE, _RECTANGLE = 2, 4  # points of their paths


def faults(data: bytes) -> Iterator[str]:
    """Say what is wrong with a picture that Matplotlib wrote."""
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        yield f"is not XML: {error}"
        return
    names = {element.get("id") for element in root.iter()}
    for name in sorted(set(_references(root)) - names):
        yield f"refers to #{name}, which it does not have"
    if not any(_draws(group) for group in root.iterfind(f"{_SVG}g")):
        yield "draws nothing but axes and text"


def _references(root: Element) -> Iterator[str]:
    for element in root.iter():
        if element.get(_HREF, "").startswith("#"):
            yield element.get(_HREF, "")[1:]
        for value in element.attrib.values():
            yield from _URL.findall(value)


def _draws(frame: Element) -> bool:
    """Tell whether a figure or an axes shows an artist beyond its background, spines, ticks and texts."""
    background_allowed = True
    for group in frame.iterfind(f"{_SVG}g"):
        kind = group.get("id", "").rpartition("_")[0]
        if kind in _AROUND:
            continue
        if kind in _FRAMES:
            if _draws(group):
                return True
        elif kind == "patch" and background_allowed and _points(group) == _RECTANGLE:
            background_allowed = False
        elif kind == "patch" and _points(group) == _SPINE:
            continue
        elif _has_shape(group):
            return True
    return False


def _has_shape(artist: Element) -> bool:
    """Tell whether an artist left a mark: one made of NaN leaves a path without points, or none."""
    marks = (f"{_SVG}use", f"{_SVG}image")
    return _points(artist) > 1 or any(element.tag in marks for element in artist.iter())


def _points(artist: Element) -> int:
    """Return how many points the artist's own paths have, those in `defs` aside."""
    paths = (path for path in artist.iterfind(f"{_SVG}path"))
    return sum(len(_POINT.findall(path.get("d", ""))) for path in paths)
