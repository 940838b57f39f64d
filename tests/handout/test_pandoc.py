"""Pandoc's part: formulas, boxes, citations; its warnings are errors with file and line."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from figgen.colours import readable
from figgen.errors import FiggenError, SourceError
from figgen.handout.conversion import to_html, to_typst
from figgen.handout.manuscript import Manuscript
from figgen.handout.pandoc import pandoc_version
from figgen.handout.prose import Prose
from figgen.settings.look import Box
from figgen.translation import Translator

Convert = Callable[[str], str]
Manuscripts = Callable[..., Manuscript]

NUMERIC = """<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>n</title><id>n</id><updated>2020-01-01T00:00:00+00:00</updated></info>
<citation><layout prefix="(" suffix=")"><text variable="citation-number"/></layout></citation>
<bibliography><layout><text variable="title"/></layout></bibliography></style>"""

# The kinds of formula that the lecture uses, as pandoc and our filter write them for Typst.
FORMULAS = {
    r"\sigma(x) = \frac{1}{1 + e^{-x}}": r"$sigma \( x \) = frac(1, 1 + e^(- x))$",
    r"\max(0, W_1 x)": r"$max \( 0 \, W_1 x \)$",
    r"f\left(\sum_i w_i x_i + b\right)": "$f (sum_i w_i x_i + b)$",
    r"\bigl(1 - \sigma(x)\bigr)": r"$(1 - sigma \( x \))$",
    r"x = \begin{cases} a & b \\ c & d \end{cases}": '$x = cases(delim: "{", a & quad b, c & quad d)$',
    r"\hat{x}_{i,j} = \frac{x_{i,j} - \mu_j}{\sqrt{\sigma_j^2 + \varepsilon}}": (
        r"$hat(x)_(i \, j) = frac(x_(i \, j) - mu_j, sqrt(sigma_j^2 + epsilon))$"
    ),
    r"\lVert \nabla_{W_1} L \rVert_2": r"$lr(bar.v.double nabla_(W_1) L bar.v.double)_2$",
    r"\mathbf{w}^\top \mathbf{x}": r"$upright(bold(w))^top upright(bold(x))$",
    r"\boldsymbol{\delta} \odot h": r"$bold(delta) dot.o h$",
    r"A \otimes B, A \cap B": r"$A times.o B \, A inter B$",
    r"\mathbb{E}[x] \sim \mathcal{N}(0, 1)": r"$bb(E) \[ x \] tilde.op cal(N) \( 0 \, 1 \)$",
    r"\operatorname{Var}(x)": r'$op("Var") \( x \)$',
    r"0{,}25 \le x": '$upright("0,25") lt.eq x$',
    r"|h| + |a - b|": "$lr(|h|) + lr(|a - b|)$",
    r"p(a|b) p(c|d)": r'$p \( a class("normal", \|) b \) p \( c class("normal", \|) d \)$',
    r"\partial L / \partial w_i": r"$partial L \/ partial w_i$",
}


@pytest.fixture
def html(write: Callable[..., Prose], manuscript: Manuscripts) -> Convert:
    """Convert the text of one chapter to HTML."""
    return lambda text: to_html(manuscript(write(text, "# Figures")))[1]


@pytest.fixture
def typst(write: Callable[..., Prose], manuscript: Manuscripts) -> Convert:
    """Convert the text of one chapter to Typst."""
    return lambda text: to_typst(manuscript(write(text, "# Figures"))).markup


@pytest.mark.parametrize("tex", FORMULAS)
def test_each_kind_of_formula_is_written_in_typst(typst: Convert, tex: str) -> None:
    assert re.sub(' alt: "[^"]+",', "", typst(f"${tex}$")).startswith(
        f"#math.equation(block: false, {FORMULAS[tex]})\n"
    )


def test_a_display_formula_is_a_block(typst: Convert) -> None:
    assert typst("$$x$$").startswith('#math.equation(block: true, alt: "x", $ x $)\n')


def test_a_decimal_comma_is_one_number_in_mathml(html: Convert) -> None:
    assert "<mtext>0,25</mtext>" in re.sub(r' mathvariant="normal"', "", html("$x = 0{,}25$"))


def test_a_formula_keeps_together_with_its_punctuation(html: Convert) -> None:
    assert re.search(r'<span class="together">\(<math.*</math>\),</span>', html("so ($x$), and"))


def test_boxes_have_translated_labels_and_answers_fold_away_in_html(html: Convert) -> None:
    body = html("::: question\nWhy?\n:::\n\n::: answer\nSo.\n:::\n\n::: measured\nM.\n:::")
    assert '<div class="question">\n<div class="label">\nOtázka\n</div>\n<p>Why?</p>' in body
    assert '<details class="answer"><summary>Odpoveď</summary>\n<p>So.</p>\n</details>' in body
    assert '<div class="measured">\n<div class="label">\nČo sme namerali\n</div>' in body


def test_boxes_are_calls_of_the_layout_in_typst(typst: Convert) -> None:
    body = typst("::: question\nWhy?\n\n::: answer\nSo.\n:::\n:::")
    assert '#question("Otázka")[\nWhy?\n\n#answer("Odpoveď")[\nSo.\n\n]\n]' in body


def test_a_figure_has_its_number_caption_and_alternative_text_in_both(
    sample: Prose, manuscript: Manuscripts
) -> None:
    _, body, _ = to_html(manuscript(sample))
    picture = '<img src="curves.svg" alt="Krivka &quot;S&quot; \\ a &lt;os&gt;" />'
    assert (
        f'<figure id="fig-curves">\n{picture}\n<figcaption><strong>Obrázok\u00a01.</strong> Interval' in body
    )
    body = to_typst(manuscript(sample)).markup
    assert (
        '[#picture("curves", alt: "Krivka \\"S\\" \\\\ a <os>")], caption: [#strong[Obrázok~1.] Interval'
        in body
    )
    assert ") <fig-curves>" in body


def test_a_slovak_line_does_not_end_in_a_word_of_one_letter(html: Callable[..., str]) -> None:
    assert "<p>Sieť s\u00a0váhami a\u00a0$x$ v</p>".replace("$x$", "posun") in html("Sieť s váhami a posun v")


def test_quotation_marks_are_the_languages(html: Convert, typst: Convert) -> None:
    assert "„slová“ a\u00a0‚slovo‘" in html("\"slová\" a 'slovo'")
    assert "„slová“ a~‚slovo‘" in typst("\"slová\" a 'slovo'")
    assert "„mať ‚slovo‘“" in html("\"mať 'slovo'\"")


def test_an_apostrophe_is_no_quotation_mark(html: Convert, typst: Convert) -> None:
    assert "it’s O’Neill" in html("it's O'Neill")
    assert "it’s O’Neill" in typst("it's O'Neill")


def test_citations_lead_to_the_list_of_references(html: Convert, typst: Convert) -> None:
    body = html("[@he2015]")
    assert '(<a href="#ref-he2015" role="doc-biblioref">He 2015</a>)' in body
    assert '<h2 class="unnumbered" id="bibliography">Literatúra</h2>' in body
    assert 'id="ref-he2015"' in body
    assert "#link(<ref-he2015>)[He 2015]" in typst("[@he2015]")


def test_references_in_slovak_have_slovak_quotes_and_no_english_for_no_date(html: Convert) -> None:
    body = html("[@he2015; @notes]")
    assert "„Delving Deep“" in body
    assert ">Malá, b.\u00a0r.</a>" in body
    assert "n.d." not in body


MANY = """@article{many, author = {Nová, Eva and Malý, Ján and Veľká, Ida},
  title = {Networks, a Review}, journal = {J}, year = {2020}}
