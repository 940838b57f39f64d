"""The e-book: whole by the rules of EPUB 3; the chapters, formulas, pictures and links of the page."""

import io
import posixpath
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from manuscripts import SVG, TITLED
from PIL import Image

from figgen.errors import SourceError
from figgen.handout.epub import write_epub
from figgen.handout.html import write_html
from figgen.handout.manuscript import Manuscript
from figgen.handout.pandoc import Pandoc
from figgen.handout.prose import Prose
from figgen.layers import Layers
from figgen.settings.look import Box, Theme
from figgen.translation import Translator

Manuscripts = Callable[..., Manuscript]
XHTML, OPF = "{http://www.w3.org/1999/xhtml}", "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
KIND = "{http://www.idpf.org/2007/ops}type"
EPUBCHECK = Path("/usr/share/java/epubcheck.jar")  # of Debian's package

FIRST = """# Prvá $x^2$ kapitola {#sec-first}

Podľa @he2015 a @sec-second, [ďalej](#sec-deep). Poznámka.[^a]

[^a]: Prvá poznámka.

{% call figure("curves", alt='Krivka "S" a <os>') %}Krivka[^b].{% endcall %}

[^b]: Pri krivke.
"""
SECOND = """# Druhá kapitola {#sec-second}

Pozri @fig-curves, @eq-e a ![značka](značka.webp).[^a]

[^a]: Ďalšia.

## Hlbšie {#sec-deep}

$$e = mc^2$$ {#eq-e}

::: question
Prečo?
:::

::: answer
Preto.
:::

{% call figure("paths", alt="Cesta") %}Kľukatá cesta.{% endcall %}

![Strom pri ceste](tree.svg "Strom")

```python
x = "<a href='#nowhere'>"
```
"""


def webp() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (4, 3), (200, 30, 30)).save(data, "WEBP", lossless=True)
    return data.getvalue()


DOCTYPE = b"<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/x.dtd'>"
OWN = {"značka.webp": webp(), "tree.svg": DOCTYPE + SVG}


@pytest.fixture
def two(manuscript: Manuscripts, write: Callable[..., Prose]) -> Manuscript:
    """Two chapters that refer to each other, with a work cited and pictures of the author's own."""
    return manuscript(write(FIRST, SECOND, show=False), own_pictures=OWN)


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def known() -> dict[str, bytes]:
    """What came of pandoc's runs, for the next test."""
    return {}


@pytest.fixture
def book(two: Manuscript, known: dict[str, bytes]) -> bytes:
    """The e-book of the two chapters."""
    pandoc = Pandoc(known)
    data = write_epub(two, pandoc).data
    known |= pandoc.used
    return data


@pytest.fixture
def files(book: bytes) -> dict[str, bytes]:
    """The files in the e-book."""
    return files_of(book)


def page(files: dict[str, bytes], name: str) -> Element:
    return ElementTree.fromstring(files[f"EPUB/{name}.xhtml"])


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_the_media_type_comes_first_and_is_neither_packed_nor_dated(book: bytes) -> None:
    assert book[30:58] == b"mimetypeapplication/epub+zip"
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        first, *others = archive.infolist()
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert {entry.date_time for entry in (first, *others)} == {(1980, 1, 1, 0, 0, 0)}


def test_the_package_lists_every_file_and_no_other(files: dict[str, bytes]) -> None:
    package = ElementTree.fromstring(files["EPUB/package.opf"])
    listed = {f"EPUB/{item.attrib['href']}": item.attrib["media-type"] for item in package.iter(f"{OPF}item")}
    assert listed.keys() == files.keys() - {"mimetype", "META-INF/container.xml", "EPUB/package.opf"}
    kinds = {Path(name).suffix: kind for name, kind in listed.items()}
    assert kinds == {
        ".xhtml": "application/xhtml+xml",
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".png": "image/png",
    }
    items = list(package.iter(f"{OPF}item"))
    with_formulas = {item.attrib["href"] for item in items if "mathml" in item.get("properties", "")}
    pages = {name: data for name, data in files.items() if name.endswith(".xhtml")}
    assert with_formulas == {name.removeprefix("EPUB/") for name, data in pages.items() if b"<math" in data}
    assert b'full-path="EPUB/package.opf"' in files["META-INF/container.xml"]


