"""Code that was parsed before need not be parsed again, and nothing else is taken for what it stands for."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from figgen.engine.code import parsed
from figgen.engine.code.parsed import PARSED, Parsed, keep_parsed, read_parsed
from figgen.engine.code.source import Source, parse
from figgen.engine.files import sha256
from figgen.paths import PACKAGE

ODD = b'"\\ud800"\nfrom a import *\nx = 1\nx += 2\nexec("y = 3")\n'
FILES = [path.read_bytes() for path in sorted(PACKAGE.rglob("*.py"))] + [ODD, b"def", b""]


def never(data: bytes) -> Source:
    raise AssertionError("parsed again")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """An output folder that has all of figgen's code."""
    fresh = Parsed()
    for data in FILES:
        fresh.source(data)
    keep_parsed(tmp_path, fresh)
    return tmp_path


def test_what_was_kept_is_what_parsing_gives(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [parse(data) for data in FILES]
    monkeypatch.setattr(parsed, "parse", never)
    before = read_parsed(kept)
    assert [before.source(data) for data in FILES] == expected
    assert [list(before.source(data).pieces) for data in FILES] == [list(one.pieces) for one in expected]


def test_only_a_file_that_changed_is_parsed_and_kept_in_place_of_the_old_one(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bytes] = []

    def parse_and_tell(data: bytes) -> Source:
        told.append(data)
        return parse(data)

    monkeypatch.setattr(parsed, "parse", parse_and_tell)
    now = read_parsed(kept)
    for data in [*FILES[1:], b"x = 2"]:
        now.source(data)
    assert told == [b"x = 2"]
    keep_parsed(kept, now)
    assert read_parsed(kept).before().keys() == {sha256(data) for data in [*FILES[1:], b"x = 2"]}


def test_the_same_code_is_not_written_again(kept: Path) -> None:
    again = read_parsed(kept)
    for data in FILES:
        again.source(data)
    (kept / PARSED).unlink()
    keep_parsed(kept, again)
    assert not (kept / PARSED).exists()


def sealed(content: object) -> bytes:
    data = json.dumps(content).encode()
    return sha256(data).encode() + data


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda data: b"",
    "half": lambda data: data[: len(data) // 2],
    "another byte": lambda data: data.replace(b'"x"', b'"y"', 1),
    "brackets": lambda data: b"[" * 20_000,
    "another shape": lambda data: sealed({"by": parsed._parser(), "files": {"a": [1, 2]}}),
    "a list": lambda data: sealed([]),
    "another parser": lambda data: sealed({"by": "", "files": json.loads(data[64:])["files"]}),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_what_is_not_as_figgen_wrote_it_counts_as_absent(
    kept: Path, damage: Callable[[bytes], bytes]
) -> None:
    assert read_parsed(kept).before()
    path = kept / PARSED
    path.write_bytes(damage(path.read_bytes()))
    assert not read_parsed(kept).before()
