"""What experiments say of themselves is kept, and asked for again when anything that it goes by changes."""

import base64
import json
import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_lecture import edit, figgen, steps, write_tiny_lecture

from figgen.engine import description
from figgen.engine.description import describe_lecture
from figgen.engine.files import seal
from figgen.engine.outlines import OUTLINES, Shelf
from figgen.engine.sources import look_at_sources
from figgen.lecture import Lecture, load_lecture
from figgen.loading import load_studies
from figgen.outline import from_kept_outline, from_outline, outline
from figgen.paths import lecture_folder

COIN = "experiments/chance/coin.py"
Edit = Callable[[Path], object]


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A lecture whose coin is tossed as often as something beside the experiment says."""
    folder = tmp_path / "lecture"
    write_tiny_lecture(folder)
    return folder


def tossed(folder: Path, times: str, imports: str = "") -> None:
    """Have the coin tossed so many times."""
    edit(folder / COIN, "import numpy as np\n", f"import numpy as np\n\n{imports}\n")
    edit(folder / COIN, "param(1000,", f"param({times},")


def describe(folder: Path) -> tuple[Lecture, bool]:
    """Read a lecture as a build does; tell, too, whether its experiments had to be imported."""
    shelf = Shelf(folder / "output", folder, look_at_sources(folder, folder / "output"))
    shelf.keep()  # nothing yet
    lecture = describe_lecture(folder, None, shelf)
    shelf.keep()
    return lecture, bool(shelf.new)


def tosses(lecture: Lecture) -> object:
    return lecture.study("coin").experiment.params.tosses


def given_by_helper(folder: Path) -> None:
    (folder / "often.py").write_text("TIMES = 500\n", encoding="utf-8")
    tossed(folder, "TIMES", "from often import TIMES")


def given_by_file(folder: Path) -> None:
    (folder / "often.txt").write_text("500", encoding="utf-8")
    tossed(
        folder, 'int(Path(__file__).parents[2].joinpath("often.txt").read_text())', "from pathlib import Path"
    )


def given_by_absence(folder: Path) -> None:
    tossed(folder, '500 if not os.path.exists(f"{__file__}.txt") else 700', "import os")


def given_by_listing(folder: Path) -> None:
    tossed(folder, "500 if len(os.listdir(os.path.dirname(__file__))) < 3 else 700", "import os")


def given_by_variable(folder: Path) -> None:
    tossed(folder, 'int(os.environ.get("TOSSES", "500"))', "import os")


def given_by_module(folder: Path) -> None:
    tossed(folder, "TIMES", "try:\n    from often import TIMES\nexcept ImportError:\n    TIMES = 500")


def write(name: str, text: str) -> Edit:
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


EDITS: dict[str, tuple[Edit, Edit]] = {
    "a helper": (given_by_helper, write("often.py", "TIMES = 700\n")),
    "a helper that was not there": (given_by_module, write("often.py", "TIMES = 700\n")),
    "a file that is opened": (given_by_file, write("often.txt", "700")),
    "a file that is looked for": (given_by_absence, write(f"{COIN}.txt", "")),
    "a folder that is listed": (given_by_listing, write("experiments/chance/notes.txt", "")),
    "a variable of the environment": (given_by_variable, lambda _: os.environ.update(TOSSES="700")),
    "the experiment": (
        lambda folder: tossed(folder, "500"),
        lambda f: edit(f / COIN, "param(500,", "param(700,"),
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_experiment_is_asked_again_when_anything_that_it_goes_by_changes(
    tiny: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOSSES", "500")
    prepare, change = EDITS[name]
    prepare(tiny)
    assert tosses(describe(tiny)[0]) == 500
    assert describe(tiny)[1] is False
    change(tiny)
    lecture, imported = describe(tiny)
    assert (tosses(lecture), imported) == (700, True)


def test_what_was_kept_says_what_was_said(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = describe(tiny)
    monkeypatch.setattr(description, "worker_pool", None)  # so that nothing can be imported
    again, _ = describe(tiny)
    assert repr(again.studies) == repr(first.studies)
    edit(tiny / "en/chance.md.j2", "Chance", "Chances")
    assert repr(describe(tiny)[0].studies) == repr(first.studies)


MORE = {
    "prints": 'print("tossing")',
    "fails": 'raise ValueError("no coin")',
    "writes": 'from pathlib import Path\n\nPath(__file__).with_suffix(".log").write_text("")',
}


@pytest.mark.parametrize("code", MORE.values(), ids=MORE)
def test_an_experiment_that_has_more_to_say_is_asked_each_time(tiny: Path, code: str) -> None:
    edit(tiny / COIN, "import numpy as np\n", f"import numpy as np\n\n{code}\n")
    describe(tiny)
    assert not (tiny / "output" / OUTLINES).exists()


class Harm:
    """Runs code when it is read."""

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return os.mkdir, ("harm",)


def test_all_that_experiments_can_say_is_read_again(tiny: Path) -> None:
    edit(tiny / COIN, "import Claim,", "import Explore, Claim,")
    edit(
        tiny / COIN,
        "Drawing(draw)",
        'Drawing(draw, explore=Explore("tosses", (100, 1000)), frames=3, height=0.5)',
    )
    (coin, *_), _ = load_studies(tiny, "")
    read = from_kept_outline(outline(coin))
    assert repr(read) == repr(from_outline(outline(coin)))
    assert read.experiment.figures["coin"].explore == coin.experiment.figures["coin"].explore


def test_what_the_built_in_lecture_says_is_read_again() -> None:
    for study in load_lecture(lecture_folder(None)).studies:
        assert repr(from_kept_outline(outline(study))) == repr(from_outline(outline(study)))


def test_code_that_somebody_put_among_what_is_kept_is_not_run(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe(tiny)
    path = tiny / "output" / OUTLINES
    kept = json.loads(path.read_bytes()[64:])
    kept["outlines"] = [base64.b64encode(pickle.dumps(Harm())).decode()]
    path.write_bytes(seal(json.dumps(kept).encode()))
    monkeypatch.chdir(tiny)
    lecture, imported = describe(tiny)
    assert imported
    assert tosses(lecture) == 1000
    assert not (tiny / "harm").exists()


def test_an_experiment_elsewhere_that_somebody_put_among_what_is_kept_is_not_run(tiny: Path) -> None:
    describe(tiny)
    path = tiny / "output" / OUTLINES
    kept = json.loads(path.read_bytes()[64:])
    study = from_kept_outline(base64.b64decode(kept["outlines"][0]))
    kept["outlines"] = [base64.b64encode(outline(replace(study, path=tiny.parent / "evil.py"))).decode()]
    path.write_bytes(seal(json.dumps(kept).encode()))
    lecture, imported = describe(tiny)
    assert imported
    assert {study.path.name for study in lecture.studies} == {"coin.py", "dice.py"}


def test_a_damaged_file_is_made_anew(tiny: Path) -> None:
    describe(tiny)
    path = tiny / "output" / OUTLINES
    path.write_bytes(path.read_bytes()[:-7])
    assert describe(tiny)[1]
    assert not describe(tiny)[1]


def test_a_build_that_was_prepared_for_documents_alone_draws_what_is_not_there(tiny: Path) -> None:
    words = ("build", "--lang", "en", "--to", "html")
    assert figgen(*words, cwd=tiny, cold=True).returncode == 0
    (tiny / "output/figures/en/coin.svg").unlink()
    edit(tiny / "en/chance.md.j2", "# Chance", "# A chance")
    shelf = Shelf(tiny / "output", tiny, look_at_sources(tiny, tiny / "output"))
    assert shelf.fits()
    done = figgen(*words, cwd=tiny, cold=True)
    assert steps(done) == {"draw coin (en)", "write handout.en.html"}, done.stderr


def test_what_figures_are_drawn_by_lets_a_build_prepare_to_draw(tiny: Path) -> None:
    describe(tiny)
    edit(tiny / "locale/sk.po", "hlavy", "hlavičky")
    assert not Shelf(tiny / "output", tiny, look_at_sources(tiny, tiny / "output")).fits()
    assert not describe(tiny)[1]
    assert Shelf(tiny / "output", tiny, look_at_sources(tiny, tiny / "output")).fits()
