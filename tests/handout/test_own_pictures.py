"""Pictures of the author's own, in plain Markdown; and HTML, which a chapter cannot have."""

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tiny_lecture import edit, figgen

from figgen.errors import SourceError
from figgen.handout.conversion import to_html, to_slides, to_typst
from figgen.handout.html import write_html
from figgen.handout.image_files import LARGEST, fault_of, mended
from figgen.handout.manuscript import Manuscript
from figgen.handout.own_pictures import picture_files
from figgen.handout.pdf import write_pdf
from figgen.handout.prose import Prose

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1 8 8" stroke="red"/></svg>'
FIGURES = "\n".join(f'{{% call figure("{name}", alt="a") %}}c{{% endcall %}}' for name in ("curves", "paths"))


def pixels(kind: str) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((64, 48), 50).convert("RGB").save(file, kind)
    return file.getvalue()


FILES = {"a.png": pixels("PNG"), "b.jpg": pixels("JPEG"), "c.webp": pixels("WEBP"), "d.svg": SVG}


@pytest.fixture
def given(write: Callable[..., Prose], manuscript: Callable[..., Manuscript]) -> Callable[..., Manuscript]:
    """Put a chapter, then the figures, into a manuscript that has the pictures."""

    def put(text: str, **other: Any) -> Manuscript:
        return manuscript(write(text, FIGURES, show=False), own_pictures=FILES, **other)

    return put


def problems(given: Any, text: str) -> list[tuple[str, int | None, str]]:
    with pytest.raises(SourceError) as caught:
        to_html(given(text))
    return [(p.path.name.partition(".")[0], p.line, p.message) for p in caught.value.problems]


@pytest.mark.parametrize("name", FILES)
def test_a_picture_of_each_kind_is_in_the_page_and_in_the_pdf(given: Any, name: str) -> None:
    text = f"![A photograph]({name})"
    page = write_html(given(text)).decode()
    held = r'<img loading="lazy" src="data:image/[\w+]+;base64,([^"]*)"[^>]*alt="A photograph"'
    (source,) = re.findall(held, page)
    assert base64.b64decode(source) == FILES[name]
    markup = to_typst(given(text)).markup
    assert re.search(r'#align\(center\)\[#photo\("own/\w+\.\w+", alt: "A photograph"\)\]', markup)
    assert len(write_pdf(given(text)).data) > len(write_pdf(given("Text.")).data)


QUARTO = '![Of **Quarto**](a.png){#fig-mine fig-alt="Alt 2"}'


def test_a_picture_with_a_caption_is_a_numbered_figure_among_the_others(given: Any) -> None:
    text = f'![Alt](a.png "A *caption*"){{width=50%}}\n\n{QUARTO}\n\n@fig-mine @fig-a'
    body = to_html(given(text))[1]
    assert re.findall(r'<figure[^>]*id="(.*?)"', body) == ["fig-a", "fig-mine", "fig-curves", "fig-paths"]
    assert re.findall(r"<figcaption>(.*?)</figcaption>", body)[:3] == [
        "<strong>Obrázok\u00a01.</strong> A\u00a0*caption*",
        "<strong>Obrázok\u00a02.</strong> Of <strong>Quarto</strong>",
        "<strong>Obrázok\u00a03.</strong> c",
    ]
    assert re.findall(r'alt="(Alt.*?)"', body) == ["Alt", "Alt 2"]
    assert re.findall(r'href="#fig-\w+">(.*?)<', body) == ["obr.\u00a02", "obr.\u00a01"]
    assert "width:50" in body
    markup = to_typst(given(text)).markup
    assert '#metadata(none) <picture-mine> #photo("own/' in markup
    assert "width: 50%" in markup
    page = write_html(given(text)).decode()
    assert "Dáta: pri obrázku 3" in page
    assert page.count('<span class="tools">') == 2  # none to copy or enlarge the author's own
    assert write_pdf(given(text)).data.startswith(b"%PDF")


def test_a_caption_is_words_so_that_no_line_breaks_in_one(given: Any) -> None:
    markup = to_typst(
        given('![A](a.png "Each one of them misses, and so does their mean, and by the self-same amount.")')
    ).markup
    assert "self-same amount." in markup
    assert "breakable" not in markup


def test_pictures_of_the_same_name_have_names_of_their_own(given: Any) -> None:
    body = to_html(given('![A](a.png "B")\n\n![C](a.png "D")'))[1]
    assert re.findall(r'<figure[^>]*id="(.*?)"', body)[:2] == ["fig-a", "fig-a-2"]


