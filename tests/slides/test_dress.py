"""A lecture's theme on slides."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION

from figgen.colours import STANDS_OUT, contrast, rgb
from figgen.handout.manuscript import Manuscript
from figgen.handout.prose import Prose, Source
from figgen.settings.look import Theme
from figgen.slides.deck import write_pptx

CHAPTER = "# Prvá\n\n::: {.figure #fig-curves file=curves.svg alt=a}\nText.\n:::\n"
GROUND = "#14171a"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><path d="M0 0h40v10H0z" fill="red"/></svg>'


@pytest.fixture
def deck(manuscript: Callable[..., Manuscript]) -> Callable[[Theme], Any]:
    """Write a deck with a chapter and a figure in a theme, and read it with python-pptx."""
    prose = Prose((Source(Path("sk/first.md.j2"), CHAPTER, CHAPTER),), ("curves",))
    buffer = io.BytesIO()
    Image.new("RGB", (16, 9)).save(buffer, "PNG")
    pictures = {"curves": buffer.getvalue()}

    def write_deck(theme: Theme) -> Any:
        return Presentation(io.BytesIO(write_pptx(manuscript(prose, theme=theme, pictures=pictures))))

    return write_deck


def xml_of_theme(deck: Any) -> str:
    return str(deck.slide_master.part.part_related_by(RELATION.THEME).blob.decode())


def test_the_fonts_of_the_theme_are_those_of_the_deck(deck: Callable[[Theme], Any]) -> None:
    assert xml_of_theme(deck(Theme())).count('<a:latin typeface="Verdana"/>') == 2
    xml = xml_of_theme(deck(Theme(fonts={"text": "A & B", "heading": "C"})))
    assert '<a:majorFont><a:latin typeface="C"/>' in xml
    assert '<a:minorFont><a:latin typeface="A &amp; B"/>' in xml


@pytest.mark.parametrize("accent", ["#8c1d40", "#ffc627"])
def test_titles_have_the_accent_as_far_as_it_can_be_read_on_the_dark_ground(
    deck: Callable[[Theme], Any], accent: str
) -> None:
    written = deck(Theme(accent=accent))
    assert f'<a:accent1><a:srgbClr val="{accent[1:].upper()}"/>' in xml_of_theme(written)
    colours = [
        slide.shapes.title.text_frame.paragraphs[0].font.color.rgb for slide in list(written.slides)[:2]
    ]
    assert len(set(colours)) == 1
    assert contrast(rgb(f"#{colours[0]}"), rgb(GROUND)) >= STANDS_OUT
    assert (f"#{colours[0]}".lower() == accent) == (accent == "#ffc627")


def test_the_logo_stands_upon_white_on_the_first_slide(deck: Callable[[Theme], Any], tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(SVG, encoding="utf-8")
    first, second, _ = deck(Theme(logo=logo)).slides
    plate, picture = [shape for shape in first.shapes if not shape.is_placeholder]
    with Image.open(io.BytesIO(picture.image.blob)) as image:
        assert image.format == "PNG"
        assert image.width / image.height == pytest.approx(4, abs=0.02)
        assert image.convert("RGB").getpixel((image.width // 2, image.height // 2)) == (255, 0, 0)
    assert str(plate.fill.fore_color.rgb) == "FFFFFF"
    assert plate.left < picture.left
    assert plate.left + plate.width > picture.left + picture.width
    assert all(shape.is_placeholder for shape in second.shapes)


def test_a_logo_of_pixels_is_shown_as_it_is(deck: Callable[[Theme], Any], tmp_path: Path) -> None:
    Image.new("RGB", (4, 2), "blue").save(tmp_path / "logo.png")
    first = deck(Theme(logo=tmp_path / "logo.png")).slides[0]
    assert first.shapes[-1].image.blob == (tmp_path / "logo.png").read_bytes()
