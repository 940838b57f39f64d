"""What a lecture's theme comes to on slides: fonts, the accent, and the logo on the first of them."""

import io
import re
from html import escape
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION
from pptx.util import Inches

from figgen.settings.look import Theme

_FONT = "Verdana"  # the figures' DejaVu Sans as most machines have it
_WHITE = RGBColor(0xFF, 0xFF, 0xFF)  # type: ignore[no-untyped-call]
_LEFT, _BOTTOM, _HEIGHT, _PAD = Inches(0.9), Inches(6.9), Inches(0.8), Inches(0.12)


def dress(deck: Any, theme: Theme) -> None:
    """Give the deck its fonts, which the machine that shows it has to have, and its first accent."""
    part = deck.slide_master.part.part_related_by(RELATION.THEME)
    text = theme.fonts.get("text", _FONT)
    headings, others = part.blob.decode().split("</a:majorFont>")
    headings = headings.replace("Calibri", escape(theme.fonts.get("heading", text)))
    xml = headings + "</a:majorFont>" + others.replace("Calibri", escape(text))
    if theme.accent:
        xml = re.sub(r'(<a:accent1><a:srgbClr val=")\w{6}', rf"\g<1>{theme.accent[1:].upper()}", xml)
    part._blob = xml.encode()


def place_logo(slide: Any, picture: bytes) -> None:
    """Put the logo below the text, upon white: most logos are made for that."""
    logo = slide.shapes.add_picture(io.BytesIO(picture), _LEFT, _BOTTOM - _HEIGHT, height=_HEIGHT)
    logo.name = "Logo"
    logo._element.nvPicPr.cNvPr.set("descr", "")
    places = (logo.left - _PAD, logo.top - _PAD, logo.width + 2 * _PAD, logo.height + 2 * _PAD)
    plate = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *places)
    plate.name = "Ground of the logo"
    plate.fill.solid()
    plate.fill.fore_color.rgb = _WHITE
    plate.line.fill.background()
    plate.shadow.inherit = False
    logo._element.addprevious(plate._element)
