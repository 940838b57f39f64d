"""`figgen preview` from its beginning to Ctrl-C, in a browser."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tiny_lecture import edit, figgen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
SECONDS = 120  # more than any machine needs

Start = Callable[..., "Running"]


class Running:
    """A preview at work, and all that it has said."""

    def __init__(self, lecture: Path, words: Sequence[str]) -> None:
        command = [sys.executable, "-u", "-m", "figgen", "preview", "--no-browser", *words]
        self.process = subprocess.Popen(
            command, cwd=lecture, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )
        self.said = ""

    def wait_for(self, text: str) -> str:
        """Read on until it has said `text`, and return the line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if text in line:
                return line
        raise AssertionError(f"the preview ended: {self.said}")

    @property
    def address(self) -> str:
        """Where it serves."""
        found = re.search(r"http://127\.0\.0\.1:\d+/", self.said or self.wait_for("figgen preview at"))
        assert found is not None
        return found[0]

    def end(self) -> tuple[int, str]:
        """Press Ctrl-C; return the exit code and what it said last."""
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, rest


@pytest.fixture
def start(built: Path) -> Iterator[Start]:
    """Start previews of the tiny lecture."""
    running = []

    def begin(*words: str) -> Running:
        running.append(Running(built, words))
        return running[-1]

    yield begin
    for one in running:
        one.process.kill()
        one.process.communicate()


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """A tab; no error may be told in it."""
    said: list[str] = []
    context = browser.new_context(viewport={"width": 1000, "height": 600})
    tab = context.new_page()
    tab.set_default_timeout(1000 * SECONDS)
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("console", lambda message: said.append(message.text))
    yield tab
    context.close()
    assert said == []


def lengthen(text: Path) -> None:
    """Give a chapter sections of many paragraphs, with a question in each."""
    sections = [
        f"## Section {number}\n\n"
        + "\n\n".join(f"Paragraph {number}.{n} says something." for n in range(12))
        + f"\n\n::: question\nWhy {number}?\n\n:::: answer\nBecause.\n::::\n:::\n"
        for number in range(6)
    ]
    text.write_text(text.read_text(encoding="utf-8") + "\n" + "\n".join(sections), encoding="utf-8")


def top_of(page: "Page", text: str) -> float:
    """Return how far below the window's top a text stands."""
    box = page.get_by_text(text, exact=True).bounding_box()
    assert box is not None
    return box["y"]


def test_a_save_reloads_the_page_where_its_reader_was_and_errors_come_and_go(
    built: Path, start: Start, page: "Page"
) -> None:
    english = built / "en" / "chance.md.j2"
    lengthen(english)
    preview = start()
    page.goto(preview.address + "handout.en.html")
    page.get_by_text("Paragraph 5.0 says").wait_for()

    page.evaluate("document.querySelectorAll('details')[3].open = true")
    place = page.get_by_text("Paragraph 4.2 says something.")
    place.evaluate("p => { p.scrollIntoView(); window.before = true; }")
    before = top_of(page, "Paragraph 4.2 says something.")
    edit(english, "Paragraph 0.3 says something.", "Paragraph 0.3 is much longer. " * 40)
    page.wait_for_function("() => !window.before")
    page.get_by_text("Paragraph 0.3 is much longer").wait_for()
    assert top_of(page, "Paragraph 4.2 says something.") == pytest.approx(before, abs=1)
    assert page.evaluate("[...document.querySelectorAll('details')].map(d => d.open)") == [
        number == 3 for number in range(6)
    ]

    edit(
        english, "Paragraph 4.2 says something.", "Paragraph 4.2 says <b>&</b> more {{ result.coin.sahre }}."
    )
    banner = page.locator("#figgen-preview section")
    banner.get_by_text("en/chance.md.j2:").wait_for()
    assert re.search(
        r"en/chance\.md\.j2:\d+: unknown value 'sahre'; did you mean share\?", banner.inner_text()
    )
    assert top_of(page, "Paragraph 4.2 says something.") == pytest.approx(before, abs=1)  # the last good page
    edit(english, " says <b>&</b> more {{ result.coin.sahre }}.", " says more.")
    page.get_by_text("Paragraph 4.2 says more.").wait_for()
    assert top_of(page, "Paragraph 4.2 says more.") == pytest.approx(
        before, abs=1
    )  # the very place is edited
    assert "sahre" not in banner.inner_text()
    preview.wait_for("the rest is there")
    assert preview.end() == (0, "")


