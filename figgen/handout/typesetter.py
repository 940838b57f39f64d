"""Typst: from markup, pictures and fonts to a PDF; what it refuses, with the layout's file and line."""

import re
from collections.abc import Mapping
from itertools import chain

from figgen.errors import Problem, SourceError
from figgen.fonts import families
from figgen.handout.compiler import MAIN, compile_typst
from figgen.handout.markup import Markup, place_of, refusals
from figgen.layers import FONTS, Layers

_NO_FONT = "unknown font family: "


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
        refused = (refusals(r.message, r.diagnostic, markup, layout) for r in compiled.remarks)
        raise SourceError(dict.fromkeys(chain.from_iterable(refused)))
    if lacking := [w.diagnostic for w in compiled.remarks if w.message.startswith(_NO_FONT)]:
        known = ", ".join(families(layout.own / FONTS))
        told = f"put its .ttf or .otf files into layout/{FONTS}/, or take one of: {known}"
        problems = (
            Problem(*place_of(font, markup, layout), f"there is no font {_name(font)!r}; {told}")
            for font in lacking
        )
        raise SourceError(dict.fromkeys(problems))
    return compiled.pdf


def _name(diagnostic: str) -> str:
    """Return a font's name, which Typst tells in small letters, as the line that it shows has it."""
    name, _, shown = diagnostic.partition(_NO_FONT)[2].partition("\n")
    found = re.search(re.escape(name), shown, flags=re.IGNORECASE)
    return found[0] if found else name
