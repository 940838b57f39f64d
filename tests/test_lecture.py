import os
import sys
import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from figgen.check.cases import claim_lines
from figgen.engine.code.source import parse
from figgen.engine.description import describe_lecture
from figgen.errors import Problem, SourceError, UsageError
from figgen.lecture import load_lecture
from figgen.paths import BUILT_IN, built_in_lecture, docstring_of, lecture_folder
from figgen.request import read_request


def problems(folder: Path) -> list[str]:
    with pytest.raises(SourceError) as caught:
        load_lecture(folder)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_experiments_are_found_by_walking_the_folder(tiny: Path) -> None:
    lecture = load_lecture(tiny)
    assert [(s.chapter, s.name, s.title) for s in lecture.studies] == [
        ("chance", "coin", "A coin falls on its head half of the time"),
        ("chance", "dice", "A die shows three and a half on average"),
    ]
    assert {figure: study.name for figure, study in lecture.figures().items()} == {
        "coin": "coin",
        "dice": "dice",
    }
    assert lecture.languages == ("sk", "en")


def test_the_built_in_lecture_has_every_experiment_file() -> None:
    lecture = load_lecture(built_in_lecture(BUILT_IN))
    assert lecture.failures == ()
    assert lecture.studies


def test_an_unknown_experiment_gets_the_nearest_name(tiny: Path) -> None:
    with pytest.raises(UsageError, match=r"^unknown experiment 'cion'; did you mean coin\?$"):
        load_lecture(tiny).study("cion")


def test_words_for_formulas_of_a_language_that_the_lecture_does_not_have_are_told(tiny: Path) -> None:
    (tiny / "speech").mkdir()
    for name in ("en.toml", "slk.toml", ".sk.toml.swp"):
        (tiny / "speech" / name).write_text("", encoding="utf-8")
    told = "is not read: unknown file 'slk.toml'; did you mean sk.toml or en.toml?"
    assert problems(tiny) == [f"speech/slk.toml: {told}"]


def test_a_catalogue_of_a_language_that_the_lecture_does_not_have_is_told(tiny: Path) -> None:
    for name in ("en.po", "slk.po", ".sk.po.swp"):
        (tiny / "locale" / name).touch()
    told = "is not read: unknown language 'slk'; did you mean sk? lecture.toml lists the languages in [title]"
    assert problems(tiny) == [f"locale/slk.po: {told}"]


def test_everything_wrong_is_reported_together(tiny: Path) -> None:
    (tiny / "sk" / "extra.md.j2").write_text("", encoding="utf-8")
    text = (tiny / "experiments" / "chance" / "coin.py").read_text(encoding="utf-8")
    (tiny / "experiments" / "luck").mkdir()
    (tiny / "experiments" / "luck" / "twin.py").write_text(text, encoding="utf-8")
    coin = tiny / "experiments/chance/coin.py"
    assert problems(tiny) == [
        "sk/extra.md.j2: belongs to no chapter; list it in lecture.toml, or delete it",
        "experiments/luck/twin.py: lies in unknown chapter 'luck'; there are: chance",
        f"experiments/luck/twin.py: the figure 'coin' is in {coin} already".replace(f"{tiny}/", ""),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('chapter = ["x"]', ":1: unknown key 'chapter'; did you mean chapters?"),
        ("", ": title is missing; it must be a table of texts by language"),
        ('title = "Chance"', ":1: title must be a table of texts by language, not 'Chance'"),
        ("chapters = [1]", ":1: chapters must be a list of texts, not [1]"),
        ("chapters = [", ": Invalid value (at end of document)"),
    ],
)
def test_a_wrong_lecture_toml_is_told_by_key(tiny: Path, text: str, message: str) -> None:
    (tiny / "lecture.toml").write_text(text, encoding="utf-8")
    assert f"lecture.toml{message}" in problems(tiny)


