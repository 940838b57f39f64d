"""A lecture's own style sheets, palette and fonts."""

from pathlib import Path

import matplotlib
import pytest

from figgen.errors import SourceError
from figgen.lecture import load_lecture
from figgen.plotting.export import style
from figgen.plotting.look import Look, parameters

FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSerif.ttf"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return tmp_path / "base.mplstyle"


def colours() -> list[str]:
    cycle = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
    return [matplotlib.colors.to_hex(colour) for colour in cycle]


def test_a_palette_goes_over_figgens_sheets_and_a_sheet_over_the_palette(sheet: Path) -> None:
    sheet.write_text('lines.linewidth: 9\naxes.prop_cycle: cycler("color", ["FFC627"])', encoding="utf-8")
    with style("print"):
        assert len(colours()) == 7
    with style("print", Look(palette=("#8c1d40", "#ffc627"))):
        assert colours() == ["#8c1d40", "#ffc627"]
        assert matplotlib.rcParams["lines.linewidth"] == 1.4
    with style("print", Look(palette=("#8c1d40",), sheets=(sheet,))):
        assert colours() == ["#ffc627"]
        assert matplotlib.rcParams["lines.linewidth"] == 9
        assert matplotlib.rcParams["font.size"] == 8  # of figgen's own


def test_all_that_is_wrong_in_a_sheet_is_told_with_its_line(sheet: Path) -> None:
    sheet.write_text(
        "axes.spine: 3\n\nlines.linewidth: thick\nfont.size 3\nfont.family: University Sans\n",
        encoding="utf-8",
    )
    with pytest.raises(SourceError) as caught:
        list(parameters(Look(sheets=(sheet,))))
    assert {(problem.line, problem.message) for problem in caught.value.problems} == {
        (1, "Bad key axes.spine ('axes.spine: 3')"),
        (
            3,
            "Bad value ('lines.linewidth: thick'): Key lines.linewidth: Could not convert 'thick' to float",
        ),
        (4, "Missing colon ('font.size 3')"),
        (None, "there is no font 'University Sans'; put its .ttf or .otf files into layout/fonts/"),
    }


def test_a_sheet_must_be_utf_8(sheet: Path) -> None:
    sheet.write_bytes("# Süß\n".encode("latin-1"))
    with pytest.raises(SourceError, match=r"base\.mplstyle: must be encoded in UTF-8$"):
        list(parameters(Look(sheets=(sheet,))))


def test_a_lecture_has_the_sheets_of_a_preset_its_palette_and_its_fonts(tiny: Path) -> None:
    assert load_lecture(tiny).look("print") == Look()
    for name in ("styles/base.mplstyle", "styles/slides.mplstyle", f"layout/fonts/{FONT.name}"):
        (tiny / name).parent.mkdir(parents=True, exist_ok=True)
        (tiny / name).touch()
    font = tiny / "layout" / "fonts" / FONT.name
    font.write_bytes(FONT.read_bytes())
    toml = (tiny / "lecture.toml").read_text(encoding="utf-8")
    (tiny / "lecture.toml").write_text('theme.palette = ["darkred"]\n' + toml, encoding="utf-8")
    lecture = load_lecture(tiny)
    base, slides = tiny / "styles" / "base.mplstyle", tiny / "styles" / "slides.mplstyle"
    assert lecture.look("print") == Look(("#8b0000",), (base,), (font,))
    assert lecture.look("slides-dark") == Look(("#8b0000",), (base, slides), (font,))
    assert lecture.look("slides").files() == (base, slides, font)
