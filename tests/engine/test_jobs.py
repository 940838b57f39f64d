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
from figgen.engine.jobs import Draw, Made, Simulate, Write, measure_all
from figgen.engine.plan import Options, Plan, make_plan
from figgen.handout.documents import Handout
from figgen.lecture import load_lecture
from figgen.plotting.presets import Picture

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
    evidence = measure_all(plan, results).evidence
    job = Write(document, document.manuscript(Material(plan, results, evidence)))
    for folder in ("experiments", "en"):
        shutil.rmtree(tiny / folder)
    made, imported = elsewhere(job, tmp_path / "there")
    assert made == job()
    assert imported == "[]\n"


def test_a_lecture_is_loaded_and_a_claim_measured_once_a_build(tiny: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    tell = f"open({str(told)!r}, 'a').write(f'{{__import__(\"os\").getpid()}} %s\\n')"
    coin = tiny / "experiments/chance/coin.py"
    edit(coin, "import numpy as np\n", f"import numpy as np\n{tell % 'load'}\n")
    edit(coin, "lambda r: r.share", f"lambda r: ({tell % 'measure'}, r.share)[1]")
    done = figgen("build", "--jobs", "2", cwd=tiny)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in told.read_text(encoding="utf-8").splitlines()]
    (parent,) = [process for process, what in lines if what == "measure"]
    assert [what for process, what in lines if process == parent] == ["load", "measure"]
