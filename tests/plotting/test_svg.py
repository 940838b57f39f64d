"""A compacted picture against the one that Matplotlib wrote: fewer bytes, the same marks, the same places."""

import io
import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from matplotlib.figure import Figure

from figgen.plotting.export import style
from figgen.plotting.svg import compact

HREF = "{http://www.w3.org/1999/xlink}href"
PLACES = np.array([1 / 3, 1.23456789, 2.5])


@pytest.fixture(scope="module")
def written() -> bytes:
    """What Matplotlib writes of a line with three points and a clip path, a formula, and small ticks."""
    with style("print"):
        figure = Figure()
        axes = figure.subplots()
        axes.plot(PLACES, PLACES**2, marker="o")
        axes.set_title("half, $x_i^2$")
        axes.semilogy()
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def compacted(written: bytes) -> bytes:
    return compact(written)


def places(svg: bytes) -> Iterator[tuple[str, list[float]]]:
    """Yield the numbers of each element: those of its path, command by command, and those of its place."""
    for element in ElementTree.fromstring(svg).iter():
        path = _spelt_out(element.get("d", ""))
        yield f"{element.tag} {re.sub('[^A-Za-z]', '', path)}", _numbers(path)
        yield "placed", _moved_by(element) + _numbers(" ".join(_scale(element)))


def _spelt_out(path: str) -> str:
    """Write the command of each segment, as Matplotlib does, where an earlier one holds on."""
    taken = {"M": 2, "L": 2, "Q": 4, "C": 6}
    pieces: list[str] = []
    for command, text in re.findall(r"([MLQCz])([^MLQCz]*)", path):
        numbers = text.split()
        step = taken.get(command, 1)
        pieces += [" ".join([command, *numbers[i : i + step]]) for i in range(0, len(numbers) or 1, step)]
    return " ".join(pieces)


def _moved_by(element: Element) -> list[float]:
    """Return by how much `x`, `y` and a `translate` move an element; SVG has them mean the same for `use`."""
    moves = [_numbers(text) for text in re.findall(r"translate\(([^)]*)\)", element.get("transform", ""))]
    own = [float(element.get("x", 0)), float(element.get("y", 0))]
    return [sum(along) for along in zip(own, *moves, strict=True)]


def _scale(element: Element) -> list[str]:
    return re.findall(r"(?:scale|rotate)\(([^)]*)\)", element.get("transform", ""))


def _numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text)]


def test_every_mark_stays_in_its_place_to_a_hundredth_of_a_point(written: bytes, compacted: bytes) -> None:
    for (kind, before), (same_kind, after) in zip(places(written), places(compacted), strict=True):
        assert kind == same_kind
        np.testing.assert_allclose(after, before, atol=0.0051)
    assert sum(len(numbers) for _, numbers in places(compacted)) > 500


def test_glyphs_keep_their_scale(compacted: bytes) -> None:
    assert b"transform='scale(0.015625)'" in compacted


def test_what_is_referred_to_keeps_its_referrers_under_a_short_name(written: bytes, compacted: bytes) -> None:
    def followed(svg: bytes) -> list[int]:
        """Return for each reference which element it leads to."""
        elements = list(ElementTree.fromstring(svg).iter())
        names = {name: i for i, element in enumerate(elements) if (name := element.get("id"))}
        clips = [re.findall(r"url\(#(.*)\)", element.get("clip-path", "")) for element in elements]
        uses = [element.get(HREF, "").removeprefix("#") for element in elements]
        return [names[name] for name in (*sum(clips, []), *filter(None, uses))]

    assert followed(compacted) == followed(written)
    assert b"DejaVu" not in compacted
    assert b"id='axes_1'" in compacted  # what the check of a picture goes by


def test_nothing_stands_between_elements(compacted: bytes) -> None:
    assert b"\n<" not in compacted[compacted.index(b"<svg") :]
    assert b"<!--" not in compacted


def test_a_compacted_picture_is_a_quarter_smaller(written: bytes, compacted: bytes) -> None:
    assert len(compacted) < 0.75 * len(written)


def test_quotes_stay_where_a_text_has_an_apostrophe() -> None:
    assert compact(b'<svg id="a">\n <text>it\'s</text>\n</svg>') == b'<svg id="a"><text>it\'s</text></svg>'