def test_a_folder_without_a_lecture_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"^cannot read .*lecture\.toml: No such file or directory; a lecture is"
    ):
        load_lecture(tmp_path)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('"""T."""\nimport nowhere\n', 2, "ModuleNotFoundError: No module named 'nowhere'"),
        ('"""T."""\n\nx = 1 / 0\n', 3, "ZeroDivisionError: division by zero"),
        ('"""T."""\ndef f(:\n', 2, "SyntaxError: invalid syntax"),
        ('"""T."""\n', None, "must define EXPERIMENT = Experiment(...), or be imported by one that does"),
    ],
)
def test_an_experiment_that_cannot_be_imported_is_an_error_with_its_place(
    tiny: Path, text: str, line: int | None, message: str
) -> None:
    path = tiny / "experiments" / "chance" / "broken.py"
    path.write_text(text, encoding="utf-8")
    lecture = load_lecture(tiny)
    (failure,) = lecture.failures
    assert (failure.path, failure.line, failure.message) == (path, line, message)
    assert [study.name for study in lecture.studies] == ["coin", "dice"]


def test_an_experiment_without_a_title_is_an_error(tiny: Path) -> None:
    path = tiny / "experiments" / "chance" / "coin.py"
    text = path.read_text(encoding="utf-8").partition("\n")[2]
    path.write_text(text, encoding="utf-8")
    (failure,) = load_lecture(tiny).failures
    assert failure.message == "must begin with a docstring: its first line is the title"


