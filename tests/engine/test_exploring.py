"""What readers explore is made like all else: by the seed's rule, in processes, and only when it changed."""

import re
import shutil
from pathlib import Path

import pytest
from pdf_text import pages_of
from tiny_lecture import edit, figgen, produced, steps, write_tiny_lecture

COIN = "experiments/chance/coin.py"
POINTS = ("tosses=10", "tosses=100")
SIMULATED = {f"simulate coin at {point}" for point in POINTS}
DRAWN = {f"draw coin at {point} ({language})" for point in POINTS for language in ("en", "sk")}
PAGES = {"write handout.en.html", "write handout.sk.html"}


def write_exploring_lecture(folder: Path) -> None:
    """Write the tiny lecture, where the reader can change how often the coin is tossed."""
    write_tiny_lecture(folder)
    edit(
        folder / COIN, "Drawing(draw)", 'Drawing(draw, explore=Explore("tosses", (10, 100, 1000), log=True))'
    )
    edit(folder / COIN, "Drawing, Exp", "Drawing, Explore, Exp")
    edit(folder / COIN, "close_to(0.5, 0.1)", "close_to(0.5, 0.03)")
    with (folder / "locale/sk.po").open("a", encoding="utf-8") as catalogue:
        catalogue.write('msgid "tosses of the coin"\nmsgstr "počet hodov"\n')


