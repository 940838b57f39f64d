import os
import stat
from pathlib import Path

import pytest

from figgen.engine import files
from figgen.engine.files import sweep, write_whole
from figgen.errors import FiggenError


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.txt"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in path.parent.iterdir()] == ["file.txt"]


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.txt"
    write_whole(path, b"old")

    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(
        FiggenError, match=r"^cannot write .*file\.txt: No space left on device; free the space"
    ):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file.txt"]


def test_what_a_killed_build_left_is_swept_away(tmp_path: Path) -> None:
    write_whole(tmp_path / "figures" / "kept.svg", b"kept")
    (tmp_path / "figures" / f"{files._TEMPORARY}1-half.svg").write_bytes(b"ha")
    sweep(tmp_path)
    assert [p.name for p in (tmp_path / "figures").iterdir()] == ["kept.svg"]


def test_a_new_file_has_the_rights_that_the_user_gives_new_files(tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        write_whole(tmp_path / "file.txt", b"")
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "file.txt").stat().st_mode) == 0o644
