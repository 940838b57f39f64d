"""`figgen rename chapter` renames all that has a chapter's name, and loses nothing when stopped half-way."""

import re
from pathlib import Path

import pytest
from tiny_lecture import figgen

from figgen.errors import UsageError
from figgen.lecture import load_lecture
from figgen.scaffold import renaming
from figgen.scaffold.renaming import rename_chapter


@pytest.fixture
def spoken_of(own: Path) -> Path:
    """A lecture whose files speak of the chapter in many ways."""
    (own / "helper.py").write_text(
        "from experiments.first_steps import averaging\nfrom experiments import first_steps\n"
        'PATH = "experiments/first_steps/a.csv"\nOTHER = "first_steps"\n',
        encoding="utf-8",
    )
    text = '\n\n{{ statements("first_steps") }} first_steps\n'
    for tag in ("de", "en", "sk"):
        with (own / tag / "first_steps.md.j2").open("a", encoding="utf-8") as file:
            file.write(text)
    return own


def test_texts_experiments_and_all_that_speaks_of_them_follow(spoken_of: Path) -> None:
    done = figgen("rename", "chapter", "first_steps", "means", cwd=spoken_of)
    assert done.returncode == 0, done.stderr
    assert "changed sk/means.md.j2" in done.stdout.splitlines()
    assert not list(spoken_of.rglob("first_steps*"))
    assert load_lecture(spoken_of).chapters == ("means",)
    assert (spoken_of / "helper.py").read_text(encoding="utf-8") == (
        "from experiments.means import averaging\nfrom experiments import means\n"
        'PATH = "experiments/means/a.csv"\nOTHER = "first_steps"\n'
    )
    german = (spoken_of / "de" / "means.md.j2").read_text(encoding="utf-8")
    assert german.endswith('{{ statements("means") }} first_steps\n')  # a word of the text is the author's
    assert "`de/means.md.j2`" in german
    assert "`experiments/means/averaging.py`" in german
    assert '/ "means" /' in (spoken_of / "tests" / "test_averaging.py").read_text(encoding="utf-8")
    assert "#: experiments/means/averaging.py" in (spoken_of / "locale/en.po").read_text(encoding="utf-8")
    assert "# in order;" in (spoken_of / "lecture.toml").read_text(encoding="utf-8")
    assert figgen("figures", "--lang", "sk", cwd=spoken_of).returncode == 0


@pytest.mark.parametrize("steps", range(4))
def test_what_was_stopped_half_way_goes_on(
    spoken_of: Path, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = 0
    move = renaming._move

    def until_stopped(source: Path, target: Path) -> None:
        nonlocal done
        if done == steps:
            raise KeyboardInterrupt
        done += 1
        move(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(renaming, "_move", until_stopped)
        with pytest.raises(KeyboardInterrupt):
            rename_chapter(spoken_of, "first_steps", "means", spoken_of / "output")
    rename_chapter(spoken_of, "first_steps", "means", spoken_of / "output")
    assert not list(spoken_of.rglob("first_steps*"))
    assert load_lecture(spoken_of).chapters == ("means",)


WRONG = {
    "unknown": ("first_step", "means", "unknown chapter 'first_step'; did you mean first_steps?"),
    "taken": ("first_steps", "first_steps", "there is a chapter 'first_steps' already; choose another name"),
    "none": ("first_steps", "a/b", "the chapter 'a/b' must be the name of a file: without"),
}


@pytest.mark.parametrize(("old", "new", "told"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_told(own: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(UsageError, match=f"^{re.escape(told)}"):
        rename_chapter(own, old, new, own / "output")
    assert (own / "de" / "first_steps.md.j2").is_file()


def test_a_file_in_the_way_is_told_before_anything_moves(own: Path) -> None:
    (own / "sk" / "means.md.j2").touch()
    with pytest.raises(UsageError, match=r"means\.md\.j2 is there already; choose another name, or move it"):
        rename_chapter(own, "first_steps", "means", own / "output")
    assert (own / "de" / "first_steps.md.j2").is_file()
    assert (own / "experiments" / "first_steps").is_dir()


def test_what_cannot_be_moved_is_told(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(UsageError, match=r"^cannot move .*: Permission denied; mend its rights or close it"):
        rename_chapter(own, "first_steps", "means", own / "output")
