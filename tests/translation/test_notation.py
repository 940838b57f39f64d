"""What is expected in other languages than English and Slovak is what ICU 78.2 writes, with CLDR 48.

Node.js 20: `new Intl.NumberFormat("pl", {style: "percent", maximumFractionDigits: 1}).format(-0.255)`.
"""

import numpy as np
import pytest

from figgen.translation.notation import is_known, locale_of, notation_of

EN, SK = notation_of("en"), notation_of("sk")


@pytest.mark.parametrize(
    ("value", "english", "slovak"),
    [
        (0.25, "0.25", "0,25"),
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (-0.5, "−0.5", "−0,5"),
        (4.5398e-5, "4.54\u00a0×\u00a010⁻⁵", "4,54\u00a0·\u00a010⁻⁵"),
        (-4.5398e-5, "−4.54\u00a0×\u00a010⁻⁵", "−4,54\u00a0·\u00a010⁻⁵"),
        (1e-12, "10⁻¹²", "10⁻¹²"),
        (9.999e-4, "0.001", "0,001"),
        (0.99999, "1", "1"),
        (999.96, "1,000", "1\u00a0000"),
        (12345, "12,345", "12\u00a0345"),
        (1797, "1,797", "1\u00a0797"),
        (3.0, "3", "3"),
        (3072.0, "3,072", "3\u00a0072"),
        (-1500.5, "−1,500", "−1\u00a0500"),
        (2.5e7, "2.5\u00a0×\u00a010⁷", "2,5\u00a0·\u00a010⁷"),
        (12345678, "12,345,678", "12\u00a0345\u00a0678"),
    ],
)
def test_numbers_are_written_as_the_reader_writes_them(value: float, english: str, slovak: str) -> None:
    assert EN.number(value) == english
    assert SK.number(value) == slovak


def test_whole_numbers_of_every_kind_keep_all_of_their_digits() -> None:
    assert EN.number(np.int64(12345678)) == EN.number(np.uint64(12345678)) == "12,345,678"
    assert EN.number(-(2**70)) == "−1,180,591,620,717,411,303,424"
    assert EN.number(10**400).count("0") == 400  # more than a float holds


def test_digits_are_significant_ones() -> None:
    assert [EN.number(0.0123456, digits) for digits in (1, 2, 4)] == ["0.01", "0.012", "0.01235"]


def test_what_is_no_number_is_written_all_the_same() -> None:
    assert [SK.number(float(text)) for text in ("nan", "inf", "-inf")] == ["NaN", "∞", "−∞"]


@pytest.mark.parametrize(
    ("tag", "fraction", "four", "seven"),
    [
        ("en", "1,797.5", "1,797", "1,234,567"),
        ("sk", "1\u00a0797,5", "1\u00a0797", "1\u00a0234\u00a0567"),
        ("de", "1.797,5", "1.797", "1.234.567"),
        ("de-CH", "1'797.5", "1'797", "1'234'567"),
        ("pl", "1797,5", "1797", "1\u00a0234\u00a0567"),
        ("it", "1797,5", "1797", "1.234.567"),
        ("es", "1797,5", "1797", "1.234.567"),
        ("es-MX", "1,797.5", "1,797", "1,234,567"),
        ("pt-PT", "1797,5", "1797", "1\u00a0234\u00a0567"),
        ("pt-AO", "1\u00a0797,5", "1\u00a0797", "1\u00a0234\u00a0567"),
        ("tr", "1.797,5", "1.797", "1.234.567"),
        ("fr", "1\u202f797,5", "1\u202f797", "1\u202f234\u202f567"),
        ("hi", "1,797.5", "1,797", "12,34,567"),
    ],
)
def test_digits_are_grouped_as_in_cldr(tag: str, fraction: str, four: str, seven: str) -> None:
    notation = notation_of(tag)
    assert [notation.number(1797.5, 5), notation.number(1797), notation.number(1234567)] == [
        fraction,
        four,
        seven,
    ]


@pytest.mark.parametrize(
    ("tag", "written", "negative"),
    [
        ("en", "25.5%", "−25.5%"),
        ("sk", "25,5\u00a0%", "−25,5\u00a0%"),
        ("cs", "25,5\u00a0%", "−25,5\u00a0%"),
        ("de", "25,5\u00a0%", "−25,5\u00a0%"),
        ("pl", "25,5%", "−25,5%"),
        ("it", "25,5%", "−25,5%"),
        ("tr", "%25,5", "−%25,5"),
        ("fr", "25,5\u00a0%", "−25,5\u00a0%"),
        ("es", "25,5\u00a0%", "−25,5\u00a0%"),
        ("hu", "25,5%", "−25,5%"),
        ("eu", "%\u00a025,5", "−%\u00a025,5"),
    ],
)
def test_percentages_follow_the_language(tag: str, written: str, negative: str) -> None:
    assert [notation_of(tag).percent(0.255), notation_of(tag).percent(-0.255)] == [written, negative]


@pytest.mark.parametrize(
    ("tag", "times"), [("en", "×"), ("de", "·"), ("de-AT", "·"), ("cs", "·"), ("fr", "×")]
)
def test_powers_of_ten_have_the_sign_of_the_language(tag: str, times: str) -> None:
    assert notation_of(tag).number(4.5e-5).split("\u00a0")[1] == times


def test_a_language_that_cldr_does_not_know_has_the_numbers_of_english() -> None:
    assert notation_of("xx") == EN
    assert [is_known(tag) for tag in ("xx", "xx-AT", "de-AT", "de-XX")] == [False, False, True, True]


def test_a_language_without_numbers_of_its_own_has_those_that_it_inherits() -> None:
    assert str(locale_of("de-XX")) == "de"
    assert notation_of("de-XX") == notation_of("de")
