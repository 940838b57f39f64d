"""The PDF handout: the same text and numbers as in HTML, accessible and archival."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from manuscripts import bare
from pdf_text import bookmarks_of, pages_of

from figgen.handout.manuscript import Manuscript
from figgen.handout.pdf import write_pdf
from figgen.handout.prose import Prose, Source
from figgen.settings.look import Box, Theme

Manuscripts = Callable[..., Manuscript]


@pytest.fixture
def pdf(manuscript: Manuscripts, sample: Prose) -> bytes:
    """The PDF of the sample chapter."""
    return write_pdf(manuscript(sample)).data


@pytest.fixture
def pages(pdf: bytes) -> list[str]:
    """The text of each page, each run of white space made one space."""
    return [" ".join(text.split()) for text in pages_of(pdf)]


@pytest.fixture
def text(pages: list[str]) -> str:
    """The text of all pages."""
    return " ".join(pages)


def elements(node: Any) -> Iterator[Any]:
    """Yield the elements of a tagged PDF's structure, depth first."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        yield from elements(node.get("/K"))


def alternatives(pdf: bytes, kind: str) -> list[str]:
    """Return the alternative texts of all elements of one kind, such as `/Figure`."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = elements(document.Root.StructTreeRoot.K)
        return [str(element.get("/Alt")) for element in found if str(element.S) == kind]


PARTS = [
    "Trénovanie „sietí“ \\ I",
    "Čo & ako",
    "Ľubica Ďurčová · Ján Šťastný",
    "Obsah",
    "1 Sigmoida",
    "je „strmá“ (obr. 2)",
    "Obrázok 1. Interval",
    "Obrázok 2. Kľukatá cesta.",
    "Otázka Čo sa stane pri",
    "Odpoveď Nič dôležité.",
    "Overené simuláciou",
    "Derivácia je 4,54 · 10⁻⁵, kde |x| > *9*. (má byť ≤ 10⁻⁴)",
    "neplatí ReLU je 2,1-krát rýchlejšie. (má byť ≥ 6)",
    "Čo sme namerali Žltý kôň: 0,25.",
    "x = 0.5 # polovica",
    "Literatúra He, Kaiming. 2015.",
]


def test_the_text_is_there_with_the_letters_of_the_language(text: str) -> None:
    assert [part for part in PARTS if part not in text] == []


def test_title_authors_and_language_are_set(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.Root.Lang) == "sk"
        assert str(document.docinfo["/Title"]) == "Trénovanie „sietí“ \\ I"
        assert str(document.docinfo["/Author"]) == "Ľubica Ďurčová, Ján Šťastný"


def test_it_says_that_it_is_accessible_and_archival(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        metadata = document.open_metadata()
        assert (metadata["pdfuaid:part"], metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == (
            "1",
            "2",
            "A",
        )
        assert document.Root.MarkInfo.Marked


def test_figures_verdicts_and_formulas_have_alternative_texts(pdf: bytes) -> None:
    assert alternatives(pdf, "/Figure") == ['Krivka "S" \\ a <os>', "platí", "Cesta"]
    formulas = alternatives(pdf, "/Formula")
    assert "sigma od x sa rovná zlomok 1 lomené 1 plus e na mínus x, koniec zlomku," in formulas
    assert "None" not in formulas


def test_the_list_of_figures_has_their_titles_or_else_their_captions(pages: list[str], pdf: bytes) -> None:
    assert re.search(r"1 Pre 𝜎 ?2 < 1 je \*y\* & z v hre( \.)+ 4 2 Kľukatá cesta.( \.)+ 5", pages[2])
    assert "sigma na druhú je menšie ako 1" in alternatives(pdf, "/Formula")


def test_title_page_contents_and_list_of_figures_stand_before_the_first_chapter(pages: list[str]) -> None:
    heads = [page.removeprefix("Trénovanie „sietí“ \\ I ") for page in pages]
    beginnings = (
        "Čo & ako",
        "Obsah",
        "Zoznam obrázkov",
        "Sigmoida 1 Sigmoida",
        "Sigmoida Obrázok 2",
        "Literatúra",
    )
    assert [head[: len(start)] for head, start in zip(heads, beginnings, strict=True)] == list(beginnings)


def test_without_figures_there_is_no_list_of_them(manuscript: Manuscripts) -> None:
    path, text = Path("first.md.j2"), "# Sigmoida"
    pdf = write_pdf(manuscript(Prose((Source(path, text, text),), ()))).data
    assert "Zoznam" not in "".join(pages_of(pdf))


def test_bookmarks_lead_to_what_they_name(pdf: bytes, pages: list[str]) -> None:
    marks = [mark for mark in bookmarks_of(pdf) if mark.level == 0]
    assert [mark.title for mark in marks] == ["Obsah", "Zoznam obrázkov", "1 Sigmoida", "Literatúra"]
    assert all(mark.title in pages[mark.page] for mark in marks)


def test_links_to_a_figure_lead_to_the_page_to_which_it_floats(pdf: bytes, pages: list[str]) -> None:
    assert "(obr. 2)" in pages[3]
    assert "Obrázok 2. Kľukatá cesta." in pages[4]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        links = [link for link in document.pages[3].Annots if "/Dest" in link]
        assert document.pages[4].objgen in {link.Dest[0].objgen for link in links}


def test_no_digit_is_copied_with_a_word_joiner(text: str) -> None:
    assert "\u2060" not in text


def test_the_contents_name_the_pages(pages: list[str]) -> None:
    assert re.findall(r"(Sigmoida|Literatúra)\W+(\d)", pages[1]) == [("Sigmoida", "4"), ("Literatúra", "6")]


def test_the_pages_are_a4(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        ((width, height),) = {tuple(map(float, page.mediabox[2:])) for page in document.pages}
    assert width / 72 * 25.4 == pytest.approx(210, abs=0.1)
    assert height / 72 * 25.4 == pytest.approx(297, abs=0.1)


def test_fonts_are_embedded_and_are_those_that_come_with_typst(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = {
            str(font.BaseFont).partition("+")[2].partition("-")[0]
            for page in document.pages
            for font in page.Resources.Font.values()
        }
        described = [
            o
            for o in document.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
        ]
        assert described
        assert all({"/FontFile2", "/FontFile3"} & set(descriptor.keys()) for descriptor in described)
    assert fonts <= {"LibertinusSerif", "NewCMMath", "DejaVuSansMono"}


def test_the_same_prose_gives_the_same_bytes_in_any_folder(
    manuscript: Manuscripts, sample: Prose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write_pdf(manuscript(sample)).data
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert write_pdf(manuscript(sample)).data == first


def test_a_theme_gives_fonts_colours_and_a_logo_that_readers_of_screens_pass_over(
    manuscript: Manuscripts, tmp_path: Path
) -> None:
    logo = tmp_path / "logo.svg"
    drawing = '<path d="M0 0h9v9z" fill="#123456"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{drawing}</svg>'
    logo.write_text(svg, encoding="utf-8")
    fonts = {"text": "New Computer Modern", "heading": "DejaVu Sans Mono"}
    boxes = (Box("lemma", {"sk": "Lema"}, "#8c1d40"), Box("note", {"sk": "Pozn."}))
    prose = bare("# Prvá\n\n::: lemma\nText [x](https://x.org).\n:::\n\n::: note\nIný.\n:::")
    theme = Theme(accent="#00664b", logo=logo, fonts=fonts)
    pdf = write_pdf(manuscript(prose, theme=theme, boxes=boxes)).data
    assert fonts_of(pdf) == {"NewCM10", "DejaVuSansMono"}
    assert {"#123456", "#8c1d40", "#00664b"} <= colours_of(pdf)
    assert alternatives(pdf, "/Figure") == []


def test_a_rule_between_two_passages_is_set(manuscript: Manuscripts) -> None:
    pdf = write_pdf(manuscript(bare("# A\n\nBefore.\n\n---\n\nBehind."))).data
    assert "Before. Behind." in " ".join(pages_of(pdf)[-1].split())


def test_boxes_of_the_lectures_own_have_their_labels(manuscript: Manuscripts) -> None:
    boxes = (Box("lemma", {"sk": "1. *Lema*"}),)
    pdf = write_pdf(manuscript(bare("# Prvá\n\n::: lemma\nText.\n:::"), boxes=boxes)).data
    assert "1. *Lema*" in " ".join(pages_of(pdf))


def fonts_of(pdf: bytes) -> set[str]:
    """Return the families of the fonts in a PDF, without the letters that tell their parts apart."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        names = [
            str(o.FontName)
            for o in document.objects
            if isinstance(o, pikepdf.Dictionary) and "/FontName" in o
        ]
    return {name.partition("+")[2].partition("-")[0] for name in names}


def colours_of(pdf: bytes) -> set[str]:
    """Return all colours that areas, letters and lines of a PDF have."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        streams = [page.Contents.read_bytes() for page in document.pages]
        streams += [
            o.read_bytes() for o in document.objects if isinstance(o, pikepdf.Stream) and "/BBox" in o
        ]
    parts = re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:scn|SCN|rg|RG)\b", b"\n".join(streams))
    return {"#" + "".join(f"{round(255 * float(part)):02x}" for part in colour) for colour in parts}
