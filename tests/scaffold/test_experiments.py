"""`figgen new experiment` writes one that is green at once, or copies a built-in one with all it needs."""

import re
from pathlib import Path

import pytest
from tiny_lecture import edit, figgen

from figgen.errors import UsageError
from figgen.lecture import Lecture, load_lecture
from figgen.paths import BUILT_IN, built_in_lecture
from figgen.scaffold.borrowing import Borrowed
from figgen.scaffold.experiments import new_experiment
from figgen.translation.catalogues import read_catalogue


@pytest.fixture(scope="session")
def built_in() -> Lecture:
    return load_lecture(built_in_lecture(BUILT_IN))


def test_a_new_experiment_makes_its_chapter_and_is_green(own: Path) -> None:
    done = figgen("new", "experiment", "spectra/leakage", cwd=own)
    assert (done.returncode, done.stderr) == (0, "")
    assert set(done.stdout.splitlines()[:-1]) == {
        *(f"wrote {tag}/spectra.md.j2" for tag in ("de", "en", "sk")),
        *("wrote lecture.toml", "wrote experiments/spectra/leakage.py", "wrote tests/test_leakage.py"),
        *("wrote locale/en.po", "wrote locale/sk.po"),
    }
    assert 'tr("Zufällig gezogene Zahlen")' in (own / "experiments/spectra/leakage.py").read_text("utf-8")
    assert read_catalogue(own / "locale" / "sk.po")["gezogener Wert"] == "vytiahnutá hodnota"
    built = figgen("build", "--to", "html", cwd=own, cold=True)
    assert "2 figures, 4 of 4 claims hold" in built.stdout, built.stderr
    checked = figgen("check", "--to", "html", "--seeds", "5", cwd=own)
    assert checked.returncode == 0, checked.stderr


def test_a_built_in_experiment_comes_with_helpers_captions_and_translations(own: Path) -> None:
    done = figgen("new", "experiment", "first_steps/path", "--from", "zigzag", cwd=own)
    assert done.returncode == 0, done.stderr
    assert "this lecture is written in 'de': translate it in experiments/first_steps/path.py" in done.stdout
    code = (own / "experiments" / "first_steps" / "path.py").read_text(encoding="utf-8")
    assert "from experiments.palette import" in code
    assert (own / "experiments" / "palette.py").is_file()
    slovak = (own / "sk" / "first_steps.md.j2").read_text(encoding="utf-8")
    assert re.search(r'\n\n\{% call figure\("zigzag", alt="Vľavo .*\{\{ params\.path\.', slovak, re.DOTALL)
    assert slovak.endswith('{{ claims("path") }}\n')
    assert read_catalogue(own / "locale" / "sk.po")["start"] == "štart"
    assert figgen("figures", "zigzag", "--lang", "sk", cwd=own).returncode == 0


def test_a_second_one_finds_the_helpers_that_are_there(own: Path) -> None:
    new_experiment(own, "first_steps/a", "zigzag", own / "output")
    added = new_experiment(own, "first_steps/b", "elu", own / "output")
    assert "experiments/palette.py" not in added.files
    edit(own / "experiments" / "palette.py", '"""', '"""Mine: ')
    with pytest.raises(UsageError, match=r"palette\.py is there already; choose another name, or delete it"):
        new_experiment(own, "first_steps/c", "maxout", own / "output")


def test_every_built_in_experiment_can_be_copied(own: Path, built_in: Lecture) -> None:
    for study in built_in.studies:
        borrowed = Borrowed(built_in, study)
        for path, data in borrowed.files("experiments", "first_steps", study.name).items():
            (own / path).parent.mkdir(parents=True, exist_ok=True)
            (own / path).write_bytes(data)
        for tag in ("sk", "en"):
            blocks = "\n".join(borrowed.blocks(tag, study.name))
            assert blocks.count("{% call") == len(study.experiment.figures)
            assert study.title not in blocks  # has captions of its own
    copied = load_lecture(own)
    assert copied.failures == ()
    assert {study.name for study in built_in.studies} < {study.name for study in copied.studies}
    for copy in (own / "experiments").rglob("*.py"):
        assert "figgen.experiments" not in copy.read_text(encoding="utf-8")
    assert (own / "experiments" / "first_steps" / "assets").is_dir()


WRONG = {
    "no chapter": ("leakage", "", "an experiment lies in a chapter: write CHAPTER/NAME, not 'leakage'"),
    "no chapter's name": ("a/b/c", "", "the chapter 'a/b' must be the name of a file: without"),
    "no name": ("first_steps/2nd", "", "an experiment's name has small letters, digits and _, with a letter"),
    "a word of Python": (
        "first_steps/class",
        "",
        "an experiment's name has small letters, digits and _, with",
    ),
    "taken": (
        "first_steps/averaging",
        "",
        "the experiment 'averaging' is in experiments/first_steps/averaging",
    ),
    "a slip": (
        "first_step/x",
        "",
        "unknown chapter 'first_step'; did you mean first_steps? figgen new chapter",
    ),
    "unknown": ("first_steps/x", "zigzak", "--from: unknown experiment 'zigzak'; did you mean zigzag?"),
}


@pytest.mark.parametrize(("place", "built_in", "told"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_told_and_nothing_changes(own: Path, place: str, built_in: str, told: str) -> None:
    before = {path: path.read_bytes() for path in own.rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match=f"^{re.escape(told)}"):
        new_experiment(own, place, built_in, own / "output")
    assert {path: path.read_bytes() for path in own.rglob("*") if path.is_file()} == before


def test_a_lecture_with_the_experiments_of_a_package_has_none_of_its_own(own: Path) -> None:
    edit(own / "lecture.toml", '# experiments = "experiments"', 'experiments = "figgen.check"')
    with pytest.raises(
        UsageError, match=r"^the experiments of this lecture are those of the package figgen\.c"
    ):
        new_experiment(own, "first_steps/x", "", own / "output")
