import pickle
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from figgen.errors import TranslationError
from figgen.translation import Translator
from figgen.translation.catalogues import own

BRACES = "; a brace that is no field is written twice, {{ or }}"


@pytest.fixture
def catalogue(tmp_path: Path) -> Callable[[str, Mapping[str, str]], Path]:
    """Write the translations into a language into a lecture's catalogue."""

    def write(language: str, translations: Mapping[str, str]) -> Path:
        entries = (f'msgid "{message}"\nmsgstr "{text}"\n' for message, text in translations.items())
        (tmp_path / f"{language}.po").write_text("\n".join(entries), encoding="utf-8")
        return tmp_path / f"{language}.po"

    return write


def test_english_needs_no_catalogue() -> None:
    tr = Translator("en")
    assert tr("Layer {number}", number=3) == "Layer 3"
    assert tr("Contents") == "Contents"
    assert not tr.missing
    assert not tr.borrows(tr.said)


@pytest.mark.parametrize("language", ["en-GB", "en-AU", "EN"])
def test_english_of_a_region_needs_none_either(language: str) -> None:
    tr = Translator(language)
    assert (tr("a wave"), tr("Contents")) == ("a wave", "Contents")
    assert not tr.missing
    assert not tr.borrows(tr.said)


def test_a_missing_translation_is_shown_in_the_source_language_and_noted(
    tmp_path: Path, catalogue: Callable[..., Path]
) -> None:
    path = catalogue("sk", {"a wave": "vlna"})
    tr = Translator("sk", own(tmp_path, "sk"))
    assert [tr("a wave"), tr("{count} waves", count=3), tr("a sine"), tr("a sine")] == [
        "vlna",
        "3 waves",
        "a sine",
        "a sine",
    ]
    assert tr.missing == {"{count} waves": path, "a sine": path}


def test_what_is_in_the_source_language_lacks_no_translation(tmp_path: Path) -> None:
    german = Translator("de", own(tmp_path, "de"), "de")
    assert (german("eine Welle"), german.missing) == ("eine Welle", {})
    english = Translator("en", own(tmp_path, "en"), "de")
    assert english("eine Welle") == "eine Welle"
    assert english.missing == {"eine Welle": tmp_path / "en.po"}


def test_figgens_own_words_in_a_language_that_it_lacks_are_english_and_noted_apart(tmp_path: Path) -> None:
    tr = Translator("he", own(tmp_path, "he"))
    assert [tr("Contents"), tr("Figure {number}", number=2)] == ["Contents", "Figure 2"]
    assert tr.borrows(tr.said) == ("Contents", "Figure {number}")
    assert not tr.missing


def test_figgens_own_words_are_translated_from_english_whatever_the_lecture_is_written_in(
    tmp_path: Path,
) -> None:
    assert Translator("sk", own(tmp_path, "sk"), "de")("Contents") == "Obsah"


def test_the_lectures_catalogue_goes_over_figgens(tmp_path: Path, catalogue: Callable[..., Path]) -> None:
    catalogue("sk", {"Contents": "Prehľad"})
    tr = Translator("sk", own(tmp_path, "sk"))
    assert (tr("Contents"), tr("References")) == ("Prehľad", "Literatúra")


def test_a_region_has_the_words_of_its_language_but_for_its_own(
    tmp_path: Path, catalogue: Callable[..., Path]
) -> None:
    general = catalogue("de", {"January": "Januar", "a wave": "eine Welle"})
    tr = Translator("de-AT", own(tmp_path, "de-AT"))
    assert (tr("a wave"), tr("January"), tr("a sine")) == ("eine Welle", "Januar", "a sine")
    assert tr.missing == {"a sine": general}  # there is no other catalogue
    particular = catalogue("de-AT", {"January": "Jänner"})
    tr = Translator("de-AT", own(tmp_path, "de-AT"))
    assert (tr("a wave"), tr("January"), tr("a sine")) == ("eine Welle", "Jänner", "a sine")
    assert tr.missing == {"a sine": particular}


