"""A lecture before all is translated: what is shown, listed, checked, and made again."""

import re
from pathlib import Path

import pytest
from tiny_lecture import edit, figgen, steps

BUILD = ("build", "--to", "html", "--lang", "sk")
HEADS = 'msgid "heads"\nmsgstr "hlavy"\n'
TOSS = 'msgid "toss"\nmsgstr "hod"\n'
TOLD = """\
locale/sk.po: no translation of these messages, which are shown in English:
  'toss'
  'heads'
"""


@pytest.fixture
def lecture(tiny: Path) -> Path:
    """A lecture whose Slovak catalogue lacks two messages of one figure."""
    edit(tiny / "locale" / "sk.po", HEADS, "")
    edit(tiny / "locale" / "sk.po", TOSS, "")
    return tiny


def told(lecture: Path, *words: str) -> tuple[int, str]:
    """Return the exit code and what is told besides steps and counts."""
    done = figgen(*words, cwd=lecture)
    lines = [line for line in done.stderr.splitlines(keepends=True) if not line.startswith("[")]
    return done.returncode, "".join(lines)


def test_a_build_shows_the_source_language_and_lists_all_at_once(lecture: Path) -> None:
    assert told(lecture, *BUILD) == (0, TOLD)
    assert 'lang="sk"' in (lecture / "output/handout.sk.html").read_text(encoding="utf-8")
    assert told(lecture, *BUILD) == (0, TOLD)  # nothing was to do, and it lacks them still
    assert told(lecture, *BUILD, "--quiet") == (0, "")
    assert told(lecture, "build", "--to", "html", "--lang", "en") == (0, "")


def test_a_check_fails_for_what_a_finished_language_lacks(lecture: Path) -> None:
    figgen(*BUILD, cwd=lecture)
    code, faults = told(lecture, "check", "--to", "html", "--lang", "sk")
    assert code == 1
    assert faults == (
        "✗ locale/sk.po: no translation of 'toss' into 'sk'\n"
        "✗ locale/sk.po: no translation of 'heads' into 'sk'\n"
    )
    edit(lecture / "lecture.toml", "chapters", 'drafts = ["sk"]\nchapters')
    assert told(lecture, *BUILD) == (0, "locale/sk.po: 2 messages to translate yet, of a draft\n")
    assert told(lecture, "check", "--to", "html", "--lang", "sk") == (0, "")


def test_a_translation_that_is_added_is_shown(lecture: Path) -> None:
    figgen(*BUILD, cwd=lecture)
    with (lecture / "locale" / "sk.po").open("a", encoding="utf-8") as catalogue:
        catalogue.write("\n" + HEADS)
    assert steps(figgen(*BUILD, cwd=lecture)) == {"draw coin (sk)", "write handout.sk.html"}
    assert told(lecture, *BUILD) == (0, TOLD.replace("  'heads'\n", ""))


def test_a_message_that_is_put_together_while_it_is_drawn_is_known(lecture: Path) -> None:
    edit(lecture / "experiments" / "chance" / "coin.py", 'tr("heads")', 'tr("he" + "ads")')
    assert told(lecture, *BUILD) == (0, TOLD)
    catalogue = lecture / "locale" / "sk.po"
    before = catalogue.read_text(encoding="utf-8")
    for translation in ("hlavy", "orly"):
        catalogue.write_text(before + f'\nmsgid "heads"\nmsgstr "{translation}"\n', encoding="utf-8")
        assert told(lecture, "check", "--to", "html", "--lang", "sk")[1].startswith(
            "✗ figures/sk/coin.svg: is out of date: translation of 'heads' changed; run figgen build\n"
        )
        done = figgen(*BUILD, "--explain", cwd=lecture)
        assert "is out of date: translation of 'heads' changed" in done.stderr
        assert steps(done) == {"draw coin (sk)", "write handout.sk.html"}
    assert steps(figgen(*BUILD, cwd=lecture)) == set()


def test_figgens_own_words_in_a_language_that_it_lacks_are_english_and_told_once(lecture: Path) -> None:
    for path in (lecture / "sk", lecture / "locale" / "sk.po"):
        path.rename(path.with_name(path.name.replace("sk", "xx")))
    edit(lecture / "lecture.toml", "sk = ", "xx = ")
    code, lines = told(lecture, "build", "--to", "html", "--lang", "xx")
    assert code == 0
    assert re.sub(r"\d+ messages", "some messages", lines) == (
        TOLD.replace("sk", "xx")
        + "xx: figgen shows some messages of its own in English; locale/xx.po can translate them\n"
        + "xx: CLDR does not know this language; numbers are written as in English\n"
    )
    assert told(lecture, "check", "--to", "html", "--lang", "xx")[1].count("✗") == 2  # the lecture's own
