"""What an edit converts: the chapters that it touches, and no others."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from figgen.experiment import Claim, at_most
from figgen.handout import pandoc as pandoc_module
from figgen.handout.conversion import to_html, to_typst
from figgen.handout.manuscript import Manuscript
from figgen.handout.pandoc import Call, Pandoc
from figgen.handout.prose import Prose

FIRST = r"""# One

A word[^1] by @he2015, $\F$.

{% call figure("curves", alt="a") %}A caption.{% endcall %}

{{ claims("demo", "small") }}

[^1]: A note.
"""
SECOND = """# Two

Text, see {{ ref("paths") }} and [there](#three).

{% call figure("paths", alt="a") %}Another.{% endcall %}
"""
THIRD = "# Three\n\nText [@he2015].\n\n$$x$$ {#eq-last}\n\nSee @eq-last.\n"
BOOKS = "@article{he2015, author = {He, Kaiming}, title = {B}, year = 2015}\n"
OTHER = "@article{other, author = {He, Kaiming}, title = {A}, year = 2015}\n"
PATHS = '{% call figure("paths", alt="a") %}Another.{% endcall %}\n'
LIST = "references"

Edit = Callable[[dict[str, Any]], dict[str, Any]]


def text(old: str, new: str) -> Edit:
    return lambda given: given | {"texts": [t.replace(old, new) for t in given["texts"]]}


def give(**new: Any) -> Edit:
    return lambda given: given | new


EDITS: dict[str, tuple[Edit, set[str]]] = {
    "nothing": (give(), set()),
    "a word": (text("A word", "A wise word"), {"first"}),
    "a caption": (text("A caption", "A new caption"), {"first"}),
    "a chapter's title": (text("# Two", "# Second"), {"second"}),
    "a note": (text("A note", "A new note"), {"first"}),
    "a figure's place": (give(texts=[FIRST, SECOND.replace(PATHS, ""), THIRD + PATHS]), {"second", "third"}),
    "two figures' order": (
        give(texts=[PATHS + "\n" + FIRST, SECOND.replace(PATHS, ""), THIRD]),
        {"first", "second"},
    ),
    "one more work of 2015": (
        give(texts=[FIRST, SECOND + "\nSee @other.\n", THIRD]),
        {"first", "second", "third", LIST},
    ),
    "a work's title": (give(books=BOOKS.replace("{B}", "{C}") + OTHER), {LIST}),
    "a macro": (give(macros={"F": "g"}), {"first"}),
    "a macro that no chapter uses": (give(macros={"F": "f", "G": "g"}), set()),
    "a claim's value": (give(value=0.25), {"first"}),
    "a formula that is numbered before another": (
        give(texts=[FIRST + "\n$$y$$ {#eq-first}\n", SECOND, THIRD]),
        {"first"},
    ),
    "a section before": (text("# One", "# Zero\n\nNew.\n\n# One"), {"first"}),
}


@pytest.fixture
def converted(
    write: Callable[..., Prose],
    manuscript: Callable[..., Manuscript],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., tuple[set[str], Pandoc, Any]]:
    """Convert three chapters; return which of them pandoc has written, and what came of it."""
    written: set[str] = set()
    run = pandoc_module._run

    def note(call: Call, given: Any) -> bytes:
        if call.writer != "json":
            sources = given.prose.sources
            written.add(sources[0].path.name.partition(".")[0] if len(sources) == 1 else LIST)
        return run(call, given)

    monkeypatch.setattr(pandoc_module, "_run", note)

    def convert(
        to: Callable[..., Any], before: Pandoc, texts: list[str], books: str, macros: Any, value: float
    ) -> tuple[set[str], Pandoc, Any]:
        (tmp_path / "references.bib").write_text(books, encoding="utf-8")
        claim = Claim("small", "It is {value}.", lambda r: value, at_most(1), figure="curves")
        prose = write(*texts, show=False, claims=(claim,))
        written.clear()
        pandoc = Pandoc(before.used)
        given = to(manuscript(prose, macros=macros), pandoc)
        return set(written), pandoc, given

    return convert


@pytest.mark.parametrize("to", [to_html, to_typst])
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_converts_what_it_touches_and_gives_what_a_whole_conversion_gives(
    converted: Callable[..., tuple[set[str], Pandoc, Any]], edit: str, to: Callable[..., Any]
) -> None:
    given = {"texts": [FIRST, SECOND, THIRD], "books": BOOKS + OTHER, "macros": {"F": "f"}, "value": 0.5}
    change, expected = EDITS[edit]
    every, pandoc, _ = converted(to, Pandoc(), **given)
    assert every == {"first", "second", "third", LIST}
    again, _, anew = converted(to, pandoc, **change(given))
    assert again == expected
    assert anew == converted(to, Pandoc(), **change(given))[2]
