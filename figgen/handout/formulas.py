"""The formulas of the PDF: words in place of their MathML, which the filter gives as their alternative."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from figgen.errors import Problem, SourceError, SpeechError, TranslationError
from figgen.handout.prose import Prose
from figgen.handout.speech import speak
from figgen.translation import Translator

_ALTERNATIVE = re.compile(r'(?<=, alt: ")<math\b.*?</math>(?=", )')
_ANNOTATION = "{*}semantics/{*}annotation"  # where pandoc keeps the TeX
_DECIMAL = re.compile(r"\\text\{(\d+)([,.])(\d+)\}")  # what handout.lua makes of 0{,}25


def say_formulas(markup: str, prose: Prose, tr: Translator) -> str:
    """Return Typst's markup with the alternatives of its formulas in words.

    Args:
        markup: What pandoc and `typst.lua` wrote.
        prose: The chapters that it was written from.
        tr: Gives the words.

    Raises:
        SourceError: The formulas that have no words, with file and line.
    """
    words: dict[str, str] = {}
    problems: dict[Problem, None] = {}
    for quoted in dict.fromkeys(_ALTERNATIVE.findall(markup)):
        mathml = re.sub(r"\\(.)", r"\1", quoted)
        try:
            words[quoted] = speak(mathml, tr).replace('"', '\\"')
        except (SpeechError, TranslationError) as error:
            problems |= dict.fromkeys(_problems(mathml, error, prose))
    if problems:
        raise SourceError(problems)
    return _ALTERNATIVE.sub(lambda match: words[match[0]], markup)


def _problems(mathml: str, error: Exception, prose: Prose) -> Iterator[Problem]:
    """Yield what is wrong with a formula, for each place that has it."""
    tex = ElementTree.fromstring(mathml).findtext(_ANNOTATION, "").strip()
    tex = _DECIMAL.sub(r"\1{\2}\3", tex)
    return prose.problems(tex, f"figgen cannot say the formula {tex}: {error}")
