"""The handout as an accessible, archival PDF, set by Typst."""

from figgen.handout.layout import fill_in
from figgen.handout.manuscript import Manuscript
from figgen.handout.pandoc import to_typst
from figgen.handout.typesetter import Markup, typeset


def write_pdf(manuscript: Manuscript) -> bytes:
    """Write a handout as PDF/UA-1 and PDF/A-2a.

    Raises:
        SourceError: What pandoc could not convert, with file and line, or what Typst refuses.
    """
    prose, layout, name = manuscript.prose, manuscript.layout, "handout.typ.j2"
    body = to_typst(manuscript)
    main = fill_in(
        layout, name, autoescape=False, meta=manuscript, tr=manuscript.tr, body=body, figures=prose.figures
    )
    pictures = {f"{figure}.svg": manuscript.pictures[figure] for figure in prose.figures}
    chapters = prose.sources[0].path.parent
    return typeset(Markup(main, body, layout.path(name), chapters), pictures, layout)
