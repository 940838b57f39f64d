"""Fixtures for all rooms."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import browser
from filelock import FileLock
from threadpoolctl import threadpool_limits
from tiny_lecture import figgen, write_tiny_lecture

__all__ = ["browser"]


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """Compute as the engine's workers do: BLAS at one thread, so that test processes do not fight."""
    with threadpool_limits(1):
        yield


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The folder of a lecture with one chapter, two experiments, and two languages."""
    folder = tmp_path / "lecture"
    write_tiny_lecture(folder)
    return folder


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "lecture"
    write_tiny_lecture(folder)
    done = figgen("build", cwd=folder, cold=True)
    assert (done.returncode, done.stdout.count("2 of 2 claims hold")) == (0, 1), done.stderr
    return folder


@pytest.fixture
def built(_built_once: Path, tmp_path: Path) -> Path:
    """The folder of the same lecture with all its outputs."""
    return shutil.copytree(_built_once, tmp_path / "lecture")


@pytest.fixture(scope="session")
def handouts(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder in which figgen has built the built-in lecture, once for all processes: look, do not touch."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    folder = shared / "built-in"
    with FileLock(shared / "built-in.lock"):
        folder.mkdir(exist_ok=True)
        for edition in ("full", "student"):
            done = figgen("build", "--edition", edition, cwd=folder, cold=True)
            assert done.returncode == 0, done.stderr
    return folder
