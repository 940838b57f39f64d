"""The handouts of the built-in lecture, as a newcomer's first command makes them, read and looked at."""

import html
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pytest
from pypdf import PdfReader
from tiny_lecture import figgen, produced

from figgen.lecture import load_lecture
from figgen.paths import built_in_lecture

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.xdist_group("handouts")  # one build for all

LECTURE = load_lecture(built_in_lecture())
LANGUAGES = pytest.mark.parametrize("language", LECTURE.languages)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NUMBERED = {"sk": r"Obrázok\s(\d+)\.", "en": r"Figure\s(\d+)\."}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which figgen has built the built-in lecture."""
    folder = tmp_path_factory.mktemp("lecture")
    done = figgen("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def read_html(folder: Path, language: str) -> str:
    return (folder / "output" / f"handout.{language}.html").read_text(encoding="utf-8")


def read_pdf(folder: Path, language: str) -> str:
    return "\n".join(
        page.extract_text() for page in PdfReader(folder / f"output/handout.{language}.pdf").pages
    )


def visible_text(page: str) -> str:
    """Return the text of an HTML page without formulas, code, links, headings and style."""
    page = re.sub(r"<(style|math|pre|code|a|h\d|nav)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("’", "'")


def test_every_output_is_there_and_check_agrees(folder: Path) -> None:
    wanted = {f"figures/{lang}/{name}.svg" for name in LECTURE.figures() for lang in LECTURE.languages}
    wanted |= {f"handout.{lang}.{kind}" for lang in LECTURE.languages for kind in ("html", "pdf")}
    assert wanted <= produced(folder).keys()
    done = figgen("check", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")


@LANGUAGES
def test_every_figure_and_every_claim_is_shown(folder: Path, language: str) -> None:
    page, tr = read_html(folder, language), LECTURE.translator(language)
    assert set(re.findall(r'<figure[^>]* id="fig-(\w+)"', page)) == set(LECTURE.figures())
    heading = LECTURE.chapter_text(language, "statements").read_text("utf-8").partition("\n")[0].strip("# ")
    chapters, table = (" ".join(visible_text(part).split()) for part in page.rsplit(heading, 1))
    for study in LECTURE.studies:
        for claim in study.experiment.claims:
            beginning = tr(claim.statement, value="\0").partition("\0")[0].strip()
            assert beginning in chapters, claim.name
            assert beginning in table, claim.name
            assert not claim.only_if or tr(claim.only_if) in table


@LANGUAGES
def test_figures_have_the_same_numbers_in_html_and_pdf(folder: Path, language: str) -> None:
    in_html = re.findall(NUMBERED[language], html.unescape(read_html(folder, language)))
    in_pdf = re.findall(NUMBERED[language], read_pdf(folder, language))
    assert in_html == [str(number) for number in range(1, len(LECTURE.figures()) + 1)]
    assert sorted(in_pdf, key=int) == in_html


@LANGUAGES
def test_numbers_are_in_the_readers_language(folder: Path, language: str) -> None:
    text = visible_text(read_html(folder, language).partition('id="refs"')[0])
    foreign = {"sk": r"\d\.\d", "en": r"\d,\d(?!\d\d)"}[language]
    assert re.findall(rf".{{0,20}}{foreign}.{{0,20}}", text.replace("\u00a0", " ")) == []


@LANGUAGES
def test_nothing_is_left_of_the_template_and_nothing_is_fetched(folder: Path, language: str) -> None:
    page = read_html(folder, language)
    assert not re.search(r"\{\{|\{%|\bNone\b|\bnan\b", visible_text(page))
    assert re.findall(r'\b(?:src|srcset)="(?!data:)[^"]*|@import.*', page) == []
    assert all(len(alt) > 20 for alt in re.findall(r'<img[^>]* alt="([^"]*)"', page))


@LANGUAGES
def test_the_pdf_is_tagged_and_its_figures_and_formulas_have_alternatives(
    folder: Path, language: str
) -> None:
    with pikepdf.open(folder / "output" / f"handout.{language}.pdf") as document:
        assert str(document.Root.Lang) == language
        elements = [
            o for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/S" in o and "/P" in o
        ]
        for kind in ("/Figure", "/Formula"):
            found = [element for element in elements if kind == element.S]
            assert len(found) >= len(LECTURE.figures())
            assert all(str(element.get("/Alt", "")) for element in found)


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium without a window; CI must have it."""
    if CHROMIUM is None and "CI" not in os.environ:
        pytest.skip("no Chromium here: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        quiet = [
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)


@LANGUAGES
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_in_a_browser_nothing_overflows_or_is_fetched_and_formulas_are_set(
    folder: Path, browser: "Browser", language: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto((folder / "output" / f"handout.{language}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sizes = page.evaluate("[...document.querySelectorAll('math')].map(m => m.getBoundingClientRect().width)")
    assert len(sizes) > 50
    assert page.evaluate("[...document.images].every(i => i.naturalWidth > 100)")
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert said == []
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    sizes = page.evaluate("[...document.querySelectorAll('math')].map(m => m.getBoundingClientRect().width)")
    assert min(sizes) > 2
    page.close()
