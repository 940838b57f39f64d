"""Each fault that can be in a produced file, made on purpose, is found; and a good file has none."""

import io
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from pdf_text import pages_of
from PIL import Image
from tiny_lecture import figgen

from figgen.check.formats import gif, html, pdf, png, pptx, svg
from figgen.check.outputs import document_faults, language_faults, picture_faults
from figgen.engine import manifest
from figgen.engine.documents import Document
from figgen.engine.manifest import Manifest
from figgen.experiment import Drawing
from figgen.handout import USUAL, Target
from figgen.handout.documents import Handout, handouts
from figgen.lecture import load_lecture
from figgen.plotting.export import render
from figgen.plotting.presets import WHOLE, Format, Picture
from figgen.slides.document import Slides
from figgen.translation import Translator

Draw = Callable[[Any], object]
NAN = float("nan")


def picture(draw: Draw, format: Format = "svg") -> bytes:
    """Draw into the axes of a figure with a title, and names and ticks on its axes."""

    def drawing(result: None, figure: Figure, tr: Translator) -> None:
        axes = figure.subplots()
        axes.set(title="A title", xlabel="x", ylabel="y")
        draw(axes)

    shape = (format, WHOLE)
    return render(Drawing(drawing), None, Translator("en"), "print", [shape]).images[shape]


SOMETHING: dict[str, Draw] = {
    "line": lambda axes: axes.plot([1, 2, 3]),
    "points": lambda axes: axes.scatter([1, 2], [2, 1]),
    "markers": lambda axes: axes.plot([1], [1], "o"),
    "bars": lambda axes: axes.bar([1, 2], [2, 1]),
    "one bar": lambda axes: axes.bar([1], [1]),
    "stairs": lambda axes: axes.stairs([1, 2, 3]),
    "band": lambda axes: axes.fill_between([1, 2], [1, 2]),
    "image": lambda axes: axes.imshow(np.eye(3)),
    "arrows": lambda axes: axes.quiver([0], [0], [1], [1]),
    "error bars": lambda axes: axes.errorbar([1], [1], [1]),
    "contours": lambda axes: axes.contour(np.arange(9).reshape(3, 3)),
    "arrow alone": lambda axes: axes.annotate("", (0, 0), (1, 1), arrowprops={}),
}

NOTHING: dict[str, Draw] = {
    "empty": lambda axes: None,
    "text": lambda axes: axes.text(0.5, 0.5, "words", bbox={}),
    "grid": lambda axes: axes.grid(True),
    "line of NaN": lambda axes: axes.plot([NAN, NAN]),
    "points of NaN": lambda axes: axes.scatter([NAN], [NAN]),
    "bars of NaN": lambda axes: axes.bar([1], [NAN]),
    "stairs of NaN": lambda axes: axes.stairs([NAN, NAN]),
    "band of NaN": lambda axes: axes.fill_between([1, 2], [NAN, NAN]),
    "legend": lambda axes: (axes.plot([], [], label="a line"), axes.legend()),
}


@pytest.mark.parametrize("draw", SOMETHING.values(), ids=SOMETHING)
def test_an_svg_with_any_artist_draws_something(draw: Draw) -> None:
    assert list(svg.faults(picture(draw))) == []


@pytest.mark.parametrize("draw", NOTHING.values(), ids=NOTHING)
def test_an_svg_of_axes_and_text_draws_nothing(draw: Draw) -> None:
    assert list(svg.faults(picture(draw))) == ["draws nothing but axes and text"]


def test_an_svg_that_is_cut_or_refers_to_what_it_lacks_is_faulty() -> None:
    good = picture(SOMETHING["points"])
    assert [fault[:11] for fault in svg.faults(good[:-20])] == ["is not XML:"]
    (marker,) = set(re.findall(rb"<path id='(\w+)' d='M 0 2", good))
    broken = good.replace(b"id='" + marker, b"id='lost")
    assert list(svg.faults(broken)) == [f"refers to #{marker.decode()}, which it does not have"]


