"""Formulas in words: what they say in each language, and what has no words."""

import re
from pathlib import Path

import pytest

from figgen.errors import SourceError, SpeechError
from figgen.handout.formulas import say_formulas
from figgen.handout.pandoc import to_typst
from figgen.handout.prose import Prose, Source
from figgen.handout.speech import speak
from figgen.layers import Layers
from figgen.paths import BUILT_IN, built_in_lecture
from figgen.translation import Translator

# TeX: English, Slovak.
SPOKEN = {
    r"\sigma(x) = \frac{1}{1 + e^{-x}}": (
        "sigma of x equals the fraction 1 over 1 plus e to the power minus x, end fraction,",
        "sigma od x sa rovná zlomok 1 lomené 1 plus e na mínus x, koniec zlomku,",
    ),
    r"\hat{x}_{i,j} = \frac{x_{i,j} - \mu_j}{\sigma_j}": (
        "x hat sub i, j, end sub, equals the fraction x sub i, j, end sub, minus mu sub j over sigma sub j, "
        "end fraction,",
        "x so strieškou s indexom i, j, koniec indexu, sa rovná zlomok x s indexom i, j, koniec indexu, "
        "mínus mí s indexom j lomené sigma s indexom j, koniec zlomku,",
    ),
    r"\sqrt{\sigma_j^2 + \varepsilon}": (
        "the square root of sigma sub j squared plus epsilon, end root,",
        "druhá odmocnina z výrazu sigma s indexom j na druhú plus epsilon, koniec odmocniny,",
    ),
    r"\sqrt{2} > \sqrt{2}\,x": (
        "the square root of 2 is greater than the square root of 2, end root, x",
        "druhá odmocnina z výrazu 2 je väčšie ako druhá odmocnina z výrazu 2, koniec odmocniny, x",
    ),
    r"\sqrt[3]{x}": ("the root of degree 3 of x", "odmocnina stupňa 3 z výrazu x"),
    r"L(W) = \frac{1}{N} \sum_{i=1}^{N} L_i(W).": (
        "L of W equals 1 over N times the sum over i from 1 to N of L sub i of W.",
        "L od W sa rovná 1 lomené N krát súčet cez i od 1 po N výrazu L s indexom i od W.",
    ),
    r"\prod_{l} \chi_l": ("the product over l of chi sub l", "súčin cez l výrazu chí s indexom l"),
    r"\int_0^1 f(x)\,dx": ("the integral from 0 to 1 of f of x d x", "integrál od 0 po 1 výrazu f od x d x"),
    r"\frac{\partial L}{\partial w_i} = f'(z)\, \frac{\partial L}{\partial h}": (
        "the partial derivative of L with respect to w sub i equals f prime of z times the partial "
        "derivative of L with respect to h",
        "parciálna derivácia L podľa w s indexom i sa rovná f s čiarkou od z krát "
        "parciálna derivácia L podľa h",
    ),
    r"\frac{\partial}{\partial x} f(x)": (
        "the partial derivative with respect to x of f of x",
        "parciálna derivácia podľa x výrazu f od x",
    ),
    r"\partial L / \partial w_i = \delta\, x_i": (
        "partial L over partial w sub i equals delta x sub i",
        "parciálne L lomené parciálne w s indexom i sa rovná delta x s indexom i",
    ),
    r"w \leftarrow w - \eta\, \nabla_w L(w)": (
        "w becomes w minus eta the gradient with respect to w of L of w",
        "w sa zmení na w mínus éta gradient podľa w výrazu L od w",
    ),
    r"\operatorname{Var}(w) = 2 / D_{\text{in}}": (
        "the variance of w equals 2 over D sub in",
        "rozptyl výrazu w sa rovná 2 lomené D s indexom in",
    ),
    r"\mathbb{E}\bigl[f'(\sqrt{q}\, u)^2\bigr]": (
        "the expected value of open bracket f prime of open parenthesis the square root of q, end root, u "
        "close parenthesis squared close bracket",
        "stredná hodnota výrazu hranatá zátvorka f s čiarkou od zátvorka druhá odmocnina z výrazu q, "
        "koniec odmocniny, u koniec zátvorky na druhú koniec hranatej zátvorky",
    ),
    r"\mathbb{E} f'(u)^2": (
        "the expected value of f prime of u, squared",
        "stredná hodnota výrazu f s čiarkou od u, na druhú",
    ),
    r"\max(0, x)": ("the maximum of 0, x", "maximum z hodnôt 0, x"),
    r"\max(N, 6) - 2": (
        "the maximum of open parenthesis N, 6 close parenthesis minus 2",
        "maximum výrazu zátvorka N, 6 koniec zátvorky mínus 2",
    ),
    r"\max(0, \cdot)": ("the maximum of 0, dot", "maximum z hodnôt 0, bodka"),
    r"\max_k\, (x + b_k)": (
        "the maximum over k of open parenthesis x plus b sub k close parenthesis",
        "maximum cez k výrazu zátvorka x plus b s indexom k koniec zátvorky",
    ),
    r"\operatorname*{arg\,max}_k s_k": (
        "the argument of the maximum over k of s sub k",
        "argument maxima cez k výrazu s s indexom k",
    ),
    r"\lim_{x \to \infty} \tanh x": (
        "the limit as x goes to infinity of the hyperbolic tangent of x",
        "limita pre x prechádza na nekonečno výrazu hyperbolický tangens výrazu x",
    ),
    r"-\log p_y, \log_2 x": (
        "minus the logarithm of p sub y, the logarithm to base 2 of x",
        "mínus logaritmus výrazu p s indexom y, logaritmus so základom 2 výrazu x",
    ),
    r"\sin^2 x + \tanh' x": (
        "the sine squared of x plus the hyperbolic tangent prime of x",
        "sínus na druhú výrazu x plus hyperbolický tangens s čiarkou výrazu x",
    ),
    r"\mathrm{ReLU}(W x + b)": (
        "ReLU of open parenthesis W x plus b close parenthesis",
        "ReLU výrazu zátvorka W x plus b koniec zátvorky",
    ),
    r"\eta(1 - \beta)": (
        "eta open parenthesis 1 minus beta close parenthesis",
        "éta zátvorka 1 mínus beta koniec zátvorky",
    ),
    r"2\,\sigma(2x) - 1": (
        "2 sigma of open parenthesis 2 x close parenthesis minus 1",
        "2 sigma od zátvorka 2 x koniec zátvorky mínus 1",
    ),
    r"f(x) = \begin{cases} x & \text{if } x > 0, \\ 0 & \text{if } x \le 0. \end{cases}": (
        "f of x equals cases: x, if x is greater than 0; 0, if x is at most 0; end cases",
        "f od x sa rovná prípady: x, if x je väčšie ako 0; 0, if x je najviac 0; koniec prípadov",
    ),
    r"A = \begin{pmatrix} a & b \\ c & d \end{pmatrix}": (
        "A equals the matrix with the rows a, b; c, d; end matrix,",
        "A sa rovná matica s riadkami a, b; c, d; koniec matice,",
    ),
    r"\begin{aligned} a &= b \\ &\ge c \end{aligned}": (
        "a equals b; is at least c",
        "a sa rovná b; je aspoň c",
    ),
    r"\lVert x \rVert_2^2, \lVert x - y \rVert": (
        "the norm of x, sub 2 squared, the norm of x minus y, end norm,",
        "norma výrazu x, s indexom 2 na druhú, norma výrazu x mínus y, koniec normy,",
    ),
    r"|h| > 0.99": (
        "the absolute value of h, is greater than 0.99",
        "absolútna hodnota výrazu h, je väčšie ako 0,99",
    ),
    r"0{,}25": ("0,25", "0,25"),
    r"p(a|b)": ("p of a given b", "p od a za podmienky b"),
    r"u \sim N(0, 1)": ("u is distributed as N of 0, 1", "u má rozdelenie N od 0, 1"),
    r"\sim 10\,\%": ("about 10 percent", "približne 10 percent"),
    r"[0, 1)": ("open bracket 0, 1 close parenthesis", "hranatá zátvorka 0, 1 koniec zátvorky"),
    r"x \in \{1, \ldots, n\}": (
        "x in open brace 1, and so on, n close brace",
        "x z množiny zložená zátvorka 1, a tak ďalej, n koniec zloženej zátvorky",
    ),
    r"\lfloor x \rfloor": ("floor of x end floor", "dolná celá časť výrazu x koniec dolnej celej časti"),
    r"\binom{n}{k}": ("n choose k", "n nad k"),
    r"e^x, 10^{-5}, 2^{1-D}": (
        "e to the power x, 10 to the power minus 5, 2 to the power of 1 minus D, end power,",
        "e na x, 10 na mínus 5, 2 na 1 mínus D, koniec exponentu,",
    ),
    r"W'_{ij}, b'_j": (
        "W prime sub i j, end sub, b prime sub j",
        "W s čiarkou s indexom i j, koniec indexu, b s čiarkou s indexom j",
    ),
    r"x^{(i)}, w^\top, q^*, y^3, g^+": (
        "x with superscript i, w transposed, q star, y cubed, g with superscript plus",
        "x s horným indexom i, w transponované, q s hviezdičkou, y na tretiu, g s horným indexom plus",
    ),
    r"\bar{x}, \tilde{x}, \dot{x}, \vec{v}, \overline{xy}": (
        "x bar, x tilde, x dot, vector v, the whole of x y, end whole, bar",
        "x s pruhom, x s vlnovkou, x s bodkou, vektor v, celok x y, koniec celku, s pruhom",
    ),
    r"\mathbf{w} \odot \boldsymbol{\delta}": ("w elementwise times delta", "w po zložkách krát delta"),
    r"\varepsilon \ll 1 \gg \phi \propto \Sigma": (
        "epsilon is much less than 1 is much greater than phi is proportional to capital sigma",
        "epsilon je oveľa menšie ako 1 je oveľa väčšie ako fí je úmerné veľké sigma",
    ),
    r"\tfrac12 \lambda d^2": ("1 over 2 times lambda d squared", "1 lomené 2 krát lambda d na druhú"),
    r"y = s\, z + t, \qquad N \times D": (
        "y equals s z plus t, N times D",
        "y sa rovná s z plus t, N krát D",
    ),
}


