"""The layout's part of a PDF: pictures, modules and fonts of the lecture's own, and mistakes in them."""

from collections.abc import Callable
from pathlib import Path

import matplotlib
import pytest

from figgen.errors import SourceError
from figgen.handout.markup import Markup
from figgen.handout.prose import Prose, Source
from figgen.handout.typesetter import typeset
from figgen.layers import Layers

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1 8 8" stroke="red"/></svg>'
HEAD = '#set document(title: "T")\n#set text(lang: "en")\n'

Typeset = Callable[..., bytes]


@pytest.fixture
def own(layout: Layers) -> Path:
    """The folder of the lecture's own layout."""
    layout.own.mkdir()
    return layout.own


@pytest.fixture
def set_(layout: Layers, tmp_path: Path) -> Typeset:
    """Set a document whose template ends with `{{ body }}`."""

    def set_document(template: str, body: str = "Text.") -> bytes:
        path = tmp_path / "handout.typ.j2"
        path.write_text(HEAD + template + "{{ body }}\n", encoding="utf-8")
        prose = Prose((Source(tmp_path / "en.md.j2", "", ""),), ())
        return typeset("en", Markup(HEAD + template + body, body, path, prose), {}, layout)

    return set_document


def problem(set_: Typeset, *texts: str) -> tuple[str, int | None, str]:
    with pytest.raises(SourceError) as caught:
        set_(*texts)
    (found,) = caught.value.problems
    return found.path.name, found.line, found.message


def test_a_picture_of_ones_own_is_found_and_none_in_the_current_folder(
    set_: Typeset, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    picture = '#image("logo.svg", alt: "Logo")\n'
    (tmp_path / "logo.svg").write_bytes(SVG)
    assert "file not found" in problem(set_, picture)[2]
    (own / "logo.svg").write_bytes(SVG)
    first = set_(picture)
    (own / "logo.svg").write_bytes(SVG.replace(b"red", b"blue"))
    assert set_(picture) != first


def test_a_module_of_ones_own_can_be_imported_and_its_mistakes_have_their_line(
    set_: Typeset, own: Path
) -> None:
    (own / "boxes.typ").write_text("#let box-of(it) = rect(it)\n", encoding="utf-8")
    template = '#import "boxes.typ": box-of\n#box-of[x]\n'
    set_(template)
    (own / "boxes.typ").write_text("\n#let box-of(it) = rekt(it)\n", encoding="utf-8")
    assert problem(set_, template) == ("boxes.typ", 2, "Typst refuses the PDF: unknown variable: rekt")


def test_a_mistake_in_the_template_has_its_line(set_: Typeset) -> None:
    told = "Typst refuses the PDF: unknown variable: nothing"
    assert problem(set_, "\n#nothing\n\n", "b\n\nText.\n") == ("handout.typ.j2", 4, told)


def test_what_typst_refuses_in_the_text_is_no_mistake_of_the_template(set_: Typeset) -> None:
    assert problem(set_, "\n", "a\n\n#nothing\n") == (
        "en.md.j2",
        None,
        "Typst refuses the PDF: unknown variable: nothing",
    )


def test_a_formula_that_typst_refuses_is_told_with_its_line(layout: Layers, tmp_path: Path) -> None:
    body = '#math.equation(block: false, alt: "x", $x$) #math.equation(block: false, alt: "\\"b\\"", $foo$)\n'
    text = "One\n\n$x$ $\\foo$"
    prose = Prose((Source(tmp_path / "en.md.j2", text, text),), ())
    markup = Markup(HEAD + body, body, tmp_path / "handout.typ.j2", prose, {"x": "x", '"b"': r"\foo"})
    with pytest.raises(SourceError) as caught:
        typeset("en", markup, {}, layout)
    message = r"Typst cannot set the formula (unknown variable: foo): \foo"
    assert [(p.line, p.message) for p in caught.value.problems] == [(3, message)]


def test_a_font_that_typst_does_not_have_is_named_with_the_place_to_put_it(set_: Typeset) -> None:
    assert problem(set_, '\n#set text(font: ("University Sans", "Libertinus Serif"))\n') == (
        "handout.typ.j2",
        4,
        "there is no font 'University Sans'; put its .ttf or .otf files into layout/fonts/, or take one of: "
        "DejaVu Sans Mono, Libertinus Serif, New Computer Modern, New Computer Modern Math",
    )


def test_a_font_in_the_layout_is_used(set_: Typeset, own: Path) -> None:
    template = '#set text(font: "DejaVu Serif")\n'
    assert "there is no font 'DejaVu Serif'" in problem(set_, template)[2]
    (own / "fonts").mkdir()
    font = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSerif.ttf"
    (own / "fonts" / font.name).write_bytes(font.read_bytes())
    assert b"DejaVuSerif" in set_(template)
