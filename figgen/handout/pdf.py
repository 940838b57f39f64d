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
_TOO_LARGE = re.compile(r"panicked with: (?P<told>this \w+ [^:]*): (?P<text>.*)")


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
        yield from _at_lines(match["text"], _no_glyph(match["text"], match["font"]), prose)
    elif match := _TOO_LARGE.search(problem.message):
        formula = tex.get(match["text"])
        if formula:
            yield from prose.problems(formula, f"{match['told']}: {formula}")
        else:
            yield from _at_lines(match["text"].split()[0], f"{match['told']}: {match['text']}", prose)
    else:
        yield problem


def _no_glyph(text: str, font: str) -> str:
    names = " ".join(f"U+{ord(character):04X}" for character in text)
    return (
        f"neither {font} nor any other font at hand has {text} ({names}); "
        f"a font that has it can be put into layout/{FONTS}/"
    )


def _at_lines(text: str, message: str, prose: Prose) -> Iterator[Problem]:
    """Yield a problem for each line with a text, escaped or not; a title or a translation has none."""
    lines = [i for i, line in enumerate(prose.markdown.split("\n"), 1) if text in line.replace("\\", "")]
    if not lines:
        yield Problem(prose.whole, None, message)
    yield from (Problem(*prose.place(line), message) for line in lines)
