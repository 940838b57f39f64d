"""The HTML handout: one file, nothing to fetch, and every part where readers and screen readers expect it."""

import base64
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from figgen.handout.html import write_html
from figgen.handout.manuscript import Manuscript
from figgen.handout.prose import Prose
from figgen.layers import Layers
from figgen.settings.look import Box, Theme

Manuscripts = Callable[..., Manuscript]
Tag = tuple[str, dict[str, str]]


class Tags(HTMLParser):
    """The opening tags of a page, in order, each with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Tag] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102 (inherited)
        self.found.append((tag, {name: value or "" for name, value in attrs}))


@pytest.fixture
def page(manuscript: Manuscripts, sample: Prose) -> str:
    """The page of the sample chapter."""
    return write_html(manuscript(sample)).decode()


@pytest.fixture
def tags(page: str) -> list[Tag]:
    """The tags of the sample chapter's page."""
    return Tags(page).found


def test_the_page_says_its_language_title_and_authors(page: str, tags: list[Tag]) -> None:
    assert page.startswith("<!DOCTYPE html>\n")
    assert ("html", {"lang": "sk", "dir": "ltr"}) in tags
    assert "<title>Trénovanie „sietí“ \\ I</title>" in page
    assert '<p class="subtitle">Čo &amp; ako</p>' in page
    assert [attributes["content"] for name, attributes in tags if attributes.get("name") == "author"] == [
        "Ľubica Ďurčová",
        "Ján Šťastný",
    ]


def test_nothing_is_fetched_and_nothing_runs_but_the_one_script(page: str, tags: list[Tag]) -> None:
    assert {name for name, _ in tags}.isdisjoint({"link", "iframe", "object", "embed"})
    (script,) = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert (
        "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'" in page
    )
    assert not re.search(r"fetch\(|XMLHttpRequest|import\(|https?:", script)
    sources = [attributes["src"] for _, attributes in tags if "src" in attributes]
    assert sources
    assert all(source.startswith("data:") for source in sources)
    assert "url(" not in page
    assert "@import" not in page


def test_a_style_of_one_s_own_cannot_end_its_element(
    manuscript: Manuscripts, sample: Prose, layout: Layers
) -> None:
    layout.own.mkdir()
    layout.own.joinpath("handout.css").write_text('p::after { content: "</style><b>x</b>" }', "utf-8")
    page = write_html(manuscript(sample)).decode()
    assert page.count("</style>") == 1
    assert r"<\/style><b>x<\/b>" in page


def test_a_figure_is_an_inlined_svg_with_alternative_text_and_a_numbered_caption(
    page: str, tags: list[Tag]
) -> None:
    images = [attributes for name, attributes in tags if name == "img"]
    assert [image["alt"] for image in images] == ['Krivka "S" \\ a <os>', "Cesta"]
    assert unquote_to_bytes(images[0]["src"].removeprefix("data:image/svg+xml,")).startswith(b"<svg")
    assert (images[0]["width"], images[0]["height"]) == ("63", "30")
    captions = re.findall(r"<figcaption><strong>(.*?)</strong>", page)
    assert captions == ["Obrázok\u00a01.", "Obrázok\u00a02."]


def test_every_link_within_the_page_leads_somewhere_and_every_place_is_unique(tags: list[Tag]) -> None:
    places = [attributes["id"] for _, attributes in tags if "id" in attributes]
    links = {
        attributes["href"][1:] for name, attributes in tags if attributes.get("href", "").startswith("#")
    }
    assert links <= set(places)
    assert {"sigmoida", "fig-paths", "ref-he2015"} <= links
    assert len(places) == len(set(places))


def test_answers_fold_away(tags: list[Tag]) -> None:
    names = [name for name, _ in tags]
    assert ("details", {"class": "answer"}) in tags
    assert names[names.index("details") + 1] == "summary"


def test_the_students_edition_has_room_in_place_of_answers(
    manuscript: Manuscripts, sample: Prose, tags: list[Tag]
) -> None:
    page = write_html(manuscript(sample, edition="student")).decode()
    assert ("div", {"class": "room"}) in Tags(page).found
    assert ("div", {"class": "room"}) not in tags
    assert "<details" not in page
    assert "Nič dôležité" not in page


def test_the_first_figure_of_an_experiment_brings_the_data_of_all(page: str, tags: list[Tag]) -> None:
    (curves,) = (attributes for name, attributes in tags if name == "a" and "download" in attributes)
    assert curves["download"] == "curves.npz"
    assert base64.b64decode(curves["href"].removeprefix("data:application/zip;base64,")) == b"a result"
    assert '<span class="tools"><a href="#fig-curves">Dáta: pri obrázku 1</a></span>' in page


def test_headings_have_links_to_themselves(tags: list[Tag]) -> None:
    anchors = [a for name, a in tags if name == "a" and a.get("class") == "anchor"]
    assert [a["href"] for a in anchors] == ["#sigmoida", "#bibliography"]
    assert {a["aria-label"] for a in anchors} == {"Odkaz na túto časť"}


def test_verdicts_have_words_for_screen_readers(page: str, tags: list[Tag]) -> None:
    assert ("span", {"class": "holds", "role": "img", "aria-label": "platí"}) in tags
    assert '<span class="fails">✗ neplatí</span>' in page


def test_the_evidence_ends_with_the_command_that_measures_it_again(page: str) -> None:
    assert "<p>Zopakovať meranie: <code>figgen show demo</code></p>" in page


def test_formulas_are_mathml(tags: list[Tag]) -> None:
    displays = [attributes["display"] for name, attributes in tags if name == "math"]
    assert displays.count("block") == 1
    assert displays.count("inline") == 4


def test_the_same_prose_gives_the_same_bytes(manuscript: Manuscripts, sample: Prose) -> None:
    assert write_html(manuscript(sample)) == write_html(manuscript(sample))


def test_the_credit_stands_under_the_title_if_there_is_one(manuscript: Manuscripts, sample: Prose) -> None:
    assert '<p class="authors">A &amp; B</p>' in write_html(manuscript(sample, credit="A & B")).decode()
    assert '<p class="authors">' not in write_html(manuscript(sample, credit="")).decode()


def test_a_style_of_ones_own_goes_over_the_theme_and_that_over_figgens(
    manuscript: Manuscripts, sample: Prose, layout: Layers
) -> None:
    layout.own.mkdir()
    (layout.own / "handout.css").write_text(":root { --accent: red; }", encoding="utf-8")
    boxes = (Box("lemma", {"sk": "Lema"}, "#8c1d40"),)
    page = write_html(manuscript(sample, theme=Theme(accent="#8c1d40"), boxes=boxes)).decode()
    figgens, theme, box, own = (
        page.index(rule)
        for rule in (
            "--accent: light-dark(#0b5a94",
            "--accent: light-dark(#8c1d40",
            ".lemma { --box: light-dark(#8c1d40",
            "--accent: red",
        )
    )
    assert figgens < theme < box < own


def test_the_logo_is_in_the_page_itself(manuscript: Manuscripts, sample: Prose, tmp_path: Path) -> None:
    assert "logo" not in {
        tag["class"] for _, tag in Tags(write_html(manuscript(sample)).decode()).found if "class" in tag
    }
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg/>", encoding="utf-8")
    tags = Tags(write_html(manuscript(sample, theme=Theme(logo=logo))).decode()).found
    assert ("img", {"class": "logo", "src": "data:image/svg+xml;base64,PHN2Zy8+", "alt": ""}) in tags
