"""`figgen new` adds a chapter, a language, a layout or a style, and the lecture stays in order."""

import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tiny_lecture import edit, figgen

from figgen.errors import UsageError
from figgen.lecture import load_lecture
from figgen.scaffold.additions import Added, new_chapter, new_language, new_layout, new_style
from figgen.scaffold.beginning import begin_lecture


def said(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "lecture.toml").read_text(encoding="utf-8"))


def test_a_chapter_is_listed_and_begins_in_each_language(own: Path) -> None:
    before = (own / "lecture.toml").read_text(encoding="utf-8")
    added = new_chapter(own, "two_waves")
    assert added.files == (*(f"{tag}/two_waves.md.j2" for tag in ("de", "en", "sk")), "lecture.toml")
    assert (own / "sk" / "two_waves.md.j2").read_text(encoding="utf-8").startswith("# Two waves\n")
    after = (own / "lecture.toml").read_text(encoding="utf-8")
    assert after == before.replace('["first_steps"]', '["first_steps", "two_waves"]')
    assert load_lecture(own).chapters == ("first_steps", "two_waves")


def test_a_list_with_a_line_for_each_chapter_gets_one_more(own: Path) -> None:
    edit(own / "lecture.toml", '["first_steps"]', '[\n    "first_steps",  # to begin with\n]')
    new_chapter(own, "b")
    text = (own / "lecture.toml").read_text(encoding="utf-8")
    assert 'chapters = [\n    "first_steps",  # to begin with\n    "b",\n]' in text


def test_a_language_is_a_draft_with_the_texts_of_the_source(own: Path) -> None:
    before = (own / "lecture.toml").read_text(encoding="utf-8")
    new_language(own, "it")
    toml = said(own)
    assert toml["drafts"] == ["it"]
    assert list(toml["title"].items())[-1] == ("it", toml["title"]["de"])
    assert toml["boxes"]["exercise"]["label"]["it"] == "Aufgabe"
    de, it = ((own / tag / "first_steps.md.j2").read_bytes() for tag in ("de", "it"))
    assert de == it
    comments = re.findall(r"^#.*", before, re.MULTILINE)
    assert re.findall(r"^#.*", (own / "lecture.toml").read_text(encoding="utf-8"), re.MULTILINE) == comments
    assert load_lecture(own).languages == ("de", "en", "sk", "it")
    new_language(own, "pl")
    assert said(own)["drafts"] == ["it", "pl"]


def test_what_nobody_changed_is_in_the_new_language_at_once(own: Path, tmp_path: Path) -> None:
    """As in a lecture that was begun in that language, too."""
    done = figgen("new", "language", "fr", cwd=own)
    both = tmp_path / "both"
    begin_lecture(both, ("de", "en", "sk", "fr"), "", date(2026, 11, 27))
    assert "locale/fr.po: 8 new, 0 obsolete, all translated" in done.stdout, done.stderr
    assert said(own)["title"] == said(both)["title"]
    assert said(own)["boxes"] == said(both)["boxes"]
    for name in ("fr/first_steps.md.j2", "locale/fr.po"):
        lines, wanted = ((folder / name).read_text(encoding="utf-8").split("\n") for folder in (own, both))
        assert sorted(lines) == sorted(wanted)


def test_a_chapter_that_was_changed_is_copied_to_be_translated(own: Path) -> None:
    edit(own / "de" / "first_steps.md.j2", "Erste Schritte", "Anfang")
    new_language(own, "fr")
    assert (own / "fr" / "first_steps.md.j2").read_bytes() == (own / "de" / "first_steps.md.j2").read_bytes()


def test_a_language_stands_before_the_comments_that_speak_of_the_next_table(own: Path) -> None:
    new_language(own, "it")
    text = (own / "lecture.toml").read_text(encoding="utf-8")
    assert re.search(r'^sk = ".*"\nit = ".*"\n\n# \[subtitle\]', text, re.MULTILINE)


def test_a_layout_goes_in_the_place_of_figgens_and_a_style_sheet_after_it(own: Path) -> None:
    assert new_layout(own, "handout.html.j2").notes[0].startswith("it goes in the place of figgen's")
    new_layout(own, "handout.css")
    new_style(own, "print")
    css = (own / "layout" / "handout.css").read_text(encoding="utf-8")
    assert "--accent: " in css
    assert css.count("/*") == css.count("*/") == 1
    lines = (own / "styles" / "print.mplstyle").read_text(encoding="utf-8").splitlines()
    assert "# font.size: " in "\n".join(lines)
    assert all(line.startswith("#") for line in lines if line)
    load_lecture(own)


WRONG: dict[str, tuple[Callable[[Path, str], Added], str, str]] = {
    "a chapter taken": (new_chapter, "first_steps", "there is a chapter 'first_steps' already; choose"),
    "no chapter's name": (new_chapter, "a/b", "the chapter 'a/b' must be the name of a file: without"),
    "a device": (new_chapter, "nul", "the chapter 'nul' needs another name: Windows has no file of"),
    "a language taken": (new_language, "en", "the lecture has the language 'en' already"),
    "no language": (new_language, "deutsch", "the language 'deutsch' is no language tag (BCP 47); "),
    "no layout": (new_layout, "handot.css", "unknown file 'handot.css'; did you mean handout.css"),
    "no style": (new_style, "prnt", "unknown style 'prnt'; did you mean print?"),
}


@pytest.mark.parametrize(("new", "name", "told"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_added_is_told_and_nothing_changes(
    own: Path, new: Callable[[Path, str], Added], name: str, told: str
) -> None:
    before = {path: path.read_bytes() for path in own.rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match=f"^{re.escape(told)}"):
        new(own, name)
    assert {path: path.read_bytes() for path in own.rglob("*") if path.is_file()} == before


def test_an_unknown_command_gets_the_nearest(tmp_path: Path) -> None:
    done = figgen("new", "chaptr", "x", cwd=tmp_path)
    assert done.returncode == 2
    assert "unknown command 'chaptr'; did you mean chapter?" in done.stderr


def test_a_file_that_is_there_is_not_written_over(own: Path) -> None:
    new_style(own, "base")
    with pytest.raises(UsageError, match=r"base\.mplstyle is there already; choose another name, or delete"):
        new_style(own, "base.mplstyle")
