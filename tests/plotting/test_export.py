"""Pictures say their title; what else is in the file does not change from run to run."""

import re

import pytest
from matplotlib.figure import Figure

from figgen.experiment import Drawing
from figgen.plotting.export import render
from figgen.translation import Translator


def title_of(*titles: str, whole: str = "") -> str | None:
    """Return the title in the SVG file of a figure whose panels have some titles."""

    def draw(result: object, figure: Figure, tr: Translator) -> None:
        for axes, title in zip(figure.subplots(1, len(titles), squeeze=False).flat, titles, strict=True):
            axes.set_title(title, loc="left")
        figure.suptitle(whole)

    svg = render(Drawing(draw), None, Translator("en"), "print", ("svg",))["svg"].decode()
    found = re.search("<dc:title>(.*?)</dc:title>", svg)
    return found[1] if found else None


@pytest.mark.parametrize(
    ("titles", "whole", "title"),
    [
        (("",), "The signal\ndies & stays", "The signal dies &amp; stays"),
        (("left", "right"), "All of it", "All of it"),
        (("The only one",), "", "The only one"),
        (("", "Of the second"), "", "Of the second"),
        (("left", "right"), "", None),
        (("",), "", None),
    ],
)
def test_a_picture_says_its_title(titles: tuple[str, ...], whole: str, title: str | None) -> None:
    assert title_of(*titles, whole=whole) == title
