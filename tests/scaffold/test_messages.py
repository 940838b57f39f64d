"""`figgen messages` finds what a lecture says, and brings each catalogue up to date with it."""

from pathlib import Path

import pytest
from tiny_lecture import edit, figgen

from figgen.errors import UsageError
from figgen.lecture import load_lecture
from figgen.paths import BUILT_IN, built_in_lecture
from figgen.scaffold.files import replace_file
from figgen.scaffold.messages import Code, update_catalogues
from figgen.scaffold.toml import own_lecture
from figgen.translation.catalogues import read_catalogue


def test_each_language_gets_what_is_new_and_is_told_what_is_left(own: Path) -> None:
    edit(
        own / "experiments" / "first_steps" / "averaging.py",
        'axes.set_title(tr("Mitteln hilft, aber nicht gegen Ausreißer"))',
        'axes.set_title(tr("Mitteln hilft"))',
    )
    done = figgen("messages", cwd=own)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "".join(
        f"locale/{tag}.po: 1 new, 1 obsolete, 1 of 8 left to translate\n" for tag in ("en", "sk")
    )
    assert "Mitteln hilft" not in read_catalogue(own / "locale" / "en.po")
    again = figgen("messages", cwd=own)
    assert again.stdout.startswith("locale/en.po: 0 new, 0 obsolete, 1 of 8 left to translate\n")


def test_the_built_in_catalogue_is_up_to_date(tmp_path: Path) -> None:
    lecture = load_lecture(built_in_lecture(BUILT_IN))
    code = Code(lecture, tmp_path)
    translated = set(read_catalogue(lecture.folder / "locale" / "sk.po"))
    assert len(code.messages()) > 500
    assert set(code.messages()) <= translated


def test_what_is_put_together_while_a_figure_is_drawn_is_found_after_a_build(tiny: Path) -> None:
    coin = tiny / "experiments" / "chance" / "coin.py"
    edit(coin, 'tr("The heads add up")', "tr(TITLE.text)")
    edit(coin, "\ndef draw", '\nclass TITLE:\n    text = "Heads up"\n\n\ndef draw')
    assert "Heads up" not in Code(load_lecture(tiny), tiny / "output").messages()
    assert figgen("figures", "coin", "--lang", "sk", cwd=tiny).returncode == 0
    assert "Heads up" in Code(load_lecture(tiny), tiny / "output").messages()


def test_claims_and_the_layout_speak_and_tests_do_not(own: Path) -> None:
    (own / "layout").mkdir()
    (own / "layout" / "handout.html.j2").write_text('{{ tr("Impressum") }}', encoding="utf-8")
    (own / "tests" / "test_more.py").write_text('def test(tr):\n    tr("Test")\n', encoding="utf-8")
    found = Code(load_lecture(own), own / "output").messages()
    assert found["Impressum"] == ("layout/handout.html.j2",)
    claim = (
        "Mit Ausreißern hat der Mittelwert aus 256 Messungen das {value}-Fache des Fehlers einer einzelnen."
    )
    assert found[claim] == ("experiments/first_steps/averaging.py",)
    assert "Test" not in found


@pytest.mark.parametrize("name", ["experiments/first_steps/averaging.py", "helper.py"])
def test_code_that_cannot_be_read_is_told_and_no_message_is_lost(own: Path, name: str) -> None:
    before = (own / "locale" / "en.po").read_bytes()
    (own / name).write_text("def draw(:\n", encoding="utf-8")
    done = figgen("messages", cwd=own)
    assert done.returncode == 1
    assert f"{name}:1: SyntaxError: invalid syntax" in done.stderr
    assert (own / "locale" / "en.po").read_bytes() == before


def test_a_language_that_reads_the_source_needs_no_catalogue(own: Path) -> None:
    edit(own / "lecture.toml", 'de = "Eine', 'de-AT = "Eine')
    edit(own / "lecture.toml", "{de = ", "{de-AT = ")
    updated = update_catalogues(load_lecture(own), own / "output")
    assert [update.language for update in updated] == ["en", "sk"]


def test_only_a_lecture_of_ones_own_is_written_to(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"^there is no lecture\.toml in .*: go to the folder of your lecture"
    ):
        own_lecture(tmp_path)


def test_a_catalogue_that_cannot_be_written_is_told(own: Path) -> None:
    (own / "locale" / "en.po").unlink()
    (own / "locale" / "en.po").mkdir()
    with pytest.raises(UsageError, match=r"^cannot write .*en\.po: .*; mend its rights, or close it$"):
        replace_file(own / "locale" / "en.po", b"")
