"""The formulas of documents in words, for those who hear them: in the PDF in place of their MathML."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from figgen.errors import Problem, SourceError, SpeechError, TranslationError
from figgen.handout.prose import Prose
from figgen.handout.speech.reading import applied_letters, parse
from figgen.handout.speech.speaker import speak
from figgen.handout.speech.words import Words
from figgen.translation import Translator

_ALTERNATIVE = re.compile(r'(?<=, alt: ")<math\b.*?</math>(?=", )')
_ANNOTATION = "{*}semantics/{*}annotation"  # where pandoc keeps the TeX


@dataclass(frozen=True, slots=True)
class Said:
    """Typst's markup, its formulas in words.

    Attributes:
        markup: The markup.
        warnings: The symbols without words, each once, at the first formula that has it.
        tex: The TeX of each formula, by its words.
    """

    markup: str
    warnings: tuple[Problem, ...]
    tex: Mapping[str, str] = field(default_factory=dict, compare=False)


def say_formulas(markup: str, prose: Prose, tr: Translator, own: Words) -> Said:
    """Say the formulas in Typst's markup that have their MathML as their alternative.

    Args:
        markup: What pandoc and the filters wrote.
        prose: The chapters that it was written from.
        tr: Gives the words.
        own: The lecture's own words, over figgen's.

    Raises:
        SourceError: The formulas that cannot be said, with file and line.
    """
    found = {quoted: re.sub(r"\\(.)", r"\1", quoted) for quoted in _ALTERNATIVE.findall(markup)}
    words, warnings = words_for(found.values(), prose, tr, own)
    tex = {words[mathml]: _tex(mathml) for mathml in found.values()}

    def said(quoted: str) -> str:
        return words[found[quoted]].replace("\\", "\\\\").replace('"', '\\"')

    return Said(_ALTERNATIVE.sub(lambda match: said(match[0]), markup), warnings, tex)


def words_for(
    formulas: Collection[str], prose: Prose, tr: Translator, own: Words
) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Return the words for each formula, and a warning for each symbol without words.

    Args:
        formulas: MathML as pandoc writes it, of the whole text: a function in one formula is one in all.
        prose: The chapters that they stand in.
        tr: Gives the words.
        own: The lecture's own words, over figgen's.

    Raises:
        SourceError: The formulas that cannot be said, with file and line.
    """
    functions = {letter for mathml in formulas for letter in applied_letters(parse(mathml, own))}
    words: dict[str, str] = {}
    problems: dict[Problem, None] = {}
    unknown: dict[str, str] = {}  # symbol: the first formula that has it
    for mathml in dict.fromkeys(formulas):
        try:
            spoken = speak(mathml, tr, own, functions)
        except (SpeechError, TranslationError) as error:
            problems |= dict.fromkeys(_problems(mathml, error, prose))
        else:
            words[mathml] = spoken.text
            unknown |= {symbol: mathml for symbol in spoken.unknown if symbol not in unknown}
    if problems:
        raise SourceError(problems)
    return words, tuple(_warning(symbol, mathml, prose) for symbol, mathml in unknown.items())


def _problems(mathml: str, error: Exception, prose: Prose) -> Iterator[Problem]:
    """Yield what is wrong with a formula, for each place that has it."""
    tex = _tex(mathml)
    return prose.problems(tex, f"figgen cannot say the formula {tex}: {error}")


def _warning(symbol: str, mathml: str, prose: Prose) -> Problem:
    """Return what there is to say of a symbol without words, for the first place of a formula that has it."""
    message = (
        f"figgen has no words for {symbol} (U+{ord(symbol):04X}) and says its name in Unicode; "
        "speech/<language>.toml can give it words"
    )
    return next(prose.problems(_tex(mathml), message))


def _tex(mathml: str) -> str:
    """Return the TeX that a formula was written in."""
    return ElementTree.fromstring(mathml).findtext(_ANNOTATION, "").strip()
