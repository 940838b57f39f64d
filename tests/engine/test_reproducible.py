"""The same sources give the same bytes, whoever builds them, where, when, how, and in which order."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tiny_lecture import edit, figgen, produced, write_tiny_lecture

from figgen.paths import PACKAGE, built_in_lecture

pytestmark = pytest.mark.xdist_group("reproducible")  # one reference for all

IGNORED = shutil.ignore_patterns("__pycache__", "templates")

ANOTHER_CLOCK = """
import datetime, time

SHIFT = 12345.678 * 86400
clock, clock_ns, gmtime, localtime = time.time, time.time_ns, time.gmtime, time.localtime
time.time = lambda: clock() + SHIFT
time.time_ns = lambda: clock_ns() + int(SHIFT * 1e9)
time.gmtime = lambda seconds=None: gmtime(time.time() if seconds is None else seconds)
time.localtime = lambda seconds=None: localtime(time.time() if seconds is None else seconds)


class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + datetime.timedelta(seconds=SHIFT)

    today = utcnow = now


datetime.datetime = Later
"""
"""A `sitecustomize.py`: Python imports it before anything else."""


@pytest.fixture(scope="module", params=["tiny", pytest.param("built-in", marks=pytest.mark.long)])
def sources(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with figgen, its templates, and in `lecture` a lecture, which may be figgen's own."""
    folder = tmp_path_factory.mktemp("sources")
    shutil.copytree(PACKAGE, folder / "figgen", ignore=IGNORED)
    shutil.copytree(built_in_lecture(), folder / "templates")
    if request.param == "tiny":
        write_tiny_lecture(folder / "lecture")
    else:
        (folder / "lecture").mkdir()
    return folder