def test_the_pages_are_read_in_order(files: dict[str, bytes]) -> None:
    package = ElementTree.fromstring(files["EPUB/package.opf"])
    hrefs = {item.attrib["id"]: item.attrib["href"] for item in package.iter(f"{OPF}item")}
    assert [hrefs[item.attrib["idref"]] for item in package.iter(f"{OPF}itemref")] == [
        "title.xhtml",
        "contents.xhtml",
        "chapter-1.xhtml",
        "chapter-2.xhtml",
        "references.xhtml",
    ]


def test_every_link_and_picture_leads_somewhere_in_the_book(files: dict[str, bytes]) -> None:
    pages = {name: ElementTree.fromstring(data) for name, data in files.items() if name.endswith(".xhtml")}
    names = {f"{name}#{e.get('id')}" for name, root in pages.items() for e in root.iter() if e.get("id")}
    led = list(led_to(pages))
    assert set(led) - names == {name for name in led if "#" not in name}
    assert {name for name in led if "#" not in name} <= files.keys()
    assert "EPUB/chapter-2.xhtml#sec-deep" in led  # from the first chapter
    assert "EPUB/chapter-1.xhtml#fig-curves" in led
    assert "EPUB/references.xhtml#ref-he2015" in led


def led_to(pages: dict[str, Element]) -> Iterator[str]:
    for name, root in pages.items():
        for element in root.iter():
            address = element.get("href") or element.get("src")
            if address and not address.startswith("https:"):
                file, mark, target = address.partition("#")
                yield (posixpath.join("EPUB", file) if file else name) + mark + unquote(target)


def test_a_link_in_a_listing_is_text(files: dict[str, bytes]) -> None:
    (listing,) = page(files, "chapter-2").iter(f"{XHTML}pre")
    assert "<a href='#nowhere'>" in words(listing)
    assert listing.get("dir") == "ltr"


def test_nothing_runs_and_nothing_is_fetched(files: dict[str, bytes]) -> None:
    for name, data in files.items():
        if name.endswith((".xhtml", ".svg", ".css")):
            assert b"<script" not in data
            assert b"DOCTYPE svg" not in data
            assert not re.search(rb'(?:src|url\()[="\s]*(?:data|https?):', data), name


def test_a_chapter_is_a_page_whose_headings_begin_at_the_first_level(files: dict[str, bytes]) -> None:
    for name, levels in (("chapter-1", [1]), ("chapter-2", [1, 2]), ("references", [1])):
        headings = [e.tag for e in page(files, name).iter() if re.fullmatch(rf"{re.escape(XHTML)}h\d", e.tag)]
        assert headings == [f"{XHTML}h{level}" for level in levels]
    assert page(files, "chapter-1").findtext(f"{XHTML}head/{XHTML}title") == "1 Prvá x na druhú kapitola"
    assert page(files, "references").findtext(f"{XHTML}head/{XHTML}title") == "Literatúra"


def test_numbers_are_those_of_the_page(files: dict[str, bytes], two: Manuscript) -> None:
    html = write_html(two).decode()
    text = words(page(files, "chapter-1")) + words(page(files, "chapter-2"))
    for number in ("obr.\u00a01", "časť\u00a02", "rovnica\u00a0(1)", "Obrázok\u00a03."):
        assert number in html
        assert number.replace("\u00a0", " ") in text
    assert page(files, "chapter-2").find(".//*[@id='fnref3']") is not None
    assert 'id="fnref3"' in html


