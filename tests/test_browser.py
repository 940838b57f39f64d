"""The handouts in a real browser: nothing overflows or is fetched, and everyone can use them."""

import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from figgen.lecture import load_lecture
from figgen.paths import BUILT_IN, built_in_lecture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LECTURE = load_lecture(built_in_lecture(BUILT_IN))
LANGUAGES = pytest.mark.parametrize("language", LECTURE.languages)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
UNFOLD = "document.querySelectorAll('details').forEach(answer => answer.open = true)"

Open = Callable[..., "Page"]


@pytest.fixture
def visit(browser: "Browser", handouts: Path) -> Iterator[Open]:
    """Open a handout; at the end, nothing may have been fetched, and no error told."""
    requests: list[str] = []
    said: list[str] = []
    contexts = []

    def open_page(
        language: str,
        width: int = 1440,
        scheme: Literal["light", "dark"] = "light",
        script: bool = True,
        edition: str = "",
    ) -> "Page":
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto((handouts / "output" / f"handout.{language}{edition}.html").as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert said == []


@LANGUAGES
@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_nothing_overflows_and_formulas_and_pictures_have_a_size(
    visit: Open, language: str, script: bool
) -> None:
    page = visit(language, script=script)
    formulas, pictures = page.locator("math"), page.locator("figure img")
    assert formulas.count() > 50
    assert pictures.count() == len(LECTURE.figures())
    if script:
        page.evaluate(UNFOLD)
    browser = page.context.new_cdp_session(page)  # measures without a script in the page, too
    for width, scheme in product([320, 360, 768, 1440], SCHEMES):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert browser.send("Page.getLayoutMetrics")["cssContentSize"]["width"] <= width, scheme
        for element, least in ((pictures.first, 100), (formulas.first, 5)):
            box = element.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) > least


@LANGUAGES
def test_every_formula_is_set_also_in_folded_answers(visit: Open, language: str) -> None:
    page = visit(language)
    page.evaluate(UNFOLD)
    sizes = page.evaluate("[...document.querySelectorAll('math')].map(m => m.getBoundingClientRect().width)")
    assert min(sizes) > 2


@LANGUAGES
def test_pictures_are_drawn_when_they_come_near_and_move_nothing(visit: Open, language: str) -> None:
    page = visit(language)
    pictures = page.locator("figure img")
    assert not pictures.last.evaluate("picture => picture.complete")
    length = page.evaluate("document.documentElement.scrollHeight")
    come_near = "async pictures => { for (const p of pictures) { p.scrollIntoView(); await p.decode(); } }"
    pictures.evaluate_all(come_near)
    assert pictures.evaluate_all("pictures => pictures.every(p => p.naturalWidth > 100)")
    pixel_each = pictures.count()
    assert page.evaluate("document.documentElement.scrollHeight") == pytest.approx(length, abs=pixel_each)


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [  # colours and widths have little to do with each other and with the language
        pytest.param(
            *case, marks=[] if case in {("sk", 360, "dark"), ("en", 1440, "light")} else pytest.mark.long
        )
        for case in product(LECTURE.languages, [360, 1440], SCHEMES)
    ],
)
def test_axe_finds_nothing(visit: Open, language: str, scheme: str, width: int) -> None:
    page = visit(language, width, scheme)
    page.evaluate(UNFOLD)
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}  # alone in detail
    found = page.evaluate("options => axe.run(options)", options)
    assert [told(violation) for violation in found["violations"]] == []
    assert len(found["passes"]) > 20


def told(violation: dict[str, Any]) -> str:
    return f"{violation['id']}: {[node['html'][:120] for node in violation['nodes'][:3]]}"


@LANGUAGES
def test_a_figure_opens_large_by_keyboard_and_gives_the_focus_back(visit: Open, language: str) -> None:
    page = visit(language)
    enlarge = page.get_by_role("button", name=LECTURE.translator(language)("Enlarge")).first
    enlarge.focus()
    page.keyboard.press("Enter")
    picture = page.locator("dialog img")
    assert picture.is_visible()
    assert picture.get_attribute("alt") == page.locator("figure img").first.get_attribute("alt")
    page.keyboard.press("Escape")
    assert not picture.is_visible()
    assert enlarge.evaluate("e => e === document.activeElement")


@LANGUAGES
def test_the_switch_changes_the_ground_and_is_remembered(visit: Open, language: str) -> None:
    page = visit(language)
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.locator("button.theme").click()
    after = page.evaluate(ground)
    assert after != before
    page.reload()
    assert page.evaluate(ground) == after


@LANGUAGES
def test_the_contents_lead_to_a_section_and_mark_it(visit: Open, language: str) -> None:
    page = visit(language)
    link = page.locator("nav a").nth(3)
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('nav a')[3].ariaCurrent === 'true'")
    heading = page.locator(str(link.get_attribute("href")))
    place = heading.bounding_box()
    assert place is not None
    assert 0 <= place["y"] < 300
    assert page.locator("nav a[aria-current]").count() == 1


@LANGUAGES
def test_a_figures_data_can_be_taken_home(visit: Open, language: str, tmp_path: Path) -> None:
    import numpy as np

    page = visit(language)
    with page.expect_download() as download:
        page.locator("#fig-zigzag .tools a").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "zigzag.npz"
    with np.load(path) as arrays:
        np.testing.assert_array_equal(arrays["path_centred"][0], [0, 0])


@LANGUAGES
def test_a_figure_goes_to_the_clipboard(visit: Open, language: str) -> None:
    page, tr = visit(language), LECTURE.translator(language)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for label, kind in (("Copy as PNG", "image/png"), ("Copy as SVG", "text/plain")):
        # The element itself: once it says "Copied", no button is called by its old name.
        button = page.locator("#fig-zigzag").get_by_role("button", name=tr(label)).element_handle()
        button.click()
        page.wait_for_function("b => b.textContent === document.body.dataset.copied", arg=button)
        kinds = page.evaluate("navigator.clipboard.read().then(items => items[0].types)")
        assert kind in kinds
    assert page.evaluate("navigator.clipboard.readText()").startswith("<?xml")


def test_text_has_the_contrast_that_wcag_asks_for_on_each_ground(visit: Open) -> None:
    page = visit("en")
    inks = ("ink", "quiet", "caption", "accent", "amber", "good", "bad", "plum")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for ground, ink in product(("ground", "tint", "warm"), inks):
            assert contrast(colour(page, ink), colour(page, ground)) >= 4.5, (scheme, ink, ground)


def colour(page: "Page", name: str) -> list[float]:
    """Return red, green and blue, from 0 to 1, of a colour of the style sheet."""
    script = """name => {
        document.body.style.outlineColor = `var(--${name})`;
        return getComputedStyle(document.body).outlineColor;
    }"""
    return [int(number) / 255 for number in re.findall(r"\d+", page.evaluate(script, name))[:3]]


def contrast(one: list[float], other: list[float]) -> float:
    """Return the contrast ratio of WCAG 2.2, 1.4.3."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(rgb: list[float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
