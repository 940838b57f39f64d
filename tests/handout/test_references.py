"""Numbers and references: figures, sections, equations, tables, boxes, alike in HTML and PDF."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from figgen.errors import SourceError
from figgen.handout.conversion import to_html, to_typst
from figgen.handout.manuscript import Manuscript
from figgen.handout.prose import Prose
from figgen.settings.look import Box
from figgen.translation import Translator

FIGURES = "\n\n".join(
    f'{{% call figure("{name}", alt="a") %}}c{{% endcall %}}' for name in ("curves", "paths")
)
FIRST = r"""# One {#sec-one}

$$a = b$$ {#eq-first}

$$c$$

$$d$$ {#eq-second}, and so on.

| a |
|---|
| 1 |

: What it is {#tbl-one}

::: {.lemma #thm-one}
A text.
:::

::: lemma
Without a name.
:::
"""
BOXES = (Box("lemma", {"sk": "Lema", "en": "Lemma"}),)


@pytest.fixture
def convert(
    write: Callable[..., Prose], manuscript: Callable[..., Manuscript]
) -> Callable[..., dict[str, str]]:
    """Convert the first chapter, another, and the figures, to HTML and Typst."""

    def both(text: str, first: str = FIRST, **other: Any) -> dict[str, str]:
        tr = other.pop("tr", Translator("en"))
        given = manuscript(write(first, text, FIGURES, show=False, tr=tr), boxes=BOXES, tr=tr, **other)
        return {"html": to_html(given)[1], "typst": to_typst(given).markup}

    return both


def problems(convert: Any, *texts: str) -> list[tuple[str, int | None, str]]:
    with pytest.raises(SourceError) as caught:
        convert(*texts)
    return [(p.path.name.partition(".")[0], p.line, p.message) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "words", "name"),
    [
        ("@fig-curves", "Figure~1", "fig-curves"),
        ('{{ ref("paths") }}', "Figure~2", "fig-paths"),
        ("@sec-one", "Section~1", "sec-one"),
        ("@sec-two", "Section~2.1", "sec-two"),
        ("@eq-first", "Equation~(1)", "eq-first"),
        ('{{ ref("eq-second") }}', "Equation~(2)", "eq-second"),
        (r"\eqref{eq:second}", "(2)", "eq-second"),
        (r"\ref{tbl-one}", "1", "tbl-one"),
        ("[@tbl-one]", "Table~1", "tbl-one"),
        ("[-@tbl-one]", "1", "tbl-one"),
        ("@thm-one", "Lemma~1", "thm-one"),
    ],
)
def test_a_reference_is_a_link_with_word_and_number(convert: Any, text: str, words: str, name: str) -> None:
    given = convert(f"# Two\n\n## Sub {{#sec-two}}\n\nBy {text}.")
    spaced = words.replace("~", "\u00a0")
    assert f'By <a href="#{name}">{spaced}</a>.' in given["html"]
    place = name.replace("fig-", "picture-")
    assert f"By #link(<{place}>)[{words}]." in re.sub(r"\\([()])", r"\1", given["typst"])


def test_the_author_gives_the_case(convert: Any) -> None:
    text = "Vyplýva [v rovnici @eq-first], [z viet @thm-one; @thm-one]. @Fig-curves má [@eq-first neskôr]."
    body = convert(text, tr=Translator("sk"))["html"].replace("\u00a0", "~")
    assert 'v~rovnici~<a href="#eq-first">(1)</a>, z~viet~<a href="#thm-one">1</a>, ' in body
    assert '<a href="#fig-curves">Obr.~1</a> má' in body
    assert '<a href="#eq-first">rovnica~(1)</a> neskôr' in body


def test_equations_with_a_name_have_their_number_at_the_margin(convert: Any) -> None:
    given = convert("$$\n\\begin{aligned} x &= y \\label{eq:third} \\end{aligned}\n$$")
    tagged = r'<span id="(.*?)" class="equation"><span class="tagged">.*?<span class="tag">(.*?)</span>'
    expected = [("eq-first", "(1)"), ("eq-second", "(2)"), ("eq-third", "(3)")]
    assert re.findall(tagged, given["html"], flags=re.DOTALL) == expected
    numbered = re.findall(r'numbering: _ => "(.*?)".*?\)<(eq-\w+)>', given["typst"])
    assert [(name, number) for number, name in numbered] == expected
    assert "{#eq" not in given["html"]
    assert "\\label" not in given["html"]


def test_tables_with_a_caption_and_boxes_with_a_name_are_numbered(convert: Any) -> None:
    given = convert("| b |\n|---|\n| 2 |\n\n: Other")
    captions = re.findall("<caption>(.*?)</caption>", given["html"])
    assert captions == ["<strong>Table\u00a01.</strong> What it is", "<strong>Table\u00a02.</strong> Other"]
    assert "[#strong[Table~1.] What it is]" in given["typst"]
    assert re.findall(r'class="label">\s*(Lemma.*?)\s*<', given["html"]) == ["Lemma\u00a01", "Lemma"]
    assert '#boxed("Lemma\u00a01", accent)[\nA text.\n\n] <thm-one>' in given["typst"]


def test_the_students_edition_has_the_numbers_of_the_full_one(convert: Any) -> None:
    text = "::: answer\n$$h$$ {#eq-hidden}\n:::\n\n$$s$$ {#eq-shown}\n\nBy @eq-shown."
    for edition in ("full", "student"):
        assert ">Equation\u00a0(4)</a>" in convert(text, edition=edition)["html"]


def test_a_work_may_be_called_like_an_equation(convert: Any, bibliography: Any) -> None:
    bibliography.write_text("@book{eq-uity, author = {Fair, A.}, title = {T}, year = 2000}", encoding="utf-8")
    assert "Fair (" in convert("See @eq-uity.")["html"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a\n\n@eq-frst", 3, "unknown reference 'eq-frst'; did you mean eq-first or eq-second?"),
        ('a\n\n{{ ref("tbl-on") }}', 3, "unknown reference 'tbl-on'; did you mean tbl-one"),
        ("a\n\n\\eqref{eq:frst}", 3, "unknown reference 'eq-frst'; did you mean eq-first or eq-second?"),
        ("[@eq-first; @he2015]", 1, "works and references stand in brackets of their own: eq-first, he2015"),
        ("a\n\n$$x$$ {#dft}", 3, "the name of an equation begins with eq-, as in {#eq-dft}, not: dft"),
        ("$$x$$ {#eq-first}", 1, "the name 'eq-first' is given twice, first in first.md.j2:3"),
        ("$$x \\label{eq:first}$$", 1, "the name 'eq-first' is given twice, first in first.md.j2:3"),
        (
            "$$\\foo$$ {#eq-x}",
            1,
            "pandoc cannot convert the formula (unexpected control sequence \\foo):",
        ),
    ],
)
def test_what_is_wrong_with_a_reference_or_a_name_is_told_with_its_line(
    convert: Any, text: str, line: int, message: str
) -> None:
    found = problems(convert, text)
    assert found[0][:2] == ("second", line)
    assert found[0][2].startswith(message)