@pytest.fixture(scope="module")
def _once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exploring") / "lecture"
    write_exploring_lecture(folder)
    done = figgen("build", "--to", "html", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert steps(done) >= SIMULATED | DRAWN | PAGES
    assert "2 of 2 claims hold" in done.stdout  # what is explored may fail
    return folder


@pytest.fixture
def lecture(_once: Path, tmp_path: Path) -> Path:
    """A lecture that was built with what can be explored."""
    return shutil.copytree(_once, tmp_path / "lecture")


def build(folder: Path, *words: str) -> set[str]:
    """Build the pages, and return what was done."""
    done = figgen("build", "--to", "html", *words, cwd=folder)
    assert done.returncode == 0, done.stderr
    return steps(done)


def test_nothing_is_made_twice_and_a_check_is_content(lecture: Path) -> None:
    assert build(lecture) == set()
    done = figgen("check", "--to", "html", cwd=lecture)
    assert (done.returncode, "2 of 2 claims hold" in done.stdout) == (0, True), done.stdout + done.stderr


def test_an_explored_value_gives_what_set_gives(lecture: Path) -> None:
    build(lecture, "--set", "coin.tosses=10", "--no-explore", "--output", "other")
    files = produced(lecture)
    for language in ("en", "sk"):
        other = (lecture / f"other/figures/{language}/coin.svg").read_bytes()
        assert files[f"figures/{language}/coin@tosses=10.svg"] == other


@pytest.mark.parametrize(("tosses", "cell"), [(10, "✗ 0.4"), (100, "✗ 0.45"), (1000, "✓ 0.488")])
def test_the_table_says_what_show_says(lecture: Path, tosses: int, cell: str) -> None:
    verdict, measured = cell.split()
    done = figgen("show", "coin", "--set", f"coin.tosses={tosses}", cwd=lecture)
    assert f"{verdict} fair: measured {measured}," in done.stdout
    page = (lecture / "output/handout.en.html").read_text("utf-8")
    assert cell in re.sub("<[^>]*>", "", page.partition('id="explored-coin"')[2])


def test_the_same_bytes_in_one_process_and_in_several(lecture: Path) -> None:
    before = produced(lecture)
    build(lecture, "--force", "--jobs", "3")
    assert produced(lecture) == before


def test_an_edit_of_the_drawing_simulates_nothing(lecture: Path) -> None:
    edit(lecture / COIN, "axes.plot(result.heads)", "axes.plot(result.heads, 'k')")
    own = {"draw coin (en)", "draw coin (sk)"}
    assert build(lecture) == DRAWN | own | PAGES


def test_a_new_value_is_made_alone_and_one_that_is_gone_is_deleted(lecture: Path) -> None:
    edit(lecture / COIN, "(10, 100, 1000)", "(10, 1000, 2000)")
    drawn = {f"draw coin at tosses=2000 ({language})" for language in ("en", "sk")}
    assert build(lecture) == {"simulate coin at tosses=2000"} | drawn | PAGES
    files = set(produced(lecture))
    assert not [path for path in files if "tosses=100." in path]
    assert len([path for path in files if path.startswith(".cache/results/coin")]) == 3


def test_without_exploring_a_build_leaves_it_and_the_next_has_it_again(lecture: Path) -> None:
    assert build(lecture, "--no-explore") == PAGES
    assert 'class="slider"' not in (lecture / "output/handout.en.html").read_text("utf-8")
    assert build(lecture) == PAGES
    assert 'class="slider"' in (lecture / "output/handout.en.html").read_text("utf-8")


def test_a_value_that_is_set_is_the_default_and_the_default_is_explored(lecture: Path) -> None:
    done = build(lecture, "--set", "coin.tosses=50")
    drawn = {f"draw coin{at} ({language})" for at in ("", " at tosses=1000") for language in ("en", "sk")}
    assert done == {"simulate coin"} | drawn | PAGES  # with the default it was simulated before
    page = (lecture / "output/handout.en.html").read_text("utf-8")
    assert '<th scope="col">10</th><th scope="col">50</th><th scope="col">100</th>' in page


def test_other_documents_wait_for_nothing_that_is_explored(lecture: Path) -> None:
    edit(lecture / COIN, "result.heads)", "result.heads, 'k')")
    done = figgen("build", "--to", "pdf", "--lang", "en", cwd=lecture)
    assert steps(done) == {"draw coin (en)", "write handout.en.pdf"}


def test_on_paper_small_pictures_of_all_values_are_shown_where_the_author_asks(lecture: Path) -> None:
    edit(lecture / COIN, "log=True)", "log=True, on_paper=True)")
    done = figgen("build", "--to", "pdf", "--lang", "en", cwd=lecture)
    assert steps(done) == {"write handout.en.pdf"}
    text = " ".join(" ".join(pages_of(lecture / "output/handout.en.pdf")).split())
    assert "tosses of the coin: 10 100 1,000" in text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "    heads = ",
            "    assert params.tosses != 100\n    heads = ",
            "simulate at tosses=100 failed: Assertion",
        ),
        (
            "    axes.plot(",
            "    assert len(result.heads) != 100\n    axes.plot(",
            "figure 'coin' at tosses=100 failed",
        ),
        (
            "lambda r: r.share,",
            "lambda r: r.share if len(r.heads) != 100 else 1 / 0,",
            "claims at tosses=100 failed",
        ),
        (
            "        validate(self)",
            "        assert self.tosses != 100, 'odd'",
            "figure 'coin': explore: tosses=100: odd",
        ),
    ],
)
def test_what_fails_names_the_value(lecture: Path, old: str, new: str, message: str) -> None:
    edit(lecture / COIN, old, new)
    done = figgen("build", "--to", "html", cwd=lecture)
    assert done.returncode == 1
    assert message in done.stderr
    assert "coin.py" in done.stderr


def test_parameters_that_do_not_go_together_name_the_value(lecture: Path) -> None:
    own = "\n        if self.tosses * self.hands == 200:\n            raise ValueError('one hand too many')"
    edit(lecture / COIN, "        validate(self)", "        validate(self)" + own)
    edit(lecture / COIN, "    tosses: int", '    hands: int = param(1, "hands")\n    tosses: int')
    done = figgen("build", "--to", "html", "--set", "coin.hands=2", cwd=lecture)
    assert done.returncode == 1
    assert "simulate at tosses=100 failed: ValueError: one hand too many" in done.stderr


def test_what_cannot_be_explored_is_told_with_its_file(lecture: Path) -> None:
    edit(lecture / COIN, '"tosses", (10', '"toses", (10')
    done = figgen("build", "--to", "html", cwd=lecture)
    assert done.returncode == 1
    assert "coin.py" in done.stderr
    assert "figure 'coin': explore: unknown parameter 'toses'; did you mean tosses?" in done.stderr
