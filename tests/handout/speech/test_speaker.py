"""Formulas in words: what is said in each language, of symbols with words and of those without."""

import re
import subprocess
import tomllib
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import pypandoc  # type: ignore[import-untyped]
import pytest
from babel.messages.pofile import read_po

from figgen.errors import SpeechError
from figgen.handout.speech import symbols
from figgen.handout.speech.speaker import speak
from figgen.handout.speech.words import Words
from figgen.paths import catalogue, template
from figgen.translation import Translator
from figgen.translation.catalogues import is_figgens

LANGUAGES = ("en", "sk")
TRANSLATED = sorted(path.parent.name for path in catalogue("en").parent.parent.glob("*/messages.po"))
TABLE = tomllib.loads(Path(__file__).with_name("spoken.toml").read_text("utf-8"))["formula"]
SPOKEN = {formula["tex"]: (formula["en"], formula["sk"]) for formula in TABLE}
NAMES = (
    *(symbols.RELATIONS, symbols.OPERATORS, symbols.UNARY, symbols.PREFIXES, symbols.SIGNS),
    *(symbols.BIG_OPERATORS, symbols.FUNCTIONS, symbols.BRACKETS, symbols.GREEK),
    *(symbols.POWERS, symbols.PRIMES, symbols.ACCENTS),
)
"""What symbols are called, by the part that they play."""

PAIRS = [
    (r"\frac{1}{1 + x}", r"\frac{1}{1} + x"),
    (r"\frac{1}{N} x", r"\frac{1}{N x}"),
    (r"x_{i+1}", r"x_i + 1"),
    (r"e^{x^2}", r"(e^x)^2"),
    (r"\sqrt{x} y", r"\sqrt{x y}"),
    (r"\sigma(2x) - 1", r"\sigma(2x - 1)"),
    (r"\max(a, b) - c", r"\max(a, b - c)"),
    (r"\hat{x} y", r"\widehat{x y}"),
    (r"|a| - b", r"|a - b|"),
    (r"||a| - b|", r"|a| - |b|"),
    (r"f(u)^2", r"f(u^2)"),
    (r"\sigma", r"\Sigma"),
    (r"W", r"w"),
    (r"\frac{dy}{dx} + x", r"\frac{dy}{d(x + x)}"),
    (r"[0, 1[", r"]0, 1]"),
    (r"\nabla \times B", r"\nabla \cdot B"),
    (r"\begin{pmatrix} a & b \end{pmatrix}", r"\begin{pmatrix} a \\ b \end{pmatrix}"),
    (r"a = b", r"a := b"),
    (r"\int f", r"\oint f"),
]
"""Formulas that differ."""


class Formulas(dict[str, str]):
    """The MathML that pandoc makes of formulas in TeX."""

    def convert(self, formulas: list[str]) -> None:
        """Add formulas."""
        pandoc = str(Path(pypandoc.__file__).with_name("files") / "pandoc")
        command = [pandoc, "--from=markdown", "--to=html", "--mathml", "--wrap=none", "--fail-if-warnings"]
        text = "\n\n".join(f"${tex}$" for tex in formulas)
        html = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=True).stdout
        self.update(zip(formulas, re.findall(r"<math\b.*?</math>", html, re.DOTALL), strict=True))

    def __missing__(self, tex: str) -> str:
        self.convert([tex])
        return self[tex]


@pytest.fixture(scope="module")
def mathml() -> Formulas:
    formulas = Formulas()
    formulas.convert([*SPOKEN, *(tex for pair in PAIRS for tex in pair)])
    return formulas


def said(mathml: str, language: str, words: Words | None = None) -> str:
    return speak(mathml, Translator(language), words).text


