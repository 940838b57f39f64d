"""A claim with what was measured for it, in words: the same in the terminal, reports, handouts and slides."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from figgen.claims import Claim, Evidence
from figgen.translation import SOURCE_LANGUAGE, Translator

FORMULA = re.compile(r"\$(?=\S)([^$]+)(?<=\S)\$(?!\d)")
"""A formula in a statement, as pandoc knows one."""

_SIGNS = {
    "lambda": "λ",
    "partial": "∂",
    "sqrt": "√",
    "cdot": "·",
    "times": "×",
    "varepsilon": "ε",
    "le": "≤",
    "ge": "≥",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """What there is to say of a claim that was measured, in one language.

    Attributes:
        statement: What it states, with the measured value; formulas as far as letters and signs go.
        formula: The same with formulas in TeX.
        blank: The same with a gap in place of the value, which is told beside it.
        measured: The measured value alone.
        bound: Where the value has to lie, as in `≥ 2`.
        demand: The same as a part of a sentence: `must be ≥ 2`; of an identity, `by definition = 2`.
        verdict: Whether it does.
        full_verdict: The same, and under which condition a lecture's wider statement is true, if it has one;
            or that it is an identity.
        holds: Whether the value lies within the bound.
        figure: The figure that shows it.
    """

    statement: str
    formula: str
    blank: str
    measured: str
    bound: str
    demand: str
    verdict: str
    full_verdict: str
    holds: bool
    figure: str


def count_evidence(evidence: Sequence[Evidence]) -> str:
    """Count what was measured and holds, and then the identities: `8 of 9 claims hold, 2 of 2 identities`."""
    measured = [item for item in evidence if not item.claim.identity]
    identities = [item for item in evidence if item.claim.identity]
    told = f"{sum(item.holds for item in measured)} of {len(measured)} claims hold"
    if not identities:
        return told
    return f"{told}, {sum(item.holds for item in identities)} of {len(identities)} identities"


def count_claims(claims: Sequence[Claim]) -> str:
    """Count claims, and apart from them identities: `9 claims, 2 identities`."""
    identities = sum(claim.identity for claim in claims)
    told = _count(len(claims) - identities, "claim", "claims")
    return f"{told}, {_count(identities, 'identity', 'identities')}" if identities else told


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def word_plainly(evidence: Evidence) -> Wording:
    """Put evidence into the words of terminal and reports, which speak English and show more digits."""
    return word(evidence, Translator(SOURCE_LANGUAGE), digits=4)


def word(evidence: Evidence, tr: Translator, digits: int = 3) -> Wording:
    """Put evidence into the words of a language, its numbers with so many significant digits."""

    def number(value: float) -> str:
        if evidence.claim.unit == "%":
            return tr.percent(value, digits)
        return tr.number(100 * value if evidence.claim.unit else value, digits)

    claim, measured = evidence.claim, number(evidence.measured)
    bound = claim.bound.describe(number)
    verdict = full_verdict = tr("holds") if evidence.holds else tr("does not hold")
    if evidence.holds and claim.only_if:
        message = "holds; the slides' wider statement only if {condition}"
        full_verdict = tr(message, condition=tr(claim.only_if))
    elif evidence.holds and claim.identity:
        full_verdict = tr("an identity")
    formula = tr(claim.statement, value=measured)
    return Wording(
        statement=without_tex(formula),
        formula=formula,
        blank=tr(claim.statement, value="…"),
        measured=measured,
        bound=bound,
        demand=_demand(claim, tr, number),
        verdict=verdict,
        full_verdict=full_verdict,
        holds=evidence.holds,
        figure=claim.figure,
    )


def without_tex(statement: str) -> str:
    """Write the formulas of a statement where there is no TeX: as letters and signs, 2^(1−D) and √(2π)."""
    return FORMULA.sub(_in_signs, statement)


def _in_signs(found: re.Match[str]) -> str:
    formula = re.sub(r"\\([A-Za-z]+) ?", lambda command: _sign(command[1]), found[1])
    formula = re.sub(r"\{(\w*)\}", r"\1", formula).replace("{", "(").replace("}", ")")
    return formula.replace("-", "−").replace("\\", "")


def _sign(command: str) -> str:
    """Return what a command of TeX stands for: a sign, a Greek letter, or else its own name, such as max."""
    try:
        return _SIGNS.get(command) or unicodedata.lookup(f"GREEK SMALL LETTER {command.upper()}")
    except KeyError:
        return command


def _demand(claim: Claim, tr: Translator, number: Callable[[float], str]) -> str:
    """Write a bound out as a part of a sentence."""
    bound = claim.bound
    if claim.identity:
        return tr("by definition {bound}", bound=bound.describe(number))
    if bound.is_range:
        return tr("must be between {low} and {high}", low=number(bound.low), high=number(bound.high))
    return tr("must be {bound}", bound=bound.describe(number))
