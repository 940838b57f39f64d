"""What a browser is given in place of a page: the page, and the script that reloads it.

The files stay as they are: only what is served has the script, and a content security policy that lets it by.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from html import escape, unescape
from pathlib import Path

EVENTS = "/.figgen/events"
"""Where news come from; no output has a hidden name."""

_POLICY = re.compile(
    rb'(<meta\b(?=[^>]*\bhttp-equiv="Content-Security-Policy")[^>]*\bcontent=")([^"]*)', re.IGNORECASE
)
_END = b"</body>"
_WAITING = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>figgen preview</title>
</head>
<body>
<main>
<h1>figgen preview</h1>
<p>This page is shown as soon as it is made.</p>
</main>
</body>
</html>
"""


def with_script(page: bytes, name: str, version: str) -> bytes:
    """Return a page with the script, and its policy adapted to that.

    Args:
        page: The page as it lies in the output folder.
        name: Of the page.
        version: Of the page.
    """
    data = f'data-page="{escape(name)}" data-version="{version}" data-events="{EVENTS}"'
    element = f"<script {data}>{_script()}</script>\n".encode()
    page = _POLICY.sub(lambda match: match[1] + _adapted(match[2].decode()).encode(), page)
    start, end, rest = page.rpartition(_END)
    return start + element + end + rest if end else page + element


def waiting_page(name: str) -> bytes:
    """Return what is shown in place of a page that is not made yet."""
    return with_script(_WAITING.encode(), name, "")


def _adapted(policy: str) -> str:
    """Let the script by, and let it listen to this server; the rest of a policy stays as it is."""
    directives: dict[str, list[str]] = {}
    for directive in unescape(policy).split(";"):
        if words := directive.split():
            directives.setdefault(words[0].lower(), words[1:])  # the first of a name counts
    scripts = "script-src-elem" if "script-src-elem" in directives else "script-src"
    for name, source in ((scripts, _integrity()), ("connect-src", "'self'")):
        allowed = directives.get(name, directives.get("default-src"))
        if allowed is not None and not _lets_all_by(allowed):
            directives[name] = [*(value for value in allowed if value != "'none'"), source]
    return escape("; ".join(" ".join([name, *values]) for name, values in directives.items()))


def _lets_all_by(sources: Sequence[str]) -> bool:
    """Tell whether every script is let by that stands in the page; a hash beside would end that."""
    return "'unsafe-inline'" in sources and not any(value.startswith(("'sha", "'nonce")) for value in sources)


@cache
def _script() -> str:
    return (Path(__file__).parent / "preview.js").read_text("utf-8")


@cache
def _integrity() -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode()}'"
