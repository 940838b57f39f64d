"""What stands in itself too deeply is told in a second or so, with its line, and takes no hours."""

import re
from collections.abc import Callable

import pytest

from figgen.errors import SourceError
from figgen.handout import pandoc
from figgen.handout.conversion import to_html
from figgen.handout.manuscript import Manuscript
from figgen.handout.prose import Prose

Convert = Callable[[str], str]


@pytest.fixture
def html(write: Callable[..., Prose], manuscript: Callable[..., Manuscript]) -> Convert:
    """Convert a chapter to HTML."""
    return lambda text: to_html(manuscript(write(text)))[1]


def nested(opening: str, closing: str, depth: int) -> str:
    """Return a formula with something in itself."""
    return f"${opening * depth}y{closing * depth}$"


QUOTES = "more than 30 quotes or lists stand in each other"
NAME_IT = " each other; give a part of it a name of its own: "
INDICES = f"this formula has more than 8 indices and powers of{NAME_IT}"
BRACKETS = f"this formula has more than 40 brackets or commands in{NAME_IT}"
DEEP = {
    "quotes": (">" * 1000 + " x", QUOTES),
    "quotes with spaces": ("> " * 31 + "x", QUOTES),
    "lists": ("- " * 31 + "x", QUOTES),
    "indices": (nested("x_{", "}", 60), f"{INDICES}x_{{x_{{"),
    "powers of roots": (nested(r"x^\sqrt{", "}", 9), INDICES),
    "brackets": (nested("(", ")", 41), BRACKETS),
    "accents": (nested(r"\hat{", "}", 200), BRACKETS),
    "roots without brackets": (nested(r"\sqrt", "", 300), BRACKETS),
}


@pytest.mark.parametrize(("text", "told"), DEEP.values(), ids=DEEP)
def test_what_is_too_deep_is_told_with_its_line(html: Convert, text: str, told: str) -> None:
    with pytest.raises(SourceError, match=rf"\.j2:5: {re.escape(told)}"):
        html(f"# A\n\n$x^2$\n\n{text}\n")


@pytest.mark.parametrize(
    "text",
    [
        ">" * 30 + " x",
        "- " * 40,  # a rule
        nested("x_{", "}", 8),
        nested("(", ")", 40),
        nested("[", "", 20),
        nested("{{a ", "}}", 19),
        "$" + r"x_1^2 \alpha \beta " * 30 + "$",
        "${{" + "[" * 30 + "x" + "]" * 30 + "}}$",
    ],
)
def test_what_is_not_so_deep_is_converted(html: Convert, text: str) -> None:
    assert html(f"# A\n\n{text}\n")


def test_boxes_in_boxes_are_told_by_the_chapter(html: Convert) -> None:
    opening = "\n".join(":" * n + " {.a}" for n in range(500, 2, -1))
    closing = "\n".join(":" * n for n in range(3, 501))
    told = "quotes, lists, boxes or the like stand in each other too deeply to be converted"
    with pytest.raises(SourceError, match=rf"first\.md\.j2: {told}"):
        html(f"# A\n\n{opening}\n\nx\n\n{closing}")


def test_pandoc_is_ended_if_it_does_not_end(html: Convert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "LONGEST", 2.0)
    text = "# A\n\nfine (so far)\n\n" + "[" * 300 + "x" + "]{.a}" * 300
    with pytest.raises(SourceError, match=r"\.j2:5: pandoc did not come to an end in 2 s, perhaps for the "):
        html(text)
