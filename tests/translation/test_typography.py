import dataclasses
import tomllib
from pathlib import Path

import pytest

from figgen.paths import PACKAGE, typography
from figgen.translation.tags import wrong_with
from figgen.translation.typography import Typography, least_group, typography_of

RULES = sorted((PACKAGE / "languages").glob("*/typography.toml"))


@pytest.mark.parametrize(
    ("tag", "double", "single"),
    [
        ("en", "“”", "‘’"),
        ("sk", "„“", "‚‘"),
        ("cs", "„“", "‚‘"),
        ("de", "„“", "‚‘"),
        ("de-AT", "„“", "‚‘"),
        ("fr", "«\u00a0\u00a0»", "“”"),
        ("es", "«»", "“”"),
        ("es-MX", "«»", "“”"),
        ("pl", "„”", "«»"),
        ("hu", "„”", "»«"),
        ("it", "«»", "“”"),
        ("he", "””", "’’"),
        ("zh-TW", "「」", "『』"),
        ("xx", "“”", "‘’"),
    ],
)
def test_quotation_marks_are_those_of_the_language(tag: str, double: str, single: str) -> None:
    rules = typography_of(tag)
    assert ("".join(rules.double_quotes), "".join(rules.single_quotes)) == (double, single)


def test_a_region_inherits_all_that_it_does_not_have_otherwise() -> None:
    french, canadian = typography_of("fr"), typography_of("fr-CA")
    assert canadian == dataclasses.replace(french, space_before={":": "\u00a0", "»": "\u00a0"})


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.parent.name)
def test_rules_are_whole_and_of_a_language(path: Path) -> None:
    assert wrong_with(path.parent.name) == ""
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    assert said.keys() <= {field.name for field in dataclasses.fields(Typography)}
    assert all(word == word.lower() for word in said.get("short_words", ()))


def test_figgen_has_the_rules_of_its_languages() -> None:
    assert all(typography(tag).is_file() for tag in ("en", "sk", "cs", "de", "fr", "es", "pl", "hu"))


def test_four_digits_are_a_group_in_some_languages_only() -> None:
    assert [least_group(tag) for tag in ("en", "es", "es-MX", "pt", "pt-PT", "pt-AO")] == [1, 2, 1, 1, 2, 1]
