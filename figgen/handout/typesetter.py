"""Typst: from markup, pictures and fonts to a PDF; what it refuses, with the layout's file and line."""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from figgen.errors import Problem, SourceError
from figgen.fonts import families
from figgen.handout.prose import Source
from figgen.layers import FONTS, Layers

_TIMESTAMP = 0  # a clock would change the bytes
_MAIN = "main.typ"
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


def typeset(markup: Markup, pictures: Mapping[str, bytes], layout: Layers) -> bytes:
    """Set a document; it finds its pictures, the lecture's own files of the layout, and nothing else.

    Args:
        markup: The document.
        pictures: The bytes of each picture, by the name of its file.
        layout: Has pictures, modules and fonts of the lecture's own.

    Raises:
        SourceError: What Typst refuses, and fonts that it does not have.
    """
    import typst

    fonts = [layout.own / FONTS] if (layout.own / FONTS).is_dir() else []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()  # Typst sees nothing outside of it
        for name, path in layout.own_files().items():
            _put(root / name, path.read_bytes())
        for name, data in {**pictures, _MAIN: markup.text.encode()}.items():
            _put(root / name, data)
        try:
            pdf, warnings = typst.compile_with_warnings(
                root / _MAIN,
                root=root,
                format="pdf",
                font_paths=fonts,
                ignore_system_fonts=True,
                timestamp=_TIMESTAMP,
                pdf_standards=["ua-1", "a-2a"],
            )
        except typst.TypstError as error:
            place = _place(error.diagnostic, markup, layout)
            raise SourceError([Problem(*place, f"Typst refuses the PDF: {error.message}")]) from error
    if lacking := [w.diagnostic for w in warnings if w.message.startswith(_NO_FONT)]:
        known = ", ".join(families(layout.own / FONTS))
        told = f"put its .ttf or .otf files into layout/{FONTS}/, or take one of: {known}"
        problems = (
            Problem(*_place(font, markup, layout), f"there is no font {_name(font)!r}; {told}")
            for font in lacking
        )
        raise SourceError(dict.fromkeys(problems))
    return pdf


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _place(diagnostic: str, markup: Markup, layout: Layers) -> tuple[Path, int | None]:
    """Return the file, and the line in it, that a diagnostic of Typst speaks of."""
    match = _PLACE.search(diagnostic)
    if match is None:
        return markup.chapters, None
    line, file = int(match["line"]), match["file"].replace("\\", "/")
    if not file.endswith(f"/{_MAIN}"):
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
