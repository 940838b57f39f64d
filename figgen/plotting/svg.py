"""The same picture in fewer bytes: what nobody sees in an SVG file of Matplotlib's is left out."""

import re

_DOCTYPE = re.compile(rb"<!DOCTYPE[^>]*>")
_EMPTY = re.compile(rb"<path(?![^>]*\bd=)")  # the glyph of a space
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_BETWEEN = re.compile(rb">\s+<")
_PLACES = re.compile(rb' (?:d|x|y)="[^"]*"|(?<=translate\()[^)]*')
_RUN = re.compile(rb"([LQC]) [^A-Za-z]*(?:\1 [^A-Za-z]*)+")
_LONG = re.compile(rb"-?\d+\.\d{3,}")
_ASIDE = re.compile(rb' transform="translate\((\S+) 0\)"(?=/>)')
_NAME = re.compile(rb' id="([^"]*)"')
_REFERENCE = re.compile(rb'(?<=href="#)[^"]*|(?<=url\(#)[^)]*')


def compact(svg: bytes) -> bytes:
    """Drop comments, spaces between elements, places finer than a hundredth of a point, and long names.

    The document type goes, too, as e-readers accept none that names a file elsewhere.
    Its quotes become single ones, which need no escape where a page holds the picture.
    """
    drawn = _EMPTY.sub(b'<path d=""', _DOCTYPE.sub(b"", svg))  # SVG 1.1 demands a path
    close = _BETWEEN.sub(b"><", _COMMENT.sub(b"", drawn))
    placed = _ASIDE.sub(rb' x="\1"', _PLACES.sub(_shorten_places, close))
    named = _shorten_names(placed)
    return named if b"'" in named else named.replace(b'"', b"'")


def _shorten_places(places: re.Match[bytes]) -> bytes:
    """Round numbers, and name the command of a path once where it repeats itself (SVG 1.1, 8.3.1)."""
    rounded = _LONG.sub(_round, places[0]).replace(b"\n", b"")
    return _RUN.sub(lambda run: run[1] + b" " + run[0].replace(run[1] + b" ", b""), rounded)


def _round(number: re.Match[bytes]) -> bytes:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".").encode()


def _shorten_names(svg: bytes) -> bytes:
    """Give a short name to each element that another refers to; the others say what a group is."""
    referred = dict.fromkeys(_REFERENCE.findall(svg))
    short = {name: f"n{number:x}".encode() for number, name in enumerate(referred)}
    named = _NAME.sub(lambda match: b' id="%s"' % short.get(match[1], match[1]), svg)
    return _REFERENCE.sub(lambda match: short[match[0]], named)
