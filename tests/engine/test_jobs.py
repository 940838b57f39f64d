"""A job is complete: any process can do it with the one experiment that it is about. It writes nothing."""

import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tiny_lecture import edit, figgen

from figgen.engine.documents import Material
from figgen.engine.jobs import Draw, Made, Simulate, Write, measure
from figgen.engine.plan import Options, Plan
from figgen.engine.planning import make_plan
from figgen.experiment import Evidence
from figgen.handout import pandoc
from figgen.handout.documents import Handout
from figgen.lecture import load_lecture
from figgen.plotting.presets import Picture
from figgen.slides.document import Slides

DO = """
import pickle, sys
from pathlib import Path
made = pickle.loads(Path("job").read_bytes())()
sys.stdout.buffer.write(pickle.dumps(made))
print(sorted(name for name in sys.modules if name.startswith("experiments.chance.")), file=sys.stderr)
"""


def elsewhere(job: Any, folder: Path) -> tuple[Made, str]:
    """Do a job in a process of its own, in a folder of its own; return what it made and what it imported."""
    folder.mkdir()
    (folder / "job").write_bytes(pickle.dumps(job))
    done = subprocess.run([sys.executable, "-c", DO], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert [path.name for path in folder.iterdir()] == ["job"]
    return pickle.loads(done.stdout), done.stderr.decode()


@pytest.fixture
def plan(tiny: Path) -> Plan:
    """The plan of the tiny lecture's English handout."""
    return make_plan(load_lecture(tiny), Options(tiny / "output"), [], [Handout("en", "html")])


def results_of(plan: Plan) -> dict[str, bytes]:
    made = {name: Simulate(simulation)() for name, simulation in plan.simulations.items()}
    return {name: data for name in made for data in made[name].files.values()}


def test_a_simulation_imports_its_experiment_alone(plan: Plan, tiny: Path, tmp_path: Path) -> None:
    edit(tiny / "experiments/chance/dice.py", "import numpy", "1 / 0\nimport numpy")
    made, imported = elsewhere(Simulate(plan.simulations["coin"]), tmp_path / "there")
    assert made.files == Simulate(plan.simulations["coin"])().files
    assert imported == "['experiments.chance.coin']\n"
    assert not (tiny / "output").exists()


def test_a_drawing_needs_no_file_but_its_experiment(plan: Plan, tiny: Path, tmp_path: Path) -> None:
    picture = Picture("coin", "en", "print", "svg")
    coin = tiny / "experiments/chance/coin.py"
    job = Draw(coin, tiny, (picture,), plan.lecture.translator("en"), results_of(plan)["coin"])
    made, imported = elsewhere(job, tmp_path / "there")
    assert made.files.keys() == {"figures/en/coin.svg"}
    assert made.files == job().files
    assert imported == "['experiments.chance.coin']\n"


@pytest.mark.parametrize("target", ["html", "pdf"])
def test_a_handout_is_written_without_any_experiment(
    plan: Plan, tiny: Path, tmp_path: Path, target: Any
) -> None:
    results = results_of(plan)
    for picture in plan.pictures:
        study = plan.study_of(picture)
        for path, data in Draw(
            study.path, tiny, (picture,), plan.lecture.translator("en"), results[study.name]
        )().files.items():
            (tiny / "output" / path).parent.mkdir(parents=True, exist_ok=True)
            (tiny / "output" / path).write_bytes(data)
    document = Handout("en", target)
    evidence = {}
    for name, result in results.items():
        study = plan.lecture.study(name)
        pairs = zip(study.experiment.claims, measure(study, result), strict=True)
        evidence[name] = tuple(Evidence(*pair) for pair in pairs)
    job = Write(document, document.manuscript(Material(plan, results, evidence)))
    for folder in ("experiments", "en"):
        shutil.rmtree(tiny / folder)
    made, imported = elsewhere(job, tmp_path / "there")
    assert made == job()
    assert imported == "[]\n"


def test_a_page_is_written_without_reading_chapters_and_without_pandoc_where_it_knows_what_that_wrote(
    plan: Plan, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, results = Handout("en", "html"), results_of(plan)
    material = Material(plan, results, {"coin": (), "dice": ()})
    name, job = document.filling(material)
    filled = job()
    material.put(name, filled)
    for picture in plan.pictures:
        (tiny / "output" / picture.path).parent.mkdir(parents=True, exist_ok=True)
        (tiny / "output" / picture.path).write_bytes(b"<svg viewBox='0 0 1 1'/>")
    manuscript = document.manuscript(material)
    run = pandoc._run

    def only_write(call: pandoc.Call, given: Any) -> bytes:
        assert call.writer.startswith("html")
        return run(call, given)

    monkeypatch.setattr(pandoc, "_run", only_write)
    written = document.write(manuscript, filled.pieces)
    monkeypatch.setattr(pandoc, "_run", None)
    assert document.write(manuscript, written.pieces).pieces.keys() == written.pieces.keys()
    with pytest.raises(TypeError):
        document.write(manuscript, {})


def test_a_document_that_takes_long_is_begun_before_a_quick_one() -> None:
    page, print_, deck = Write(Handout("en", "html"), None), Write(Handout("en", "pdf"), None), Slides("en")
    assert print_.stage == Write(deck, None).stage < page.stage


AT_THE_END = """
import atexit, os, sys
from figgen.cli import main

command = os.getpid()
atexit.register(
    lambda: os.getpid() == command and print([n for n in sys.modules if n.startswith("experiments.")])
)
main()
"""


@pytest.mark.parametrize("words", ["build", "check", "show coin", "list"])
def test_no_command_runs_code_of_the_lecture_in_its_own_process(built: Path, words: str) -> None:
    edit(built / "experiments/chance/coin.py", "lambda r: r.share", "lambda r: 1 * r.share")
    command = [sys.executable, "-c", AT_THE_END, *words.split()]
    done = subprocess.run(command, cwd=built, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_a_claim_is_measured_once_and_again_when_its_code_or_what_it_read_changes(tiny: Path) -> None:
    coin, told, data = tiny / "experiments/chance/coin.py", tiny.with_name("told"), tiny / "data.txt"
    data.write_text("1", encoding="utf-8")
    measure = f"(open({str(told)!r}, 'a').write('m'), float(open({str(data)!r}).read()) * r.share)[1]"
    edit(coin, "lambda r: r.share", f"lambda r: {measure}")

    def measured() -> int:
        done = figgen("build", cwd=tiny)
        assert done.returncode == 0, done.stderr
        return len(told.read_text(encoding="utf-8"))

    assert measured() == 1
    edit(tiny / "en/chance.md.j2", "# Chance", "# Chances")
    edit(coin, 'tr("toss")', 'tr("tosses")')
    edit(coin, 'tr("tosses")', 'tr("toss")')
    assert measured() == 1
    edit(coin, "float(open(", "1.0 * float(open(")
    assert measured() == 2
    data.write_text("1.05", encoding="utf-8")
    assert measured() == 3
