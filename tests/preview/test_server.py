import http.client
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from tiny_lecture import edit

from figgen.errors import FiggenError
from figgen.preview.page import EVENTS
from figgen.preview.server import serving
from figgen.preview.stage import Stage

PAGE = "handout.en.html"


@pytest.fixture
def stage(built: Path) -> Stage:
    """The outputs of the tiny lecture, to be shown."""
    return Stage(built / "output")


@pytest.fixture
def port(stage: Stage) -> Iterator[int]:
    """The port where they are served."""
    with serving(stage, None) as address:
        yield int(address.rstrip("/").rpartition(":")[2])


def ask(
    port: int, path: str, method: str = "GET", headers: Mapping[str, str] = MappingProxyType({})
) -> tuple[int, Any, bytes]:
    """Return the status, the headers and the content that a server answers with."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, headers=dict(headers))
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


class Listener:
    """A page that listens to its news."""

    def __init__(self, port: int, page: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.connection.request("GET", f"{EVENTS}?page={page}")
        self.answer = self.connection.getresponse()

    def next(self) -> dict[str, Any]:
        """Wait for news."""
        line = self.answer.readline()
        assert self.answer.readline() == b"\n"
        news: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
        return news

    def leave(self) -> None:
        """Close the connection."""
        self.answer.close()
        self.connection.close()


def test_outputs_are_served_as_they_are_and_a_page_with_the_script(stage: Stage, port: int) -> None:
    for path, kind in (
        ("handout.en.pdf", "application/pdf"),
        ("figures/en/coin.svg", "image/svg+xml"),
    ):
        status, headers, data = ask(port, f"/{path}")
        assert (status, headers["Content-Type"], data) == (200, kind, (stage.output / path).read_bytes())
        assert headers["X-Content-Type-Options"] == "nosniff"
    before = (stage.output / PAGE).read_bytes()
    status, headers, data = ask(port, f"/{PAGE}")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    script = re.search(rb"<script data-page=.*?</script>\n", data, re.DOTALL)
    assert script is not None
    policy = rb"(<meta http-equiv[^>]*>)"
    served, own = re.search(policy, data), re.search(policy, before)
    assert served is not None
    assert own is not None
    assert data.replace(script[0], b"").replace(served[0], own[0]) == before
    assert (stage.output / PAGE).read_bytes() == before


def test_the_bare_address_leads_to_the_first_page(stage: Stage, port: int) -> None:
    status, _, data = ask(port, "/")
    assert (status, b"as soon as it is made" in data) == (200, True)
    stage.first = PAGE
    status, headers, _ = ask(port, "/")
    assert (status, headers["Location"]) == (302, f"/{PAGE}")


def test_a_page_that_is_not_made_yet_waits_for_it(port: int) -> None:
    status, _, data = ask(port, "/handout.de-AT.html")
    assert (status, b'data-page="handout.de-AT.html" data-version=""' in data) == (200, True)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}"]
)
def test_another_sites_name_is_refused(port: int, host: str) -> None:
    status, _, data = ask(port, f"/{PAGE}", headers={"Host": host.format(port=port)})
    assert (status, data) == (403, f"This is http://127.0.0.1:{port}/ only.\n".encode())


def test_the_own_names_are_answered(port: int) -> None:
    for name in ("127.0.0.1", "localhost"):
        assert ask(port, f"/{PAGE}", headers={"Host": f"{name}:{port}"})[0] == 200


def test_head_is_answered_without_content_and_nothing_else_is(stage: Stage, port: int) -> None:
    status, headers, data = ask(port, "/handout.en.pdf", "HEAD")
    size = (stage.output / "handout.en.pdf").stat().st_size
    assert (status, headers["Content-Length"], data) == (200, str(size), b"")
    assert ask(port, f"/{PAGE}", "POST")[0] == 501


@pytest.mark.parametrize(
    "path",
    [
        "/../lecture.toml",
        "/%2e%2e/lecture.toml",
        "/figures/../../lecture.toml",
        "/..%2flecture.toml",
        "/..%5clecture.toml",
        "//etc/passwd",
        "/.cache/notes.json",
        "/.hidden",
        "/manifest.json",
        "/figures/",
        "/figures/en",
        "/mine.txt",
        "/handout.en.pdf%00.html",
        "/linked.svg",
        "/figures/en/dice.svg",
        "/inside/coin.svg",
    ],
)
def test_only_what_figgen_made_is_served(stage: Stage, port: int, path: str, tmp_path: Path) -> None:
    """Neither what lies outside, nor hidden files, nor the author's own, nor what links lead to."""
    output = stage.output
    (output / ".hidden").write_text("secret", encoding="utf-8")
    (output / "mine.txt").write_text("secret", encoding="utf-8")
    (output / "inside").symlink_to(output / "figures" / "en")
    (output / "linked.svg").symlink_to(output / "figures" / "en" / "coin.svg")
    elsewhere = tmp_path / "elsewhere.svg"
    (output / "figures" / "en" / "dice.svg").rename(elsewhere)
    (output / "figures" / "en" / "dice.svg").symlink_to(elsewhere)
    assert ask(port, path)[::2] == (404, b"figgen has made no such file.\n")


