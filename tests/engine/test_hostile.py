"""Attacks on an output folder: nothing outside is touched, `check` names it, and the next build mends it."""

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_lecture import figgen, produced

from figgen.engine import manifest, notes
from figgen.engine.store import RESULTS

PRECIOUS = b"precious"
HANDOUT = "handout.en.html"

Attack = Callable[[Path, Path], None]
"""Takes an output folder, and a folder elsewhere with a file `precious.npz`."""


def link_for_figures(output: Path, foreign: Path) -> None:
    shutil.copytree(output / "figures" / "en", foreign, dirs_exist_ok=True)
    shutil.rmtree(output / "figures" / "en")
    (output / "figures" / "en").symlink_to(foreign)


def link_for_results(output: Path, foreign: Path) -> None:
    shutil.rmtree(output / RESULTS)
    (output / RESULTS).symlink_to(foreign)


def link_for_cache(output: Path, foreign: Path) -> None:
    (foreign / "results").mkdir()
    (foreign / "lock").write_bytes(PRECIOUS)
    shutil.rmtree(output / ".cache")
    (output / ".cache").symlink_to(foreign)


def link_for(path: str) -> Attack:
    def attack(output: Path, foreign: Path) -> None:
        (output / path).unlink()
        (output / path).symlink_to(foreign / "precious.npz")

    return attack


def second_name_for(path: str) -> Attack:
    def attack(output: Path, foreign: Path) -> None:
        (output / path).unlink()
        (output / path).hardlink_to(foreign / "precious.npz")

    return attack


def pipe_for(path: str) -> Attack:
    def attack(output: Path, foreign: Path) -> None:
        (output / path).unlink()
        os.mkfifo(output / path)

    return attack


def folder_for(path: str) -> Attack:
    def attack(output: Path, foreign: Path) -> None:
        (output / path).unlink()
        (output / path).mkdir()

    return attack


def forge(change: Callable[[dict[str, dict[str, Any]]], object]) -> Attack:
    """Seal a manifest anew that was changed: anybody can."""

    def attack(output: Path, foreign: Path) -> None:
        entries = manifest.read(output)
        assert entries is not None
        files = {path: vars(entry) | {"findings": []} for path, entry in entries.items()}
        change(files)
        text = json.dumps({"seal": "", "files": dict(sorted(files.items()))}, indent=1, ensure_ascii=False)
        sealed = (text + "\n").encode()[len(manifest.BEGINNING) :]
        seal = hashlib.sha256(sealed).hexdigest().encode()
        (output / manifest.NAME).write_bytes(manifest.BEGINNING + seal + sealed)

    return attack


def name(path: str) -> Attack:
    """Have the manifest say that figgen made what lies at a path, for a language that the lecture lacks."""
    foreign = {
        "sha256": hashlib.sha256(PRECIOUS).hexdigest(),
        "key": {},
        "kind": "handout",
        "made_from": {"language": "xx"},
        "findings": [],
        "read": [],
    }
    return forge(lambda files: files.update({path: foreign}))


def name_in_full(output: Path, foreign: Path) -> None:
    name(str(foreign / "precious.npz"))(output, foreign)


def write(path: str, text: str) -> Attack:
    def attack(output: Path, foreign: Path) -> None:
        (output / path).write_text(text, encoding="utf-8")

    return attack


def sealed_notes(said: object) -> Attack:
    seal = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return write(notes.NOTES, json.dumps({"seal": seal, "notes": said}))


def results(make: Callable[[Path], bytes]) -> Attack:
    """Put something else in the place of each result, named by its hash."""

    def attack(output: Path, foreign: Path) -> None:
        for path in list((output / RESULTS).iterdir()):
            data = make(path)
            begins = path.name.rpartition("-")[0]
            path.unlink()
            (path.parent / f"{begins}-{hashlib.sha256(data).hexdigest()[:16]}.npz").write_bytes(data)
        (output / manifest.NAME).unlink()  # which has other results

    return attack


def pickles(path: Path) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, heads=np.array([{}], dtype=object), share=np.array(0.5))
    return file.getvalue()


def bomb(path: Path) -> bytes:
    """Pack zeros that unpack to a thousand times the room, 400 megabytes."""
    file, header = io.BytesIO(), io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (5 * 10**7,)}
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("heads.npy", "w") as heads:
        heads.write(header.getvalue())
        for _ in range(400):
            heads.write(bytes(10**6))
    return file.getvalue()


def no_array(path: Path) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("heads.npy", b"text")
    return file.getvalue()


