"""Macros for formulas, from lecture.toml and from chapters, and TeX that is no formula."""

import re
from collections.abc import Callable, Mapping

import pytest
from manuscripts import bare

from figgen.errors import SourceError
from figgen.handout.conversion import to_html, to_slides, to_typst
from figgen.handout.manuscript import Manuscript

Manuscripts = Callable[..., Manuscript]

MACROS = {"F": r"\mathcal{F}", "norm": "\\lVert #1\n \\rVert_{#2}", "vec": r"\mathbf{#1}"}
DEFINED = r"""\newcommand{\F}{\mathcal{F}}
\newcommand{\norm}[2]{\lVert #1 \rVert_{#2}}
\renewcommand{\vec}[1]{\mathbf{#1}}

"""
TEXT = r"$\F\{x\}$, $\norm{x}{2}$, $\vec{y}$."
PLAIN = r"$\mathcal{F}\{x\}$, $\lVert x \rVert_{2}$, $\mathbf{y}$."


def without_tex(html: str) -> str:
    """Take out the TeX that is kept beside MathML, where white space differs."""
    return re.sub(r"<annotation .*?</annotation>", "", html)


@pytest.mark.parametrize(("text", "macros"), [(TEXT, MACROS), (DEFINED + TEXT, {})], ids=["toml", "chapter"])
def test_a_macro_is_what_it_stands_for_on_the_page_on_paper_and_in_speech(
    manuscript: Manuscripts, text: str, macros: Mapping[str, str]
) -> None:
    given, plain = manuscript(bare(text), macros=macros), manuscript(bare(PLAIN))
    assert without_tex(to_html(given)[1]) == without_tex(to_html(plain)[1])
    assert to_typst(given) == to_typst(plain)
    assert "alt" in to_typst(plain).markup  # the words for screen readers are compared, too


def test_a_macro_is_what_it_stands_for_on_slides(manuscript: Manuscripts) -> None:
    figure = '\n\n::: {.figure #fig-curves file=curves.svg alt="a"}\nHere $\\F$.\n:::\n'
    slides = to_slides(manuscript(bare(figure), macros={"F": "x + y"}))
    assert slides[0].caption == "Here x + y."


def test_a_mistake_after_the_macros_keeps_its_line(manuscript: Manuscripts) -> None:
    lines = []
    for macros in (MACROS, {}):
        with pytest.raises(SourceError, match="the name 'a' is given twice") as caught:
            to_html(manuscript(bare("# A {#a}\n\n# B {#a}\n\nText."), macros=macros))
        lines += [problem.line for problem in caught.value.problems]
    assert lines[0] == lines[1]


@pytest.mark.parametrize(
    ("text", "macros", "message"),
    [
        ("$\\F$", {"F": "\\F"}, r"the macro \F stands for itself, without end"),
        ("\\newcommand{\\F}{x}", {"F": "y"}, r"Macro '\F' already defined, ignoring"),
        (
            "$\\F$",
            {"F": "\\foo"},
            r"pandoc cannot convert the formula (unexpected control sequence \foo): \foo",
        ),
    ],
)
def test_a_macro_that_cannot_be_used_is_told(
    manuscript: Manuscripts, text: str, macros: Mapping[str, str], message: str
) -> None:
    with pytest.raises(SourceError) as caught:
        to_html(manuscript(bare(text), macros=macros))
    assert [problem.message for problem in caught.value.problems] == [message]


def test_the_place_of_a_macro_that_stands_for_itself_is_told(manuscript: Manuscripts) -> None:
    with pytest.raises(SourceError) as caught:
        to_html(manuscript(bare("One.\n\n\\newcommand{\\F}{\\F}\n\n$\\F$")))
    assert [problem.line for problem in caught.value.problems] == [3]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("Text \\textbf{x} y.", 1, r"\textbf{x}"),
        ("\n\n\\begin{align}\na &= b\n\\end{align}\n", 3, r"\begin{align}"),
        ("See \\cite{he2015}.", 1, r"\cite{he2015}"),
        ("A \\mycommand{x}.", 1, r"\mycommand{x}"),
    ],
)
def test_tex_that_is_no_formula_is_told_with_its_line(
    manuscript: Manuscripts, text: str, line: int, told: str
) -> None:
    with pytest.raises(SourceError) as caught:
        to_html(manuscript(bare(text)))
    (problem,) = caught.value.problems
    assert (problem.line, problem.message) == (line, f"TeX outside of formulas is not read: {told}")


def test_a_command_without_arguments_is_text(manuscript: Manuscripts) -> None:
    _, html, _ = to_html(manuscript(bare("In C:\\temp 5 of \\alpha 7.\n\n\\newpage\n\n`\\textbf{x}`")))
    assert html == "<p>In C:\\temp 5 of \\alpha 7.</p>\n<p>\\newpage</p>\n<p><code>\\textbf{x}</code></p>"
