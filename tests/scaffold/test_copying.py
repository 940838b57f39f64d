"""`figgen init --from` copies a built-in lecture with its experiments, so that it can be cut down."""

import re
import tomllib
from pathlib import Path

import pytest
from tiny_lecture import edit, figgen

from figgen.errors import UsageError
from figgen.lecture import load_lecture
from figgen.paths import BUILT_IN, built_in_lecture
from figgen.scaffold.copying import copy_lecture


def test_a_copy_has_all_figures_in_the_languages_asked_for(tmp_path: Path) -> None:
    done = figgen("init", "nets", "--from", BUILT_IN, "--lang", "en", "--title", "Nets", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("nets is a copy of Nets in English\n")
    folder = tmp_path / "nets"
    copied, original = load_lecture(folder), load_lecture(built_in_lecture(BUILT_IN))
    assert copied.failures == ()
    assert list(copied.figures()) == list(original.figures())
    assert all(study.path.is_relative_to(folder) for study in copied.studies)
    assert copied.title == {"en": "Nets"}
    assert not [path for path in folder.rglob("*") if path.name.startswith("sk")]
    assert "pytest" not in (folder / ".gitlab-ci.yml").read_text(encoding="utf-8")
    assert figgen("figures", "exp_cost", "zigzag", cwd=folder).returncode == 0  # with assets, with helpers


@pytest.mark.long
def test_a_copy_can_be_cut_down_to_one_chapter(tmp_path: Path) -> None:
    folder = tmp_path / "nets"
    copy_lecture(folder, BUILT_IN, (), "")
    said = tomllib.loads((folder / "lecture.toml").read_text(encoding="utf-8"))
    edit(folder / "lecture.toml", str(said["chapters"]).replace("'", '"'), '["recap"]')
    for name in set(said["chapters"]) - {"recap"}:
        for path in (folder / "experiments" / name).glob("*.py"):
            path.unlink()
        for language in ("sk", "en"):
            (folder / language / f"{name}.md.j2").unlink()
    built = figgen("build", "--to", "html", cwd=folder, cold=True)
    assert built.returncode == 0, built.stderr
    assert figgen("check", "--to", "html", cwd=folder).returncode == 0


WRONG = {
    "no lecture": ("training", (), "--from: unknown lecture 'training'; there are: training_neural"),
    "no language": (BUILT_IN, ("de",), f"{BUILT_IN}: unknown language 'de'; did you mean en?"),
}


@pytest.mark.parametrize(("name", "languages", "told"), WRONG.values(), ids=WRONG)
def test_what_there_is_not_is_told(tmp_path: Path, name: str, languages: tuple[str, ...], told: str) -> None:
    with pytest.raises(UsageError, match=f"^{re.escape(told)}"):
        copy_lecture(tmp_path / "nets", name, languages, "")
    assert not (tmp_path / "nets").exists()


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(UsageError, match=r"is not empty: there is notes\.txt; give the name of a folder"):
        copy_lecture(tmp_path, BUILT_IN, (), "")
