"""Typst's compiler, in this process and in one that stays alive beside builds: the same documents."""

from pathlib import Path

import pytest

from figgen.engine.reads.environment import TYPESETTER
from figgen.handout import compiler
from figgen.handout.compiler import MAIN, Compiled, Remark, compile_typst, living_compiler

HEAD = b'#set document(title: "A")\n#set text(lang: "en")\n'


def files(text: str, **more: bytes) -> dict[str, bytes]:
    return {MAIN: HEAD + text.encode(), **more}


def test_the_living_compiler_gives_the_same_bytes_whatever_it_has_set_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = files("= One\n#lorem(200)"), files('= Two\n#read("note")', note=b"N")
    expected = [compile_typst("en", each, []).pdf for each in (first, second)]
    with living_compiler() as variables:
        monkeypatch.setenv(TYPESETTER, variables[TYPESETTER])
        given = [compile_typst("en", each, []).pdf for each in (first, second, first, second)]
    assert given == [*expected, *expected]
    assert None not in expected


def test_a_file_that_is_no_longer_given_is_no_longer_found(monkeypatch: pytest.MonkeyPatch) -> None:
    text = '#read("note")'
    with living_compiler() as variables:
        monkeypatch.setenv(TYPESETTER, variables[TYPESETTER])
        assert compile_typst("en", files(text, note=b"N"), []).pdf is not None
        refused = compile_typst("en", files(text), [])
    assert refused.pdf is None
    assert refused.remarks[0].message.startswith("file not found")


def test_the_living_compiler_does_the_work_and_tells_what_it_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    with living_compiler() as variables:
        monkeypatch.setenv(TYPESETTER, variables[TYPESETTER])
        here = Compiled(None, (Remark("of this process", ""),))
        monkeypatch.setattr(compiler, "_compile", lambda root, *_: here if root.name == "sk.full" else None)
        assert compile_typst("sk.full", files(""), []) == here


@pytest.mark.parametrize("key", ["00" * 32, "not hex"])
def test_who_has_not_the_key_sets_by_itself(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    with living_compiler() as variables:
        monkeypatch.setenv(TYPESETTER, f"{key} {variables[TYPESETTER].split(' ', 1)[1]}")
        assert compile_typst("en", files("= One"), []).pdf is not None


def test_without_the_process_that_stayed_a_document_is_set_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(TYPESETTER, f"{'00' * 32} {tmp_path / 'gone'}")
    assert compile_typst("en", files("= One"), []).pdf is not None
