"""The slides: one for each figure and picture, in the lecture's order; the notes say what there is to say."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION
from pptx.util import Inches, Pt

from figgen.colours import readable
from figgen.handout.conversion import SlideText, to_slides
from figgen.handout.image_files import as_png
from figgen.handout.manuscript import Manuscript
from figgen.handout.own_pictures import FOLDER, name_in_documents
from figgen.handout.pandoc import Pandoc
from figgen.handout.theme import logo_for_slides, svg_as_png
from figgen.settings.look import Theme
from figgen.slides.dress import dress, place_logo
from figgen.translation.tags import with_region

_WIDTH, _HEIGHT = Inches(40 / 3), Inches(7.5)
_MARGIN = Inches(0.9)
_TEXT = _WIDTH - 2 * _MARGIN
_PLACES = {
    "Title Slide": ((_MARGIN, Inches(1.9), _TEXT, Inches(1.8)), (_MARGIN, Inches(3.9), _TEXT, Inches(2))),
    "Section Header": ((_MARGIN, Inches(2.6), _TEXT, Inches(2)),),
    "Title Only": ((0, -Inches(1), _WIDTH, Inches(0.9)),),
}
"""The layouts in use, with left, top, width and height of their first placeholders.

A figure shows its title itself. Above the slide it stands once more, for outlines and for screen readers.
"""

_SIZES = (Pt(40), Pt(24), Pt(18))  # of a title, a subtitle, and what follows
_GROUND = RGBColor(0x14, 0x17, 0x1A)  # type: ignore[no-untyped-call]  # of the slides without a figure
_INK = RGBColor(0xF0, 0xF0, 0xF0)  # type: ignore[no-untyped-call]
_STALE = {RELATION.EXTENDED_PROPERTIES, RELATION.THUMBNAIL, RELATION.PRINTER_SETTINGS}  # of the template
_TIMESTAMP = datetime(1980, 1, 1)  # the first of a zip; a clock would change the bytes
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def write_pptx(manuscript: Manuscript, pandoc: Pandoc | None = None) -> bytes:
    """Write the slides as a PowerPoint file.

    Raises:
        SourceError: What pandoc could not convert, with file and line.
    """
    deck, chapter, theme = _new_deck(), "", manuscript.theme
    dress(deck, theme)
    lines = (manuscript.title, manuscript.subtitle, manuscript.credit)
    first = _write(deck, "Title Slide", [line for line in lines if line], theme)
    if theme.logo:
        place_logo(first, logo_for_slides(theme.logo, manuscript.layout))
    for text in to_slides(manuscript, pandoc):
        if text.chapter != chapter:
            chapter = text.chapter
            _write(deck, "Section Header", [chapter], theme)
        if text.figure.startswith(FOLDER):
            _show_own(deck, text, manuscript)
        else:
            _show(deck, text, manuscript)
    _describe(deck, manuscript)
    return _pack(deck)


def _new_deck() -> Any:
    """Make python-pptx's template, which is 4:3, into ours: 16:9, three layouts, text to the left."""
    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = _WIDTH, _HEIGHT
    master = deck.slide_master
    for layout in [layout for layout in master.slide_layouts if layout.name not in _PLACES]:
        master.slide_layouts.remove(layout)
    for frame in (master, *master.slide_layouts):
        for shape in frame.shapes:
            shape.left, shape.width = shape.left * 4 // 3, shape.width * 4 // 3
        _make_plain(frame._element)
    for layout in master.slide_layouts:
        for shape, place in zip(layout.placeholders, _PLACES[layout.name], strict=False):
            shape.left, shape.top, shape.width, shape.height = place
    for owner, relations in ((deck.part, deck.part.rels), (deck.part.package, deck.part.package._rels)):
        for name in [name for name, relation in relations.items() if relation.reltype in _STALE]:
            owner.drop_rel(name)
    return deck


def _make_plain(element: Any) -> None:
    """Take centring, capitals and bold off the template's text."""
    for item in element.iter():
        if item.get("algn") == "ctr":
            item.set("algn", "l")
        for name in ("cap", "b"):
            item.attrib.pop(name, None)


