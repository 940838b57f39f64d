"""A claim with its measured value in words, the same wherever it is told."""

from pathlib import Path

import pytest

from figgen.claims import Claim, Evidence, at_least, at_most, between, close_to
from figgen.translation import Translator
from figgen.wording import count_claims, count_evidence, word, word_plainly

SMALL = Claim("small", "The error is {value}.", lambda r: r, at_most(0.01), figure="errors")
WIDE = Claim("wide", "It is {value}.", lambda r: r, at_least(2), only_if="x > 0")


def test_a_claim_says_what_was_measured_what_must_be_and_whether_it_is() -> None:
    words = word(Evidence(SMALL, 0.0012345), Translator("en"))
    assert words.statement == "The error is 0.00123."
    assert (words.measured, words.bound, words.demand) == ("0.00123", "≤ 0.01", "must be ≤ 0.01")
    assert (words.verdict, words.full_verdict, words.holds) == ("holds", "holds", True)
    assert words.figure == "errors"


def test_a_claim_that_does_not_hold_says_so_in_the_readers_language(tmp_path: Path) -> None:
    own = tmp_path / "sk.po"
    own.write_text('msgid "The error is {value}."\nmsgstr "Chyba je {value}."\n', encoding="utf-8")
    words = word(Evidence(SMALL, 0.5), Translator("sk", (own,)))
    assert (words.statement, words.verdict, words.holds) == ("Chyba je 0,5.", "neplatí", False)
    assert words.demand == "má byť ≤ 0,01"


@pytest.mark.parametrize(
    ("measured", "told"),
    [(3, "holds; the slides' wider statement only if x > 0"), (1, "does not hold")],
)
def test_a_wider_statement_has_its_condition_while_the_claim_holds(measured: float, told: str) -> None:
    assert word(Evidence(WIDE, measured), Translator("en")).full_verdict == told


def test_terminal_and_reports_show_a_digit_more() -> None:
    assert word_plainly(Evidence(WIDE, 2.34567)).measured == "2.346"


TWICE = Claim("twice", "It has {value} times as many.", lambda r: r, close_to(2, 0), identity=True)


def test_an_identity_is_said_to_be_one() -> None:
    words = word(Evidence(TWICE, 2), Translator("en"))
    assert (words.demand, words.verdict, words.full_verdict) == ("by definition = 2", "holds", "an identity")
    assert word(Evidence(TWICE, 2), Translator("sk")).full_verdict == "identita"


def test_an_identity_that_does_not_hold_is_no_identity() -> None:
    assert word(Evidence(TWICE, 3), Translator("en")).full_verdict == "does not hold"


def test_identities_are_not_counted_among_what_was_measured() -> None:
    measured, identities = [Evidence(SMALL, 0.5), Evidence(WIDE, 3)], [Evidence(TWICE, 2)]
    assert count_evidence(measured) == "1 of 2 claims hold"
    assert count_evidence(measured + identities) == "1 of 2 claims hold, 1 of 1 identities"
    assert count_claims([SMALL]) == "1 claim"
    assert count_claims([SMALL, WIDE, TWICE]) == "2 claims, 1 identity"


@pytest.mark.parametrize(
    ("language", "demand"),
    [
        ("en", "must be between 60 and 90"),
        ("de", "muss zwischen 60 und 90 liegen"),
        ("sk", "má byť od 60 do 90"),
    ],
)
def test_a_range_is_said_as_a_sentence_says_it(language: str, demand: str) -> None:
    claim = Claim("angle", "The angle is {value}.", lambda r: r, between(60, 90))
    words = word(Evidence(claim, 70), Translator(language))
    assert (words.bound, words.demand) == ("60 … 90", demand)


SHARE = Claim("share", "It recognises {value}.", lambda r: r, at_least(0.9), unit="%")
LEAD = Claim("lead", "It leads by {value} points.", lambda r: r, at_least(0.05), unit="points")


def test_a_share_is_shown_as_a_percentage_with_its_bound() -> None:
    words = word(Evidence(SHARE, 0.9047), Translator("sk"))
    assert (words.measured, words.bound) == ("90,5\u00a0%", "≥ 90\u00a0%")
    assert word(Evidence(SHARE, 0.9047), Translator("en")).statement == "It recognises 90.5%."


def test_a_difference_of_shares_is_shown_in_percentage_points() -> None:
    words = word(Evidence(LEAD, 0.1234), Translator("en"))
    assert (words.statement, words.demand) == ("It leads by 12.3 points.", "must be ≥ 5")


def test_a_statement_has_a_gap_where_its_value_stands_beside_it() -> None:
    assert word(Evidence(SMALL, 0.5), Translator("en")).blank == "The error is …."


def test_a_formula_is_written_with_signs_where_there_is_no_tex() -> None:
    tex = r"$2^{{1-D}}$ and $\sqrt{{\sigma^2 + \varepsilon}}$ and $\max(x, \partial L)$ are {value}."
    words = word(Evidence(Claim("tex", tex, lambda r: r, at_most(1)), 0.5), Translator("en"))
    assert words.statement == "2^(1−D) and √(σ^2 + ε) and max(x, ∂L) are 0.5."
    assert (
        words.formula == r"$2^{1-D}$ and $\sqrt{\sigma^2 + \varepsilon}$ and $\max(x, \partial L)$ are 0.5."
    )
