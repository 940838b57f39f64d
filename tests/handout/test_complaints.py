"""What pandoc refuses in files beside the chapters: filters, templates, bibliographies."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from manuscripts import bare

from figgen.errors import FiggenError, SourceError
from figgen.handout.conversion import to_html
from figgen.handout.manuscript import Manuscript
from figgen.handout.prose import Prose
from figgen.layers import Layers

Refused = Callable[[], tuple[str, int | None, str]]


@pytest.fixture
def refused(write: Callable[..., Prose], manuscript: Callable[..., Manuscript], layout: Layers) -> Refused:
    """Convert a chapter, and return the problem that comes of it: file, line and message."""
    layout.own.mkdir()

    def convert() -> tuple[str, int | None, str]:
        with pytest.raises(SourceError) as caught:
            to_html(manuscript(write("Text @he2015.")))
        (problem,) = caught.value.problems
        return problem.path.name, problem.line, problem.message

    return convert


@pytest.mark.parametrize(
    ("code", "line", "message"),
    [
        (
            "\nlocal function Str(s) return s.no.where end\nreturn {{ Str = Str }}",
            2,
            "attempt to index a nil value",
        ),
        ("local x = 1\nlocal = 2", 2, "<name> expected near '='"),
        ("return {{ Str = function() return 3 end }}", None, "Inline, list of Inlines, or string expected"),
    ],
)
def test_a_mistake_in_a_filter_has_file_and_line(
    refused: Refused, layout: Layers, code: str, line: int | None, message: str
) -> None:
    (layout.own / "html.lua").write_text(code, encoding="utf-8")
    name, at, told = refused()
    assert (name, at) == ("html.lua", line)
    assert told.startswith(message)


def test_a_mistake_in_the_bibliography_has_file_and_line(refused: Refused, bibliography: Path) -> None:
    bibliography.write_text("@book{a,\n  title = {A}\n", encoding="utf-8")
    name, line, told = refused()
    assert (name, line) == ("references.bib", 3)
    assert told.startswith("unexpected end of input")


def test_a_bibliography_must_be_utf_8(refused: Refused, bibliography: Path) -> None:
    bibliography.write_bytes("@book{a, title = {Ä}}".encode("latin-1"))
    assert refused() == ("references.bib", None, "must be encoded in UTF-8: byte offset 18")


def test_what_else_pandoc_refuses_is_told_in_its_words(
    write: Callable[..., Prose], manuscript: Callable[..., Manuscript], bibliography: Path
) -> None:
    bibliography.unlink()
    with pytest.raises(FiggenError, match=f"^pandoc failed: .*{re.escape(bibliography.name)}"):
        to_html(manuscript(write("Text.")))


@pytest.mark.parametrize("text", ["<style>", "text", "<style/>", ""])
def test_a_style_of_citations_that_pandoc_refuses_is_named(
    manuscript: Callable[..., Manuscript], tmp_path: Path, text: str
) -> None:
    style = tmp_path / "own.csl"
    style.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"own\.csl: pandoc refuses this style of citations: Citeproc\w+: "):
        to_html(manuscript(bare("Text."), csl=style))


def test_a_link_in_the_bibliography_that_could_run_code_has_file_and_line(
    refused: Refused, bibliography: Path
) -> None:
    target = "javascript:alert(1)"
    text = f"@misc{{he2015,\n  title = {{A}},\n  howpublished = {{\\url{{{target}}}}}\n}}\n"
    bibliography.write_text(text, encoding="utf-8")
    name, line, told = refused()
    assert (name, line) == ("references.bib", 3)
    assert told == f"a link may begin with http, https or mailto, and not like this: {target}"
