"""A claim with what was measured for it, in words: the same in the terminal, reports, handouts and slides."""

from dataclasses import dataclass

from figgen.claims import Evidence
from figgen.translation import SOURCE_LANGUAGE, Translator


@dataclass(frozen=True, slots=True)
class Wording:
    """What there is to say of a claim that was measured, in one language.

    Attributes:
        statement: What it states, with the measured value.
        measured: The measured value alone.
        bound: Where the value has to lie, as in `≥ 2`.
        demand: The same as a part of a sentence: `must be ≥ 2`.
        verdict: Whether it does.
        full_verdict: The same, and under which condition a lecture's wider statement is true, if it has one.
        holds: Whether the value lies within the bound.
        figure: The figure that shows it.
    """

    statement: str
    measured: str
    bound: str
    demand: str
    verdict: str
    full_verdict: str
    holds: bool
    figure: str


def word_plainly(evidence: Evidence) -> Wording:
    """Put evidence into the words of terminal and reports, which speak English and show more digits."""
    return word(evidence, Translator(SOURCE_LANGUAGE), digits=4)


def word(evidence: Evidence, tr: Translator, digits: int = 3) -> Wording:
    """Put evidence into the words of a language, its numbers with so many significant digits."""

    def number(value: float) -> str:
        return tr.number(value, digits)

    claim, measured = evidence.claim, number(evidence.measured)
    bound = claim.bound.describe(number)
    verdict = full_verdict = tr("holds") if evidence.holds else tr("does not hold")
    if evidence.holds and claim.only_if:
        message = "holds; the slides' wider statement only if {condition}"
        full_verdict = tr(message, condition=tr(claim.only_if))
    return Wording(
        statement=tr(claim.statement, value=measured),
        measured=measured,
        bound=bound,
        demand=tr("must be {bound}", bound=bound),
        verdict=verdict,
        full_verdict=full_verdict,
        holds=evidence.holds,
        figure=claim.figure,
    )
