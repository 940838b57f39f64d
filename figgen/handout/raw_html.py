"""HTML in a chapter, which a PDF has no place for: comments are dropped, anything else is told."""

import re
from collections.abc import Iterator, Sequence

from figgen.errors import Problem
from figgen.handout.chapters import Text
from figgen.handout.tree import Node

_KINDS = ("RawInline", "RawBlock")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_INSTEAD = {
    "br": "a backslash at the end of the line",
    "b": "**bold**",
    "strong": "**bold**",
    "i": "*italic*",
    "em": "*italic*",
    "sub": "H~2~O",
    "sup": "x^2^",
    "kbd": "`Ctrl-C`",
    "code": "`code`",
    "img": "![what it shows](picture.png)",
    "a": "[text](address)",
    "div": "::: {.name} and :::",
    "span": "[text]{.name}",
    "hr": "--- between empty lines",
}


def refuse_html(texts: Sequence[Text]) -> Iterator[Problem]:
    """Take comments out of chapters, and find other HTML, each opening tag once a place."""
    for text in texts:
        told: dict[Problem, None] = {}
        for element in text.each(*_KINDS):
            if _is_html(element) and (html := _COMMENT.sub("", element["c"][1]).strip()):
                told |= dict.fromkeys(_problems(html, text))
        yield from told
        text.rewrite(lambda element: [] if _is_html(element) else None, *_KINDS)


def _problems(html: str, text: Text) -> Iterator[Problem]:
    line = html.split("\n")[0]
    tag = re.match(r"<(/?)([A-Za-z][\w-]*)", line)
    if tag and tag[1] and re.search(rf"<{tag[2]}\b", text.source.markdown):
        return  # the opening tag is told
    instead = _INSTEAD.get(tag[2].lower(), "Markdown, or code in backticks") if tag else "Markdown"
    yield from text.prose.problems(line, f"HTML has no place in a PDF; write {instead} instead of: {line}")


def _is_html(element: Node) -> bool:
    return bool(element["c"][0] == "html")
