"""The handouts of the built-in lecture, as a newcomer's first command makes them, read and looked at."""

import html
import re
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from pdf_text import bookmarks_of, pages_of
from tiny_lecture import figgen, produced

from figgen.lecture import load_lecture
from figgen.paths import BUILT_IN, built_in_lecture

LECTURE = load_lecture(built_in_lecture(BUILT_IN))
LANGUAGES = pytest.mark.parametrize("language", LECTURE.languages)
NUMBERED = {"sk": r"Obrázok\s(\d+)\.", "en": r"Figure\s(\d+)\."}


def read_html(handouts: Path, language: str) -> str:
    return (handouts / "output" / f"handout.{language}.html").read_text(encoding="utf-8")


def pdf_of(handouts: Path, language: str) -> Path:
    return handouts / "output" / f"handout.{language}.pdf"


def visible_text(page: str) -> str:
    """Return the text of an HTML page without formulas, code, links, headings and style."""
    page = re.sub(r"<(style|math|pre|code|a|h\d|nav)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("’", "'")


def test_every_output_is_there_and_check_agrees(handouts: Path) -> None:
    wanted = {f"figures/{lang}/{name}.svg" for name in LECTURE.figures() for lang in LECTURE.languages}
    kinds = ("html", "pdf", "student.html", "student.pdf")
    wanted |= {f"handout.{lang}.{kind}" for lang in LECTURE.languages for kind in kinds}
    assert wanted <= produced(handouts).keys()
    done = figgen("check", cwd=handouts)
    assert done.returncode == 0, done.stderr
    told = "there is no lecture.toml here, so this is the lecture that comes with figgen; figgen init DIR"
    assert done.stderr.startswith(told)
    assert len(done.stderr.splitlines()) == 1


@LANGUAGES
def test_every_figure_and_every_claim_is_shown(handouts: Path, language: str) -> None:
    page, tr = read_html(handouts, language), LECTURE.translator(language)
    assert set(re.findall(r'<figure[^>]* id="fig-(\w+)"', page)) == set(LECTURE.figures())
    heading = LECTURE.chapter_text(language, "statements").read_text("utf-8").partition("\n")[0].strip("# ")
    table = " ".join(visible_text(page.rsplit(heading, 1)[1]).split())
    for study in LECTURE.studies:
        for claim in study.experiment.claims:
            beginning = tr(claim.statement, value="\0").partition("\0")[0]
            words = [" ".join(part.split()) for part in re.split(r"\$[^$]*\$", beginning)]  # between formulas
            assert re.search(".{0,99}?".join(map(re.escape, words)), table), claim.name
            assert not claim.only_if or tr(claim.only_if) in table


@LANGUAGES
def test_figures_have_the_same_numbers_in_html_and_pdf(handouts: Path, language: str) -> None:
    in_html = re.findall(NUMBERED[language], html.unescape(read_html(handouts, language)))
    in_pdf = re.findall("(?m)^" + NUMBERED[language], "\n".join(pages_of(pdf_of(handouts, language))))
    assert in_html == [str(number) for number in range(1, len(LECTURE.figures()) + 1)]
    assert sorted(in_pdf, key=int) == in_html


@LANGUAGES
def test_numbers_are_in_the_readers_language(handouts: Path, language: str) -> None:
    text = visible_text(read_html(handouts, language).partition('id="refs"')[0])
    foreign = {"sk": r"\d\.\d", "en": r"\d,\d(?!\d\d)"}[language]
    assert re.findall(rf".{{0,20}}{foreign}.{{0,20}}", text.replace("\u00a0", " ")) == []


@LANGUAGES
def test_nothing_is_left_of_the_template_and_nothing_is_fetched(handouts: Path, language: str) -> None:
    page = read_html(handouts, language)
    assert not re.search(r"\{\{|\{%|\bNone\b|\bnan\b", visible_text(page))
    assert re.findall(r'\b(?:src|srcset)="(?!data:)[^"]*|@import.*', page) == []
    assert all(len(alt) > 20 for alt in re.findall(r'<img[^>]* alt="([^"]*)"', page))


@LANGUAGES
def test_the_students_edition_has_no_answer_in_any_of_its_bytes(handouts: Path, language: str) -> None:
    page = read_html(handouts, language)
    answers = re.findall(r'<details class="answer">.*?</summary>(.*?)</details>', page, flags=re.DOTALL)
    assert len(answers) > 3
    sentences = [said for answer in answers for said in re.split(r"[.:;?!]", visible_text(answer))]
    phrases = {letters(said) for said in sentences if len(letters(said)) > 30}
    assert len(phrases) >= len(answers)
    for kind, read in (("html", Path.read_text), ("pdf", everything_in_the_pdf)):
        full, student = (
            letters(read(handouts / f"output/handout.{language}{e}.{kind}")) for e in ("", ".student")
        )
        missing = {phrase for phrase in phrases if phrase not in full}
        assert len(missing) <= len(phrases) / 3, kind  # formulas and page breaks cut some in two
        assert {phrase for phrase in phrases if phrase in student} == set(), kind


def letters(text: str) -> str:
    """Return a text's letters in lower case: neither hyphens nor line breaks part a word."""
    return "".join(filter(str.isalpha, text.lower()))


def everything_in_the_pdf(path: Path) -> str:
    """Return all text of a PDF: on its pages, in its metadata, and in the alternatives of its elements."""
    pages = "".join(pages_of(path))
    with pikepdf.open(path) as document:
        held = [str(o) for o in document.objects if isinstance(o, pikepdf.Dictionary)]
        streams = [o.read_bytes() for o in document.objects if isinstance(o, pikepdf.Stream)]
    return pages + "".join(held) + b"".join(streams).decode("utf-8", "ignore")


@LANGUAGES
def test_the_students_edition_leaves_room_to_write(handouts: Path, language: str) -> None:
    student = (handouts / f"output/handout.{language}.student.html").read_text(encoding="utf-8")
    assert student.count('class="room"') == read_html(handouts, language).count('class="answer"')


@LANGUAGES
def test_the_pdf_is_tagged_and_its_figures_and_formulas_have_alternatives(
    handouts: Path, language: str
) -> None:
    with pikepdf.open(pdf_of(handouts, language)) as document:
        assert str(document.Root.Lang) == language
        elements = [
            o for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/S" in o and "/P" in o
        ]
        alternatives = {
            kind: [str(element.get("/Alt", "")) for element in elements if kind == element.S]
            for kind in ("/Figure", "/Formula")
        }
    for found in alternatives.values():
        assert len(found) >= len(LECTURE.figures())
        assert all(found)
    assert {said for said in alternatives["/Formula"] if re.search(r"[\\{}^_$<>]|end end", said)} == set()


@LANGUAGES
def test_the_pdf_names_itself_and_has_all_fonts_in_it(handouts: Path, language: str) -> None:
    with pikepdf.open(pdf_of(handouts, language)) as document:
        assert str(document.docinfo["/Title"]) == LECTURE.title[language]
        assert str(document.docinfo["/Author"]) == ", ".join(LECTURE.authors)
        dictionaries = [o for o in document.objects if isinstance(o, pikepdf.Dictionary)]
        fonts = [o for o in dictionaries if o.get("/Type") == "/FontDescriptor"]
        assert len(fonts) >= 3
        assert all({"/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)


@LANGUAGES
def test_bookmarks_and_contents_lead_to_the_pages_of_chapters_and_sections(
    handouts: Path, language: str
) -> None:
    marks, texts = bookmarks_of(pdf_of(handouts, language)), pages_of(pdf_of(handouts, language))
    listed = {squeezed(title): page for title, page in reversed(lines_with_pages(texts[1:4]))}
    numbered = [mark for mark in marks if mark.level == 0 and mark.title[0].isdigit()]
    sections = [mark for mark in marks if mark.level == 1]
    assert len(numbered) == len(LECTURE.chapters)
    assert len(sections) > 3 * len(numbered)
    for mark in numbered + sections:
        title = squeezed(mark.title.replace("'", "’"))
        assert title in squeezed(texts[mark.page])
        assert listed[title] == mark.page + 1, title


def lines_with_pages(texts: list[str]) -> list[tuple[str, int]]:
    """Return the entries of a list, of one line or two, each with the page that it names."""
    lines = [line for text in texts for line in text.split("\n")]
    pairs = [" ".join(pair) for pair in pairwise(lines)]
    found = (re.fullmatch(r"(.+?)(?:\s*\.)*\s+(\d+)\s*", line) for line in lines + pairs)
    return [(match[1], int(match[2])) for match in found if match]


def squeezed(text: str) -> str:
    """Return a text without white space, which line breaks change."""
    return re.sub(r"\s", "", text)


@LANGUAGES
def test_the_list_of_figures_names_every_figure_and_its_page(handouts: Path, language: str) -> None:
    texts = pages_of(pdf_of(handouts, language))
    lines = lines_with_pages([text for text in texts[2:8] if " . . ." in text])
    names = re.findall(r'<figure[^>]* id="fig-(\w+)"', read_html(handouts, language))
    for number, name in enumerate(names, start=1):
        svg = (handouts / "output" / "figures" / language / f"{name}.svg").read_text("utf-8")
        (stated,) = re.findall(r"<dc:title>(.*?)</dc:title>", svg)
        start = str(number) + html.unescape(stated).partition("$")[0]
        found = [page for title, page in lines if squeezed(title).startswith(squeezed(start))]
        assert found or r"\sqrt" in stated, name  # the sign of a root is read as a line of its own
        for page in found[:1]:
            assert str(number) in re.findall("(?m)^" + NUMBERED[language], texts[page - 1]), name