BRACKETS = "[" * 20_000
ATTACKS: dict[str, Attack] = {
    "a link for a folder of figures": link_for_figures,
    "a link for the results": link_for_results,
    "a link for the cache": link_for_cache,
    "a link for a handout": link_for(HANDOUT),
    "a link for the lock": link_for(".cache/lock"),
    "a link for the manifest": link_for(manifest.NAME),
    "a second name for the lock": second_name_for(".cache/lock"),
    "a second name for a handout": second_name_for(HANDOUT),
    "a pipe for a handout": pipe_for(HANDOUT),
    "a pipe for the notes": pipe_for(notes.NOTES),
    "a pipe for the lock": pipe_for(".cache/lock"),
    "a pipe for the manifest": pipe_for(manifest.NAME),
    "a folder for a handout": folder_for(HANDOUT),
    "a folder for the notes": folder_for(notes.NOTES),
    "a folder for the lock": folder_for(".cache/lock"),
    "a folder for the manifest": folder_for(manifest.NAME),
    "a path out of the folder": name("../../foreign/precious.npz"),
    "a path in full": name_in_full,
    "a path with backslashes": name("..\\..\\foreign\\precious.npz"),
    "a key that is no table": forge(lambda files: files[HANDOUT].update(key=5)),
    "a manifest of brackets": write(manifest.NAME, BRACKETS),
    "notes of brackets": write(notes.NOTES, BRACKETS),
    "notes that are a list": sealed_notes([1]),
    "notes of other shapes": sealed_notes({"seconds": [1], "unchanged": {"signature": 3}}),
    "results with pickles": results(pickles),
    "results that are bombs": results(bomb),
    "results without arrays": results(no_array),
}
QUICK = {
    "a link for a folder of figures",
    "a link for the results",
    "a pipe for the manifest",
    "a path out of the folder",
    "notes of other shapes",
    "results that are bombs",
}


@pytest.fixture
def foreign(built: Path) -> Path:
    """A folder beside the lecture, with a file that nobody may touch."""
    folder = built.parent / "foreign"
    folder.mkdir()
    (folder / "precious.npz").write_bytes(PRECIOUS)
    return folder


@pytest.mark.parametrize(
    "attack",
    [pytest.param(a, id=n, marks=[] if n in QUICK else pytest.mark.long) for n, a in ATTACKS.items()],
)
def test_after_an_attack_the_next_build_gives_the_same_and_touches_nothing_else(
    built: Path, foreign: Path, attack: Attack
) -> None:
    before = produced(built)
    attack(built / "output", foreign)
    others = {path: path.read_bytes() for path in foreign.rglob("*") if path.is_file()}
    checked = figgen("check", cwd=built)
    assert checked.returncode in {0, 1}, checked.stderr
    done = figgen("build", cwd=built)
    assert (done.returncode, "Traceback" in checked.stderr + done.stderr) == (0, False), done.stderr
    assert produced(built) == before
    assert {path: path.read_bytes() for path in foreign.rglob("*") if path.is_file()} == others
    assert figgen("check", cwd=built).returncode == 0


@pytest.mark.parametrize("attack", ["a link for a folder of figures", "a path out of the folder"])
def test_clean_leaves_what_lies_elsewhere(built: Path, foreign: Path, attack: str) -> None:
    ATTACKS[attack](built / "output", foreign)
    others = {path: path.read_bytes() for path in foreign.rglob("*") if path.is_file()}
    assert "Traceback" not in figgen("clean", cwd=built).stderr
    assert {path: path.read_bytes() for path in foreign.rglob("*") if path.is_file()} == others


def test_clean_leaves_and_tells_what_was_changed_since(built: Path) -> None:
    page = built / "output" / HANDOUT
    page.write_text("my notes", encoding="utf-8")
    done = figgen("clean", cwd=built)
    assert (done.returncode, done.stderr) == (0, f"left: output/{HANDOUT}, which is not as figgen wrote it\n")
    assert [path.name for path in (built / "output").rglob("*")] == [HANDOUT]


def test_clean_runs_no_code_of_a_lecture(built: Path) -> None:
    for path in (built / "experiments" / "chance").glob("*.py"):
        path.write_text(f"from pathlib import Path\nPath({str(built / 'ran')!r}).touch()\n", encoding="utf-8")
    assert figgen("clean", cwd=built).returncode == 0
    assert not (built / "ran").exists()


def test_a_folder_with_something_in_it_is_told_and_left(built: Path) -> None:
    page = built / "output" / HANDOUT
    page.unlink()
    page.mkdir()
    (page / "mine.txt").write_text("mine", encoding="utf-8")
    done = figgen("build", cwd=built)
    assert (done.returncode, (page / "mine.txt").read_text(encoding="utf-8")) == (1, "mine")
    assert f"cannot write output/{HANDOUT}: Directory not empty; " in done.stderr.replace(f"{built}/", "")
    assert "Traceback" not in done.stderr
