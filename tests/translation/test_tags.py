import pytest

from figgen.translation.tags import (
    canonical,
    chain,
    direction,
    inherits,
    name_of,
    region_of,
    with_region,
    wrong_with,
)

SUCH_AS = "write one such as de, pt-BR or zh-Hant"


@pytest.mark.parametrize(
    "tag",
    [
        "sk",
        "yue",
        "en-GB",
        "es-419",
        "zh-Hant-TW",
        "de-CH-1996",
        "sl-rozaj-biske",
        "en-US-u-nu-latn",
    ],
)
def test_a_language_tag_is_what_bcp_47_says(tag: str) -> None:
    assert wrong_with(tag) == ""


@pytest.mark.parametrize(
    ("tag", "hint"),
    [
        ("xx-yy-zz", SUCH_AS),
        ("x", SUCH_AS),
        ("", SUCH_AS),
        ("de-", SUCH_AS),
        ("de_AT", "did you mean de-AT?"),
        ("en_us.UTF-8", "did you mean en-US?"),
        ("german", "did you mean de?"),
        ("deu", "did you mean de?"),
        ("slk-SK", "did you mean sk-SK?"),
        ("Slovak", "did you mean sk?"),
    ],
)
def test_what_is_no_language_tag_is_told_with_what_may_be_meant(tag: str, hint: str) -> None:
    assert wrong_with(tag) == f"{tag!r} is no language tag (BCP 47); {hint}"


def test_a_tag_is_written_as_is_usual_for_it_names_folders() -> None:
    assert wrong_with("DE") == "'DE' is written de as a language tag (BCP 47)"
    assert wrong_with("zh-hant-tw") == "'zh-hant-tw' is written zh-Hant-TW as a language tag (BCP 47)"


def test_case_does_not_matter() -> None:
    assert canonical("ZH-hANT-tw-X-AbCd") == "zh-Hant-TW-x-abcd"
    assert chain("de-at") == chain("de-AT")


@pytest.mark.parametrize(
    ("tag", "parents"),
    [
        ("sk", ()),
        ("de-AT", ("de",)),
        ("en-GB", ("en-001", "en")),
        ("es-MX", ("es-419", "es")),
        ("pt-AO", ("pt-PT", "pt")),
        ("zh-TW", ("zh-Hant",)),  # not from zh, which is written in other characters
        ("sr-Latn-RS", ("sr-Latn",)),
        ("de-CH-1996", ("de-CH", "de")),
        ("en-US-u-nu-latn", ("en-US-u-nu", "en-US", "en")),
    ],
)
def test_a_tag_inherits_as_in_cldr(tag: str, parents: tuple[str, ...]) -> None:
    assert chain(tag) == (tag, *parents)


def test_who_reads_one_language_reads_what_it_inherits_from() -> None:
    assert inherits("en-GB", "en")
    assert inherits("en", "en-GB")
    assert not inherits("en", "sk")
    assert not inherits("de-AT", "de-CH")


@pytest.mark.parametrize("tag", ["he", "ar-EG", "fa", "ur", "az-Arab", "pa-PK", "yi"])
def test_languages_are_written_from_the_right(tag: str) -> None:
    assert direction(tag) == "rtl"


@pytest.mark.parametrize("tag", ["sk", "az", "pa", "xx", "ja"])
def test_languages_are_written_from_the_left(tag: str) -> None:
    assert direction(tag) == "ltr"


def test_a_region_is_named_or_likely() -> None:
    assert [region_of(tag) for tag in ("de", "de-at", "es-419", "zh-Hant-TW")] == ["", "AT", "419", "TW"]
    assert [with_region(tag) for tag in ("sk", "en", "de-AT", "zh-Hant", "xx")] == [
        "sk-SK",
        "en-US",
        "de-AT",
        "zh-TW",
        "xx",
    ]


def test_languages_have_english_names() -> None:
    names = [name_of(tag) for tag in ("he", "de-AT", "sr-Latn", "xx")]
    assert names == ["Hebrew", "Austrian German", "Serbian", ""]