def test_a_region_has_figgens_words_in_its_language() -> None:
    assert Translator("sk-SK")("Contents") == "Obsah"


def test_known_translations_are_those_that_are_used(tmp_path: Path, catalogue: Callable[..., Path]) -> None:
    catalogue("sk", {"Contents": "Prehľad", "a wave": "vlna", "a sine": "sínus"})
    tr = Translator("sk", own(tmp_path, "sk"))
    said = {"Contents", "a wave", "References", "nothing"}
    assert tr.known(said) == {message: tr(message) for message in said - {"nothing"}}


def test_a_translation_with_a_wrong_field_names_its_catalogue(
    tmp_path: Path, catalogue: Callable[..., Path]
) -> None:
    path = catalogue("sk", {"layer {number}": "vrstva {nubmer}"})
    with pytest.raises(TranslationError) as caught:
        Translator("sk", own(tmp_path, "sk"))("layer {number}", number=1)
    told = f"{path}: 'vrstva {{nubmer}}' must have the fields {{number}}, as 'layer {{number}}'"
    assert str(caught.value) == told + BRACES


@pytest.mark.parametrize(
    ("message", "values", "told"),
    [
        (r"$\frac{1}{2}$ of {all}", {"all": 1}, "must have the fields {all}"),
        ("a slope of {b}", {}, "must have no field"),
    ],
)
def test_a_message_with_a_wrong_field_is_named_itself(
    message: str, values: dict[str, int], told: str
) -> None:
    with pytest.raises(TranslationError) as caught:
        Translator("en")(message, **values)
    how = (
        "a field gets its value by tr(…, name=value), and a brace that is no field is written twice, {{ or }}"
    )
    assert str(caught.value) == f"the message {message!r} {told}; {how}"


@pytest.mark.parametrize(
    ("message", "value", "shown"),
    [
        ("b = {b}", 1.00377, "b = 1"),
        ("b = {b}", np.float32(0.12345), "b = 0,123"),
        ("b = {b}", np.array(-1234.56), "b = −1.230"),
        ("b = {b!s}", 0.5, "b = 0,5"),
        ("b = {b:.2f}", 1.00377, "b = 1,00"),
        ("b = {b:,.1f}", 12345.67, "b = 12.345,7"),
        ("b = {b:.1%}", 0.4567, "b = 45,7\u00a0%"),
        ("since {b}", 2016, "since 2016"),
        ("b = {b}", "0.5", "b = 0.5"),
    ],
)
def test_a_number_with_a_fraction_is_filled_in_as_the_language_writes_it(
    message: str, value: object, shown: str
) -> None:
    assert Translator("de")(message, b=value) == shown


def test_a_translator_that_has_read_needs_no_files(tmp_path: Path, catalogue: Callable[..., Path]) -> None:
    path = catalogue("sk", {"a wave": "vlna"})
    travelling = pickle.dumps(Translator("sk", own(tmp_path, "sk")).read())
    path.unlink()
    tr = pickle.loads(travelling)
    assert [tr("a wave"), tr.number(0.5), tr.typography.times] == ["vlna", "0,5", "·"]


def test_dates_are_written_as_the_reader_writes_them() -> None:
    day = date(2026, 11, 27)
    assert [Translator(tag).date(day) for tag in ("en", "en-GB", "sk", "de-AT", "hu", "xx")] == [
        "November 27, 2026",
        "27 November 2026",
        "27. novembra 2026",
        "27. November 2026",
        "2026. november 27.",
        "November 27, 2026",
    ]


def test_typst_has_language_and_region_apart() -> None:
    assert [(Translator(tag).primary, Translator(tag).region) for tag in ("sk", "de-AT", "zh-Hant-TW")] == [
        ("sk", ""),
        ("de", "AT"),
        ("zh", "TW"),
    ]
