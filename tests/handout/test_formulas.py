"""The formulas of the PDF: their words in Typst's markup, what is told of them, and how they are set."""

import re
from pathlib import Path

import pytest
import typst
from manuscripts import around

from figgen.errors import Problem, SourceError
from figgen.handout.conversion import to_typst
from figgen.handout.formulas import say_formulas
from figgen.handout.prose import Prose, Source
from figgen.handout.speech.words import Words
from figgen.layers import Layers
from figgen.paths import BUILT_IN, built_in_lecture
from figgen.translation import Translator

SYMBOLS = r"""
\hbar \nabla \partial \oint \iint \iiint \angle \triangle \perp \parallel \dagger \aleph \ell \wp \Re \Im
\imath \downarrow \uparrow \leftrightarrow \longleftrightarrow \hookrightarrow \rightleftharpoons
\rightharpoonup \mapsto \implies \impliedby \iff \gets \circledast \oplus \ominus \otimes \odot \oslash
\bullet \star \circ \diamond \simeq \cong \approx \equiv \doteq \asymp \lesssim \gtrsim \prec \succeq \ll
\gg \propto \bowtie \vdash \models \therefore \because \nleq \nmid \subset \supseteq \subsetneq \in \ni
\notin \varnothing \emptyset \setminus \forall \exists \nexists \neg \land \lor \top \bot \square
\lozenge \bigcup \bigcap \bigoplus \coprod \bigwedge \triangleright \trianglelefteq \rtimes \llbracket
\rrbracket \ulcorner \urcorner \coloneqq \triangleq \veebar \wr \Lparen \rBrace \emptysetocirc \errbarcircle
\rightanglesqr \sphericalangleup \wideangledown
"""
FORMULAS = [
    r"a \stackrel{!}{=} b",
    r"x \xrightarrow{N \to \infty} y",
    r"\boxed{x = 1}",
    r"\cancel{x}",
    r"\check{x}, \breve{x}, \dddot{x}, \overleftarrow{AB}, \underline{x}",
    r"{}^{14}_{6}\mathrm{C}",
    r"^{235}\mathrm{U}",
    r"T^{\mu}{}_{\nu}",
    r"\left. \frac{df}{dx} \right|_{x=0}",
    r"\overbrace{a+b}^{n}",
    r"x \equiv y \pmod{n}",
    r"]-\infty, a[",
    r"X \perp\!\!\!\perp Y",
    r"25\,‰, 30°, \#A, a \& b",
]


def markup(text: str, language: str = "en") -> str:
    """Return Typst's markup of a chapter."""
    layout = Layers(built_in_lecture(BUILT_IN) / "layout", built_in_lecture() / "layout")
    prose = Prose((Source(Path("first.md.j2"), text, text),), ())
    bibliography = built_in_lecture(BUILT_IN) / "references.bib"
    return to_typst(around(prose, layout, bibliography, Translator(language))).markup


def formulas(text: str) -> list[str]:
    """Return how Typst is to set the formulas of a chapter."""
    return re.findall(r'^#math.equation\(block: false, alt: ".*?", \$(.*)\$\)', markup(text), re.MULTILINE)


def quoted(operator: str, tex: str) -> str:
    """Return what `typst.lua` writes of a formula that is an operator alone."""
    annotation = rf"<annotation encoding=\"application/x-tex\">{tex}</annotation>"
    mathml = f"<math><semantics><mo>{operator}</mo>{annotation}</semantics></math>"
    return f'#math.equation(block: false, alt: "{mathml}", $x$)'


def prose_of(text: str) -> Prose:
    return Prose((Source(Path("first.md.j2"), text, text),), ())


def test_words_stand_where_the_mathml_stood() -> None:
    assert r'#math.equation(block: false, alt: "0,25 equals x", $' in markup("$0{,}25 = x$")
    assert r'#math.equation(block: true, alt: "x \\ y", $' in markup(r"$$\text{x \textbackslash{} y}$$")


def test_a_letter_that_another_formula_applies_to_a_variable_is_a_function() -> None:
    assert "capital W of open parenthesis 1 minus x close parenthesis" in markup("$W(x)$ and $W(1 - x)$")
    assert "capital W open parenthesis 1 minus x close parenthesis" in markup("$W$ and $W(1 - x)$")


def test_each_symbol_without_words_is_told_once_at_its_first_formula() -> None:
    prose = prose_of("# A\n\n$\\bowtie$, $\\wr$,\n${\\bowtie}$")
    text = quoted("⋈", r"\bowtie") + quoted("≀", r"\wr") + quoted("⋈", r"{\bowtie}")
    told = "and says its name in Unicode; speech/<language>.toml can give it words"
    assert say_formulas(text, prose, Translator("en"), Words()).warnings == (
        Problem(Path("first.md.j2"), 3, f"figgen has no words for ⋈ (U+22C8) {told}"),
        Problem(Path("first.md.j2"), 3, f"figgen has no words for ≀ (U+2240) {told}"),
    )


def test_a_symbol_with_words_of_the_lectures_own_is_not_told() -> None:
    words = Words(relations={"⋈": "is joined with"})
    said = say_formulas(quoted("⋈", r"\bowtie"), prose_of(r"$\bowtie$"), Translator("en"), words)
    assert 'alt: "is joined with"' in said.markup
    assert said.warnings == ()


def test_a_formula_that_cannot_be_said_is_an_error_with_file_and_line() -> None:
    text = quoted("<mglyph/>", "x").replace("<mo><mglyph/></mo>", "<mglyph/>")
    message = "^first.md.j2:3: figgen cannot say the formula x: no words for the element <mglyph>$"
    with pytest.raises(SourceError, match=message):
        say_formulas(text, prose_of("# A\n\n$x$"), Translator("en"), Words())


def test_typst_sets_the_symbols_of_all_subjects() -> None:
    everything = markup("\n\n".join(f"${tex}$" for tex in [*SYMBOLS.split(), *FORMULAS]))
    assert typst.compile(everything.encode(), format="pdf", ignore_system_fonts=True).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("tex", "set_as"),
    [
        (r"\begin{vmatrix} a \end{vmatrix}", 'mat(delim: "|", a)'),
        (r"\begin{Vmatrix} a \end{Vmatrix}", 'mat(delim: "‖", a)'),
        (r"\|x\|_2^2", "lr(‖x‖)_2^2"),
        (r"P \| Q", ' class("normal", ‖) Q'),
        (r"a \parallel b", "a parallel b"),
        (r"|x|", "lr(|x|)"),
        (r"|\psi\rangle", 'class("normal", \\|) psi'),
        (r"p(a|b) p(c|d)", 'class("normal", \\|)'),
        (r"a\!b \; c", "a #h(-0.167em) b thick c"),
        (r"a \& b", "a \\& b"),
        (r"\begin{cases} x \\ y \end{cases}", 'cases(delim: "{", x, y)'),
        (r"\left\{\begin{array}{l} x \\ y \end{array}\right.", 'cases(delim: "{", x, y)'),
        (r"\widehat{xy}", "std.math.accent(x y, \u0302)"),
        (r"\llbracket x \rrbracket", "bracket.l.stroked x bracket.r.stroked"),
    ],
)
def test_what_pandoc_writes_for_typst_is_mended(tex: str, set_as: str) -> None:
    (formula,) = formulas(f"${tex}$")
    assert set_as in formula
