"""The handout as an accessible, archival PDF, set by Typst."""

import re
from collections.abc import Iterator, Mapping

from figgen.engine.documents import Written
from figgen.errors import Problem, SourceError
from figgen.handout.conversion import to_typst
from figgen.handout.layout import fill_in
from figgen.handout.manuscript import Manuscript
from figgen.handout.own_pictures import name_in_documents
from figgen.handout.pandoc import Pandoc
from figgen.handout.prose import Prose
from figgen.handout.theme import printed
from figgen.handout.typesetter import Markup, typeset
from figgen.layers import FONTS

_NO_GLYPH = re.compile(r'the text `"(?P<text>.*)"` could not be displayed with font `"(?P<font>.*?)"`')
_TOO_WIDE = re.compile(r"panicked with: (?P<told>this \w+ is wider than .*?): (?P<text>.*)")


def write_pdf(manuscript: Manuscript, pandoc: Pandoc | None = None) -> Written:
    """Write a handout as PDF/UA-1 and PDF/A-2a.

    Raises:
        SourceError: What pandoc could not convert, with file and line, or what Typst refuses.
    """
    prose, layout, name = manuscript.prose, manuscript.layout, "handout.typ.j2"
    said, tr, theme = to_typst(manuscript, pandoc), manuscript.tr, printed(manuscript.theme)
    shows = "#figure(placement: float(), " in said.markup
    parts = {"meta": manuscript, "tr": tr, "theme": theme, "body": said.markup, "figures": shows}
    main = fill_in(layout, name, autoescape=False, **parts)
    pictures = {f"{figure}.svg": manuscript.pictures[figure] for figure in prose.figures}
    for address, own in manuscript.own_pictures.items():
        pictures[name_in_documents(address, own)] = own
    if manuscript.theme.logo:
        pictures[theme.logo] = manuscript.theme.logo.read_bytes()
    chapters, document = prose.sources[0].path.parent, f"{manuscript.language}.{manuscript.edition}"
    markup = Markup(main, said.markup, layout.path(name), chapters)
    try:
        data = typeset(document, markup, pictures, layout)
    except SourceError as error:
        placed = (found for problem in error.problems for found in _placed(problem, prose, said.tex))
        raise SourceError(dict.fromkeys(placed)) from error
    return Written(data, said.warnings, manuscript.tr.said)


def _placed(problem: Problem, prose: Prose, tex: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what Typst refuses with file and line, where it is known of which text it speaks."""
    if match := _NO_GLYPH.search(problem.message):
        yield from _unknown_characters(match["text"], match["font"], prose)
    elif match := _TOO_WIDE.search(problem.message):
        text = tex.get(match["text"], match["text"])
        known = next((word for word in text.split() if word in prose.markdown), text)
        yield from prose.problems(text if text in tex.values() else known, f"{match['told']}: {text}")
    else:
        yield problem


def _unknown_characters(text: str, font: str, prose: Prose) -> Iterator[Problem]:
    """Yield each place of a text whose characters no font at hand has."""
    lines = [i for i, line in enumerate(prose.markdown.split("\n"), start=1) if text in line]
    names = " ".join(f"U+{ord(character):04X}" for character in text)
    message = (
        f"neither {font} nor any other font at hand has {text} ({names}); a font that has it can be put "
        f"into layout/{FONTS}/ and named in lecture.toml as theme.fonts.text"
    )
    if not lines:  # it is not in a chapter, but in a title or a translation
        yield Problem(prose.whole, None, message)
    yield from (Problem(*prose.place(line), message) for line in lines)
