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
