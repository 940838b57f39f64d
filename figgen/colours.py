"""Colours as texts, such as `#8c1d40`, and how well one is read upon another. Needs no Matplotlib."""

STANDS_OUT = 4.5
"""The contrast that text needs (WCAG 2.2, 1.4.3); lines would do with 3 (1.4.11)."""

Rgb = tuple[float, float, float]


def as_hex(colour: str) -> str:
    """Return a colour as `#rrggbb`.

    Raises:
        ValueError: It is neither `#rgb`, `#rrggbb`, nor the name of a colour in CSS.
    """
    from PIL import ImageColor

    if not (colour.startswith("#") or colour.lower() in ImageColor.colormap):
        raise ValueError(f"unknown colour {colour!r}")
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def rgb(colour: str) -> Rgb:
    """Return red, green and blue of `#rrggbb`, from 0 to 1."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def readable(colour: str, ground: str) -> str:
    """Return a colour that text upon `ground` may have: `colour`, made darker or lighter as far as needed."""
    share, towards = 0.0, "#000000" if luminance(rgb(ground)) > luminance(rgb(colour)) else "#ffffff"
    changed = rgb(colour)
    while contrast(changed, rgb(ground)) < STANDS_OUT and share < 1:
        share += 0.01
        changed = mix(rgb(colour), rgb(towards), share)
    # away from the ground's luminance, so that rounding does not undo what was won
    digits = (int(255 * part + (0 if towards == "#000000" else 0.999)) for part in changed)
    return "#" + "".join(f"{digit:02x}" for digit in digits) if share else colour


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