def test_another_programs_manifest_serves_nothing(stage: Stage, port: int) -> None:
    (stage.output / "manifest.json").write_text("{}", encoding="utf-8")
    assert ask(port, "/handout.en.pdf")[0] == 404


def test_a_page_hears_at_once_of_its_version_and_of_what_is_wrong(stage: Stage, port: int) -> None:
    listener = Listener(port, PAGE)
    assert listener.answer.headers["Content-Type"] == "text/event-stream"
    first = listener.next()
    _, _, data = ask(port, f"/{PAGE}")
    assert f'data-version="{first["version"]}"'.encode() in data
    assert first["problems"] == first["elsewhere"] == []
    stage.note_problems(PAGE, ("en/chance.md.j2:3: <b>what</b>",))
    stage.elsewhere = ("en/chance.md.j2:3: <b>what</b>", "sk/chance.md.j2:1: more")
    stage.tell()
    second = listener.next()
    assert second["problems"] == ["en/chance.md.j2:3: <b>what</b>"]
    assert second["elsewhere"] == ["sk/chance.md.j2:1: more"]
    assert second["version"] == first["version"]


def test_a_page_made_anew_has_another_version(built: Path, stage: Stage, port: int) -> None:
    stage.note_problems(PAGE, ("wrong",))
    listener = Listener(port, PAGE)
    first = listener.next()
    assert first["problems"] == ["wrong"]
    edit(built / "output" / PAGE, "Chance", "Chancy")
    stage.tell()
    second = listener.next()
    assert second["version"] not in ("", first["version"])
    assert second["problems"] == []  # it is mended
    (built / "output" / PAGE).unlink()
    stage.tell()
    assert listener.next()["version"] == ""


def test_two_tabs_hear_of_their_own_page(stage: Stage, port: int) -> None:
    english, slovak = Listener(port, PAGE), Listener(port, "handout.sk.html")
    assert english.next()["version"] != slovak.next()["version"]
    assert stage.open_pages() == [PAGE, "handout.sk.html"]
    stage.note_problems("handout.sk.html", ("wrong",))
    stage.doing = "write"
    stage.tell()
    assert english.next()["problems"] == []
    assert slovak.next()["problems"] == ["wrong"]


def test_a_browser_that_leaves_is_counted_no_longer(stage: Stage, port: int) -> None:
    first, second = Listener(port, PAGE), Listener(port, "handout.sk.html")
    first.next()
    second.next()
    first.leave()
    for _ in range(100):
        if stage.open_pages() == ["handout.sk.html"]:
            break
        stage.wait(0, 0.1)
    assert stage.open_pages() == ["handout.sk.html"]
    second.leave()
    for _ in range(20):
        stage.wait(0, 0.1)
    assert stage.open_pages() == ["handout.sk.html"]  # nobody shows it, but it was the last


def test_there_are_no_news_of_what_is_no_page(port: int) -> None:
    assert ask(port, f"{EVENTS}?page=../secret")[::2] == (404, b"There is no such page.\n")


def test_there_are_no_news_for_another_site(stage: Stage, port: int) -> None:
    """It could not read them, but it could keep figgen at work."""
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = ask(port, f"{EVENTS}?page={PAGE}", headers=headers)
    assert answer[::2] == (403, b"News are for the pages of this server.\n")
    assert stage.open_pages() == [""]


def test_a_port_in_use_is_told(stage: Stage, port: int) -> None:
    told = rf"^cannot serve at port {port}: .+; choose another --port, or none for a free one$"
    with pytest.raises(FiggenError, match=told), serving(stage, port):
        pass


def test_without_a_port_a_second_preview_finds_one(stage: Stage, port: int) -> None:
    with serving(stage, None) as first, serving(stage, None) as second:
        assert len({first, second, f"http://127.0.0.1:{port}/"}) == 3
