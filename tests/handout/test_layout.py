from pathlib import Path

import pytest

from figgen.errors import SourceError
from figgen.handout.layout import fill_in
from figgen.layers import Layers


@pytest.fixture
def layers(tmp_path: Path) -> Layers:
    """A layout with a page that includes a foot."""
    for name, text in {
        "page.j2": 'P {{ title }}\n{% include "foot.j2" %}',
        "foot.j2": "\nfoot {{ title }}",
    }.items():
        path = tmp_path / "below" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "own").mkdir()
    return Layers(tmp_path / "own", tmp_path / "below")


def test_one_template_of_the_lectures_own_is_enough(layers: Layers) -> None:
    (layers.own / "foot.j2").write_text("{{ title | typst }}", encoding="utf-8")
    assert fill_in(layers, "page.j2", autoescape=False, title='a "b"') == 'P a "b"\n"a \\"b\\""'


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\n{{ titel }}", 2, "UndefinedError: 'titel' is undefined"),
        ("\n\n{% if %}", 3, "Jinja: Expected an expression, got 'end of statement block'"),
        ("{{ 1 / 0 }}", 1, "ZeroDivisionError: division by zero"),
        ('\n{% include "head.j2" %}', 2, "there is no template 'head.j2'"),
    ],
)
def test_a_mistake_in_a_template_has_file_and_line(
    layers: Layers, text: str, line: int, message: str
) -> None:
    (layers.own / "foot.j2").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        fill_in(layers, "page.j2", autoescape=False, title="T")
    (problem,) = caught.value.problems
    assert (problem.path, problem.line, problem.message) == (layers.own / "foot.j2", line, message)


@pytest.mark.parametrize(
    "text",
    [
        "{{ body }}",
        "{% if title %}{{ body | upper }}{% endif %}",
        '{% include "text.j2" %}',
        '{% extends "frame.j2" %}{% block text %}{{ body }}{% endblock %}',
        "{% include other %}",
    ],
)
def test_a_page_of_ones_own_may_show_the_text_in_any_way(layers: Layers, text: str) -> None:
    (layers.own / "page.j2").write_text(text, encoding="utf-8")
    (layers.own / "text.j2").write_text("{{ body }}", encoding="utf-8")
    (layers.own / "frame.j2").write_text("{% block text %}{% endblock %}", encoding="utf-8")
    page = fill_in(layers, "page.j2", autoescape=False, title="T", body="words", other="text.j2")
    assert page.lower() == "words"


@pytest.mark.parametrize("text", ["= Mine", "{% set body = 1 %}{{ body }}", '{% include "foot.j2" %}'])
def test_a_page_of_ones_own_that_loses_the_text_is_told(layers: Layers, text: str) -> None:
    (layers.own / "page.j2").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        fill_in(layers, "page.j2", autoescape=False, title="T", body="words")
    (problem,) = caught.value.problems
    told = "does not show the text; write {{ body }} where it is to stand"
    assert (problem.path, problem.message) == (layers.own / "page.j2", told)