def test_half_a_lecture_toml_is_told_and_the_rest_follows_when_it_is_whole(
    built: Path, start: Start, page: "Page"
) -> None:
    preview = start("--lang", "sk")
    page.goto(preview.address)
    page.wait_for_url("**/handout.sk.html")  # the first language
    page.get_by_role("heading", name="Náhoda").first.wait_for()
    preview.wait_for("the rest is there")
    pdf = (built / "output" / "handout.sk.pdf").read_bytes()
    toml = built / "lecture.toml"
    whole = toml.read_text(encoding="utf-8")
    toml.write_text(whole[: whole.index("Náhoda")], encoding="utf-8")
    banner = page.locator("#figgen-preview section")
    banner.get_by_text("lecture.toml").wait_for()
    assert page.get_by_role("heading", name="Náhoda").first.is_visible()
    toml.write_text(whole.replace("Náhoda", "Šťastie"), encoding="utf-8")
    page.get_by_role("heading", name="Šťastie").first.wait_for()
    assert banner.get_by_text("lecture.toml").count() == 0
    preview.wait_for("the rest is there")
    assert (built / "output" / "handout.sk.pdf").read_bytes() != pdf
    assert preview.end() == (0, "")


def test_each_of_two_tabs_shows_its_own_language_and_errors(built: Path, start: Start, page: "Page") -> None:
    preview = start()
    other = page.context.new_page()
    for tab, language in ((page, "en"), (other, "sk")):
        tab.goto(f"{preview.address}handout.{language}.html")
    edit(built / "sk" / "chance.md.j2", "Súčet", "Úhrn")
    other.get_by_text("Úhrn po každom hode").first.wait_for()
    edit(built / "sk" / "chance.md.j2", "result.coin", "result.coni")
    banners = [tab.locator("#figgen-preview section") for tab in (page, other)]
    banners[1].get_by_text("1 problem on this page").wait_for()
    banners[0].get_by_text("1 problem elsewhere").wait_for()
    assert page.get_by_text("The sum after each throw").first.is_visible()


def test_an_error_from_the_start_is_shown_until_the_first_page_is_there(
    tiny: Path, page: "Page", tmp_path: Path
) -> None:
    edit(tiny / "lecture.toml", 'chapters = ["chance"]', "chapters = [")
    preview = Running(tiny, ["--lang", "en", "--output", str(tmp_path / "out")])
    try:
        page.goto(preview.address)
        page.locator("#figgen-preview").get_by_text("lecture.toml:").wait_for()
        edit(tiny / "lecture.toml", "chapters = [", 'chapters = ["chance"]')
        page.wait_for_url("**/handout.en.html")
        page.get_by_role("heading", name="Chance").first.wait_for()
    finally:
        assert preview.end()[0] == 0


def test_ctrl_c_ends_a_preview_at_work_quietly_and_leaves_no_process(tiny: Path) -> None:
    edit(
        tiny / "experiments/chance/coin.py", "    heads = ", "    import time; time.sleep(600)\n    heads = "
    )
    preview = Running(tiny, [])
    preview.wait_for("figgen preview at")
    for _ in range(100):
        if (tiny / "output" / ".cache" / "lock").exists():
            break
        time.sleep(0.1)
    assert at_work_in(tiny) or sys.platform != "linux"
    code, said = preview.end()
    assert code == 0
    assert "Traceback" not in said
    assert "KeyboardInterrupt" not in said
    for _ in range(100):
        if not at_work_in(tiny):
            break
        time.sleep(0.1)
    assert at_work_in(tiny) == []


def at_work_in(folder: Path) -> list[str]:
    """Return the processes that work in a folder, where the system tells."""
    return [place.parent.name for place in Path("/proc").glob("[0-9]*/cwd") if leads_to(place, folder)]


def leads_to(link: Path, folder: Path) -> bool:
    try:
        return link.readlink() == folder
    except OSError:  # it has ended, or is not ours
        return False


def test_a_port_in_use_is_told(built: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = figgen("preview", "--no-browser", "--port", str(port), cwd=built)
    assert done.returncode == 1
    told = rf"figgen: cannot serve at port {port}: .+; choose another --port, or none for a free one\n"
    assert re.fullmatch(told, done.stderr)


def test_a_preview_without_its_extra_says_what_to_install(built: Path, tmp_path: Path) -> None:
    (tmp_path / "watchfiles.py").write_text("raise ImportError", encoding="utf-8")
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = figgen("preview", "--no-browser", cwd=built, env=env, cold=True)
    told = "figgen: to notice what is saved needs watchfiles: pip install 'figgen[watch]'\n"
    assert (done.returncode, done.stderr) == (1, told)