@pytest.mark.parametrize("tex", SPOKEN)
def test_a_formula_is_said_in_the_words_of_each_language(mathml: Formulas, tex: str) -> None:
    assert tuple(said(mathml[tex], language) for language in LANGUAGES) == SPOKEN[tex]


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
def test_formulas_that_differ_sound_different(mathml: Formulas, language: str) -> None:
    assert [(a, b) for a, b in PAIRS if said(mathml[a], language) == said(mathml[b], language)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_formulas_that_english_tells_apart_sound_different(mathml: Formulas, language: str) -> None:
    heard = {tex: said(mathml[tex], language) for tex in SPOKEN}
    assert [
        (a, b) for a, b in combinations(SPOKEN, 2) if heard[a] == heard[b] and SPOKEN[a][0] != SPOKEN[b][0]
    ] == []


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("table", NAMES, ids=lambda table: next(iter(table)))
def test_symbols_that_english_tells_apart_have_different_words(
    table: Mapping[str, str], language: str
) -> None:
    words = Translator(language).known(set(table.values()))
    assert len(set(words.values())) == len(set(table.values()))


IDIOMS = {
    "cs": r"a tak dále",
    "de": r"",
    "hu": r"",
    "pl": r"i tak dalej",
    "fr": r"[dln]’|d rond|de {first} à|\w{4,} à\b",
    "es": r"\w{4,} a\b|más o menos|menos o más|o igual|o es igual a|o coincide|o bien|y además|y solo|y así",
}
"""Where a short word stands in no place of its own: French "égal à", Spanish "menor o igual que"."""


@pytest.mark.parametrize("language", IDIOMS)
def test_no_word_sounds_like_a_variable(language: str) -> None:
    """Short prepositions, as in "x s pruhem" or "pierwiastek z x", would be heard as factors."""
    with template().open("rb") as file:
        messages = [m for m in read_po(file) if any("/speech/" in path for path, _ in m.locations)]
    words = Translator(language).known({str(message.id) for message in messages}).values()
    plain = [re.sub(r"{\w+}", "", re.sub(IDIOMS[language], "", text)) for text in words]
    assert len(messages) > 200
    assert [text for text in plain if re.search(r"\b\w\b", text)] == []


def test_no_slovak_word_sounds_like_the_variable_s(mathml: Formulas) -> None:
    words = said(mathml[r"s'_s \cup \hat{s}^{(s)} \circ s^* \equiv \bar{s} \otimes \sqrt{s} \in s"], "sk")
    assert words.split().count("s") == 8  # as many as the formula has


def test_a_list_has_semicolons_where_numbers_have_a_decimal_comma(mathml: Formulas) -> None:
    formula = mathml[r"N(0, 1.5)"]
    assert said(formula, "en") == "capital N of 0, 1.5"
    assert said(formula, "sk") == "veľké N od 0; 1,5"


def test_a_letter_that_the_text_uses_as_a_function_is_one_before_a_sum(mathml: Formulas) -> None:
    tr, formula = Translator("en"), mathml[r"x(t-\tau)"]
    assert speak(formula, tr).text == "x open parenthesis t minus tau close parenthesis"
    assert speak(formula, tr, functions={"x"}).text == "x of open parenthesis t minus tau close parenthesis"


@pytest.mark.parametrize(
    ("tex", "text", "unknown"),
    [
        (r"a \bowtie b \bowtie c", "a bowtie b bowtie c", ("⋈",)),
        (r"\breve{x}", "x, with breve above,", ("\u0306",)),
        (r"25\,‰", "25 per mille sign", ("‰",)),
        (r"a \boxplus b", "a squared plus b", ("⊞",)),
        (r"\star \bullet \star", "star bullet star", ()),
    ],
)
def test_a_symbol_without_words_is_said_by_its_name_in_unicode_and_told(
    mathml: Formulas, tex: str, text: str, unknown: tuple[str, ...]
) -> None:
    spoken = speak(mathml[tex], Translator("en"))
    assert (spoken.text, spoken.unknown) == (text, unknown)


def test_a_symbol_that_unicode_does_not_name_is_said_by_its_number() -> None:
    assert speak("<math><mo>\ue000</mo></math>", Translator("en")).text == "u+e000"


def test_a_lectures_own_words_go_over_figgens(mathml: Formulas) -> None:
    words = Words(
        relations={"⋈": "is joined with", "≃": "is homotopic to"},
        operators={"⊕": "exclusive or"},
        functions={"W": "the work", "Tr": "the partial trace"},
        signs={"SNR": "the signal-to-noise ratio", "ℏ": "the quantum"},
        accents={"\u0306": "{base} breve"},
        powers={"⊤": "{base} flipped"},
    )
    for tex, text in {
        r"a \bowtie b \simeq c": "a is joined with b is homotopic to c",
        r"a \oplus b": "a exclusive or b",
        r"2 W(1 - x)": "2 times the work of open parenthesis 1 minus x close parenthesis",
        r"\mathrm{Tr} A": "the partial trace of capital A",
        r"\mathrm{SNR} = \hbar": "the signal-to-noise ratio equals the quantum",
        r"\breve{x} A^\top": "x breve capital A flipped",
    }.items():
        spoken = speak(mathml[tex], Translator("en"), words)
        assert (spoken.text, spoken.unknown) == (text, ())


def test_all_that_speech_says_is_among_figgens_messages(mathml: Formulas) -> None:
    tr = Translator("eo")  # figgen has no words in it
    for formula in mathml.values():
        speak(formula, tr)
    assert tr.missing == {}
    words = {word for table in (*NAMES, symbols.INDEXED) for word in table.values()}
    assert {word for word in words if not is_figgens(word)} == set()


def test_an_element_that_pandoc_does_not_write_is_an_error() -> None:
    with pytest.raises(SpeechError, match="^no words for the element <mglyph>$"):
        speak("<math><mglyph><mi>x</mi></mglyph></math>", Translator("en"))
