"""What code reaches is kept while no code changes, and found out anew when anything does that it goes by."""

from collections.abc import Callable
from pathlib import Path

import pytest

from figgen.engine.code.modules import Places
from figgen.engine.code.parsed import Parsed
from figgen.engine.fingerprint import Code, Fingerprint
from figgen.engine.reached import REACHED, keep_reached, take_reached
from figgen.engine.sources import look_at_sources

OWN = "experiments/chance/coin.py"
CODE = '''"""A coin."""

from helper import toss
from package.part import more

NAMES = ("data.csv", ".hidden", "../shared.csv", "deep/data.csv", "chapter.md.j2")


def simulate(params, rng):
    return toss(rng), more(rng), NAMES
'''
Edit = Callable[[Path], object]


@pytest.fixture
def lecture(tmp_path: Path) -> Path:
    """The code of a lecture."""
    folder = tmp_path / "lecture"
    (folder / "experiments/chance").mkdir(parents=True)
    (folder / "package").mkdir()
    (folder / "lecture.toml").touch()
    (folder / OWN).write_text(CODE, encoding="utf-8")
    (folder / "experiments/chance/chapter.md.j2").write_text("one", encoding="utf-8")
    (folder / "helper.py").write_text("def toss(rng):\n    return 1\n", encoding="utf-8")
    (folder / "package/part.py").write_text("def more(rng):\n    return 2\n", encoding="utf-8")
    return folder


def reach(lecture: Path, *, again: bool = False) -> Fingerprint:
    """Find out what an experiment reaches, as a build does; or `again`, where no code can be looked into."""

    def unread() -> dict[str, object]:
        raise AssertionError("code is looked into")

    sources, output = look_at_sources(lecture, lecture / "output"), lecture / "output"
    code = Code(Places(lecture), Parsed(unread) if again else Parsed())  # type: ignore[arg-type]
    take_reached(code, sources, output)
    found = code.reached_by(lecture / OWN, "simulate")
    keep_reached(code, sources, output)
    return found


def write(name: str, text: str) -> Edit:
    def edit(lecture: Path) -> None:
        (lecture / name).parent.mkdir(exist_ok=True)
        (lecture / name).write_text(text, encoding="utf-8")

    return edit


EDITS: dict[str, Edit] = {
    "the code": write(OWN, CODE.replace("return toss", "return 2 * toss")),
    "a helper": write("helper.py", "def toss(rng):\n    return 7\n"),
    "a module that comes first": write("package/__init__.py", "X = 1\n"),
    "a file that a string names": write("experiments/chance/data.csv", "1"),
    "a hidden file that a string names": write("experiments/chance/.hidden", "1"),
    "a file outside the folder": write("experiments/shared.csv", "1"),
    "a file in a folder": write("experiments/chance/deep/data.csv", "1"),
    "a text that a string names": write("experiments/chance/chapter.md.j2", "two"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_after_an_edit_is_reached_what_is_reached_without_anything_kept(lecture: Path, edit: str) -> None:
    before = reach(lecture)
    assert reach(lecture, again=True) == before
    EDITS[edit](lecture)
    found = reach(lecture)
    assert found == Code(Places(lecture)).reached_by(lecture / OWN, "simulate")
    assert found != before


def test_a_text_that_nothing_names_lets_all_be_known(lecture: Path) -> None:
    before = reach(lecture)
    write("experiments/chance/data.csv", "1")(lecture)
    assert reach(lecture) != before
    (lecture / "en").mkdir()
    write("en/chance.md.j2", "# Chance\n")(lecture)
    known = reach(lecture)
    write("en/chance.md.j2", "# Chances\n")(lecture)
    assert reach(lecture, again=True) == known


def test_code_that_is_no_source_is_looked_into_each_time(lecture: Path) -> None:
    elsewhere = lecture.parent / "elsewhere.py"
    elsewhere.write_text("X = 1\n", encoding="utf-8")
    code, sources = Code(Places(lecture)), look_at_sources(lecture, lecture / "output")
    code.reached_by(elsewhere, "X")
    keep_reached(code, sources, lecture / "output")
    assert not (lecture / "output" / REACHED).exists()


@pytest.mark.parametrize("damage", [b"", b"{}", b"[" * 5000])
def test_what_is_damaged_is_found_out_anew(lecture: Path, damage: bytes) -> None:
    before = reach(lecture)
    (lecture / "output" / REACHED).write_bytes(damage)
    assert reach(lecture) == before
    assert reach(lecture, again=True) == before