LANGUAGES = ("en", "sk")


def markup(text: str, language: str) -> str:
    """Return Typst's markup of a chapter."""
    lecture = built_in_lecture()
    prose = Prose((Source(Path("first.md.j2"), text, text),), ())
    bibliography = lecture / BUILT_IN / "references.bib"
    return to_typst(
        prose,
        Layers(lecture / BUILT_IN / "layout", lecture / "layout"),
        bibliography,
        Translator(language),
        "full",
    )


@pytest.fixture(scope="module")
def spoken() -> dict[str, list[str]]:
    """The words for the formulas of the table, in each language."""
    text = "\n\n".join(f"${tex}$" for tex in SPOKEN)
    return {
        language: re.findall(r'^#math.equation\(block: false, alt: "(.*?)", ', markup(text, language), re.M)
        for language in LANGUAGES
    }


@pytest.mark.parametrize("tex", SPOKEN)
def test_a_formula_is_said_in_the_words_of_each_language(spoken: dict[str, list[str]], tex: str) -> None:
    place = list(SPOKEN).index(tex)
    assert tuple(spoken[language][place] for language in LANGUAGES) == SPOKEN[tex]


def test_formulas_that_differ_sound_different() -> None:
    pairs = [
        (r"\frac{1}{1 + x}", r"\frac{1}{1} + x"),
        (r"\frac{1}{N} x", r"\frac{1}{N x}"),
        (r"x_{i+1}", r"x_i + 1"),
        (r"e^{x^2}", r"(e^x)^2"),
        (r"\sqrt{x} y", r"\sqrt{x y}"),
        (r"\sigma(2x) - 1", r"\sigma(2x - 1)"),
        (r"\max(a, b) - c", r"\max(a, b - c)"),
        (r"\hat{x} y", r"\widehat{x y}"),
        (r"|a| - b", r"|a - b|"),
        (r"f(u)^2", r"f(u^2)"),
        (r"\sigma", r"\Sigma"),
    ]
    text = "\n\n".join(f"${tex}$" for pair in pairs for tex in pair)
    for language in LANGUAGES:
        said = re.findall(r'alt: "(.*?)", ', markup(text, language))
        assert [pair for pair, a, b in zip(pairs, said[::2], said[1::2], strict=True) if a == b] == []


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        (r"a \star b \bowtie c", "no words for the symbol '⋈' (U+22C8)"),
        (r"a \overset{!}{=} b", "no words for what stands over 'equals'"),
        (r"(a", "the bracket ( is not closed"),
        (r"a]", "the bracket ] closes nothing"),
    ],
)
def test_what_has_no_words_is_an_error_with_file_and_line(formula: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        markup(f"# A\n\n$x$ and $0{{,}}5 + {formula}$", "en")
    (problem,) = caught.value.problems
    assert (problem.path, problem.line) == (Path("first.md.j2"), 3)
    assert problem.message == f"figgen cannot say the formula 0{{,}}5 + {formula}: {message}"


def test_an_element_of_mathml_that_it_does_not_know_is_an_error() -> None:
    with pytest.raises(SpeechError, match="^no words for the element <menclose>$"):
        speak("<math><menclose><mi>x</mi></menclose></math>", Translator("en"))


def test_a_word_that_the_language_lacks_is_an_error_with_file_and_line() -> None:
    annotation = r"<annotation encoding=\"application/x-tex\">=</annotation>"
    quoted = f"<math><semantics><mo>=</mo>{annotation}</semantics></math>"
    prose = Prose((Source(Path("first.md.j2"), "$=$", "$=$"),), ())
    message = (
        r"^first.md.j2:1: figgen cannot say the formula =: .*de.po: no translation into 'de' of 'equals'$"
    )
    with pytest.raises(SourceError, match=message):
        say_formulas(f'#math.equation(block: false, alt: "{quoted}", $=$)', prose, Translator("de"))
