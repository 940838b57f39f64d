"""A theme on the page: colours that can be read, fonts in the file itself, the logo."""

import re
import shutil
from pathlib import Path

import matplotlib
import pytest

from figgen.colours import STANDS_OUT, contrast, rgb
from figgen.handout.theme import NIGHT, WHITE, css, data_address, logo_name, printed
from figgen.layers import Layers
from figgen.paths import built_in_lecture
from figgen.settings.look import Box, Theme

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def test_a_dark_page_has_the_ground_that_colours_are_made_for() -> None:
    style = (built_in_lecture() / "layout" / "handout.css").read_text("utf-8")
    assert f"--ground: light-dark({WHITE}, {NIGHT});" in style


@pytest.mark.parametrize("accent", ["#ffc627", "#8c1d40", "#000000", "#ffffff"])
def test_an_accent_can_be_read_on_paper_and_on_both_kinds_of_screen(accent: str, layout: Layers) -> None:
    rules = css(Theme(accent=accent), (Box("lemma", {}, accent),), layout)
    pairs = re.findall(r"light-dark\((#\w{6}), (#\w{6})\)", rules)
    assert len(pairs) == 2
    for bright, dark in pairs:
        assert contrast(rgb(bright), rgb(WHITE)) >= STANDS_OUT
        assert contrast(rgb(dark), rgb(NIGHT)) >= STANDS_OUT
    assert contrast(rgb(printed(Theme(accent=accent)).accent), rgb(WHITE)) >= STANDS_OUT


def test_a_lecture_without_a_theme_has_no_rules_of_its_own(layout: Layers) -> None:
    assert css(Theme(), (Box("lemma", {}),), layout) == ""
    assert printed(Theme()) == type(printed(Theme()))("", {}, "")


def test_the_fonts_that_are_used_are_in_the_style_itself(layout: Layers) -> None:
    folder = layout.own / "fonts"
    folder.mkdir(parents=True)
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf"):
        shutil.copy(FONTS / name, folder / name)
    rules = css(Theme(fonts={"text": "DejaVu Sans", "mono": "DejaVu Sans Mono"}), (), layout)
    assert re.findall(r'font-family: "(.*?)"; font-weight: (\d+); font-style: (\w+)', rules) == [
        ("DejaVu Sans", "700", "normal"),
        ("DejaVu Sans", "400", "normal"),
    ]
    assert rules.endswith(':root { --serif: "DejaVu Sans", serif; --mono: "DejaVu Sans Mono", monospace; }')


def test_a_logo_is_in_its_address_and_has_a_name_that_no_figure_has(tmp_path: Path) -> None:
    logo = tmp_path / "crest.SVG"
    logo.write_text("<svg/>", encoding="utf-8")
    assert data_address(logo) == "data:image/svg+xml;base64,PHN2Zy8+"
    assert logo_name(Theme(logo=logo)) == "theme-logo.svg"
    assert not logo_name(Theme())