def test_notes_stand_at_the_end_of_their_chapter(files: dict[str, bytes]) -> None:
    for name, notes in (("chapter-1", ["Prvá poznámka.", "Pri krivke."]), ("chapter-2", ["Ďalšia."])):
        items = page(files, name).findall(f".//{XHTML}section[@id='footnotes']//{XHTML}li")
        assert [words(item).rstrip("↩︎") for item in items] == notes


def test_the_contents_are_nested_and_name_every_figure(files: dict[str, bytes]) -> None:
    navs = {nav.get(KIND): nav for nav in page(files, "contents").iter(f"{XHTML}nav")}
    assert list(navs) == ["toc", "loi", "landmarks"]
    chapters = navs["toc"].findall(f"{XHTML}ol/{XHTML}li")
    assert [a.get("href") for a in navs["toc"].iter(f"{XHTML}a")] == [
        "chapter-1.xhtml#sec-first",
        "chapter-2.xhtml#sec-second",
        "chapter-2.xhtml#sec-deep",
        "references.xhtml#bibliography",
    ]
    assert len(chapters) == 3
    assert len(chapters[1].findall(f"{XHTML}ol/{XHTML}li")) == 1
    figures = [(a.get("href"), words(a)) for a in navs["loi"].iter(f"{XHTML}a")]
    assert [address for address, _ in figures] == [
        "chapter-1.xhtml#fig-curves",
        "chapter-2.xhtml#fig-paths",
        "chapter-2.xhtml#fig-tree",
    ]
    assert figures[0][1].startswith("Obrázok 1. Pre σ2<1")
    assert [text for _, text in figures[1:]] == ["Obrázok 2. Kľukatá cesta.", "Obrázok 3. Strom"]
    assert [a.get(KIND) for a in navs["landmarks"].iter(f"{XHTML}a")] == ["titlepage", "toc", "bodymatter"]


def test_formulas_are_mathml_with_their_words(files: dict[str, bytes]) -> None:
    (formula,) = page(files, "chapter-2").iter(f"{MATHML}math")
    assert formula.get("alttext") == "e sa rovná m c na druhú"
    assert formula.find(f".//{MATHML}msup") is not None


def test_pictures_are_those_of_the_figures_with_alternative_texts(files: dict[str, bytes]) -> None:
    assert files["EPUB/figures/curves.svg"] == TITLED
    images = [e for name in ("chapter-1", "chapter-2") for e in page(files, name).iter(f"{XHTML}img")]
    assert [image.get("alt") for image in images] == [
        'Krivka "S" a <os>',
        "značka",
        "Cesta",
        "Strom pri ceste",
    ]
    (anew,) = (data for name, data in files.items() if name.endswith(".png"))
    with Image.open(io.BytesIO(anew)) as image:
        assert (image.format, image.convert("RGB").getpixel((0, 0))) == ("PNG", (200, 30, 30))


def test_the_book_says_what_it_is_and_how_it_can_be_read(files: dict[str, bytes]) -> None:
    package = ElementTree.fromstring(files["EPUB/package.opf"])
    assert [e.text for e in package.iter(f"{DC}title")] == ["Trénovanie „sietí“ \\ I", "Čo & ako"]
    assert [e.text for e in package.iter(f"{DC}creator")] == ["Ľubica Ďurčová", "Ján Šťastný"]
    assert package.findtext(f"{OPF}metadata/{DC}language") == "sk"
    said = [(e.get("property"), e.text) for e in package.iter(f"{OPF}meta")]
    for feature in ("alternativeText", "MathML", "describedMath", "tableOfContents"):
        assert ("schema:accessibilityFeature", feature) in said
    assert ("schema:accessMode", "textual") in said
    assert ("schema:accessibilityHazard", "none") in said


