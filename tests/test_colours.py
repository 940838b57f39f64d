import pytest
from hypothesis import given
from hypothesis import strategies as st

from figgen.colours import STANDS_OUT, as_hex, contrast, luminance, readable, rgb

GROUNDS = ("#ffffff", "#16191c", "#000000")
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("colour", "expected"),
    [("#8C1D40", "#8c1d40"), ("#abc", "#aabbcc"), ("DarkRed", "#8b0000"), ("rebeccapurple", "#663399")],
)
def test_a_colour_is_written_in_six_digits(colour: str, expected: str) -> None:
    assert as_hex(colour) == expected


@pytest.mark.parametrize("colour", ["", "#12", "#12345", "#gggggg", "rot", "rgb(1, 2, 3)", "C0"])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="^unknown colour"):
        as_hex(colour)


def test_contrast_is_that_of_the_guidelines() -> None:
    """WebAIM's contrast checker says 4.54 of this grey upon white, and 21 of black."""
    assert contrast(rgb("#767676"), rgb("#ffffff")) == pytest.approx(4.54, abs=0.005)
    assert contrast(rgb("#000000"), rgb("#ffffff")) == 21
    assert luminance(rgb("#ff0000")) == pytest.approx(0.2126)


@given(colours, st.sampled_from(GROUNDS))
def test_any_colour_becomes_readable_upon_a_ground(colour: str, ground: str) -> None:
    assert contrast(rgb(readable(colour, ground)), rgb(ground)) >= STANDS_OUT


@given(colours, st.sampled_from(GROUNDS))
def test_a_readable_colour_stays_as_it_is(colour: str, ground: str) -> None:
    if contrast(rgb(colour), rgb(ground)) >= STANDS_OUT:
        assert readable(colour, ground) == colour


def test_a_colour_is_changed_no_more_than_is_needed() -> None:
    yellow = readable("#ffc627", "#ffffff")
    assert contrast(rgb(yellow), rgb("#ffffff")) < STANDS_OUT + 0.2
    red, green, blue = rgb(yellow)
    assert red > green > blue  # the hue stays
