"""The handout as an accessible, archival PDF, set by Typst."""

from figgen.engine.documents import Written
from figgen.handout.conversion import to_typst
from figgen.handout.layout import fill_in
from figgen.handout.manuscript import Manuscript
from figgen.handout.markup import Markup
from figgen.handout.own_pictures import name_in_documents
from figgen.handout.pandoc import Pandoc
from figgen.handout.theme import printed
from figgen.handout.typesetter import typeset


def write_pdf(manuscript: Manuscript, pandoc: Pandoc | None = None) -> Written:
    """Write a handout as PDF/UA-1 and PDF/A-2a.

    Raises:
        SourceError: What pandoc could not convert, with file and line, or what Typst refuses.
    """
    prose, layout, name = manuscript.prose, manuscript.layout, "handout.typ.j2"
    said, tr, theme = to_typst(manuscript, pandoc), manuscript.tr, printed(manuscript.theme)
    shows = "#figure(placement: float(), " in said.markup
    explored = manuscript.explorations
    parts = {"meta": manuscript, "tr": tr, "theme": theme, "body": said.markup, "figures": shows}
    main = fill_in(layout, name, autoescape=False, explored=explored, **parts)
    pictures = {f"{figure}.svg": manuscript.pictures[figure] for figure in prose.figures}
    for figure, it in explored.items():
        pictures |= {f"{figure}-{place}.svg": data for place, data in enumerate(it.pictures)}
    for address, own in manuscript.own_pictures.items():
        pictures[name_in_documents(address, own)] = own
    if manuscript.theme.logo:
        pictures[theme.logo] = manuscript.theme.logo.read_bytes()
    document = f"{manuscript.language}.{manuscript.edition}"
    markup = Markup(main, said.markup, layout.path(name), prose, said.tex)
    data = typeset(document, markup, pictures, layout)
    return Written(data, said.warnings, manuscript.tr.said)
