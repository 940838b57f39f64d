"""A picture says in its own bytes which it is, and is shown as before."""

import io

import pytest
from PIL import Image

from figgen.plotting.mark import Mark, mark_in, read_mark, stamped

FULL = Mark("coin_α", "Šanca & „náhoda“ <1>?", "sk-SK", "slides-dark", 3, "0123abcd")
SVG = b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg' width='3'><svg/></svg>"


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("data", [png(), SVG], ids=["png", "svg"])
@pytest.mark.parametrize("mark", [FULL, Mark("coin")], ids=["full", "bare"])
def test_a_mark_comes_back_as_it_was(data: bytes, mark: Mark) -> None:
    assert mark_in(data) is None
    assert mark_in(stamped(data, mark)) == mark


def test_a_marked_picture_shows_the_same_pixels() -> None:
    with Image.open(io.BytesIO(stamped(png(), FULL))) as marked, Image.open(io.BytesIO(png())) as plain:
        assert marked.tobytes() == plain.tobytes()


def test_what_is_neither_png_nor_svg_stays_as_it_is() -> None:
    assert stamped(b"GIF89a...", FULL) == b"GIF89a..."
    assert mark_in(b"GIF89a...") is None


@pytest.mark.parametrize("length", range(0, 80, 7))
def test_a_picture_cut_short_has_no_mark_or_the_right_one(length: int) -> None:
    assert mark_in(stamped(png(), FULL)[:length]) is None


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("figgen:coin", Mark("coin")),
        (" figgen:coin \n", Mark("coin")),
        ("figgen:coin?language=sk&preset=slides", Mark("coin", language="sk", preset="slides")),
        ("figgen:coin?preset=poster&frame=x", Mark("coin")),
        ("figgen", None),
        ("The coin, drawn by figgen: heads", None),
        ("", None),
    ],
)
def test_a_mark_may_be_written_by_hand(text: str, mark: Mark | None) -> None:
    assert read_mark(text) == mark
