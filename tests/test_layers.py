from pathlib import Path

import pytest
from tiny_lecture import figgen

from figgen.errors import SourceError
from figgen.layers import Layers
from figgen.lecture import load_lecture


@pytest.fixture
def layers(tmp_path: Path) -> Layers:
    """Two folders with a file each, and one that both have."""
    for name in ("own/both.css", "own/logo.png", "below/both.css", "below/page.html.j2"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return Layers(tmp_path / "own", tmp_path / "below")


def test_a_file_of_the_lectures_own_stands_before_that_of_figgen(layers: Layers) -> None:
    assert layers.path("both.css") == layers.own / "both.css"
    assert layers.path("page.html.j2") == layers.below / "page.html.j2"
    assert layers.each("both.css") == (layers.below / "both.css", layers.own / "both.css")
    assert layers.each("page.html.j2") == (layers.below / "page.html.j2",)
    assert layers.files() == {
        "both.css": layers.own / "both.css",
        "logo.png": layers.own / "logo.png",
        "page.html.j2": layers.below / "page.html.j2",
    }


def test_a_lecture_without_a_folder_has_what_figgen_has(layers: Layers, tmp_path: Path) -> None:
    assert Layers(tmp_path / "none", layers.below).files().keys() == {"both.css", "page.html.j2"}


def test_a_file_that_nothing_uses_gets_the_nearest_name(layers: Layers) -> None:
    (layers.own / "bothh.css").touch()
    (layers.own / "qqq.j2").touch()
    assert [(p.path.name, p.message) for p in layers.strangers()] == [
        ("bothh.css", "nothing in own/ uses it: unknown file 'bothh.css'; did you mean both.css?"),
        (
            "qqq.j2",
            "nothing in own/ uses it: unknown file 'qqq.j2'; there are: both.css, page.html.j2",
        ),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "crest.SVG",
        "fonts/Lato.ttf",
        "fonts/OFL.txt",
        "LICENSE.md",
        ".both.css.swp",
        "both.css~",
    ],
)
def test_pictures_fonts_licences_and_what_editors_leave_are_no_strangers(layers: Layers, name: str) -> None:
    (layers.own / name).parent.mkdir(exist_ok=True)
    (layers.own / name).touch()
    assert not list(layers.strangers())


def test_a_file_that_another_one_names_is_no_stranger(layers: Layers) -> None:
    (layers.own / "parts").mkdir()
    (layers.own / "parts" / "head.j2").touch()
    assert len(list(layers.strangers())) == 1
    (layers.own / "page.html.j2").write_text('{% include "parts/head.j2" %}', encoding="utf-8")
    assert not list(layers.strangers())


def test_a_lecture_is_told_of_all_strangers_in_layout_and_styles(tiny: Path) -> None:
    for name in ("layout/handout.scss", "layout/coin.svg", "styles/bas.mplstyle", "styles/base.mplstyle"):
        (tiny / name).parent.mkdir(exist_ok=True)
        (tiny / name).touch()
    with pytest.raises(SourceError) as caught:
        load_lecture(tiny)
    assert [str(problem).replace(f"{tiny}/", "") for problem in caught.value.problems] == [
        "layout/handout.scss: nothing in layout/ uses it: unknown file 'handout.scss'; did you mean "
        "handout.css or handout.js or handout.lua?",
        "styles/bas.mplstyle: nothing in styles/ uses it: unknown file 'bas.mplstyle'; did you mean "
        "base.mplstyle or slides.mplstyle or print.mplstyle?",
        "layout/coin.svg: the figure 'coin' has a picture of that name; choose another",
    ]


def test_mistakes_in_ones_own_files_are_told_by_the_command_once_and_without_a_traceback(tiny: Path) -> None:
    for name, text in {
        "styles/base.mplstyle": "font.size: 9\naxes.spine: 3\n",
        "layout/handout.html.j2": "<html>\n{{ nothing }}\n",
    }.items():
        (tiny / name).parent.mkdir(exist_ok=True)
        (tiny / name).write_text(text, encoding="utf-8")
    done = figgen("build", "--to", "html", cwd=tiny)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("styles/base.mplstyle:2: Bad key axes.spine") == 1
    (tiny / "styles/base.mplstyle").unlink()
    done = figgen("build", "--to", "html", cwd=tiny)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("layout/handout.html.j2:2: UndefinedError: 'nothing' is undefined") == 1
