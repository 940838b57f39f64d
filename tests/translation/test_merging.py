"""A catalogue is brought up to date, and nothing that was translated is lost."""

from pathlib import Path

import pytest

from figgen.translation.catalogues import read_catalogue
from figgen.translation.merging import Merged, merge

HEADER = '# By hand.\nmsgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sk.po"


def merged(path: Path, *texts: str, known: dict[str, str] | None = None) -> Merged:
    """Merge a catalogue with messages, and write it."""
    made = merge(path, "sk", dict.fromkeys(texts, ("experiments/a/b.py",)), known or {})
    path.write_bytes(made.data)
    return made


def test_a_new_catalogue_has_all_messages_and_the_translations_that_are_known(path: Path) -> None:
    made = merged(path, "mean", "value {x}", known={"mean": "stredná"})
    assert (made.new, made.obsolete, made.left, made.total) == (
        ("mean", "value {x}"),
        (),
        ("value {x}",),
        2,
    )
    assert path.read_text(encoding="utf-8") == (
        'msgid ""\nmsgstr ""\n"Language: sk\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
        '#: experiments/a/b.py\nmsgid "mean"\nmsgstr "stredná"\n\n'
        '#: experiments/a/b.py\n#, python-brace-format\nmsgid "value {x}"\nmsgstr ""\n\n'
    )


def test_what_is_up_to_date_stays_as_it_is(path: Path) -> None:
    merged(path, "mean", "two\nlines", known={"mean": "stredná"})
    before = path.read_bytes()
    made = merged(path, "mean", "two\nlines", known={"mean": "iná"})
    assert (made.data, made.new, made.left) == (before, (), ("two\nlines",))


def test_what_is_obsolete_is_kept_as_a_comment_and_comes_back_with_its_translation(path: Path) -> None:
    merged(path, "mean", "width", known={"mean": "stredná", "width": "šírka"})
    made = merged(path, "width")
    assert (made.obsolete, made.total) == (("mean",), 1)
    assert '#~ msgid "mean"\n#~ msgstr "stredná"' in path.read_text(encoding="utf-8")
    assert read_catalogue(path) == {"width": "šírka"}
    assert merged(path, "mean", "width").new == ("mean",)
    assert read_catalogue(path) == {"width": "šírka", "mean": "stredná"}


def test_a_similar_message_gets_no_guess(path: Path) -> None:
    merged(path, "the mean of all values", known={"the mean of all values": "stredná"})
    assert merged(path, "the mean of the values").left == ("the mean of the values",)
    assert "fuzzy" not in path.read_text(encoding="utf-8")


def test_comments_the_header_and_what_may_be_a_message_stay(path: Path) -> None:
    entries = (
        '\n# of the axis\nmsgid "mean"\nmsgstr "stredná"\n\nmsgid "Figure {number}"\nmsgstr "Ob. {number}"\n'
    )
    path.write_text(HEADER + entries, encoding="utf-8")
    made = merge(path, "sk", {}, {}, mentioned={"mean"})
    assert made.obsolete == ()
    text = made.data.decode()
    assert text.startswith(HEADER)
    assert '# of the axis\nmsgid "mean"\nmsgstr "stredná"' in text
    assert 'msgid "Figure {number}"\nmsgstr "Ob. {number}"' in text  # figgen's own words, said otherwise


def test_the_encoding_stays(path: Path) -> None:
    path.write_text(HEADER.replace("utf-8", "cp1250") + '\nmsgid "a"\nmsgstr "ž"\n', encoding="cp1250")
    merged(path, "a", "b", known={"b": "š"})
    assert read_catalogue(path) == {"a": "ž", "b": "š"}
    assert b"\x9e" in path.read_bytes()
