import os
import stat
from pathlib import Path

import pytest

from figgen.engine import files
from figgen.engine.files import delete_own, read_own, stays_inside, sweep, write_whole
from figgen.errors import FiggenError


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.txt"
    write_whole(tmp_path, "deep/file.txt", b"old")
    write_whole(tmp_path, "deep/file.txt", b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in path.parent.iterdir()] == ["file.txt"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), "No space left on device; free some space, or choose"),
        (
            PermissionError(13, "Access is denied"),
            "Access is denied; mend its rights, close it where it is open, or",
        ),
    ],
)
def test_a_failure_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, told: str
) -> None:
    path = tmp_path / "file.txt"
    write_whole(tmp_path, "file.txt", b"old")

    def refuse(self: Path, target: Path) -> None:
        raise error

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(FiggenError, match=rf"^cannot write .*file\.txt: {told}"):
        write_whole(tmp_path, "file.txt", b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file.txt"]


def test_what_a_killed_build_left_is_swept_away(tmp_path: Path) -> None:
    write_whole(tmp_path, "figures/kept.svg", b"kept")
    (tmp_path / "figures" / f"{files._TEMPORARY}1-half.svg").write_bytes(b"ha")
    sweep(tmp_path)
    assert [p.name for p in (tmp_path / "figures").iterdir()] == ["kept.svg"]


def test_a_new_file_has_the_rights_that_the_user_gives_new_files(tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        write_whole(tmp_path, "file.txt", b"")
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "file.txt").stat().st_mode) == 0o644


@pytest.mark.parametrize("path", ["figures/en/a.svg", "handout.en.html", ".cache/results/x.npz", "a..b/c"])
def test_a_path_below_the_folder_stays_inside(path: str) -> None:
    assert stays_inside(path)


@pytest.mark.parametrize(
    "path",
    ["../x", "a/../../x", "/etc/x", "C:/x", "..\\x", "a\\b", "", "a//b", "a/", ".", "./a", "a/.. /b", "a\0"],
)
def test_a_path_that_may_lead_out_of_the_folder_is_told_apart(path: str) -> None:
    assert not stays_inside(path)


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """Somebody's file, and an output folder that has links to it and to its folder."""
    file = tmp_path / "foreign" / "file.txt"
    (tmp_path / "output").mkdir()
    file.parent.mkdir()
    file.write_bytes(b"precious")
    (tmp_path / "output" / "folder").symlink_to(file.parent)
    (tmp_path / "output" / "link").symlink_to(file)
    return file


@pytest.mark.parametrize("path", ["folder/file.txt", "link"])
def test_a_link_is_replaced_and_never_written_through(foreign: Path, path: str) -> None:
    output = foreign.parents[1] / "output"
    write_whole(output, path, b"new")
    assert (foreign.read_bytes(), read_own(output, path)) == (b"precious", b"new")


@pytest.mark.parametrize("path", ["folder/file.txt", "link"])
def test_nothing_is_read_or_deleted_through_a_link(foreign: Path, path: str) -> None:
    output = foreign.parents[1] / "output"
    assert read_own(output, path) is None
    assert delete_own(output, path) == (path == "link")
    assert foreign.read_bytes() == b"precious"


def test_a_full_folder_in_the_place_of_a_file_is_told_and_left(tmp_path: Path) -> None:
    (tmp_path / "file.txt").mkdir()
    (tmp_path / "file.txt" / "mine").write_bytes(b"mine")
    with pytest.raises(
        FiggenError, match=r"^cannot write .*file\.txt: Directory not empty; clear its place, or"
    ):
        write_whole(tmp_path, "file.txt", b"new")
    assert (tmp_path / "file.txt" / "mine").read_bytes() == b"mine"


def test_what_may_not_be_deleted_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "file.txt").touch()
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(FiggenError, match=r"^cannot delete .*file\.txt: Permission denied; mend the rights"):
        delete_own(tmp_path, "file.txt")