def test_a_picture_in_a_line_is_as_high_as_the_line(given: Any) -> None:
    text = "Press ![the key](d.svg) now."
    assert re.search(r'<img src="own/\w+\.svg" class="inline" alt="the key" />', to_html(given(text))[1])
    assert re.search(r'Press #icon\("own/\w+\.svg", alt: "the key"\) now', to_typst(given(text)).markup)


def test_the_slides_are_those_of_the_figures_and_of_pictures_that_stand_alone(given: Any) -> None:
    png = {"curves": FILES["a.png"], "paths": FILES["a.png"]}
    slides = to_slides(given('![Alt](a.png "Caption")', pictures=png))
    own, *figures = slides
    assert (own.figure.startswith("own/"), own.alt) == (True, "Alt")
    assert own.caption.replace("\u00a0", " ") == "Obrázok 1. Caption"
    assert [slide.figure for slide in figures] == ["curves", "paths"]
    assert figures[0].caption.replace("\u00a0", " ") == "Obrázok 2. c"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("![](a.png)", "the picture a.png has no alternative text; write ![what it shows](a.png)"),
        (
            "![x](none.png)",
            "there is no picture none.png beside the chapter or beside lecture.toml; there are: a.png,",
        ),
        (
            "![x](https://a.org/b.png)",
            "a handout fetches nothing: put this picture beside the chapter, and name its",
        ),
        ("![x](//a.org/b.png)", "a handout fetches nothing"),
        ("![x](data:image/png;base64,AA)", "a handout fetches nothing"),
        ("![x](e.gif)", "a picture is one of .png, .jpg, .jpeg, .webp, .svg, not: e.gif"),
        ("![x](a.png){width=2em}", "the width of a picture is such as 60% or 8cm, not '2em': a.png"),
        (
            "![x](a.png){onload=y}",
            "unknown attribute 'onload'; there are: alt, fig-alt, width (at the picture a.png)",
        ),
    ],
)
def test_what_is_wrong_with_a_picture_is_told_with_its_line(given: Any, text: str, message: str) -> None:
    for around in ("{}", "Within {} text."):
        ((name, line, told),) = problems(given, "# A\n\n" + around.format(text))
        assert (name, line) == ("first", 3)
        assert told.startswith(message)


def test_a_figure_has_a_name_that_says_so(given: Any) -> None:
    told = "the name of a picture begins with fig-, as in {#fig-mine}, not: mine"
    assert problems(given, 'A\n\n![x](a.png "C"){#mine}') == [("first", 3, told)]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.png", FILES["a.png"][:2000], "the picture a.png is damaged: "),
        ("a.png", b"text", "the picture a.png is no PNG, or is damaged"),
        ("a.png", FILES["b.jpg"], "the picture a.png is no PNG, but JPEG: name its file so"),
        ("a.svg", b"<svg", "the picture a.svg is no SVG, or is damaged"),
        ("a.svg", b"<html/>", "the picture a.svg is no SVG: it begins with <html>"),
        (
            "a.svg",
            SVG.replace(b"<path", b"<script/><path"),
            "the picture a.svg has <script> in it, which could run code",
        ),
        (
            "a.svg",
            SVG.replace(b"<path", b"<path onclick='x'"),
            "the picture a.svg has onclick in it, which could run code",
        ),
        (
            "a.svg",
            SVG.replace(b"<path", b"<image href='https://a.org/b.png'/><path"),
            "the picture a.svg would fetch https",
        ),
        ("a.svg", SVG.replace(b"<path", b"<a href=' javascript:x'/><path"), "the picture a.svg would fetch"),
        ("a.svg", b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + SVG, "the picture a.svg defines entities"),
        (
            "a.png",
            bytes(LARGEST + 1),
            "the picture a.png has 5.0 MB; 5 MB is the most, as a handout holds its pict",
        ),
    ],
)
def test_a_damaged_huge_or_dangerous_picture_is_told(name: str, data: bytes, message: str) -> None:
    assert fault_of(name, data).startswith(message)


