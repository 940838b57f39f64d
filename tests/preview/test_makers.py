"""Pages are made in processes of their own: what each makes, and what becomes of one that dies."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attacks import Told
from tiny_lecture import edit, figgen

from figgen.preview.makers import Makers, makers
from figgen.preview.making import Made, Order


@pytest.fixture
def crew() -> Iterator[Makers]:
    """What starts makings."""
    with makers({}) as them:
        yield them


def order(lecture: Path, page: str | None) -> Order:
    """Order a page of a lecture, or all the rest."""
    asked: dict[str, Any] = {
        "lecture": lecture,
        "output": lecture / "output",
        "languages": (),
        "settings": (),
        "seed": 0,
        "jobs": 1,
        "retime": False,
        "timeout": None,
    }
    return Order(asked, (), (), (), page)


def make(crew: Makers, lecture: Path, page: str | None) -> tuple[Made, list[str]]:
    """Have something made; return what came of it, and its steps."""
    told = Told()
    making = crew.start(order(lecture, page), told)
    assert making.is_over(120)
    assert making.made is not None
    return making.made, told.steps


def test_a_page_is_made_with_its_pictures_and_nothing_else(built: Path, crew: Makers) -> None:
    assert figgen("figures", "--preset", "slides", cwd=built).returncode == 0
    edit(built / "experiments/chance/coin.py", "axes.plot(result.heads)", "axes.plot(result.heads, 'o')")
    made, steps = make(crew, built, "handout.en.html")
    assert (made.page, made.problems) == ("handout.en.html", ())
    assert made.pages == ("handout.sk.html", "handout.en.html")
    assert sorted(steps) == ["draw coin (en)", "write handout.en.html"]
    made, steps = make(crew, built, None)
    assert {"write handout.en.pdf", "write handout.sk.html", "write handout.sk.pdf"} < set(steps)
    assert "write handout.en.html" not in steps


def test_the_first_page_is_that_of_the_first_language(built: Path, crew: Makers) -> None:
    assert make(crew, built, "")[0].page == "handout.sk.html"


def test_a_page_that_the_lecture_does_not_have_gets_the_nearest(built: Path, crew: Makers) -> None:
    made, _ = make(crew, built, "handout.en.stud.html")
    (problem,) = made.problems
    assert problem.startswith("unknown page 'handout.en.stud.html'; did you mean handout.en.student.html")


def test_a_chapter_that_is_missing_in_one_language_hinders_no_page_in_another(
    built: Path, crew: Makers
) -> None:
    (built / "sk" / "chance.md.j2").unlink()
    made, _ = make(crew, built, "handout.sk.html")
    assert made.problems == ("sk/chance.md.j2: is missing: lecture.toml lists the chapter 'chance'",)
    assert make(crew, built, "handout.en.html")[0].problems == ()


def test_a_process_that_dies_is_told(built: Path, crew: Makers, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: Makers) -> "subprocess.Popen[bytes]":
        pipe = subprocess.PIPE
        return subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"], stdin=pipe, stdout=pipe)

    monkeypatch.setattr(Makers, "_start", start)
    made, _ = make(crew, built, "handout.en.html")
    assert made == Made(
        "handout.en.html", problems=("the process that makes the pages ended with exit code 3",)
    )


def test_what_stands_ready_is_let_go_where_the_code_of_figgen_is_another(crew: Makers) -> None:
    crew.get_ready()
    (before,) = crew._ready
    crew.renew()
    assert before.process.poll() is not None
    crew.get_ready()
    assert crew._ready != [before]