@misc{others, author = {Malá, Eva and others}, title = {Notes}, year = {2021}}
"""


@pytest.mark.parametrize(
    ("language", "cited", "listed"),
    [
        ("en", "Nová et al. (2020)", "Nová, Eva, Ján Malý, and Ida Veľká."),
        ("sk", "Nová a\u00a0kol. (2020)", "Nová, Eva, Ján Malý a\u00a0Ida Veľká."),
        ("de", "Nová u.\u00a0a. (2020)", "Nová, Eva, Ján Malý und Ida Veľká."),
    ],
)
def test_several_authors_are_named_as_the_language_does(
    language: str,
    cited: str,
    listed: str,
    write: Callable[..., Prose],
    manuscript: Manuscripts,
    tmp_path: Path,
) -> None:
    works = tmp_path / "many.bib"
    works.write_text(MANY, encoding="utf-8")
    made = manuscript(write("@many, and [@others]."), bibliography=works, tr=Translator(language))
    page = re.sub("<.*?>", "", to_html(made)[1])
    assert cited in page
    assert listed in page
    assert "Networks, a Review" in page.replace("\u00a0", " ")
    if language == "sk":
        assert "Malá, Eva a\u00a0kol. 2021" in page
        assert "et al" not in page


def test_sections_are_numbered_and_listed(sample: Prose, manuscript: Manuscripts) -> None:
    contents, body, _ = to_html(manuscript(sample))
    assert '<a href="#sigmoida"' in contents
    assert (
        '<h2 data-number="1" id="sigmoida"><span class="header-section-number">1</span> Sigmoida</h2>' in body
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            r"$a + \foo{x}$",
            r"pandoc cannot convert the formula (unexpected control sequence \foo): a + \foo{x}",
        ),
        (
            "$$\n\\frac{1}{\n$$",
            "pandoc cannot convert the formula (unexpected eof): \\frac{1}{",
        ),
        (r"$x = {{ 1.5 | num }} \tag{1}$", r"\tag stands in displayed formulas, once: x = 1,5 \tag{1}"),
        (r"$\color{red}{x}$", r"this formula would lose a part: \color{red}{x}"),
        ("so [@he2016]", "unknown citation 'he2016'; did you mean he2015?"),
        ("[there](#nowhere)", "this link leads nowhere: #nowhere"),
        ("::: question\nwhy?", "this ::: has no end; close it with :::"),
    ],
)
def test_what_pandoc_warns_of_is_an_error_with_file_and_line(
    html: Convert, typst: Convert, tmp_path: Path, text: str, message: str
) -> None:
    for convert in (html, typst):
        with pytest.raises(SourceError) as caught:
            convert(f"# A\n\n{{{{ claims('demo') }}}}\n\n{text}\n")
        (problem,) = caught.value.problems
        assert problem.path == tmp_path / "first.md.j2"
        assert problem.line == (6 if text.startswith("$$") else 5)
        assert problem.message.startswith(message)


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](<java script:x>)",
        "[a](&#106;avascript:x)",
        "[a](data:text/html,x)",
        "[a]( vbscript:x )",
        "<javascript:alert(1)>",
        "[a]{.b onclick=x}",
        "[a](https://a.org){OnMouseOver=x}",
        "[a]{style='color: red'}",
        "[a]{hidden=hidden}",
        "[a](https://a.org){ping=https://b.org}",
        "[a](https://a.org){formaction=x}",
        "[a]{xlink:href=https://b.org}",
        "[a]{srcset=x}",
        "::: {.b onload=x}\na\n:::",
        "# a {onclick=x}",
    ],
)
def test_what_could_hurt_a_reader_is_refused(html: Convert, text: str) -> None:
    line = "" if "&#" in text or "java script" in text else ":1"  # pandoc tells them otherwise than written
    told = rf"\.j2{line}: (a link may begin with http|this attribute could run code, lead)"
    with pytest.raises(SourceError, match=told):
        html(text)


@pytest.mark.parametrize(
    "text", ["## B {number=3}", "::: {.b number='3'}\na\n:::", "|a|\n|-|\n|1|\n\n: c {number=3}"]
)
def test_a_number_of_ones_own_is_told(html: Convert, text: str) -> None:
    told = r"headings, boxes and tables are numbered in order; take this out: number=…"
    with pytest.raises(SourceError, match=rf"^[^\n]*first\.md\.j2:[37]: {told}$"):
        html(f"# A\n\n{text}")


def test_only_harmless_attributes_go_into_the_page_as_they_are(html: Convert) -> None:
    body = html("[a]{lang=fr dir=ltr aria-label=b data-c=d contenteditable=true tabindex=3 fig-align=left}")
    assert re.findall(r" ([\w-]+)=", re.findall("<span[^>]*>a", body)[0]) == [
        "lang",
        "dir",
        "aria-label",
        "data-c",
        "data-contenteditable",
        "data-tabindex",
        "data-fig-align",
    ]


def test_links_to_pages_and_addresses_are_let_through(html: Convert) -> None:
    body = html("[a](https://a.org/?b=c:d) [b](mailto:b@c.org) [c](other.html#d:e)")
    assert body.count("<a href=") == 3


def test_each_place_of_a_mistake_is_reported_once(html: Convert) -> None:
    with pytest.raises(SourceError) as caught:
        html("$\\foo$ [@nobody]\n\n$\\foo$")
    assert [problem.line for problem in caught.value.problems] == [1, 1, 3]


def test_pandoc_must_be_there_and_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pandoc_version() >= (3, 9)
    fake = tmp_path / "pandoc"
    monkeypatch.setenv("PYPANDOC_PANDOC", str(fake))
    remedy = re.escape("(pip install pypandoc_binary), or set PYPANDOC_PANDOC to the path of one")
    with pytest.raises(FiggenError, match=f"^cannot run pandoc at {fake}: install figgen's own {remedy}$"):
        pandoc_version()
    fake.write_text("#!/bin/sh\necho pandoc 3.1.2\n", encoding="utf-8")
    fake.chmod(0o755)
    too_old = f"^{fake} is pandoc 3.1.2; figgen needs 3.9 or newer: install figgen's own {remedy}$"
    with pytest.raises(FiggenError, match=too_old):
        pandoc_version()


@pytest.mark.parametrize("says", ["", "echo", "echo 3.10", "echo panda 3.10"])
def test_what_is_not_pandoc_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str) -> None:
    fake = tmp_path / "other"
    fake.write_text(f"#!/bin/sh\n{says}\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PYPANDOC_PANDOC", str(fake))
    with pytest.raises(FiggenError, match=f"^{fake} is not pandoc: install figgen's own "):
        pandoc_version()


def in_language(write: Callable[..., Prose], manuscript: Manuscripts, language: str, text: str) -> str:
    """Return a paragraph as HTML, with ~ for a space that does not break, and _ for a narrow one."""
    tr = Translator(language)
    _, body, _ = to_html(manuscript(write(text, tr=tr), tr=tr))
    return body.partition("<p>")[2].partition("</p>")[0].replace("\u00a0", "~").replace("\u202f", "_")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "“a ‘b’” (c)!"),
        ("en-GB", "“a ‘b’” (c)!"),
        ("sk", "„a~‚b‘“ (c)!"),
        ("cs", "„a~‚b‘“ (c)!"),
        ("de", "„a ‚b‘“ (c)!"),
        ("de-AT", "„a ‚b‘“ (c)!"),
        ("fr", "«~a “b”~» (c)_!"),
        ("fr-CA", "«~a “b”~» (c)!"),
        ("es", "«a “b”» (c)!"),
        ("pl", "„a~«b»” (c)!"),
        ("hu", "„a »b«” (c)!"),
        ("it", "«a “b”» (c)!"),
        ("xx", "“a ‘b’” (c)!"),  # which pandoc does not know either
    ],
)
def test_quotation_marks_of_each_language(
    write: Callable[..., Prose], manuscript: Manuscripts, language: str, expected: str
) -> None:
    assert in_language(write, manuscript, language, "\"a 'b'\" (c)!") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quoi ? Non : si ; oui !", "Quoi_? Non~: si_; oui_!"),
        ("Quoi? Non: si; oui!", "Quoi_? Non~: si_; oui_!"),
        ("« oui » et «non», (quoi?!)", "«~oui~» et «~non~», (quoi_?!)"),
        ("**dit** : 12:30 *non*: a:b", "<strong>dit</strong>~: 12:30 <em>non</em>~: a:b"),
        ("`a ? b : c`", "<code>a ? b : c</code>"),
        (":-) (?) …", ":-) (?) …"),
    ],
)
def test_french_has_its_spaces_before_high_marks(
    write: Callable[..., Prose], manuscript: Manuscripts, text: str, expected: str
) -> None:
    assert in_language(write, manuscript, "fr", text) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("sk", "Idem k~vám (v~„u~nás“) A~potom w dom."),
        ("pl", "Idem k vám (v „u~nás”) A~potom w~dom."),
        ("de", "Idem k vám (v „u nás“) A potom w dom."),
    ],
)
def test_a_line_does_not_end_in_a_short_word_of_the_language(
    write: Callable[..., Prose], manuscript: Manuscripts, language: str, expected: str
) -> None:
    text = 'Idem k vám (v "u nás") A potom w dom.'
    assert in_language(write, manuscript, language, text) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("“Delving Deep.”", "n.d.")),
        ("sk", ("„Delving Deep“", "b.~r.")),
        ("cs", ("„Delving Deep“", "b.~r.")),
        ("de", ("„Delving Deep“", "o.~J.")),
        ("fr", ("«~Delving Deep~»", "s.~d.")),
        ("pl", ("„Delving Deep”", "b.d.")),
    ],
)
def test_references_are_in_the_language(
    write: Callable[..., Prose], manuscript: Manuscripts, language: str, expected: tuple[str, str]
) -> None:
    tr = Translator(language)
    _, body, _ = to_html(manuscript(write("[@he2015; @notes]", tr=tr), tr=tr))
    plain = body.replace("\u00a0", "~")
    assert [text for text in expected if text not in plain] == []
    assert language == "en" or "n.d." not in plain


def test_boxes_of_the_lectures_own_have_label_and_colour(
    write: Callable[..., Prose], manuscript: Callable[..., Manuscript]
) -> None:
    boxes = (Box("lemma", {"sk": "1. *Lema*"}, "#ffc627"), Box("note", {"sk": "Poznámka"}))
    prose = write("::: lemma\nOne.\n:::\n\n::: note\nTwo.\n:::")
    _, html, _ = to_html(manuscript(prose, boxes=boxes))
    assert '<div class="lemma box">\n<div class="label">\n1. *Lema*\n</div>\n<p>One.</p>' in html
    assert '<div class="note box">\n<div class="label">\nPoznámka\n</div>' in html
    typst = to_typst(manuscript(prose, boxes=boxes)).markup
    assert f'#boxed("1. *Lema*", rgb("{readable("#ffc627", "#ffffff")}"))[\nOne.\n\n]' in typst
    assert '#boxed("Poznámka", accent)[\nTwo.\n\n]' in typst


def test_the_student_edition_has_no_solution_of_an_exercise_but_room_for_one(
    write: Callable[..., Prose], manuscript: Callable[..., Manuscript]
) -> None:
    boxes = (Box("exercise", {"sk": "Úloha"}, "#6a4c93"),)
    prose = write("::: {.exercise #exercise-one}\nWhich?\n:::\n\n::: answer\nThis one.\n:::")
    for edition, has in (("full", True), ("student", False)):
        made = manuscript(prose, boxes=boxes, edition=edition)
        for text in (to_html(made)[1], to_typst(made).markup):
            assert "Úloha\u00a01" in text
            assert ("This one." in text) is has
            assert bool(re.search('class="room"|#room', text)) is not has


def test_citations_are_in_the_style_of_the_lecture(
    write: Callable[..., Prose], manuscript: Callable[..., Manuscript], tmp_path: Path
) -> None:
    style = tmp_path / "numeric.csl"
    style.write_text(NUMERIC, encoding="utf-8")
    prose = write("Text [@he2015].")
    for text in (to_html(manuscript(prose, csl=style))[1], to_typst(manuscript(prose, csl=style)).markup):
        assert re.sub("<.*?>|#link\\(.*?\\)|[\\[\\]<>\\\\]", "", text).startswith("Text (1).")