def test_every_page_has_its_language_and_direction(manuscript: Manuscripts, sample: Prose) -> None:
    book = files_of(write_epub(manuscript(sample, tr=Translator("he"))).data)
    for name, data in book.items():
        if name.endswith(".xhtml"):
            about = ElementTree.fromstring(data).attrib
            assert (about["lang"], about["dir"]) == ("he", "rtl")
    assert b'<spine page-progression-direction="rtl">' in book["EPUB/package.opf"]


def test_the_same_text_gives_the_same_bytes_and_another_text_another_book(
    manuscript: Manuscripts, write: Callable[..., Prose], two: Manuscript
) -> None:
    def identifier(data: bytes) -> str:
        found = re.search("urn:uuid:[^<]*", files_of(data)["EPUB/package.opf"].decode())
        assert found is not None
        return found[0]

    first = write_epub(two).data
    assert write_epub(two).data == first
    other = manuscript(write(FIRST + "\nA viac.", SECOND, show=False), own_pictures=OWN)
    assert identifier(write_epub(other).data) != identifier(first)


def test_the_student_s_edition_has_room_for_answers(two: Manuscript) -> None:
    book = files_of(write_epub(replace(two, edition="student")).data)
    assert "Preto." not in book["EPUB/chapter-2.xhtml"].decode()
    assert page(book, "chapter-2").find(f".//{XHTML}div[@class='room']") is not None
    assert "Študentské vydanie" in book["EPUB/title.xhtml"].decode()


def test_the_theme_and_the_lecture_s_own_style_go_over_figgen_s(
    manuscript: Manuscripts, sample: Prose, layout: Layers, tmp_path: Path
) -> None:
    layout.own.mkdir()
    (layout.own / "epub.css").write_text("p { color: red }", "utf-8")
    logo = tmp_path / "logo.svg"
    logo.write_bytes(DOCTYPE + SVG)
    theme = Theme(accent="#ffff00", logo=logo, fonts={"text": "Fira Math", "heading": "Fira Math"})
    boxes = (Box("theorem", {"sk": "Veta"}, "#aa0000"),)
    book = files_of(write_epub(manuscript(sample, theme=theme, boxes=boxes)).data)
    style = book["EPUB/style.css"].decode()
    for rule in ('body { font-family: "Fira Math", serif; }', ".theorem > .label { color: #aa0000; }"):
        assert style.index(".footnotes {") < style.index(rule) < style.index("p { color: red }")
    assert "#ffff00" not in style  # could not be read on white
    assert "var(" not in style
    assert book["EPUB/theme-logo.svg"] == SVG
    assert b'src="theme-logo.svg"' in book["EPUB/title.xhtml"]


def test_html_of_a_filter_of_one_s_own_that_is_no_xhtml_is_told(
    manuscript: Manuscripts, sample: Prose, layout: Layers
) -> None:
    layout.own.mkdir()
    filter_ = "function HorizontalRule() return pandoc.RawBlock('html', '<hr>') end\n"
    (layout.own / "html.lua").write_text(filter_, "utf-8")
    (source,) = sample.sources
    prose = replace(sample, sources=(replace(source, markdown=f"{source.markdown}\n\n---\n"),))
    told = "first.md.j2: e-readers need XHTML, and a filter of the lecture's own wrote other: mismatched tag"
    with pytest.raises(SourceError, match=told):
        write_epub(manuscript(prose))


@pytest.mark.long
@pytest.mark.skipif(not EPUBCHECK.is_file() or shutil.which("java") is None, reason="needs epubcheck")
@pytest.mark.parametrize("edition", ["full", "student"])
def test_epubcheck_finds_nothing(two: Manuscript, tmp_path: Path, edition: str) -> None:
    book = tmp_path / "book.epub"
    book.write_bytes(write_epub(replace(two, edition=edition)).data)  # type: ignore[arg-type]
    done = subprocess.run(["java", "-jar", str(EPUBCHECK), book], capture_output=True, encoding="utf-8")
    assert "0 fatals / 0 errors / 0 warnings / 0 infos" in done.stdout, done.stderr
