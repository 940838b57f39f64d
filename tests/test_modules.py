"""A lecture's modules: which are found, under which name, and that they are compiled from what is written."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_lecture import edit, figgen

from figgen.errors import SourceError
from figgen.lecture import load_lecture
from figgen.loading import load_study
from figgen.modules import forget, home

HELPER = "def scale():\n    return 1\n"
POOL = """    import multiprocessing
    with multiprocessing.get_context("METHOD").Pool(1) as pool:
        heads = np.cumsum(pool.map(halve, rng.integers(0, 2, params.tosses)))
"""


@pytest.fixture(autouse=True)
def _import_system_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", sys.path[:])
    monkeypatch.setattr(sys, "path_hooks", sys.path_hooks[:])
    yield
    forget()


def with_helper(lecture: Path, file: str, imported: str) -> Path:
    """Write a helper, and have the coin import it; return the coin's file."""
    (lecture / file).parent.mkdir(exist_ok=True)
    (lecture / file).write_text(HELPER, encoding="utf-8")
    coin = lecture / "experiments/chance/coin.py"
    edit(coin, "import numpy as np\n", f"import numpy as np\n{imported}\n")
    edit(coin, "np.cumsum(", "scale() * np.cumsum(")
    return coin


@pytest.mark.parametrize(
    ("file", "imported"),
    [
        ("helper.py", "from helper import scale"),
        ("tools/near.py", "from tools.near import scale"),
        ("experiments/near.py", "from experiments.near import scale"),
        ("experiments/near.py", "from ..near import scale"),
        ("experiments/chance/near.py", "from .near import scale"),
        ("experiments/chance/a_helper.py", "from .a_helper import scale"),
        ("experiments/chance/a_helper.py", "from . import a_helper\nscale = a_helper.scale"),
    ],
)
def test_helpers_are_found_beside_lecture_toml_and_beside_experiments(
    tiny: Path, file: str, imported: str
) -> None:
    with_helper(tiny, file, imported)
    lecture = load_lecture(tiny)
    assert lecture.failures == ()
    assert [study.name for study in lecture.studies] == ["coin", "dice"]


def test_a_file_without_an_experiment_that_nobody_imports_is_told(tiny: Path) -> None:
    lost = tiny / "experiments/chance/lost.py"
    lost.write_text(HELPER, encoding="utf-8")
    told = "must define EXPERIMENT = Experiment(...), or be imported by one that does"
    assert [str(problem) for problem in load_lecture(tiny).failures] == [f"{lost}: {told}"]


@pytest.mark.parametrize("safe_path", ["", "1"], ids=["python -m figgen", "figgen"])
def test_a_helper_with_the_name_of_another_module_breaks_nothing(tiny: Path, safe_path: str) -> None:
    for name in ("numpy", "random", "signal", *(["types", "io", "figgen"] if safe_path else [])):
        (tiny / f"{name}.py").write_text("raise AssertionError('imported')\n", encoding="utf-8")
    env = {"PYTHONSAFEPATH": safe_path}
    done = figgen("build", "--to", "html", "--jobs", "2", cwd=tiny, env=env)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("from signal import chirp", "ImportError: cannot import name 'chirp' from 'signal' ("),
        ("import signal; signal.chirp()", "AttributeError: module 'signal' has no attribute 'chirp'; "),
    ],
)
def test_a_helper_that_another_module_hides_is_told(tiny: Path, line: str, told: str) -> None:
    (tiny / "signal.py").write_text("def chirp(): ...\n", encoding="utf-8")
    edit(tiny / "experiments/chance/coin.py", "import numpy as np", f"import numpy as np\n{line}")
    (failure,) = load_lecture(tiny).failures
    assert failure.line == 6
    assert failure.message.startswith(told)
    assert failure.message.endswith(
        f"; signal is not {tiny / 'signal.py'}, which needs a name that no other module has"
    )


def test_what_is_not_found_hides_nothing_if_the_lecture_has_no_such_file(tiny: Path) -> None:
    edit(tiny / "experiments/chance/coin.py", "import numpy as np", "import numpy as np\nnp.no_such()")
    (failure,) = load_lecture(tiny).failures
    assert failure.message == "AttributeError: module 'numpy' has no attribute 'no_such'"


