"""A lecture's own words for symbols: what a file may say, and what is wrong with one."""

from pathlib import Path

import pytest

from figgen.errors import SourceError
from figgen.handout.speech.words import Words, read_words


def test_a_file_gives_words_by_the_part_that_a_symbol_plays(tmp_path: Path) -> None:
    path = tmp_path / "en.toml"
    path.write_text(
        '\ufeff[relations]\n"⋈" = "is joined with"\n[accents]\n"\u030a" = "{base} ring"\n', "utf-8"
    )
    words = read_words([path])
    assert words == Words(relations={"⋈": "is joined with"}, accents={"\u030a": "{base} ring"})
    assert (words.role("⋈"), words.name("⋈"), words.role("="), words.name("=")) == (
        "relation",
        "is joined with",
        "",
        "",
    )


def test_a_lecture_without_a_file_has_no_words_of_its_own(tmp_path: Path) -> None:
    assert read_words([tmp_path / "en.toml"]) == Words()


def test_the_words_of_a_region_go_over_those_of_its_language(tmp_path: Path) -> None:
    region, language = tmp_path / "en-GB.toml", tmp_path / "en.toml"
    region.write_text("[signs]\n'⋈' = 'bow'\n[powers]\n'†' = '{base} cross'", "utf-8")
    language.write_text("[relations]\n'⋈' = 'joins'\n'≀' = 'wreathes'\n[signs]\n'†' = 'dagger'", "utf-8")
    assert read_words([region, language]) == Words(
        relations={"≀": "wreathes"}, signs={"⋈": "bow", "†": "dagger"}, powers={"†": "{base} cross"}
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[relation]\n'⋈' = 'x'", "unknown table 'relation'; did you mean relations?"),
        ("relations = 1", "relations must be a table of words by symbol, not 1"),
        ("[signs]\n'⋈' = 2", "signs: '⋈' must have words, not 2"),
        ("[signs]\n'⋈' = ' '", "signs: '⋈' must have words, not ' '"),
        (
            "[signs]\n'\\bowtie' = 'x'",
            "signs: '\\\\bowtie' must be the symbol itself, such as '⋈', or a name, such as 'Tr'",
        ),
        (
            "[accents]\n'⋈' = 'ring'",
            "accents: '⋈' must have words with {base} once, such as '{base} ring', not 'ring'",
        ),
        (
            "[powers]\n'⋈' = '{base} {0}'",
            "powers: '⋈' must have words with {base} once, such as '{base} ring', not '{base} {0}'",
        ),
        (
            "[signs]\n'⋈' = 'x'\n[relations]\n'⋈' = 'y'",
            "'⋈' stands in signs and in relations; it can play one part only",
        ),
        ("[signs", "Expected ']' at the end of a table declaration (at end of document)"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_path(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "en.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError) as caught:
        read_words([path])
    assert str(caught.value) == f"{path}: {message}"


def test_everything_wrong_with_a_file_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "en.toml"
    path.write_text("[sign]\n[relations]\n'' = 'x'\n'⋈' = 1", "utf-8")
    with pytest.raises(SourceError) as caught:
        read_words([path])
    assert len(caught.value.problems) == 3


def test_a_file_that_is_no_utf8_or_too_deep_is_an_error(tmp_path: Path) -> None:
    for name, content in {"a.toml": b"\xff", "b.toml": b"a = " + b"[" * 20_000}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SourceError, match=name):
            read_words([tmp_path / name])
