"""Numbers that are not known while a chapter is converted: a place is kept for each, and filled in later.

A place is the name of what has the number, in signs of Unicode's private use, which pandoc takes for letters.
"""

import re
from collections.abc import Mapping

_FIRST = 0xF0100  # stands for the byte 0
_END = "\U000f0001"
_PLACE = re.compile(rf"([{chr(_FIRST)}-{chr(_FIRST + 0xFF)}]+){_END}")
_TAG = re.compile(rf"\s*\\tag\{{{_PLACE.pattern}\}}")


def place_for(name: str) -> str:
    """Keep a place for the number of what is called `name`."""
    return "".join(chr(_FIRST + byte) for byte in name.encode()) + _END


def fill_in(text: str, numbers: Mapping[str, str]) -> str:
    """Put the numbers into their places."""
    return _PLACE.sub(lambda match: numbers[_name(match[1])], text)


def with_dots(text: str) -> str:
    """Put three dots into the places, for numbers that are not known."""
    return _PLACE.sub("…", text)


def without_places(text: str) -> str:
    """Return a text as its author has written it, for what is told of it."""
    return _PLACE.sub("", _TAG.sub("", text))


def _name(signs: str) -> str:
    return bytes(ord(sign) - _FIRST for sign in signs).decode()
