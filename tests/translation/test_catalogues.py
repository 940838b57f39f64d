"""A catalogue is read as it is, or its damage is told with file and line."""

import re
from pathlib import Path

import pytest

from figgen.errors import SourceError
from figgen.translation.catalogues import read_catalogue

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset={}\\n"\n'
GOOD = 'msgid "mean"\nmsgstr "stredná"\n'


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    return tmp_path / "sk.po"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
def test_a_catalogue_is_read_in_the_encoding_that_it_declares(catalogue: Path, encoding: str) -> None:
    catalogue.write_text(HEADER.format(encoding.removesuffix("-sig")) + GOOD, encoding=encoding)
    assert read_catalogue(catalogue) == {"mean": "stredná"}


def test_what_is_untranslated_or_fuzzy_is_left_out_and_no_file_is_an_empty_one(catalogue: Path) -> None:
    assert read_catalogue(catalogue) == {}
    catalogue.write_text(
        f'{GOOD}\nmsgid "b"\nmsgstr ""\n\n#, fuzzy\nmsgid "c"\nmsgstr "d"\n', encoding="utf-8"
    )
    assert read_catalogue(catalogue) == {"mean": "stredná"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{GOOD}\n<<<<<<< HEAD\n", ":4: Unknown or misformatted keyword; mend the line: a catalogue has"),
        (f'{GOOD}\nmsgid "a"\n', ":4: missing msgstr for msgid 'a'; mend the line"),
        ('msgid "a"\nmsgstr[0 "x"\n', ": is no catalogue of translations: "),
        (HEADER.format("klingon") + GOOD, ": is no catalogue of translations: unknown encoding: klingon"),
        (
            HEADER.format("ascii") + GOOD,
            ": is not in the encoding that it declares; save it in that, or as UTF-8",
        ),
    ],
)
def test_damage_is_told_with_its_line(catalogue: Path, text: str, told: str) -> None:
    catalogue.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=f"^{re.escape(f'{catalogue}{told}')}"):
        read_catalogue(catalogue)


def test_a_catalogue_in_another_encoding_than_utf_8_has_to_say_so(catalogue: Path) -> None:
    catalogue.write_text(GOOD, encoding="cp1250")
    with pytest.raises(SourceError, match=rf"^{re.escape(str(catalogue))}:2: byte 0xe1 is not UTF-8; save"):
        read_catalogue(catalogue)
