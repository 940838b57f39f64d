"""Formulas of six subjects as they are set on a page and on paper; each row of the table was looked at."""

import html
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import typst
from manuscripts import around, bare

from figgen.errors import SourceError
from figgen.handout.conversion import to_html, to_typst
from figgen.handout.manuscript import Manuscript
from figgen.layers import Layers
from figgen.paths import BUILT_IN, built_in_lecture
from figgen.translation import Translator

TABLE = tomllib.loads(Path(__file__).with_name("formulas.toml").read_text("utf-8"))["formula"]
EQUATION = re.compile(
    r'^#math.equation\(block: false, alt: "(?:[^"\\]|\\.)*", (\$.*?\$)\)$', re.MULTILINE | re.DOTALL
)
ALIKE = r'<annotation .*?</annotation>|</?semantics>| xmlns="[^"]*"| display="inline"'

Converted = tuple[dict[str, str], dict[str, str]]


def formulas(*texts: str) -> Manuscript:
    """Return a handout with some formulas, each in a paragraph."""
    layout = Layers(built_in_lecture(BUILT_IN) / "layout", built_in_lecture() / "layout")
    return around(
        bare("\n\n".join(texts)), layout, built_in_lecture(BUILT_IN) / "references.bib", Translator("en")
    )


@pytest.fixture(scope="module")
def converted() -> Converted:
    """Every formula of the table in Typst and in MathML."""
    texts = [row["tex"] for row in TABLE]
    given = formulas(*(f"${text}$" for text in texts))
    set_as = EQUATION.findall(to_typst(given).markup)
    pages = [
        re.sub(ALIKE, "", math) for math in re.findall(r"<math\b.*?</math>", to_html(given)[1], re.DOTALL)
    ]
    return dict(zip(texts, set_as, strict=True)), dict(zip(texts, pages, strict=True))


def test_the_table_has_the_formulas_of_six_subjects() -> None:
    assert len(TABLE) >= 150


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["tex"])
def test_a_formula_is_set_as_it_was_when_it_was_looked_at(converted: Converted, row: dict[str, str]) -> None:
    on_paper, on_the_page = converted
    assert (on_paper[row["tex"]], on_the_page[row["tex"]]) == (row["typst"], row["mathml"])


def test_typst_sets_every_formula_of_the_table() -> None:
    everything = "\n\n".join(row["typst"] for row in TABLE)
    assert typst.compile(everything.encode(), format="pdf", ignore_system_fonts=True).startswith(b"%PDF")


@pytest.mark.parametrize("convert", [to_html, to_typst], ids=["html", "typst"])
@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (r"$\ce{H2O}$", 3, r"pandoc cannot convert the formula (unexpected control sequence \ce; write "),
        ("$$\n\\dfrac{1}{2} + \\sideset{}{'}\\sum\n$$", 4, r"pandoc cannot convert the formula (unexpected"),
        (
            r"$\sideset{}{'}\sum$",
            3,
            r"pandoc cannot convert the formula (unexpected control sequence \sideset; ",
        ),
        (
            r"${a \atop b}$",
            3,
            r"pandoc cannot convert the formula (unexpected control sequence \atop; write ",
        ),
        (r"$x \tag{1}$", 3, r"\tag stands in displayed formulas, once: x \tag{1}"),
        ("$$x \\tag{1} \\tag{2}$$", 3, r"\tag stands in displayed formulas, once: x \tag{1} \tag{2}"),
        (
            r"$\begin{array}{c} a \\ \hline b \end{array}$",
            3,
            r"this formula would lose a part: \begin{array}{c}",
        ),
    ],
)
def test_a_formula_that_nobody_can_set_is_told_with_its_line(
    convert: Callable[[Manuscript], object], text: str, line: int, told: str
) -> None:
    with pytest.raises(SourceError) as caught:
        convert(formulas("# A", text))
    assert [(problem.line, problem.message[: len(told)]) for problem in caught.value.problems] == [
        (line, told)
    ]


def test_a_tag_stands_at_the_margin() -> None:
    given = formulas("$$a = b \\tag{1}$$", r"$$c \tag*{*}$$", r"$$d \tag{<}$$")
    tags = ["(1)", "*", "(<)"]
    assert re.findall('numbering: _ => "([^"]*)", ', to_typst(given).markup) == tags
    shown = re.findall('<span class="tag">(.*?)</span>', to_html(given)[1])
    assert [html.unescape(tag) for tag in shown] == tags


def test_the_number_of_an_equation_is_no_part_of_its_tex() -> None:
    page = to_html(formulas("$$a = b$$ {#eq-x}\n\nSee @eq-x."))[1]
    assert re.findall("<annotation.*?>(.*?)</annotation>", page) == ["a = b"]
