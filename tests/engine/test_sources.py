"""What counts as a source: not what figgen writes, what editors and tools leave, or what none can read."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tiny_lecture import edit, figgen, produced, steps

from figgen.engine import manifest
from figgen.engine.sources import is_source, look_at_sources


def write(path: Path, text: str = "x") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def link_in_a_circle(folder: Path) -> None:
    for name, target in (("a", "."), ("b", "."), ("up", ".."), ("en/self", "self")):
        (folder / name).symlink_to(target)


def link_the_output(folder: Path) -> None:
    write(folder / "elsewhere/handout.en.html")
    (folder / "output").symlink_to(folder / "elsewhere")


def make_environment(folder: Path) -> None:
    write(folder / "env/pyvenv.cfg")
    write(folder / "env/lib/a.py")


def finish_other_outputs(folder: Path) -> None:
    write(folder / "builds/wide/figures/en/coin.svg")
    manifest.write(folder / "builds/wide", {})


NO_SOURCES: dict[str, Callable[[Path], object]] = {
    "the output folder": lambda folder: write(folder / "output/figures/en/coin.svg"),
    "the output folder by a link": link_the_output,
    "outputs of another build": finish_other_outputs,
    "another build at work": lambda folder: write(folder / "one/.cache/lock"),
    "byte code": lambda folder: write(folder / "__pycache__/helper.pyc"),
    "a virtual environment": make_environment,
    "Git": lambda folder: write(folder / ".git/index"),
    "a lock of Emacs": lambda folder: (folder / "en/.#chance.md.j2").symlink_to("user@host.1:1"),
    "a side file of macOS": lambda folder: write(folder / "en/._chance.md.j2"),
    "links in a circle": link_in_a_circle,
    "what the system makes up": lambda folder: (folder / "endless").symlink_to("/proc/kmsg"),
    "its folder": lambda folder: (folder / "proc").symlink_to("/proc/self"),
    "a pipe": lambda folder: os.mkfifo(folder / "pipe"),
    "a link to nothing": lambda folder: (folder / "gone").symlink_to("nothing"),
}


@pytest.mark.parametrize("add", NO_SOURCES.values(), ids=NO_SOURCES)
def test_what_is_no_source_changes_nothing(tiny: Path, add: Callable[[Path], object]) -> None:
    before = look_at_sources(tiny, tiny / "output")
    add(tiny)
    assert look_at_sources(tiny, tiny / "output") == before


@pytest.mark.parametrize("name", ["data/points.csv", "manifest.json", "en/_more.md.j2", "helper.py"])
def test_any_other_file_is_a_source(tiny: Path, name: str) -> None:
    before = look_at_sources(tiny, tiny / "output")
    write(tiny / name, "{}")
    after = look_at_sources(tiny, tiny / "output")
    assert after.files.keys() - before.files.keys() == {tiny / name}
    assert after.digest != before.digest
    assert is_source(tiny / name, tiny, tiny / "output")


def test_what_is_behind_a_link_is_a_source_once(tiny: Path, tmp_path: Path) -> None:
    write(tmp_path / "disk/points.csv")
    for name in ("data", "more"):
        (tiny / name).symlink_to(tmp_path / "disk")
    files = look_at_sources(tiny, tiny / "output").files
    assert [path for path in files if path.suffix == ".csv"] == [tmp_path / "disk/points.csv"]


def test_outputs_beside_the_sources_are_none_though_the_folder_is_the_same(tiny: Path) -> None:
    before = look_at_sources(tiny, tiny)
    assert figgen("build", "--output", ".", "--to", "html", "--lang", "en", cwd=tiny).returncode == 0
    assert (tiny / "handout.en.html").is_file()
    assert look_at_sources(tiny, tiny) == before


def test_what_cannot_be_read_is_passed_over(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = look_at_sources(tiny, tiny / "output")
    write(tiny / "secret.txt")
    write(tiny / "private/x")
    read, walk = Path.read_bytes, os.scandir

    def refuse(path: Path) -> bytes:
        if path.name == "secret.txt":
            raise PermissionError
        return read(path)

    def refuse_folder(path: Path) -> Any:
        if path.name == "private":
            raise PermissionError
        return walk(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    monkeypatch.setattr(os, "scandir", refuse_folder)
    assert look_at_sources(tiny, tiny / "output") == before


def test_an_edit_is_one_of_a_file_that_was_there_and_was_read(tiny: Path) -> None:
    sources = look_at_sources(tiny, tiny / "output")
    coin, dice, title = (tiny / name for name in ("experiments/chance/coin.py", "notes.txt", "lecture.toml"))
    (tiny / "link").symlink_to(tiny / "experiments")
    through_a_link = tiny / "link/chance/coin.py"
    write(coin, "changed")
    write(dice, "created")
    title.unlink()
    assert sources.edited([coin, dice, title, tiny / "references.bib"]) == (coin, title)
    assert sources.edited([through_a_link]) == (through_a_link,)
    assert sources.edited([]) == ()


@pytest.mark.parametrize(
    ("path", "counts"),
    [("en/chance.md.j2", True), ("output/handout.html", False), (".git/index", False), ("en/.#a", False)],
)
def test_a_watch_sees_the_same_sources_wherever_the_lecture_lies(
    tmp_path: Path, path: str, counts: bool
) -> None:
    lecture = tmp_path / ".hidden/lecture"
    write(lecture / path)
    assert is_source(lecture / path, lecture, lecture / "output") == counts
    assert not is_source(lecture / "output", lecture, lecture / "output")  # when the first build makes it


LOG = "    with open('log.txt', 'a') as log:\n        log.write('tossed')\n    heads ="


def test_a_log_that_a_simulation_writes_leaves_the_build_current(tiny: Path) -> None:
    edit(tiny / "experiments/chance/coin.py", "    heads =", LOG)
    for _ in range(2):
        done = figgen("build", "--force", "--to", "html", cwd=tiny)
        assert (done.returncode, "edited" in done.stderr) == (0, False)
        assert steps(figgen("build", "--to", "html", cwd=tiny)) == set()
    assert (tiny / "log.txt").read_text(encoding="utf-8") == "tossed" * 2
    assert figgen("check", "--to", "html", cwd=tiny).returncode == 0


EDITED = "    import pathlib\n    pathlib.Path('{}').write_text('# Chance', 'utf-8')\n    axes ="


def test_a_source_that_is_edited_during_a_build_is_told_and_the_next_build_takes_it_in(tiny: Path) -> None:
    other = (tiny / "en/chance.md.j2").read_text(encoding="utf-8")
    coin = tiny / "experiments/chance/coin.py"
    edit(coin, "    axes =", EDITED.format("en/chance.md.j2"))
    done = figgen("build", "--to", "html", cwd=tiny)
    assert (
        "en/chance.md.j2: edited during the build, so what it made does not count as current" in done.stderr
    )
    edit(coin, EDITED.format("en/chance.md.j2"), "    axes =")
    write(tiny / "en/chance.md.j2", other)
    done = figgen("build", "--to", "html", cwd=tiny)
    assert (done.returncode, "edited" in done.stderr) == (0, False)
    left = produced(tiny)
    figgen("build", "--force", "--to", "html", cwd=tiny)
    assert produced(tiny) == left


def test_two_builds_at_once_into_folders_in_the_lecture_are_both_current(tiny: Path) -> None:
    words = ["--to", "html", "--lang", "en"]
    with ThreadPoolExecutor() as pool:
        for done in pool.map(lambda folder: figgen("build", "--output", folder, *words, cwd=tiny), "ab"):
            assert done.returncode == 0, done.stderr
    for folder in "ab":
        assert figgen("check", "--output", folder, *words, cwd=tiny).returncode == 0
        done = figgen("build", "--output", folder, *words, cwd=tiny)
        assert done.stdout.startswith("0 outputs made")
