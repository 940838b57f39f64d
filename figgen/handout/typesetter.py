"""Typst: from markup, pictures and fonts to a PDF; what it refuses, with the layout's file and line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from figgen.errors import Problem, SourceError
from figgen.fonts import families
from figgen.handout.compiler import MAIN, compile_typst
from figgen.handout.prose import Source
from figgen.layers import FONTS, Layers

_PLACE = re.compile(r"┌─ (?P<file>.*?):(?P<line>\d+):\d+")
_NO_FONT = "unknown font family: "


@dataclass(frozen=True, slots=True)
class Markup:
    """A document in Typst's markup.

    Attributes:
        text: The whole of it.
        body: The part of `text` that the chapters gave.
        template: The template that it was filled into.
        chapters: The folder of the chapters.
    """

    text: str
    body: str
    template: Path
    chapters: Path


def typeset(document: str, markup: Markup, pictures: Mapping[str, bytes], layout: Layers) -> bytes:
    """Set a document; it finds its pictures, the lecture's own files of the layout, and nothing else.

    Args:
        document: Its name.
        markup: What it says.
        pictures: The bytes of each picture, by the name of its file.
        layout: Has pictures, modules and fonts of the lecture's own.

    Raises:
        SourceError: What Typst refuses, and fonts that it does not have.
    """
    fonts = [layout.own / FONTS] if (layout.own / FONTS).is_dir() else []
    own = {name: path.read_bytes() for name, path in layout.own_files().items()}
    compiled = compile_typst(document, {**own, **pictures, MAIN: markup.text.encode()}, fonts)
    if compiled.pdf is None:
        raise SourceError(
            Problem(*_place(remark.diagnostic, markup, layout), f"Typst refuses the PDF: {remark.message}")
            for remark in compiled.remarks
        )
    if lacking := [w.diagnostic for w in compiled.remarks if w.message.startswith(_NO_FONT)]:
        known = ", ".join(families(layout.own / FONTS))
        told = f"put its .ttf or .otf files into layout/{FONTS}/, or take one of: {known}"
        problems = (
            Problem(*_place(font, markup, layout), f"there is no font {_name(font)!r}; {told}")
            for font in lacking
        )
        raise SourceError(dict.fromkeys(problems))
    return compiled.pdf


def _place(diagnostic: str, markup: Markup, layout: Layers) -> tuple[Path, int | None]:
    """Return the file, and the line in it, that a diagnostic of Typst speaks of."""
    match = _PLACE.search(diagnostic)
    if match is None:
        return markup.chapters, None
    line, file = int(match["line"]), match["file"].replace("\\", "/")
    if not file.endswith(f"/{MAIN}"):
        module = next((path for name, path in layout.own_files().items() if file.endswith(f"/{name}")), None)
        return (module, line) if module else (markup.template, None)
    first = markup.text.count("\n", 0, markup.text.index(markup.body)) + 1
    if markup.body and first <= line <= first + markup.body.count("\n"):
        return markup.chapters, None
    template = markup.template.read_text("utf-8")
    return markup.template, Source(markup.template, template, markup.text).line(line)


def _name(diagnostic: str) -> str:
    """Return a font's name, which Typst tells in small letters, as the line that it shows has it."""
    name, _, shown = diagnostic.partition(_NO_FONT)[2].partition("\n")
    found = re.search(re.escape(name), shown, flags=re.IGNORECASE)
    return found[0] if found else name