@pytest.mark.skipif(not Path("/proc/kmsg").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize("name", ["en/more.md", "a.png", "lecture.toml", "data"])
def test_what_the_system_makes_up_is_not_read(tiny: Path, name: str) -> None:
    (tiny / name).unlink(missing_ok=True)
    (tiny / name).symlink_to("/proc/kmsg")
    assert problems(tiny) == [f"{name}: leads to /proc/kmsg, which may never end; delete it"]


def test_files_that_editors_hide_are_neither_chapters_nor_experiments(tiny: Path) -> None:
    (tiny / "en/.#chance.md.j2").symlink_to("user@host.1:1")
    (tiny / "experiments/chance/.#coin.py").symlink_to("user@host.1:1")
    (tiny / "experiments/chance/._coin.py").write_bytes(b"\0")
    (tiny / "experiments/.git").mkdir()
    (tiny / "experiments/.git/hook.py").write_text("1 / 0", encoding="utf-8")
    lecture = load_lecture(tiny)
    assert lecture.failures == ()
    assert [study.name for study in lecture.studies] == ["coin", "dice"]


def test_a_text_that_is_not_utf_8_is_named_with_its_line(tiny: Path) -> None:
    (tiny / "en/chance.md.j2").write_bytes(b"# One\n\n\xe9t\xe9\n")
    (tiny / "references.bib").write_bytes(b"\xff")
    with pytest.raises(SourceError) as caught:
        load_lecture(tiny)
    assert [(problem.path.name, problem.line, problem.message) for problem in caught.value.problems] == [
        ("chance.md.j2", 3, "byte 0xe9 is not UTF-8; save the file in that encoding"),
        ("references.bib", 1, "byte 0xff is not UTF-8; save the file in that encoding"),
    ]


Form = Literal["NFC", "NFD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD")


@pytest.mark.parametrize(("listed", "stored"), [FORMS, FORMS[::-1]])
def test_names_are_found_however_they_write_their_accents(tiny: Path, listed: Form, stored: Form) -> None:
    chapter, coin = (unicodedata.normalize(stored, name) for name in ("šťastie", "mincička"))
    experiments = (tiny / "experiments/chance").rename(tiny / "experiments" / chapter)
    (experiments / "coin.py").rename(experiments / f"{coin}.py")
    for language in ("sk", "en"):
        (tiny / language / "chance.md.j2").rename(tiny / language / f"{chapter}.md.j2")
    toml = tiny / "lecture.toml"
    text = toml.read_text("utf-8").replace("chance", unicodedata.normalize(listed, "šťastie"))
    toml.write_text(text, encoding="utf-8")
    lecture = load_lecture(tiny)
    assert lecture.chapters == ("šťastie",)
    assert {(study.chapter, study.name) for study in lecture.studies} == {
        ("šťastie", "mincička"),
        ("šťastie", "dice"),
    }
    assert lecture.chapter_text("en", "šťastie").is_file()
    name = unicodedata.normalize(listed, "mincička")
    assert lecture.study(name).path == experiments / f"{coin}.py"
    asked = {
        "lecture": tiny,
        "output": tiny / "output",
        "seed": 0,
        "jobs": 1,
        "retime": False,
        "timeout": None,
    }
    request = read_request(asked | {"settings": ((name, "tosses", "20"),)})
    plan = request.figures([name], "print", ())
    assert plan.simulations["mincička"].params == {"tosses": 20}


def test_a_chapter_is_listed_twice_if_only_the_writing_of_its_accents_differs(tiny: Path) -> None:
    toml = tiny / "lecture.toml"
    both = '", "'.join(unicodedata.normalize(form, "šťastie") for form in FORMS)
    toml.write_text(toml.read_text("utf-8").replace("chance", both), encoding="utf-8")
    with pytest.raises(SourceError, match=r"chapters has '.+' twice$"):
        load_lecture(tiny)


def test_an_experiment_may_declare_its_encoding(tiny: Path) -> None:
    path = tiny / "experiments/chance/coin.py"
    text = "# coding: cp1250\n" + path.read_text("utf-8").replace("A coin", "Minca žiari: a coin")
    path.write_text(text, encoding="cp1250")
    study = load_lecture(tiny).study("coin")
    assert study.title.startswith("Minca žiari: a coin falls")
    assert docstring_of(path) == f"{study.title}."
    assert claim_lines(path.read_bytes()) == {"fair": text[: text.index('Claim("fair"')].count("\n") + 1}
    assert "simulate" in parse(path.read_bytes()).pieces


@pytest.mark.parametrize("place", ["third.py", "chance/deeper/third.py"])
def test_an_experiment_outside_of_its_chapters_folder_is_told_and_a_helper_there_is_none(
    tiny: Path, place: str
) -> None:
    path = tiny / "experiments" / place
    path.parent.mkdir(exist_ok=True)
    path.write_text("HELP = 'EXPERIMENT = 1'\n", encoding="utf-8")
    assert load_lecture(tiny).failures == ()
    path.write_bytes((tiny / "experiments/chance/coin.py").read_bytes())
    told = "an experiment lies in the folder of its chapter: experiments/<chapter>/third.py"
    assert load_lecture(tiny).failures == (Problem(path, None, told),)


def test_a_mistake_in_a_helper_is_told_with_the_helpers_line(tiny: Path) -> None:
    (tiny / "experiments/chance/near.py").write_text("def fall():\n    return 1 / 0\n", encoding="utf-8")
    path = tiny / "experiments/chance/third.py"
    path.write_text('"""T."""\nfrom . import near\n\nnear.fall()\n', encoding="utf-8")
    (failure,) = load_lecture(tiny).failures
    told = "ZeroDivisionError: division by zero (in experiments/chance/near.py:2)"
    assert failure == Problem(path, 4, told)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "import os\nos._exit(0)",
            "import coin: its process died: it ended with exit code 0, and gave nothing",
        ),
        ("import asyncio\nraise asyncio.CancelledError('x')", "CancelledError: x"),
        (
            "class Mute(Exception):\n    def __str__(self): return 1 / 0\nraise Mute",
            "Mute: (it cannot say why)",
        ),
    ],
)
def test_whatever_an_experiment_does_on_import_is_its_failure(tiny: Path, code: str, told: str) -> None:
    path = tiny / "experiments/chance/coin.py"
    path.write_text(f'"""T."""\n{code}\n', encoding="utf-8")
    (failure,) = describe_lecture(tiny).failures
    assert (failure.path, failure.message) == (path, told)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("name", ["en/chance.md.j2", "experiments/chance/third.py", "locale/sk.po"])
def test_a_pipe_among_the_sources_is_no_file_and_nothing_waits_for_it(tiny: Path, name: str) -> None:
    (tiny / name).unlink(missing_ok=True)
    os.mkfifo(tiny / name)
    lecture = load_lecture(tiny)
    lecture.translator("sk")
    assert (lecture.failures, len(lecture.studies)) == ((), 2)


def test_a_lecture_toml_that_leads_nowhere_is_no_reason_to_take_another_lecture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lecture.toml").symlink_to("nowhere")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="cannot read .*lecture.toml: No such file"):
        load_lecture(lecture_folder(None))