def test_a_png_with_wrong_checksums_is_written_anew_and_others_stay() -> None:
    whole = FILES["a.png"]
    place = whole.index(b"IEND") - 8  # the checksum of the pixels
    wrong = whole[:place] + b"abcd" + whole[place + 4 :]
    again = mended("a.png", wrong)
    assert again != wrong
    with Image.open(io.BytesIO(again)) as image:
        image.verify()
    assert [mended(name, data) for name, data in FILES.items()] == list(FILES.values())
    assert mended("a.png", b"text") == b"text"


def test_whole_pictures_are_let_through() -> None:
    assert [fault_of(name, data) for name, data in FILES.items()] == [""] * len(FILES)
    linked = SVG.replace(b"<path", b"<use href='#a'/><image href='data:image/png;base64,AA'/><path")
    assert fault_of("a.svg", linked) == ""


def test_pictures_are_looked_for_within_the_lecture_only(tmp_path: Path) -> None:
    lecture = tmp_path / "lecture"
    (lecture / "en").mkdir(parents=True)
    for path in (lecture / "en/a b.png", lecture / "shared.svg", tmp_path / "outside.png"):
        path.write_bytes(SVG)
    text = "![x](a%20b.png) ![y](../shared.svg) ![z](../../outside.png) ![w](<a b.png>)"
    text += "\n\n![v][n]\n\n[n]: none.png"
    found = picture_files([text], lecture / "en", lecture)
    assert found.keys() == {"a%20b.png", "../shared.svg", "a b.png"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Press <kbd>Ctrl</kbd>.", "HTML has no place in a PDF; write `Ctrl-C` instead of: <kbd>"),
        ("a<br>b", "HTML has no place in a PDF; write a backslash at the end of the line instead of: <br>"),
        (
            "<div class='x'>\n\ntext\n\n</div>",
            "HTML has no place in a PDF; write ::: {.name} and ::: instead of: <div",
        ),
        (
            "<script>alert(1)</script>",
            "HTML has no place in a PDF; write Markdown, or code in backticks instead",
        ),
        (
            "a vector<int> b",
            "HTML has no place in a PDF; write Markdown, or code in backticks instead of: <int>",
        ),
        ("<!-- c --> <b>x</b>", "HTML has no place in a PDF; write **bold** instead of: <b>"),
    ],
)
def test_html_is_told_with_its_line(given: Any, text: str, message: str) -> None:
    ((name, line, told),) = problems(given, f"# A\n\n{text}")
    assert (name, line) == ("first", 3)
    assert told.startswith(message)


def test_comments_of_html_are_dropped_and_signs_and_code_stay(given: Any) -> None:
    text = "one <!-- no -->two\n\n<!-- neither\n\nthis -->\n\n`<b>` 1 < 2 > 0 <https://a.org>"
    text += "\n\n```html\n<!-- yes -->\n```"
    body = to_html(given(text))[1]
    assert "no --" not in re.sub("<code.*?</code>", "", body, flags=re.DOTALL)
    assert "neither" not in body + to_typst(given(text)).markup
    assert "<p>one two</p>" in body
    assert "<code>&lt;b&gt;</code> 1 &lt; 2 &gt; 0 <a" in body
    assert "yes --" in body


def test_another_picture_under_the_same_name_is_another_handout(tiny: Path) -> None:
    picture, page = tiny / "en/red.png", tiny / "output/handout.en.html"
    edit(tiny / "en/chance.md.j2", "# Chance", "# Chance\n\n![Red](red.png)")
    missing = figgen("build", "--to", "html", "--lang", "en", cwd=tiny)
    assert missing.returncode == 1
    assert "en/chance.md.j2:3: there is no picture red.png beside the chapter" in missing.stderr
    for data in (FILES["a.png"], pixels("PNG")):
        picture.write_bytes(data)
        done = figgen("build", "--to", "html", "--lang", "en", cwd=tiny)
        assert done.returncode == 0, done.stderr
        assert base64.b64encode(data).decode() in page.read_text(encoding="utf-8")
    again = figgen("build", "--to", "html", "--lang", "en", cwd=tiny)
    assert "write" not in again.stderr


def test_a_picture_for_all_languages_lies_beside_lecture_toml_and_one_beside_the_chapter_is_nearer(
    tmp_path: Path,
) -> None:
    chapters = tmp_path / "en"
    chapters.mkdir()
    shared, own = tmp_path / "a.png", chapters / "b.png"
    for path in (shared, own, tmp_path / "b.png"):
        path.touch()
    assert picture_files(["![x](a.png) ![y](b.png)"], chapters, tmp_path) == {"a.png": shared, "b.png": own}
