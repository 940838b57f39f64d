import re

import pytest

from figgen.preview.page import waiting_page, with_script

HASH = r"'sha256-[A-Za-z0-9+/]{43}='"


def policy(
    *, content: str = "", tag: str = '<meta http-equiv="Content-Security-Policy" content="{}">'
) -> str:
    """Return the policy of a page that is served in place of one with this."""
    page = f"<head>{tag.format(content)}</head><body>x</body>".encode()
    found = re.search(r'content="([^"]*)"', with_script(page, "handout.en.html", "1").decode())
    assert found is not None
    return found[1].replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("given", "served"),
    [
        (
            "default-src 'none'; script-src 'sha256-x'",
            rf"default-src 'none'; script-src 'sha256-x' {HASH}; connect-src 'self'",
        ),
        ("default-src 'none'", rf"default-src 'none'; script-src {HASH}; connect-src 'self'"),
        ("Script-Src 'none'; connect-src a.example", rf"script-src {HASH}; connect-src a.example 'self'"),
        ("img-src data:", r"img-src data:"),
        ("script-src 'unsafe-inline'", r"script-src 'unsafe-inline'"),
        ("script-src 'none'; script-src-elem 'none'", rf"script-src 'none'; script-src-elem {HASH}"),
    ],
)
def test_a_policy_is_widened_for_the_script_and_its_news_alone(given: str, served: str) -> None:
    assert re.fullmatch(served, policy(content=given))


def test_the_attributes_of_a_policy_may_be_in_any_order() -> None:
    tag = '<META content="{}" http-equiv="content-security-policy">'
    assert "connect-src 'self'" in policy(content="default-src 'none'", tag=tag)


def test_a_page_without_a_policy_or_an_end_has_the_script_all_the_same() -> None:
    assert b'<script data-page="a" data-version="1"' in with_script(b"<p>open", "a", "1")


def test_the_script_stands_before_the_last_end_of_the_body() -> None:
    page = with_script(b"<body><pre>&lt;/body></pre></body>\n</html>", "a", "1")
    assert page.startswith(b"<body><pre>&lt;/body></pre><script")
    assert page.endswith(b"</script>\n</body>\n</html>")


def test_a_name_is_escaped() -> None:
    assert b'data-page="&quot;&gt;&lt;b"' in waiting_page('"><b')
