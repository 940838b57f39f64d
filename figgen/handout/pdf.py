"""The handout as an accessible, archival PDF, set by Typst."""

from collections.abc import Mapping
from pathlib import Path

from figgen.errors import Problem, SourceError
from figgen.handout.layout import fill_in
from figgen.handout.pandoc import to_typst
from figgen.handout.prose import Artwork, Meta, Prose
from figgen.translation import Translator

_STANDARDS = ["ua-1", "a-2a"]
_TIMESTAMP = 0  # a clock would change the bytes


def write_pdf(
    prose: Prose,
    art: Mapping[str, Artwork],
    meta: Meta,
    layout: Path,
    bibliography: Path | None,
    tr: Translator,
) -> bytes:
    """Write the handout as PDF/UA-1 and PDF/A-2a.

    Args:
        prose: The chapters.
        art: Picture and data of each figure, by name.
        meta: The title block.
        layout: The folder of `handout.typ.j2` and the Lua filters.
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
    return _compile({"main.typ": main.encode(), **pictures}, prose)


def _compile(files: dict[str, bytes], prose: Prose) -> bytes:
    import typst

    try:
        pdf: bytes = typst.compile(  # type: ignore[call-overload]  # its stubs know no dict of files
            files, format="pdf", ignore_system_fonts=True, timestamp=_TIMESTAMP, pdf_standards=_STANDARDS
        )
    except typst.TypstError as error:
        chapters = prose.sources[0].path.parent
        raise SourceError([Problem(chapters, None, f"Typst refuses the PDF: {error.message}")]) from error
    return pdf
