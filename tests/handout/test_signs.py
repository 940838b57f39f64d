"""Every sign that Typst could read as markup comes out as it was written, wherever it stands."""

import re
from collections.abc import Callable

import pytest
from manuscripts import bare
from pdf_text import pages_of

from figgen.handout.manuscript import Manuscript
from figgen.handout.pdf import write_pdf
from figgen.handout.prose import Prose, plain

SIGNS = [
    *("/ a: b", "+ a", "- a", "= a", "== a", "1. a", "#a", "#let", "#(1)", "@a", "*a*", "_a_", "$a$", "<a>"),
    *("~a", "`a`", "\\a", "// a", "/* a */", '"a"', "'a'", "[a]", "(a)", "{a}", "a---b", "a--b", "-?a"),
    *("a...b", "a;b", "^a", "|a|", "&a", "%a", "!a", "a:b", "a=b", "a+b", "a/b", "https://a"),
]

PLACES = {
    "paragraph": "{}",
    "cell": "| a | b |\n|---|---|\n| {0} | x {0} |",
    "head of a column": "| {} | b |\n|---|---|\n| c | d |",
    "item": "- {}\n- x",
    "heading": "## {}",
    "bold": "x **{}** y",
    "link": "[{}](https://b.org)",
    "box": "::: question\n{}\n:::",
    "quotation": "> {}",
    "claim": "::: evidence\n- [✓]{{.holds role=img aria-label=ok}} {0} [{0}]{{.bound}}\n:::",
    "note": "x^[{}]",
    "term and its definition": "{0}\n:   {0}",
    "caption": "::: {{.figure #fig-curves file=curves.svg alt=a}}\n{}\n:::",
}


def escaped(sign: str) -> str:
    """Write a sign in Markdown so that it means nothing there."""
    return re.sub(r"[-+=./!\"':&(;%]", r"\\\g<0>", plain(sign))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("place", PLACES)
def test_a_sign_comes_out_as_it_was_written(manuscript: Callable[..., Manuscript], place: str) -> None:
    marked = [f"{escaped(sign)}Z{i}Z" for i, sign in enumerate(SIGNS)]
    chosen = marked if place != "caption" else [" ".join(marked)]
    text = "# A\n\n" + "\n\n".join(PLACES[place].format(sign) for sign in chosen)
    prose = bare(text)
    if place == "caption":
        prose = Prose(prose.sources, ("curves",))
    seen = squeezed("".join(pages_of(write_pdf(manuscript(prose)).data)))
    missing = [sign for i, sign in enumerate(SIGNS) if f"{squeezed(sign)}Z{i}Z" not in seen]
    assert missing == []
