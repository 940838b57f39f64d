"""Pictures of the author's own, in plain Markdown: `![what it shows](photo.png "Caption"){width=60%}`."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from figgen.errors import Problem, unknown
from figgen.handout.chapters import Text
from figgen.handout.image_files import KINDS, fault_of
from figgen.handout.tree import Node, attributes, text_of, words_of

FOLDER = "own/"
"""What the names of these pictures begin with in documents; those of figures have no slash."""

_SHOWN = re.compile(r"(?:\]\(\s*|^ {0,3}\[[^\]]+\]:\s*)(?:<([^>\n]+)>|([^\s)]+))", re.MULTILINE)
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\")
_WIDTH = re.compile(r"(?:100|[1-9]\d?)(?:\.\d+)?%|\d+(?:\.\d+)?(?:cm|mm|in|px)")
_ATTRIBUTES = ("width", "alt", "fig-alt")


def picture_files(texts: Iterable[str], folder: Path, lecture: Path) -> dict[str, Path]:
    """Return the files of the pictures that texts show, by the addresses that they have there.

    Args:
        texts: Markdown, or templates of it.
        folder: That of the texts.
        lecture: The lecture's, where pictures may lie, too, and beyond which no file is looked for.
    """
    found: dict[str, Path] = {}
    for address in addresses_in(texts):
        for base in (lecture, folder):  # the nearer one is preferred
            path = (base / unquote(address)).resolve()
            inside = path.is_relative_to(lecture.resolve()) and not _REMOTE.match(address)
            if inside and path.suffix.lower() in KINDS and path.is_file():
                found[address] = path
    return found


def addresses_in(texts: Iterable[str]) -> dict[str, None]:
    """Return the addresses of pictures, and of what else has one, in texts, each once."""
    return dict.fromkeys(match[1] or match[2] for text in texts for match in _SHOWN.finditer(text))


def name_in_documents(address: str, data: bytes) -> str:
    """Return what a picture is called in documents: by its content, so that an edited one is noticed."""
    digest = hashlib.sha256(data).hexdigest()[:16]
    return f"{FOLDER}{digest}{PurePosixPath(address).suffix.lower()}"


def place_pictures(texts: Sequence[Text], files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Give the pictures in chapters the names that documents know; what stands alone becomes a figure.

    Args:
        texts: The chapters, whose trees change.
        files: The bytes of each picture by its address in the chapters.

    Yields:
        What is wrong with pictures.
    """
    names: set[str] = set()
    for text in texts:
        places = _Places(text, files, names)
        text.rewrite(places.change, "Image", "Figure")
        yield from places.problems


@dataclass(frozen=True, slots=True)
class _Places:
    """The pictures of one chapter; and the names that figures have got after their files, in all chapters."""

    text: Text
    files: Mapping[str, bytes]
    names: set[str]
    stems: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def change(self, element: Node) -> list[Node] | None:
        """Return what to put in the place of a picture, or of one that stands alone."""
        if element["t"] == "Image":
            told, address = _fault(element, self.files), element["c"][2][0]
            self.problems.extend(self.text.prose.problems(address, told) if told else ())
            if told:
                return []
            source = name_in_documents(address, self.files[address])
            self.stems[source] = re.sub(r"[^A-Za-z0-9]+", "-", PurePosixPath(unquote(address)).stem)
            return [_shown(element, source)]
        if not attributes(element)[1]:
            return [self._figure(element)] if element["c"][2][0]["c"] else []
        return None

    def _figure(self, figure: Node) -> Node:
        """Return what stands alone as a figure with a caption, which has a name, or without one."""
        image = figure["c"][2][0]["c"][0]
        about, caption, (source, _) = image["c"]
        name = attributes(figure)[0] or about[0]
        if name and not name.startswith("fig-"):
            told = f"the name of a picture begins with fig-, as in {{#fig-{name}}}, not: {name}"
            self.problems.extend(self.text.prose.problems(f"#{name}", told))
        elif caption and not name:
            name = _free(f"fig-{self.stems[source]}", self.names)
        plain = {"t": "Image", "c": [["", [], about[2]], [], [source, ""]]}
        blocks = [{"t": "Plain", "c": caption}] if caption else []
        return {"t": "Figure", "c": [[name, ["own"], []], [None, blocks], [{"t": "Plain", "c": [plain]}]]}


def _fault(image: Node, files: Mapping[str, bytes]) -> str:
    """Say what is wrong with a picture; an empty text if nothing is."""
    (_, _, pairs), inlines, (address, _) = image["c"]
    given = dict(pairs)
    if _REMOTE.match(address):
        return f"a handout fetches nothing: put this picture beside the chapter, and name its file: {address}"
    if PurePosixPath(address).suffix.lower() not in KINDS:
        return f"a picture is one of {', '.join(KINDS)}, not: {address}"
    if address not in files:
        return f"there is no picture {address} beside the chapter or beside lecture.toml; there are: " + (
            ", ".join(sorted(files)) or "none"
        )
    if not (text_of(inlines) if not _alternative(given) else _alternative(given)).strip():
        return f"the picture {address} has no alternative text; write ![what it shows]({address})"
    if strange := [name for name in given if name not in _ATTRIBUTES]:
        return f"{unknown('attribute', strange[0], _ATTRIBUTES)} (at the picture {address})"
    if "width" in given and not _WIDTH.fullmatch(given["width"]):
        return f"the width of a picture is such as 60% or 8cm, not {given['width']!r}: {address}"
    return fault_of(address, files[address])


def _shown(image: Node, source: str) -> Node:
    """Return a picture under its name in documents; its content is its caption."""
    (name, _, pairs), inlines, (_, title) = image["c"]
    given = dict(pairs)
    alternative = _alternative(given) or text_of(inlines)
    caption = inlines if _alternative(given) else words_of(title)
    width = [["width", given["width"]]] if "width" in given else []
    about = [name, ["inline"], [["alt", " ".join(alternative.split())], *width]]
    return {"t": "Image", "c": [about, caption, [source, ""]]}


def _free(name: str, names: set[str]) -> str:
    """Return a name that no other has, and take it."""
    free = next(n for n in chain([name], (f"{name}-{i}" for i in count(2))) if n not in names)
    names.add(free)
    return free


def _alternative(given: Mapping[str, str]) -> str:
    return given.get("fig-alt") or given.get("alt") or ""
