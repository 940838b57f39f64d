"""Saved pictures: small, the same drawing, and they say their title."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure

from figgen.experiment import Drawing
from figgen.plotting.export import render
from figgen.translation import Translator

PLACES = np.array([1 / 3, 1.23456789, 2.5])


def draw(result: None, figure: Figure, tr: Translator) -> None:
    axes = figure.subplots()
    axes.plot(PLACES, PLACES**2, marker="o")
    axes.set_title(tr("half"))


@pytest.fixture
def svg() -> bytes:
    """A picture of a line with three points."""
    return render(Drawing(draw), None, Translator("en"), "print", ("svg",))["svg"]


def test_places_have_a_hundredth_of_a_point_and_lie_where_the_data_do(svg: bytes) -> None:
    elements = [e for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("use") and "x" in e.attrib]
    points = [(float(e.attrib["x"]), float(e.attrib["y"])) for e in elements]
    places = np.array([point for point in points if point in points[-3:]])[-3:]  # markers come last
    assert all(round(float(number), 2) == float(number) for number in places.ravel())
    steps = np.diff(places, axis=0)
    np.testing.assert_allclose(steps[1, 0] / steps[0, 0], np.diff(PLACES)[1] / np.diff(PLACES)[0], rtol=1e-3)
    squares = np.diff(PLACES**2)
    np.testing.assert_allclose(steps[1, 1] / steps[0, 1], squares[1] / squares[0], rtol=1e-3)


def test_glyphs_keep_their_scale(svg: bytes) -> None:
    assert b"transform='scale(0.015625)'" in svg


def test_nothing_stands_between_elements(svg: bytes) -> None:
    assert b"\n<" not in svg[svg.index(b"<svg") :]
    assert ElementTree.fromstring(svg).tag.endswith("svg")


def title_of(*titles: str, whole: str = "") -> str | None:
    """Return the title in the SVG file of a figure whose panels have some titles."""

    def draw_titles(result: None, figure: Figure, tr: Translator) -> None:
        for axes, title in zip(figure.subplots(1, len(titles), squeeze=False).flat, titles, strict=True):
            axes.set_title(title, loc="left")
        figure.suptitle(whole)

    svg = render(Drawing(draw_titles), None, Translator("en"), "print", ("svg",))["svg"].decode()
    found = re.search("<dc:title>(.*?)</dc:title>", svg)
    return found[1] if found else None


@pytest.mark.parametrize(
    ("titles", "whole", "title"),
    [
        (("",), "Xavier's signal\ndies & stays", "Xavier’s signal dies &amp; stays"),
        (("left", "right"), "All of it, 0.123456 of it", "All of it, 0.123456 of it"),
        (("The only one",), "", "The only one"),
        (("", "Of the second"), "", "Of the second"),
        (("left", "right"), "", None),
        (("",), "", None),
    ],
)
def test_a_picture_says_its_title(titles: tuple[str, ...], whole: str, title: str | None) -> None:
    assert title_of(*titles, whole=whole) == title