def _write(deck: Any, layout: str, lines: Sequence[str], theme: Theme) -> Any:
    """Add a slide without a figure: its title, then what stands below it, light on dark; return it."""
    slide = deck.slides.add_slide(deck.slide_layouts.get_by_name(layout))
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = _GROUND
    title, below = slide.placeholders
    title.text, below.text = lines[0], "\n".join(lines[1:])
    if not lines[1:]:
        below.element.getparent().remove(below.element)  # would ask for a text
    paragraphs = [p for shape in slide.placeholders for p in shape.text_frame.paragraphs]
    for paragraph, size in zip(paragraphs, _SIZES, strict=False):
        paragraph.font.size, paragraph.font.color.rgb = size, _INK
        paragraph.space_before = size // 2
    if theme.accent:
        paragraphs[0].font.color.rgb = RGBColor(*bytes.fromhex(readable(theme.accent, f"#{_GROUND}")[1:]))  # type: ignore[no-untyped-call]
    return slide


def _show(deck: Any, text: SlideText, manuscript: Manuscript) -> None:
    """Add the slide of a figure; its notes have the caption and the evidence."""
    slide = deck.slides.add_slide(deck.slide_layouts.get_by_name("Title Only"))
    slide.shapes.title.text = text.title or text.caption
    png = io.BytesIO(manuscript.pictures[text.figure])
    picture = slide.shapes.add_picture(png, 0, 0, _WIDTH, _HEIGHT)
    picture.name = text.figure
    picture._element.nvPicPr.cNvPr.set("descr", text.alt)
    evidence = [f"• {e.statement} ({e.demand}; {e.verdict})" for e in manuscript.evidence[text.figure]]
    notes = [text.caption, "", manuscript.tr("Checked by simulation"), *evidence]
    slide.notes_slide.notes_text_frame.text = "\n".join(notes if evidence else notes[:1])


def _show_own(deck: Any, text: SlideText, manuscript: Manuscript) -> None:
    """Add the slide of a picture of the author's own, as large as it has room, with its caption as notes."""
    slide = deck.slides.add_slide(deck.slide_layouts.get_by_name("Title Only"))
    slide.shapes.title.text = text.caption or text.chapter or manuscript.title
    picture = slide.shapes.add_picture(io.BytesIO(_pixels(text.figure, manuscript)), 0, 0)
    scale = min((_WIDTH - 2 * _MARGIN) / picture.width, (_HEIGHT - _MARGIN) / picture.height)
    picture.width, picture.height = round(picture.width * scale), round(picture.height * scale)
    picture.left, picture.top = (_WIDTH - picture.width) // 2, (_HEIGHT - picture.height) // 2
    picture.name = text.figure
    picture._element.nvPicPr.cNvPr.set("descr", text.alt)
    slide.notes_slide.notes_text_frame.text = text.caption


def _pixels(name: str, manuscript: Manuscript) -> bytes:
    """Return a picture of the author's own as PowerPoint knows it."""
    own = {name_in_documents(address, data): data for address, data in manuscript.own_pictures.items()}
    if name.endswith(".svg"):
        return svg_as_png(own[name], manuscript.layout, "width: 25cm")
    return as_png(own[name]) if name.endswith(".webp") else own[name]


def _describe(deck: Any, manuscript: Manuscript) -> None:
    """Say what the slides are, and of all text which language it is in, and from where it runs.

    PowerPoint expects the region, too, as in `sk-SK`.
    """
    language = manuscript.language
    about = deck.core_properties
    about.title, about.subject, about.language = manuscript.title, manuscript.subtitle, language
    about.author, about.last_modified_by, about.comments = ", ".join(manuscript.authors), "", ""
    about.created = about.modified = _TIMESTAMP
    tag = with_region(language)
    for element in _texts(deck):
        for run in element.iter(f"{_A}r"):
            run.get_or_add_rPr().set("lang", tag)
        for paragraph in element.iter(f"{_A}p") if manuscript.tr.direction == "rtl" else ():
            properties = paragraph.get_or_add_pPr()
            properties.set("rtl", "1")
            properties.set("algn", "r")
    for properties in deck.part._element.iter(f"{_A}defRPr"):
        properties.set("lang", tag)


def _texts(deck: Any) -> Iterator[Any]:
    for slide in deck.slides:
        yield slide._element
        if slide.has_notes_slide:
            yield slide.notes_slide._element


def _pack(deck: Any) -> bytes:
    """Save the slides without a trace of the time."""
    saved, packed = io.BytesIO(), io.BytesIO()
    deck.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _TIMESTAMP.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return packed.getvalue()