def test_a_png_must_be_whole() -> None:
    good = picture(SOMETHING["line"], "png")
    assert list(png.faults(good)) == []
    assert list(png.faults(b"")) == ["is no whole PNG: no signature"]
    assert next(png.faults(good[: len(good) // 2])).startswith("is no whole PNG")
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 1
    assert list(png.faults(bytes(flipped))) == ["is no whole PNG: wrong checksum of IDAT"]


def test_a_png_must_have_the_pixels_that_its_header_says() -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    def grey(width: int, height: int, rows: int) -> bytes:
        header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        pixels = chunk(b"IDAT", zlib.compress(bytes(rows * (1 + width))))
        return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")

    assert list(png.faults(grey(4, 3, rows=3))) == []
    assert list(png.faults(grey(4, 3, rows=2))) == ["has not the pixels of 4 x 3"]


def moving(pictures: int) -> bytes:
    """Return a GIF of so many pictures, with 256 colours of its own or of each picture."""
    buffer = io.BytesIO()
    first, *others = (
        Image.fromarray(np.random.default_rng(n).integers(0, 256, (30, 40, 3), np.uint8))
        for n in range(pictures)
    )
    first.save(buffer, "GIF", save_all=True, append_images=others, duration=100, loop=0)
    return buffer.getvalue()


def test_a_gif_must_be_whole() -> None:
    good = moving(3)
    assert list(gif.faults(good)) == []
    assert list(gif.faults(b"")) == ["is no whole GIF: no signature"]
    for place in (20, len(good) // 2, len(good) - 1):
        assert next(gif.faults(good[:place])).startswith("is no whole GIF: ")
    block = good.index(b"!\xf9")
    changed = good[:block] + b"?" + good[block + 1 :]
    assert list(gif.faults(changed)) == ["is no whole GIF: no block begins with b'?'"]


def test_a_gif_must_move() -> None:
    assert list(gif.faults(moving(2))) == []
    assert list(gif.faults(moving(1))) == ["does not move: it has 1 frame"]


def test_a_pdf_must_be_whole() -> None:
    good = picture(SOMETHING["line"], "pdf")
    assert list(pdf.faults(good)) == []
    assert list(pdf.faults(b"")) == ["is no whole PDF: no header"]
    assert list(pdf.faults(good[: len(good) // 2])) == ["is no whole PDF: no end"]
    moved = good.replace(b"\n1 0 obj", b"\n\n1 0 obj", 1)
    assert next(pdf.faults(moved)).startswith("is no whole PDF: ")
    place = good.index(b"stream", good.index(b"/Contents")) + 40
    flipped = good[:place] + bytes([good[place] ^ 255]) + good[place + 1 :]
    assert next(pdf.faults(flipped)).startswith("is no whole PDF: error: Error -3")
    assert list(pdf.faults(good.replace(b"/Type /Page ", b"/Type /Pago "))) == ["has no page"]


@pytest.mark.parametrize("language", ["sk", "en"])
def test_the_words_of_a_handout_in_pdf_are_those_that_pdfium_reads(built: Path, language: str) -> None:
    def words(text: str) -> set[str]:
        return set(re.findall(r"[^\W\d_]{4,}", text))

    path = built / "output" / f"handout.{language}.pdf"
    contents, pages = pdf.read(path.read_bytes()), pages_of(path)
    expected = words(" ".join(pages))
    assert (contents.pages, contents.language) == (len(pages), language)
    assert words(contents.text) <= expected
    assert len(words(contents.text)) > 0.9 * len(expected)


def entries_in(output: Path) -> Manifest:
    entries = manifest.read(output)
    assert entries is not None
    return entries


@pytest.mark.parametrize("language", ["sk", "en"])
def test_what_a_build_makes_has_no_fault(built: Path, language: str) -> None:
    lecture, output = load_lecture(built), built / "output"
    for handout in handouts([language], USUAL, ["full"]):
        assert list(document_faults(lecture, output, entries_in(output), handout)) == []
    for name in ("coin", "dice"):
        assert list(picture_faults(output, Picture(name, language, "print", "svg"))) == []


@pytest.mark.parametrize("kind", USUAL)
def test_a_handout_in_another_language_is_faulty(built: Path, kind: Target) -> None:
    output = built / "output"
    (output / f"handout.sk.{kind}").write_bytes((output / f"handout.en.{kind}").read_bytes())
    entries = entries_in(output)
    faults = list(document_faults(load_lecture(built), output, entries, Handout("sk", kind)))
    assert "says that its language is 'en', not 'sk'" in faults
    assert any(
        fault.endswith("text of the chapters in 'sk'") or "has its text in 'en'" in fault for fault in faults
    )


def test_a_handout_that_is_no_pdf_is_faulty(built: Path) -> None:
    (built / "output" / "handout.sk.pdf").write_bytes(b"%PDF-1.7")
    faults = document_faults(load_lecture(built), built / "output", {}, Handout("sk", "pdf"))
    assert list(faults) == ["is no whole PDF: no end"]


CHAPTERS = {
    "sk": "Súčet {{ result.coin }} po každom hode.",
    "en": "The sum after {{ result.coin }} each throw.",
}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("Hlavu ukáže súčet po každom hode, result.", []),
        ("The sum after each throw, hode.", ["has its text in 'en', not in 'sk'"]),
        ("", ["has no text of the chapters in 'sk'"]),
        ("Quelque chose d'autre", ["has no text of the chapters in 'sk'"]),
    ],
)
def test_a_text_must_be_in_the_language_of_its_chapters(text: str, faults: list[str]) -> None:
    assert list(language_faults(text, "sk", CHAPTERS)) == faults


def test_chapters_that_are_not_translated_yet_are_no_fault() -> None:
    same = dict.fromkeys(CHAPTERS, CHAPTERS["en"])
    assert list(language_faults("The sum after each throw.", "sk", same)) == []


def test_a_language_with_the_text_of_another_takes_no_words_from_it() -> None:
    german = "Die Münze fällt auf die Seite des Kopfes. Sie fällt noch einmal und noch einmal auf den Kopf."
    chapters = {"de": german, "de-AT": german, "en": "The coin falls on its side. See figgen build."}
    assert list(language_faults(f"{german} See figgen build.", "de", chapters)) == []
    english = f"Kopf. {chapters['en']}"
    assert list(language_faults(english, "de", chapters)) == ["has its text in 'en', not in 'de'"]


PAGE = """<html lang="en"><style>a {{ b }}</style><body>
<a href="#there">there</a> <a href="https://example.org">elsewhere</a> <h2 id="there">There</h2>
<figure id="fig-coin"><img src="data:image/svg+xml,%3Csvg/%3E" alt="A line"></figure>
<math><annotation>e^{{x}}</annotation></math> <code>{{ result }}</code> <p>Text</p>
</body></html>"""

BROKEN = {
    "no figure": ('id="fig-coin"', 'id="fig"', "does not show the figure 'coin'"),
    "no picture": ("<img", "<p", "does not show the figure 'coin'"),
    "another picture": ("%3Csvg/%3E", "%3Csvg/%3F", "shows another picture as the figure 'coin'"),
    "a link to nowhere": ('id="there"', 'id="then"', "refers to #there, which it does not have"),
    "a label to nowhere": ("<h2", '<h2 aria-labelledby="x"', "refers to #x, which it does not have"),
    "a value": ("Text", "Text {{ x }}", "has a piece of a template left: '{{ x }}"),
    "a statement": ("Text", "Text {% endif %}", "has a piece of a template left: '{% endif %}"),
    "a comment": ("Text", "Text #}", "has a piece of a template left: '#}"),
    "a script": ("<p>", '<script src="x.js"></script><p>', "fetches x.js"),
    "a style sheet": ("<p>", '<link href="x.css"><p>', "fetches x.css"),
    "no end": ("</html>", "", "ends in the middle"),
}


def test_a_good_page_has_no_fault() -> None:
    assert list(html.faults(html.read(PAGE.encode()), {"coin": b"<svg/>"})) == []
    assert html.read(PAGE.encode()).language == "en"


@pytest.mark.parametrize(("old", "new", "fault"), BROKEN.values(), ids=BROKEN)
def test_a_fault_in_a_page_is_found(old: str, new: str, fault: str) -> None:
    assert old in PAGE
    found = list(html.faults(html.read(PAGE.replace(old, new).encode()), {"coin": b"<svg/>"}))
    assert len(found) == 1
    assert found[0].startswith(fault)


@pytest.fixture(scope="module")
def _slides_once(_built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = shutil.copytree(_built_once, tmp_path_factory.mktemp("slides") / "lecture")
    done = figgen("build", "--to", "pptx", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def slides(_slides_once: Path, tmp_path: Path) -> Path:
    """The slides of a copy of the lecture in English."""
    return shutil.copytree(_slides_once, tmp_path / "lecture") / "output" / "slides.en.pptx"


def faults_of(path: Path, change: Callable[[str, bytes], bytes]) -> list[str]:
    """Return what is wrong with slides or an e-book, each file of it changed; an empty one is left out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            if data := change(name, old.read(name)):
                new.writestr(name, data)
    path.write_bytes(packed.getvalue())
    lecture, language = load_lecture(path.parents[1]), path.name.split(".")[1]
    document: Document = Handout(language, "epub") if path.suffix == ".epub" else Slides(language)
    return list(document_faults(lecture, path.parent, entries_in(path.parent), document))


def replacing(old: str, new: str, file: str = "") -> Callable[[str, bytes], bytes]:
    """Return the replacing of a text, in files whose names contain `file`."""
    return lambda name, data: data.replace(old.encode(), new.encode()) if file in name else data


BROKEN_SLIDES = {
    "no change": (replacing("", "", "nowhere"), []),
    "no title": (replacing('type="title"', 'type="body"', "slide3.xml"), ["has no title on slide 3"]),
    "no alternative text": (
        replacing("descr=", "desc=", "slide4.xml"),
        ["has no alternative text of the figure 'dice'"],
    ),
    "another name": (
        replacing('name="dice"', 'name="die"', "slide4.xml"),
        ["shows the figure 'dice' on 0 slides, not on one", "shows 'die', which is no figure of the lecture"],
    ),
    "a picture of the author's own in its place": (
        replacing('name="dice"', 'name="own/0123.png"', "slide4.xml"),
        ["shows the figure 'dice' on 0 slides, not on one"],
    ),
    "another picture": (
        replacing("image2", "image1", "slide4.xml.rels"),
        ["shows another picture as the figure 'dice'"],
    ),
    "twice": (
        lambda name, data: (
            data.replace(b"</p:spTree>", data[data.index(b"<p:pic>") : data.index(b"</p:spTree>") + 11])
            if name.endswith("slide3.xml")
            else data
        ),
        ["shows the figure 'coin' on 2 slides, not on one"],
    ),
    "a lost file": (
        replacing("image2", "image3", "slide4.xml.rels"),
        ["is no whole PPTX: There is no item named 'ppt/media/image3.png' in the archive"],
    ),
    "another language": (
        replacing(">en<", ">sk<", "core.xml"),
        ["says that its language is 'sk', not 'en'"],
    ),
}


@pytest.mark.parametrize(("change", "faults"), BROKEN_SLIDES.values(), ids=BROKEN_SLIDES)
def test_a_fault_in_slides_is_found(
    slides: Path, change: Callable[[str, bytes], bytes], faults: list[str]
) -> None:
    assert faults_of(slides, change) == faults


def test_slides_that_are_cut_or_damaged_or_in_another_language_are_faulty(slides: Path) -> None:
    lecture, good = load_lecture(slides.parents[1]), slides.read_bytes()

    def faults(data: bytes) -> list[str]:
        slides.write_bytes(data)
        return list(document_faults(lecture, slides.parent, entries_in(slides.parent), Slides("en")))

    assert faults(good[: len(good) // 2]) == ["is no whole PPTX: File is not a zip file"]
    place = good.index(b"IDAT") + 50
    damaged = good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
    assert faults(damaged) == ["is no whole PPTX: ppt/media/image1.png is damaged"]
    slides.write_bytes(good)
    (fault,) = faults_of(slides, replacing("</p:sld>", "", "slide3.xml"))
    assert fault.startswith("is no whole PPTX: no element found: line 2")
    slovak = faults(slides.with_name("slides.sk.pptx").read_bytes())
    assert "says that its language is 'sk', not 'en'" in slovak
    assert any("has its text in 'sk'" in fault or "has no text of the" in fault for fault in slovak)


def test_what_the_slides_say_is_read_with_the_notes(slides: Path) -> None:
    contents = pptx.read(slides.read_bytes())
    assert contents.text.splitlines() == [
        "Chance",
        "Chance",
        "The heads add up",
        "Figure\u00a01. The sum after each throw.",
        "",
        "Checked by simulation",
        *(line for line in contents.text.splitlines() if line.startswith("• A share of 0.")),
        "The points add up",
        "Figure\u00a02. The sum after each throw.",
        "",
        "Checked by simulation",
        *(line for line in contents.text.splitlines() if line.startswith("• A die shows 3.")),
    ]
    assert contents.language == "en"


@pytest.fixture(scope="module")
def _ebook_once(_built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = shutil.copytree(_built_once, tmp_path_factory.mktemp("ebook") / "lecture")
    done = figgen("build", "--to", "epub", "--lang", "en", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def ebook(_ebook_once: Path, tmp_path: Path) -> Path:
    """The e-book of a copy of the lecture in English."""
    return shutil.copytree(_ebook_once, tmp_path / "lecture") / "output" / "handout.en.epub"


BROKEN_EBOOKS = {
    "no change": (replacing("", "", "nowhere"), []),
    "no media type": (
        lambda name, data: b"" if name == "mimetype" else data,
        ["does not begin with its media type, as an e-book does"],
    ),
    "a file too much": (
        replacing('<item id="item-4" href="style.css" media-type="text/css"/>', "", "package.opf"),
        [
            "has EPUB/style.css, which its package does not list",
            "refers to EPUB/style.css, which it does not have",
        ],
    ),
    "a lost file": (
        lambda name, data: b"" if name == "EPUB/figures/dice.svg" else data,
        ["has not the file EPUB/figures/dice.svg", "does not show the figure 'dice'"]
        + ["refers to EPUB/figures/dice.svg, which it does not have"],
    ),
    "another picture": (
        replacing("figures/dice", "figures/coin", "chapter-1"),
        ["shows another picture as the figure 'dice'"],
    ),
    "a link to nowhere": (
        replacing("chapter-1.xhtml#fig-dice", "chapter-1.xhtml#fig-die", "contents"),
        ["refers to EPUB/chapter-1.xhtml#fig-die, which it does not have"],
    ),
    "no alternative text": (
        replacing('figures/coin.svg" alt=', 'figures/coin.svg" title=', "chapter-1"),
        ["has no alternative text of figures/coin.svg"],
    ),
    "a picture from elsewhere": (
        replacing("<h1", '<img alt="" src="https://example.org/x.png"/><h1', "chapter-1"),
        ["fetches https://example.org/x.png"],
    ),
    "a script": (
        replacing("<h1", '<h1 onclick="x()"', "chapter-1"),
        ["has a script in EPUB/chapter-1.xhtml"],
    ),
    "a piece of a template": (
        replacing("</h1>", "</h1><p>{{ x }}</p>", "chapter-1"),
        ["has a piece of a template left: '{{ x }}"],
    ),
    "another language": (
        replacing("<dc:language>en", "<dc:language>sk", "package.opf"),
        ["says that its language is 'sk', not 'en'"],
    ),
    "no XML": (replacing("</body>", "", "chapter-1"), ["is no whole EPUB: mismatched tag"]),
    "no package": (
        replacing("rootfile ", "root ", "container.xml"),
        ["is no whole EPUB: it names no package"],
    ),
    "a lost package": (
        replacing("EPUB/package", "EPUB/pack", "container.xml"),
        ["is no whole EPUB: There is no item named 'EPUB/pack.opf' in the archive"],
    ),
}


@pytest.mark.parametrize(("change", "faults"), BROKEN_EBOOKS.values(), ids=BROKEN_EBOOKS)
def test_a_fault_in_an_ebook_is_found(
    ebook: Path, change: Callable[[str, bytes], bytes], faults: list[str]
) -> None:
    found = faults_of(ebook, change)
    assert len(found) == len(faults)
    assert all(told.startswith(fault) for told, fault in zip(found, faults, strict=True)), found
