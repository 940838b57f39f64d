"""What `figgen init` writes builds, checks green and passes its own test, in each language."""

import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest
from tiny_lecture import figgen

from figgen.errors import UsageError
from figgen.paths import PACKAGE
from figgen.scaffold.beginning import begin_lecture
from figgen.scaffold.words import languages, scaffold
from figgen.settings.checks import KEYS
from figgen.translation.catalogues import read_catalogue

TODAY = date(2026, 11, 27)
TRANSLATED = [language for language in languages() if language != "en"]


def check_all(folder: Path, *words: str) -> None:
    """Build a lecture, check it with further seeds, and run its own test."""
    built = figgen("build", *words, cwd=folder, cold=True)
    assert (built.returncode, "3 of 3 claims hold" in built.stdout) == (0, True), built.stderr
    checked = figgen("check", "--seeds", "5", *words, cwd=folder)
    assert (checked.returncode, checked.stderr.count("✗")) == (0, 0), checked.stderr + checked.stdout
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    tested = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert (tested.returncode, "7 passed" in tested.stdout) == (0, True), tested.stdout


def test_a_lecture_in_two_languages_is_green(tmp_path: Path) -> None:
    done = figgen("init", "sampling", "--lang", "de", "--lang", "en", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("sampling is a lecture in German and English\nNext:\n  cd sampling\n")
    assert "  figgen preview  " in done.stdout
    check_all(tmp_path / "sampling")


def test_a_language_without_texts_gets_those_of_the_first_that_has_some(tmp_path: Path) -> None:
    done = figgen("init", "l", "--lang", "it", "--lang", "de-AT", "--title", "Stichproben", cwd=tmp_path)
    told = "figgen has no texts in Italian, so those in it/ are in German; translate them and locale/it.po"
    assert told in done.stdout
    folder = tmp_path / "l"
    said = tomllib.loads((folder / "lecture.toml").read_text(encoding="utf-8"))
    assert (said["source_language"], said["drafts"]) == ("de-AT", ["it"])
    assert said["title"] == {"it": "Stichproben", "de-AT": "Stichproben"}
    texts = [(folder / tag / "first_steps.md.j2").read_text(encoding="utf-8") for tag in ("it", "de-AT")]
    assert texts[0].replace("`it/", "`de-AT/") == texts[1]
    assert {path.name for path in (folder / "locale").iterdir()} == {"it.po"}
    check_all(folder, "--to", "html")


@pytest.mark.long
@pytest.mark.parametrize("language", languages())
def test_a_lecture_is_green_in_each_language_that_figgen_has_words_for(tmp_path: Path, language: str) -> None:
    """Each is once the source and once a translation."""
    following = languages()[(languages().index(language) + 1) % len(languages())]
    begin_lecture(tmp_path / "l", (language, following), "", TODAY)
    check_all(tmp_path / "l")


def test_there_are_texts_in_each_language_that_figgen_has_words_for() -> None:
    assert set(languages()) == {"en"} | {path.parent.name for path in PACKAGE.glob("languages/*/messages.po")}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translated_chapter_has_all_that_the_english_one_has(language: str) -> None:
    english, translated = (
        (scaffold(tag) / "first_steps.md.j2").read_text(encoding="utf-8") for tag in ("en", language)
    )
    for construct in (r"^:::.*$", r"\{#[\w-]+", r"\{\{.*?\}\}", r"\$\$?[^$]+\$\$?", r"^#+ ", r"<<.*?>>"):
        found = [sorted(re.findall(construct, text, re.MULTILINE)) for text in (english, translated)]
        assert found[0] == found[1], construct
    names = [set(re.findall(r"@[\w-]+", text)) for text in (english, translated)]
    assert names[0] == names[1]


@pytest.mark.parametrize("language", TRANSLATED)
def test_all_that_the_experiment_says_is_translated(language: str) -> None:
    paths = [path for folder in ("lecture", "new") for path in scaffold(folder).rglob("*.j2")]
    said = {text for p in paths for text in re.findall(r'<< "(.*?)" \|', p.read_text(encoding="utf-8"))}
    said |= {"A lecture with figgen", "Exercise", "Dots scattered around zero."}
    assert set(read_catalogue(scaffold(language) / "words.po")) == said


def test_every_key_of_lecture_toml_is_there_or_commented_out(tmp_path: Path) -> None:
    begin_lecture(tmp_path, ("en",), "", TODAY)
    text = (tmp_path / "lecture.toml").read_text(encoding="utf-8")
    named = set(re.findall(r"^(?:# )?\[?(\w+)(?: =|[\].])", text, re.MULTILINE))
    assert set(KEYS) <= named
    everything = re.sub(r"^# (?=[\[\w'])(?!take)", "", text.partition("\n\n")[2], flags=re.MULTILINE)
    assert set(tomllib.loads(everything)) == set(KEYS)


def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    begin_lecture(tmp_path, ("en",), "", TODAY)
    told = (
        rf"^{re.escape(str(tmp_path))} is not empty: there is \.github and 8 more; give the name of a folder"
    )
    with pytest.raises(UsageError, match=told):
        begin_lecture(tmp_path, ("en",), "", TODAY)
    with pytest.raises(UsageError, match=r"lecture.toml is a file; give the name of a folder that is new"):
        begin_lecture(tmp_path / "lecture.toml", ("en",), "", TODAY)


def test_a_tag_that_is_none_is_told_before_anything_is_written(tmp_path: Path) -> None:
    told = r"^the language 'de_AT' is no language tag \(BCP 47\); did you mean de-AT\?$"
    with pytest.raises(UsageError, match=told):
        begin_lecture(tmp_path / "l", ("en", "de_AT"), "", TODAY)
    assert not (tmp_path / "l").exists()


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"^cannot write .*: .*; choose another folder$"):
        begin_lecture(tmp_path / "file" / "l", ("en",), "", TODAY)
