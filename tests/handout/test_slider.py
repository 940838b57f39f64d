"""A figure that readers explore, in a real browser: by keyboard, by its buttons, and without script."""

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tiny_lecture import edit, figgen, write_tiny_lecture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.long

COIN = "experiments/chance/coin.py"
EXPLORE = (
    'Drawing(draw, explore=Explore("tosses", (10, 100, 1000, 2000), log=True, look="Look at the share."))'
)
PICTURE = "decodeURIComponent(document.querySelector('#fig-coin img').src.split(/,(.*)/s)[1])"

Open = Callable[..., "Page"]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of the tiny lecture, where the reader can change how often the coin is tossed."""
    folder = tmp_path_factory.mktemp("slider") / "lecture"
    write_tiny_lecture(folder)
    edit(folder / COIN, "Drawing(draw)", EXPLORE)
    edit(folder / COIN, "Drawing, Exp", "Drawing, Explore, Exp")
    edit(folder / COIN, "close_to(0.5, 0.1)", "close_to(0.5, 0.03)")
    done = figgen("build", "--to", "html", "--to", "pdf", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "output"


@pytest.fixture
def visit(browser: "Browser", output: Path) -> Iterator[Open]:
    """Open a page at the figure; at the end, nothing may have been fetched, and no error told."""
    contexts: list[Any] = []
    told: list[str] = []

    def open_page(language: str = "en", **kind: Any) -> "Page":
        contexts.append(browser.new_context(**kind))
        page: Page = contexts[-1].new_page()
        page.on("request", lambda request: told.append(request.url))
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto((output / f"handout.{language}.html").as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in told if not text.startswith(("file:", "data:"))] == []


def shown(page: "Page", value: str) -> str:
    """Wait until a value is shown; return its picture."""
    page.wait_for_function("v => document.querySelector('#fig-coin .slider b').textContent === v", arg=value)
    picture: str = page.evaluate(PICTURE)
    return picture


def test_each_key_leads_to_the_next_value_with_its_picture_and_its_verdicts(
    visit: Open, output: Path
) -> None:
    page = visit()
    slider = page.get_by_role("slider", name="tosses of the coin")
    slider.focus()
    for key, value, name, verdict in (
        ("ArrowLeft", "100", "coin@tosses=100", "does not hold"),
        ("Home", "10", "coin@tosses=10", "does not hold"),
        ("ArrowRight", "100", "coin@tosses=100", "does not hold"),
        ("End", "2,000", "coin@tosses=2000", "holds"),
        ("ArrowDown", "1,000", "coin", "holds"),
    ):
        page.keyboard.press(key)
        assert shown(page, value) == (output / f"figures/en/{name}.svg").read_text("utf-8")
        assert slider.get_attribute("aria-valuetext") == value
        assert page.get_by_text("(in the text: 1,000)").is_visible() == (value != "1,000")
        assert page.locator(".now [role=img]").get_attribute("aria-label") == verdict


def test_what_changed_is_said_once_the_value_rests(visit: Open) -> None:
    page = visit("sk")
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    said = page.get_by_role("status")
    said.filter(has_text="Platné tvrdenia: 0 z 1.").wait_for(state="attached")
    assert str(said.text_content()).startswith("tosses of the coin: 10.")
    assert "Hlavu ukáže podiel 0,4." in str(said.text_content())
    assert str(page.locator("#fig-coin img").get_attribute("alt")) == "Čiara stúpa (tosses of the coin: 10)"


def test_the_button_leads_back_to_the_picture_of_the_page(visit: Open) -> None:
    page = visit()
    first = page.evaluate(PICTURE)
    page.get_by_role("slider").focus()
    page.keyboard.press("End")
    assert shown(page, "2,000") != first
    page.get_by_role("button", name="Default").click()
    assert shown(page, "1,000") == first
    assert page.locator("#fig-coin img").get_attribute("alt") == "A line rises"


def test_it_plays_to_the_last_value_and_can_be_halted(visit: Open) -> None:
    page = visit()
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    play = page.get_by_role("button", name="Play")
    play.click()
    shown(page, "100")
    shown(page, "1,000")
    page.get_by_role("button", name="Pause").click()
    assert page.get_by_role("button", name="Play").count() == 1
    play.click()
    shown(page, "2,000")
    play.wait_for()


def test_a_reader_who_wants_no_motion_has_no_button_for_it(visit: Open) -> None:
    page = visit(reduced_motion="reduce")
    assert page.get_by_role("slider").is_visible()
    assert not page.get_by_role("button", name="Play").is_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_moves_while_the_value_does(visit: Open, width: int) -> None:
    page = visit(viewport={"width": width, "height": 900})
    page.locator("#fig-coin").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.now').style.minHeight !== ''")
    height = page.evaluate("document.documentElement.scrollHeight")
    page.get_by_role("slider").focus()
    for key, value in (("Home", "10"), ("End", "2,000")):
        page.keyboard.press(key)
        shown(page, value)
        assert page.evaluate("document.documentElement.scrollHeight") == height


def test_without_script_there_is_a_table_of_all_values_and_no_slider(visit: Open) -> None:
    page = visit(java_script_enabled=False)
    assert page.locator(".slider").is_hidden()
    assert page.locator(".now").is_hidden()
    assert page.get_by_text("Look at the share.").is_visible()
    page.get_by_text("All values").click()
    cells = page.get_by_role("table").get_by_role("row").all_inner_texts()
    assert [" ".join(row.split()) for row in cells] == [
        "tosses of the coin 10 100 1,000 2,000",
        "A share of x falls on its head. must be 0.5 ± 0.03 ✗ 0.4 ✗ 0.45 ✓ 0.488 ✓ 0.49",
    ]


def test_on_paper_is_the_default(visit: Open) -> None:
    page = visit()
    first = page.evaluate(PICTURE)
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    assert shown(page, "10") != first
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate(PICTURE) == first
    assert not page.get_by_role("slider").is_visible()
    assert not page.get_by_text("All values").is_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(visit: Open, width: int) -> None:
    page = visit(viewport={"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach(answer => answer.open = true)")
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag22aa']}})")
    assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
