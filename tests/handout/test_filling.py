"""Chapters are filled in apart: what that does to its process, and how it ends, stays there."""

import json
import os
from pathlib import Path

import pytest

from figgen.errors import Problem, SourceError
from figgen.handout.filling import in_a_copy

CHAPTER = Path("en/chance.md.j2")


def test_what_a_call_changes_stays_in_its_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACE", "here")

    def change() -> str:
        os.environ["PLACE"] = "there"
        json.dumps = None  # type: ignore[assignment]
        return os.environ["PLACE"]

    assert (in_a_copy(change, CHAPTER), os.environ["PLACE"], json.dumps([1])) == ("there", "here", "[1]")


def test_what_a_call_raises_is_raised() -> None:
    def fail() -> None:
        raise SourceError([Problem(CHAPTER, 3, "is wrong")])

    with pytest.raises(SourceError, match="chance.md.j2:3: is wrong"):
        in_a_copy(fail, CHAPTER)


def test_a_copy_that_ends_is_told_of() -> None:
    with pytest.raises(SourceError, match="en/chance.md.j2: the process that filled in the chapters ended"):
        in_a_copy(lambda: os._exit(3), CHAPTER)
