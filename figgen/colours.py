"""Colours as texts, such as `#8c1d40`, and how well one is read upon another. Needs no Matplotlib."""

import re

STANDS_OUT = 4.5
"""The contrast that text needs (WCAG 2.2, 1.4.3); lines would do with 3 (1.4.11)."""

_BLACK, _WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
_DIGITS = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")

Rgb = tuple[float, float, float]


def as_hex(colour: str) -> str:
    """Return a colour as `#rrggbb`.

    Raises:
        ValueError: It is neither `#rgb`, `#rrggbb`, nor the name of a colour in CSS.
    """
    if not _DIGITS.fullmatch(colour):
        from PIL import ImageColor

        if colour.lower() not in ImageColor.colormap:
            raise ValueError(f"unknown colour {colour!r}")
        red, green, blue = ImageColor.getrgb(colour)[:3]
        return f"#{red:02x}{green:02x}{blue:02x}"
    digits = colour.lower().removeprefix("#")
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


def rgb(colour: str) -> Rgb:
    """Return red, green and blue of `#rrggbb`, from 0 to 1."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def readable(colour: str, ground: str) -> str:
    """Return a colour that text upon `ground` may have: `colour`, made darker or lighter as far as needed."""
    below = rgb(ground)
    end = max(_BLACK, _WHITE, key=lambda pole: contrast(pole, below))
    changed, share = colour, 0.0
    while contrast(rgb(changed), below) < STANDS_OUT:
        share += 0.01
        changed = _hex(mix(rgb(colour), end, share))
    return changed


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour)


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Rgb) -> float:
    """Return the relative luminance (WCAG 2.2, "relative luminance")."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Mix two colours, with a `share` of the other."""
    red, green, blue = ((1 - share) * a + share * b for a, b in zip(one, other, strict=True))
    return red, green, blue
