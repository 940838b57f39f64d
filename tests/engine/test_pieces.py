"""The pieces of documents are kept by content: an edit makes few anew; what is not whole is made again."""

from pathlib import Path

import pytest
from tiny_lecture import edit, figgen

from figgen.engine.pieces import keep_pieces, read_pieces, whole_pieces

ONE, TWO = "1" * 64, "2" * 64


def pieces(folder: Path) -> dict[str, int]:
    """Return the pieces in a lecture's output, each with the time when it was written."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / "output/.cache/pieces").iterdir()}


@pytest.fixture
def written(tiny: Path) -> Path:
    """The tiny lecture, its English handout written as HTML."""
    done = figgen("build", "--to", "html", "--lang", "en", cwd=tiny)
    assert done.returncode == 0, done.stderr
    return tiny


def test_pieces_are_read_again_for_the_documents_that_they_belong_to(tmp_path: Path) -> None:
    keep_pieces(tmp_path, {"a": {ONE: b"one"}, "b": {TWO: b"two"}}, ["a", "b"])
    assert read_pieces(tmp_path, ["a"]) == {ONE: b"one"}
    assert read_pieces(tmp_path, ["a", "b"]) == {ONE: b"one", TWO: b"two"}
    assert read_pieces(tmp_path, ["c"]) == {}


def test_pieces_of_documents_that_are_gone_are_deleted(tmp_path: Path) -> None:
    keep_pieces(tmp_path, {"a": {ONE: b"one"}, "b": {TWO: b"two"}}, ["a", "b"])
    keep_pieces(tmp_path, {}, ["b"])
    assert whole_pieces(tmp_path) == [f".cache/pieces/{TWO}"]
    assert read_pieces(tmp_path, ["a", "b"]) == {TWO: b"two"}


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: b"", lambda data: b"x" + data[1:]])
def test_a_damaged_piece_counts_as_absent_and_so_does_one_under_anothers_name(
    tmp_path: Path, damage: object
) -> None:
    keep_pieces(tmp_path, {"a": {ONE: b"one", TWO: b"two"}}, ["a"])
    one, two = (tmp_path / ".cache/pieces" / name for name in (ONE, TWO))
    two.write_bytes(one.read_bytes())
    one.write_bytes(damage(one.read_bytes()))  # type: ignore[operator]
    assert read_pieces(tmp_path, ["a"]) == {}
    keep_pieces(tmp_path, {"a": {ONE: b"one", TWO: b"two"}}, ["a"])
    assert read_pieces(tmp_path, ["a"]) == {ONE: b"one", TWO: b"two"}


def test_a_link_among_the_pieces_is_not_followed(tmp_path: Path) -> None:
    keep_pieces(tmp_path, {"a": {ONE: b"one"}}, ["a"])
    piece = tmp_path / ".cache/pieces" / ONE
    piece.rename(tmp_path / "elsewhere")
    piece.symlink_to(tmp_path / "elsewhere")
    assert read_pieces(tmp_path, ["a"]) == {}
    assert whole_pieces(tmp_path) == []


def test_an_edit_makes_the_pieces_of_its_chapter_anew_and_leaves_no_old_ones(written: Path) -> None:
    (written / "en/more.md.j2").write_text("# More\n\nText.\n", encoding="utf-8")
    edit(written / "lecture.toml", '["chance"]', '["chance", "more"]')
    assert figgen("build", "--to", "html", "--lang", "en", cwd=written).returncode == 0
    before = pieces(written)
    edit(written / "en/more.md.j2", "Text.", "A text.")
    assert figgen("build", "--to", "html", "--lang", "en", cwd=written).returncode == 0
    after = pieces(written)
    assert len(after) == len(before)
    assert len(after.keys() - before.keys()) == 2  # the chapter as it is read, and as it is written
    assert {name: after[name] for name in after.keys() & before.keys()}.items() <= before.items()


def test_two_formats_have_what_is_read_in_common(written: Path) -> None:
    before = pieces(written)
    assert figgen("build", "--to", "pdf", "--lang", "en", cwd=written).returncode == 0
    after = pieces(written)
    assert before.items() <= after.items()
    assert len(after) - len(before) == 2  # the chapter and the list of references in Typst


def test_pieces_that_were_tampered_with_change_nothing(written: Path) -> None:
    page = (written / "output/handout.en.html").read_bytes()
    for name in pieces(written):
        path = written / "output/.cache/pieces" / name
        path.write_bytes(path.read_bytes().replace(b"Chance", b"Fate"))
    (written / "output/handout.en.html").unlink()
    assert figgen("build", "--to", "html", "--lang", "en", cwd=written).returncode == 0
    assert (written / "output/handout.en.html").read_bytes() == page


def test_clean_deletes_the_pieces_that_are_whole(written: Path) -> None:
    first, *_ = pieces(written)
    (written / "output/.cache/pieces" / first).write_bytes(b"somebody's")
    assert figgen("clean", cwd=written).returncode == 0
    assert list(pieces(written)) == [first]


def test_the_pieces_of_a_language_go_with_it(written: Path) -> None:
    assert figgen("build", "--to", "html", cwd=written).returncode == 0
    both = pieces(written)
    edit(written / "lecture.toml", 'sk = "Náhoda"\n', "")
    (written / "locale/sk.po").unlink()
    assert figgen("build", "--to", "html", cwd=written).returncode == 0
    assert len(pieces(written)) < len(both)