def test_an_experiment_has_the_name_that_other_processes_can_import_it_by(tiny: Path) -> None:
    study = load_lecture(tiny).study("coin")
    assert type(study.experiment.params).__module__ == "experiments.chance.coin"


@pytest.mark.parametrize("folder", ["code", "experiments v1.2", "json"])
def test_experiments_in_a_folder_with_the_name_of_a_module_are_imported_all_the_same(
    tiny: Path, folder: str
) -> None:
    with_helper(tiny, "experiments/chance/near.py", "from .near import scale")
    (tiny / "experiments").rename(tiny / folder)
    edit(tiny / "lecture.toml", "chapters", f'experiments = "{folder}"\nchapters')
    lecture = load_lecture(tiny)
    assert [study.name for study in lecture.studies] == ["coin", "dice"]
    assert lecture.failures == ()


def test_experiments_may_lie_in_a_package_of_ones_own(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_helper(tiny, "experiments/near.py", "from ..near import scale")
    package = tmp_path / "site" / "my_course"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    shutil.move(tiny / "experiments", package / "parts")
    for folder in (package / "parts", package / "parts/chance"):
        (folder / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(package.parent), *sys.path])
    edit(tiny / "lecture.toml", "chapters", 'experiments = "my_course.parts"\nchapters')
    study = load_lecture(tiny).study("coin")
    assert type(study.experiment.params).__module__ == "my_course.parts.chance.coin"
    assert sys.path[0] == str(package.parent)
    assert home(study.path) == package.parent


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_simulation_may_share_its_work_with_processes(tiny: Path, method: str, jobs: int) -> None:
    if method == "forkserver" and sys.platform == "win32":
        pytest.skip("there is none on Windows")
    coin = with_helper(tiny, "helper.py", "from helper import scale")
    edit(coin, "def simulate", "def halve(x):\n    return scale() * x\n\n\ndef simulate")
    edit(
        coin,
        "    heads = scale() * np.cumsum(rng.integers(0, 2, params.tosses))\n",
        POOL.replace("METHOD", method),
    )
    done = figgen("figures", "coin", "--lang", "en", "--jobs", str(jobs), cwd=tiny)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("file", ["helper.py", "experiments/chance/near.py"])
def test_a_helper_edited_to_the_same_size_and_time_is_compiled_anew(
    tiny: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    with_helper(tiny, file, f"from {'helper' if file == 'helper.py' else '.near'} import scale")
    stamp = (tiny / file).stat()
    assert "measured 0.4" in figgen("show", "coin", cwd=tiny).stdout
    edit(tiny / file, "return 1", "return 5")
    os.utime(tiny / file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert "measured 2.4" in figgen("show", "coin", cwd=tiny).stdout


def test_a_lecture_that_is_read_again_is_read_as_it_is_now(tiny: Path) -> None:
    coin = with_helper(tiny, "helper.py", "from helper import scale")
    edit(coin, "close_to(0.5, 0.1)", "close_to(0.5, 0.1 * scale())")
    for scale in (1, 3):
        edit(tiny / "helper.py", "return ", f"return {scale} * ")
        (claim,) = load_lecture(tiny).study("coin").experiment.claims
        assert claim.bound.high == pytest.approx(0.5 + 0.1 * scale)


def test_a_file_with_an_experiment_that_is_none_is_told(tiny: Path) -> None:
    coin = tiny / "experiments/chance/coin.py"
    coin.write_text('"""A coin."""\nEXPERIMENT = 1\n', encoding="utf-8")
    with pytest.raises(SourceError, match=r"coin\.py: must define EXPERIMENT = Experiment\(\.\.\.\), or be"):
        load_study(coin)


def test_what_editors_leave_beside_sources_is_no_source(tiny: Path) -> None:
    for name in ("en/.#chance.md.j2", "experiments/chance/.#coin.py", "experiments/.#chance"):
        (tiny / name).symlink_to("user@host.1:1")
    (tiny / "experiments/chance/._coin.py").write_bytes(b"\0\5\26\7")
    assert load_lecture(tiny).failures == ()
