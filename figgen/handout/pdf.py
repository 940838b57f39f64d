"""The handout as an accessible, archival PDF, set by Typst."""

from collections.abc import Mapping
from pathlib import Path

from figgen.handout.layout import fill_in
from figgen.handout.pandoc import to_typst
from figgen.handout.prose import Artwork, Meta, Prose
from figgen.handout.typesetter import Markup, typeset
from figgen.layers import Layers
from figgen.translation import Translator


def write_pdf(
    prose: Prose,
    art: Mapping[str, Artwork],
    meta: Meta,
    layout: Layers,
    bibliography: Path | None,
    tr: Translator,
) -> bytes:
    """Write the handout as PDF/UA-1 and PDF/A-2a.

    Args:
        prose: The chapters.
        art: Picture and data of each figure, by name.
        meta: The title block.
        layout: Has `handout.typ.j2` and the Lua filters.
        bibliography: The BibTeX file with what the chapters cite, if there is one.
        tr: Gives the language.

    Raises:
        SourceError: What pandoc could not convert, with file and line, or what Typst refuses.
    """
    titles = {name: art[name].title for name in prose.figures if art[name].title}
    body = to_typst(prose, layout, bibliography, tr, meta.edition, titles)
    main = fill_in(
        layout, "handout.typ.j2", autoescape=False, meta=meta, tr=tr, body=body, figures=prose.figures
    )
    pictures = {f"{name}.svg": art[name].svg for name in prose.figures}
    chapters = prose.sources[0].path.parent
    return typeset(Markup(main, body, layout.path("handout.typ.j2"), chapters), pictures, layout)
