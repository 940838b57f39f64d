"""Is a handout in HTML whole, does it show every figure, and do its links lead somewhere?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, unquote_to_bytes

TEMPLATE = re.compile(r"\{[{%#]|[}%#]\}")
_FETCHED = ("src", "srcset", "poster", "data")
_REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "headers")
_NOT_TEXT = {"style", "script", "annotation"}
_LITERAL = {"pre", "code"}  # may speak of a template
_FIGURE = "fig-"
_SVG = "data:image/svg+xml,"


@dataclass(slots=True)
class Contents:
    """What is in a page.

    Attributes:
        language: The language that it says it is in, or an empty text.
        names: Every `id`.
        references: Every name of an element that another refers to.
        pictures: The `src` of the first picture in each figure, by the figure's name.
        fetched: What a browser would have to fetch.
        text: What a reader sees, code and formulas aside.
        whole: Whether it comes to its end.
    """

    language: str = ""
    names: set[str] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    pictures: dict[str, str] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    text: str = ""
    whole: bool = False


def faults(contents: Contents, figures: Mapping[str, bytes | None]) -> Iterator[str]:
    """Say what is wrong with a handout.

    Args:
        contents: What is in it.
        figures: The SVG file of each figure that it should show, by name; None if that is damaged itself.
    """
    if not contents.whole:
        yield "ends in the middle"
    for name, svg in figures.items():
        if name not in contents.pictures:
            yield f"does not show the figure {name!r}"
        elif svg is not None and unquote_to_bytes(contents.pictures[name].removeprefix(_SVG)) != svg:
            yield f"shows another picture as the figure {name!r}"
    for name in sorted(contents.references - contents.names):
        yield f"refers to #{name}, which it does not have"
    for address in contents.fetched:
        yield f"fetches {address}"
    if found := TEMPLATE.search(contents.text):
        yield f"has a piece of a template left: {contents.text[found.start() :][:30]!r}"


def read(data: bytes) -> Contents:
    """Read a page."""
    reader = _Reader()
    reader.feed(data.decode("utf-8", "replace"))
    reader.close()
    reader.contents.text = " ".join(reader.pieces)
    reader.contents.whole = data.rstrip().endswith(b"</html>")
    return reader.contents


class _Reader(HTMLParser):
    """Collects the contents of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.contents = Contents()
        self.pieces: list[str] = []
        self._figure = ""
        self._silent: list[str] = []  # the open elements whose text is none to read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element is called, and what it refers to, shows and fetches."""
        given = {name: value or "" for name, value in attrs}
        found = self.contents
        if tag == "html":
            found.language = given.get("lang", "")
        if tag in _NOT_TEXT | _LITERAL:
            self._silent.append(tag)
        if "id" in given:
            found.names.add(given["id"])
        if tag == "figure":
            self._figure = given.get("id", "").removeprefix(_FIGURE)
        if tag == "img" and self._figure:
            found.pictures.setdefault(self._figure, given.get("src", ""))
        found.references.update(_targets(given))
        found.fetched.extend(_fetched(tag, given))

    def handle_endtag(self, tag: str) -> None:
        """Leave the element."""
        if tag == "figure":
            self._figure = ""
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        """Keep what is to be read."""
        if not self._silent:
            self.pieces.append(data)


def _targets(given: Mapping[str, str]) -> Iterator[str]:
    if given.get("href", "").startswith("#"):
        yield unquote(given["href"][1:])
    for name in _REFERENCES:
        yield from given.get(name, "").split()


def _fetched(tag: str, given: Mapping[str, str]) -> Iterator[str]:
    for name in (*_FETCHED, *(["href"] if tag == "link" else [])):
        if name in given and not given[name].startswith("data:"):
            yield given[name]