@pytest.fixture(scope="module")
def reference(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of every output of an ordinary build."""
    folder = shutil.copytree(sources, tmp_path_factory.mktemp("reference") / "sources")
    make(folder, "build")
    return produced(folder / "lecture")


@pytest.fixture
def copy(sources: Path, tmp_path: Path) -> Path:
    """A copy of the sources, in a folder of its own."""
    return shutil.copytree(sources, tmp_path / "sources")


def make(folder: Path, *words: str, **env: str) -> None:
    """Run the copy of figgen in `folder` on the lecture beside it; a build makes everything that it can.

    Of the built-in lecture it makes no slides, which would double the time.
    """
    if words[0] == "build" and "--to" not in words and (folder / "lecture" / "lecture.toml").is_file():
        words += tuple(word for kind in ("html", "pdf", "epub", "pptx") for word in ("--to", kind))
    path = os.pathsep.join([str(folder), env.pop("PYTHONPATH", "")])
    done = figgen(
        *words, cwd=folder / "lecture", env=env | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": ""}
    )
    assert (done.returncode, done.stdout.count("made")) == (0, 1), done.stderr


def another_folder(folder: Path) -> None:
    moved = folder.rename(folder.with_name("iný priečinok, s veľmi dlhým menom a {znakmi} #$%&'"))
    make(moved, "build")
    moved.rename(folder)


def another_time(folder: Path) -> None:
    clock = folder / "clock"
    clock.mkdir()
    (clock / "sitecustomize.py").write_text(ANOTHER_CLOCK, encoding="utf-8")
    make(folder, "build", PYTHONPATH=str(clock), TZ="Pacific/Kiritimati", SOURCE_DATE_EPOCH="1")


def slovak_locale(folder: Path) -> None:
    """Build where numbers, dates and sorting are Slovak; without `localedef`, in name only."""
    where = folder / "locales"
    where.mkdir()
    if shutil.which("localedef") and Path("/usr/share/i18n/locales/sk_SK").is_file():
        subprocess.run(["localedef", "-i", "sk_SK", "-f", "UTF-8", where / "sk_SK.UTF-8"], check=True)
    (folder / "sitecustomize.py").write_text(SET_LOCALE, encoding="utf-8")
    make(folder, "build", LC_ALL="sk_SK.UTF-8", LANG="sk_SK.UTF-8", LOCPATH=str(where))


SET_LOCALE = """
import contextlib, locale

with contextlib.suppress(locale.Error):
    locale.setlocale(locale.LC_ALL, "")
"""
"""A `sitecustomize.py`: what a library that speaks the user's language may do."""


def with_env(**env: str) -> Callable[[Path], None]:
    return lambda folder: make(folder, "build", **env)


def one_by_one(folder: Path) -> None:
    """Draw each figure by a command of its own, the last first, then write one handout, then the others."""
    names = subprocess.run(
        [sys.executable, "-m", "figgen", "list"],
        cwd=folder / "lecture",
        capture_output=True,
        encoding="utf-8",
    ).stdout
    figures = [line.strip() for line in names.splitlines() if line.startswith(" " * 6)]
    assert figures
    for figure in reversed(figures):
        make(folder, "figures", figure, "--lang", "en")
    make(folder, "build", "--lang", "sk", "--to", "pdf")
    make(folder, "build")


def warm_cache(folder: Path) -> None:
    """Build with the results there, and nothing of what is drawn from them."""
    make(folder, "build")
    for path in (folder / "lecture" / "output").iterdir():
        if path.is_dir() and path.name != ".cache":
            shutil.rmtree(path)
        elif path.suffix in {".html", ".pdf", ".epub", ".pptx"}:
            path.unlink()
    make(folder, "build")


def empty_cache(folder: Path) -> None:
    """Build with all that is drawn there, and without the results."""
    make(folder, "build")
    shutil.rmtree(folder / "lecture" / "output" / ".cache")
    make(folder, "build")


def after_another_seed(folder: Path) -> None:
    make(folder, "build", "--seed", "7")
    make(folder, "build")


WAYS: Mapping[str, Callable[[Path], None]] = {
    "another folder": another_folder,
    "another time and zone": another_time,
    "LANG=C": with_env(LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"),
    "LANG=sk_SK.UTF-8": slovak_locale,
    "PYTHONHASHSEED=1": with_env(PYTHONHASHSEED="1"),
    "--jobs 1": lambda folder: make(folder, "build", "--jobs", "1"),
    "--jobs 4": lambda folder: make(folder, "build", "--jobs", "4"),
    "one by one": one_by_one,
    "an empty cache": empty_cache,
    "a warm cache": warm_cache,
}

MORE_WAYS: Mapping[str, Callable[[Path], None]] = {
    "after another seed": after_another_seed,
    "optimised Python": with_env(PYTHONOPTIMIZE="1"),
    "many BLAS threads": with_env(OPENBLAS_NUM_THREADS="8", OMP_NUM_THREADS="8"),
}


BUILT_IN: Mapping[str, Callable[[Path], None]] = {
    "at once": lambda folder: make(
        folder, "build", "--jobs", "1", LC_ALL="C", LANG="C", PYTHONHASHSEED="1", TZ="Pacific/Kiritimati"
    ),
    "an empty cache": empty_cache,
}
"""Each build of the whole lecture takes a minute and more: a few ways must do."""


@pytest.mark.parametrize(
    ("sources", "build"),
    [
        *(pytest.param("tiny", way, id=name) for name, way in WAYS.items()),
        *(
            pytest.param(lecture, way, id=f"{lecture}-{name}", marks=pytest.mark.long)
            for lecture, ways in (("tiny", MORE_WAYS), ("built-in", BUILT_IN))
            for name, way in ways.items()
        ),
    ],
    indirect=["sources"],
    scope="module",
)
def test_the_bytes_are_the_same(
    copy: Path, reference: dict[str, bytes], build: Callable[[Path], None]
) -> None:
    build(copy)
    made = produced(copy / "lecture")
    assert made.keys() == reference.keys()
    assert [name for name in made if made[name] != reference[name]] == []


def test_no_output_tells_where_it_was_made(copy: Path, reference: dict[str, bytes]) -> None:
    for trace in (str(copy.parent.parent), sys.prefix):
        assert [name for name, data in reference.items() if trace.encode() in data] == []


def test_check_agrees_with_build_whatever_the_order_of_sets(tmp_path: Path) -> None:
    """The packages that an experiment uses come from a set."""
    write_tiny_lecture(tmp_path / "lecture")
    coin = tmp_path / "lecture" / "experiments" / "chance" / "coin.py"
    edit(coin, "import numpy as np\n", "import babel, click, filelock, jinja2, numpy as np, rich\n")
    edit(coin, "axes = figure", "babel, click, filelock, jinja2, rich, np\n    axes = figure")
    environment = {"PYTHONHASHSEED": "1"}
    assert figgen("build", "--to", "html", cwd=tmp_path / "lecture", env=environment).returncode == 0
    environment["PYTHONHASHSEED"] = "2"
    checked = figgen("check", "--to", "html", cwd=tmp_path / "lecture", env=environment, cold=True)
    assert checked.returncode == 0, checked.stderr
