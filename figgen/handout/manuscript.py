"""All that a handout or the slides say, whole: any process can write them from it."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from figgen.handout import Edition
from figgen.handout.exploring import Exploration
from figgen.handout.parts import Parts
from figgen.handout.prose import Prose, plain
from figgen.handout.speech.words import Words
from figgen.layers import Layers
from figgen.settings.look import Box, Theme
from figgen.translation import Translator
from figgen.wording import Wording

_TITLE = re.compile(rb"<dc:title>(.*?)</dc:title>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What a document is written from.

    Attributes:
        title: The lecture's title.
        subtitle: A second line under the title, or empty.
        authors: Those who gave the lecture its content.
        credit: The line under the title, or empty.
        prose: The chapters.
        pictures: The file of each figure that is shown, by the figure's name: SVG, for slides PNG.
        data: For a page, the result behind each figure as `.npz`, by the figure's name, if it has one.
        evidence: What was measured for the claims that each figure shows, in words, by the figure's name.
        layout: Has the templates, the style, and the Lua filters.
        bibliography: The BibTeX file with what the chapters cite, if there is one.
        csl: The style of citations, if it is not pandoc's.
        macros: What TeX macros stand for, by their names without backslash.
        boxes: The fenced divisions of the lecture's own.
        theme: Colours, fonts and logo.
        tr: Gives the words of the language.
        words: What the lecture calls symbols in formulas, over figgen's words.
        own_pictures: The author's pictures, by the addresses that the chapters have for them.
        explorations: What readers can explore, by the figure's name.
        is_part: Whether the lecture has other chapters, which references may speak of.
        edition: The student's has room to write in place of the answers.
        parts: The chapters as pandoc has read them, if it has for this edition.
    """

    title: str
    subtitle: str
    authors: tuple[str, ...]
    credit: str
    prose: Prose
    pictures: Mapping[str, bytes]
    data: Mapping[str, bytes]
    evidence: Mapping[str, tuple[Wording, ...]]
    layout: Layers
    bibliography: Path | None
    csl: Path | None
    macros: Mapping[str, str]
    boxes: tuple[Box, ...]
    theme: Theme
    tr: Translator
    words: Words = Words()
    own_pictures: Mapping[str, bytes] = field(default_factory=dict)
    explorations: Mapping[str, Exploration] = field(default_factory=dict)
    is_part: bool = False
    edition: Edition = "full"
    parts: Parts | None = None

    @property
    def language(self) -> str:
        """The language that it is in."""
        return self.tr.language

    @property
    def figure_titles(self) -> dict[str, str]:
        """The title of each figure that states one, as Markdown; formulas between dollars stay."""
        titles = {name: _title_of(self.pictures[name]) for name in self.prose.figures}
        return {name: _as_markdown(title) for name, title in titles.items() if title}


def _title_of(picture: bytes) -> str:
    """Return the title that a picture states in its metadata."""
    if not picture.startswith(b"\x89PNG"):
        found = _TITLE.search(picture)
        return unescape(found[1].decode()) if found else ""
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        return str(image.info.get("Title", ""))


def _as_markdown(title: str) -> str:
    parts = re.split(r"(\$[^$]+\$)", title)
    return "".join(part if i % 2 else plain(part) for i, part in enumerate(parts))
