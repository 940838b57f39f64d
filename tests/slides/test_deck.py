"""The slides: a title slide, one before each chapter, one for each figure, with notes for the lecturer."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from manuscripts import SVG
from PIL import Image, PngImagePlugin
from pptx import Presentation

from figgen.errors import SourceError
from figgen.experiment import Claim, Evidence, at_least, at_most
from figgen.handout.manuscript import Manuscript
from figgen.handout.prose import Prose
from figgen.slides.deck import write_pptx
from figgen.translation import Translator
from figgen.wording import word

TITLE = "Trénovanie „sietí“ \\ I"
EVIDENCE = {
    "curves": Evidence(
        Claim("tiny", "The derivative is {value} where |x| > *9*.", abs, at_most(1e-4)), measured=4.54e-5
    ),
    "paths": Evidence(Claim("fast", "ReLU is {value} times as fast.", abs, at_least(6)), measured=2.1),
}
TITLES = {"curves": r"At $x = \pm 10$ it is *flat*_", "paths": "Z cesty $\\hat{x}/\\sqrt{D}$ niet návratu"}
WIDTH, HEIGHT = 12192000, 6858000  # 13 1/3 by 7 1/2 inches


def picture(title: str, colour: str) -> bytes:
    """Return a PNG with a title within, as figures for slides have it."""
    information, buffer = PngImagePlugin.PngInfo(), io.BytesIO()
    information.add_itxt("Title", title)
    Image.new("RGB", (16, 9), colour).save(buffer, "PNG", pnginfo=information)
    return buffer.getvalue()


PICTURES = {
    name: picture(title, colour)
    for (name, title), colour in zip(TITLES.items(), ("red", "blue"), strict=True)
}


@pytest.fixture
def deck(manuscript: Callable[..., Manuscript], slovak: Translator) -> Callable[..., Any]:
    """Write prose as slides, and read them with python-pptx."""

    def write(prose: Prose, **other: Any) -> Any:
        return Presentation(io.BytesIO(write_pptx(slides(manuscript(prose, **other), slovak))))

    return write


def slides(manuscript: Manuscript, tr: Translator) -> Manuscript:
    """Return a manuscript with the pictures and the evidence of slides."""
    evidence = {name: (word(item, tr),) for name, item in EVIDENCE.items()}
    return replace(manuscript, pictures=PICTURES, evidence=evidence)


def notes(slide: Any) -> list[str]:
    text: str = slide.notes_slide.notes_text_frame.text
    return text.replace("\u00a0", " ").split("\n")


def titles(deck: Any) -> list[str]:
    return [slide.shapes.title.text.replace("\u00a0", " ") for slide in deck.slides]


def test_there_is_a_slide_for_each_figure_in_order_after_that_of_its_chapter(
    deck: Callable[..., Any], write: Callable[..., Prose]
) -> None:
    chapters = [
        '# Druhá $\\alpha$\n{% call figure("paths", alt="a") %}c{% endcall %}',
        "# Bez obrázka",
        '# Prvá\n## Časť\n{% call figure("curves", alt="a") %}c{% endcall %}',
    ]
    assert titles(deck(write(*chapters, show=False))) == [
        "Trénovanie „sietí“ \\ I",
        "Druhá α",
        "Z cesty x̂/√D niet návratu",
        "Prvá",
        "At x = ±10 it is *flat*_",
    ]


def test_the_title_slide_names_subtitle_and_authors(deck: Callable[..., Any], sample: Prose) -> None:
    first = deck(sample).slides[0]
    assert first.placeholders[1].text == "Čo & ako\nPodľa prednášky Ľubica Ďurčová · Ján Šťastný"
    bare = deck(sample, subtitle="", credit="").slides[0]
    assert [shape.text for shape in bare.placeholders] == [TITLE]


def test_a_figure_fills_its_slide_and_has_an_alternative_text(
    deck: Callable[..., Any], sample: Prose
) -> None:
    written = deck(sample)
    assert (written.slide_width, written.slide_height) == (WIDTH, HEIGHT)
    for number, alt in ((2, 'Krivka "S" \\ a <os>'), (3, "Cesta")):
        (shown,) = [shape for shape in written.slides[number].shapes if shape.shape_type == 13]
        assert (shown.left, shown.top, shown.width, shown.height) == (0, 0, WIDTH, HEIGHT)
        assert shown.image.blob == PICTURES[shown.name]
        assert shown._element.nvPicPr.cNvPr.get("descr") == alt


def test_a_title_is_there_for_outlines_and_readers_but_above_the_slide(
    deck: Callable[..., Any], sample: Prose
) -> None:
    for slide in list(deck(sample).slides)[2:]:
        title = slide.shapes.title
        assert title.text
        assert title.top + title.height <= 0


def test_the_notes_have_the_caption_and_the_evidence(deck: Callable[..., Any], sample: Prose) -> None:
    _, _, curves, paths = deck(sample).slides
    assert notes(curves) == [
        "Obrázok 1. Interval [0,25, 1) (He 2015).",
        "",
        "Overené simuláciou",
        "• Derivácia je 4,54 · 10⁻⁵, kde |x| > *9*. (má byť ≤ 10⁻⁴; platí)",
    ]
    assert notes(paths)[-1] == "• ReLU je 2,1-krát rýchlejšie. (má byť ≥ 6; neplatí)"


def test_formulas_become_plain_text_and_what_cannot_stays_tex(
    deck: Callable[..., Any], write: Callable[..., Prose]
) -> None:
    simple = r"$\frac{1}{2}$, $\frac{a+b}{\sqrt{n}}$, $\sigma'(x)$, $\sigma_w^2$, $k^l$"
    caption = simple + r", $\begin{matrix}1\\2\end{matrix}$"
    text = f'# A\n{{% call figure("curves", alt="a") %}}{caption}{{% endcall %}}\n'
    text += '{% call figure("paths", alt="a") %}c{% endcall %}'
    (caption_said, *_) = notes(deck(write(text, show=False)).slides[2])
    assert caption_said == (
        "Obrázok 1. 1/2, (a + b)/(√n), σ′(x), σ_w², k^l, $\\begin{matrix}1\\\\2\\end{matrix}$"
    )


def test_language_title_and_authors_are_set_and_nothing_is_left_of_the_template(
    deck: Callable[..., Any], sample: Prose
) -> None:
    written = deck(sample)
    about = written.core_properties
    assert (about.language, about.title, about.subject) == ("sk", TITLE, "Čo & ako")
    assert (about.author, about.comments, about.last_modified_by) == ("Ľubica Ďurčová, Ján Šťastný", "", "")
    for slide in written.slides:
        for element in (slide._element, *([slide.notes_slide._element] if slide.has_notes_slide else [])):
            runs = element.findall(".//{*}r")
            assert runs or element is not slide._element
            assert {run.find("{*}rPr").get("lang") for run in runs} <= {"sk-SK"}
    assert [layout.name for layout in written.slide_layouts] == [
        "Title Slide",
        "Section Header",
        "Title Only",
    ]


def test_hebrew_runs_from_the_right(sample: Prose, manuscript: Callable[..., Manuscript]) -> None:
    tr = Translator("he")
    hebrew = replace(slides(manuscript(sample), tr), tr=tr)
    for slide in Presentation(io.BytesIO(write_pptx(hebrew))).slides:
        paragraphs = slide._element.findall(".//{*}p")
        assert {(p.find("{*}pPr").get("rtl"), p.find("{*}pPr").get("algn")) for p in paragraphs} == {
            ("1", "r")
        }
        assert {run.find("{*}rPr").get("lang") for run in slide._element.findall(".//{*}r")} == {"he-IL"}


def test_the_same_prose_gives_the_same_bytes_in_any_folder_and_no_clock_is_in_them(
    sample: Prose,
    manuscript: Callable[..., Manuscript],
    slovak: Translator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = write_pptx(slides(manuscript(sample), slovak))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert write_pptx(slides(manuscript(sample), slovak)) == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        about = package.read("docProps/core.xml").decode()
        assert set(re.findall(r"\d{4}-\d\d-\d\dT", about)) == {"1980-01-01T"}
        assert not any("thumbnail" in name or "printer" in name for name in package.namelist())


def test_what_pandoc_warns_of_is_told_with_file_and_line(
    deck: Callable[..., Any], write: Callable[..., Prose], sample: Prose
) -> None:
    misspelt = sample.sources[0].template.replace("Podľa @he2015", "Podľa @he2051")
    with pytest.raises(SourceError, match=r"first\.md\.j2:3: unknown citation 'he2051'; did you mean he2015"):
        deck(write(misspelt, show=False))


def test_a_picture_of_the_author_s_own_has_a_slide_in_its_place(
    deck: Callable[..., Any], write: Callable[..., Prose]
) -> None:
    webp = io.BytesIO()
    Image.new("RGB", (30, 60), "red").save(webp, "WEBP")
    own = {"tree.svg": SVG, "photo.webp": webp.getvalue()}
    text = (
        '# A\n\n{% call figure("curves", alt="a") %}c{% endcall %}\n\n![A *tree*](tree.svg "Old tree")\n\n'
        '![Red](photo.webp)\n\n{% call figure("paths", alt="b") %}d{% endcall %}'
    )
    shown = deck(write(text, show=False), own_pictures=own).slides
    assert [slide.shapes.title.text for slide in shown][2:] == [
        "At x = ±10 it is *flat*_",
        "Obrázok\u00a02. Old tree",
        "A",
        "Z\u00a0cesty x̂/√D niet návratu",
    ]
    tree, photo = (
        next(shape for shape in slide.shapes if hasattr(shape, "image")) for slide in list(shown)[3:5]
    )
    about = [picture._element.nvPicPr.cNvPr.get("descr") for picture in (tree, photo)]
    assert about == ["A tree", "Red"]
    assert (tree.image.ext, photo.image.ext) == ("png", "png")
    assert photo.height == photo.width * 2
    for picture in (tree, photo):
        assert 0 <= picture.left <= WIDTH - picture.width
        assert 0 <= picture.top <= HEIGHT - picture.height
    assert shown[3].notes_slide.notes_text_frame.text == "Obrázok\u00a02. Old tree"
