"""What a lecture's theme and boxes come to on the page: readable colours, fonts, the logo."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from figgen.colours import readable
from figgen.fonts import Font, fonts_in
from figgen.layers import FONTS, Layers
from figgen.settings.look import Box, Theme

WHITE, NIGHT = "#ffffff", "#16191c"
"""The grounds of the pages: paper and a bright screen, and a dark one (`--ground` in handout.css)."""

_VARIABLES = {"text": "--serif", "heading": "--heading", "mono": "--mono"}
_GENERIC = {"text": "serif", "heading": "serif", "mono": "monospace"}
_SET_IN = {"text": "body", "heading": "h1, h2, h3, h4, h5", "mono": "pre, code"}
_KINDS = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
_FORMATS = {".ttf": "truetype", ".otf": "opentype"}  # browsers read no collections


@dataclass(frozen=True, slots=True)
class Print:
    """What the template of the PDF goes by; it has a default for what is empty or missing.

    Attributes:
        accent: The colour of links and labels, readable on white.
        fonts: The families of `text`, `heading` and `mono`.
        logo: The name of the picture on the title page.
    """

    accent: str
    fonts: dict[str, str]
    logo: str


def printed(theme: Theme) -> Print:
    """Return what a theme comes to on paper."""
    return Print(theme.accent and readable(theme.accent, WHITE), theme.fonts, logo_name(theme))


def logo_name(theme: Theme) -> str:
    """Return what the logo is called beside the pictures of the figures, whose names have no hyphen."""
    return f"theme-logo{theme.logo.suffix.lower()}" if theme.logo else ""


def data_address(picture: Path) -> str:
    """Return the address of a picture that holds the picture itself."""
    data = base64.b64encode(picture.read_bytes()).decode()
    return f"data:{_KINDS[picture.suffix.lower()]};base64,{data}"


def css(theme: Theme, boxes: Iterable[Box], layout: Layers) -> str:
    """Return the rules of a theme, which go over those of figgen, and under those of the lecture's own."""
    faces = [_face(font, _data_of(font)) for font in fonts_of(theme, layout)]
    variables = "".join(f" {name}: {value};" for name, value in _root(theme))
    root = [f":root {{{variables} }}"] if variables else []
    return "\n".join([*faces, *root, *(_box_rule(box) for box in boxes if box.colour)])


def reader_css(theme: Theme, boxes: Iterable[Box], fonts: Mapping[str, Font]) -> str:
    """Return the rules of a theme for e-readers, which know no variables and no colours by mode.

    Args:
        theme: The theme.
        boxes: The lecture's own boxes.
        fonts: The theme's fonts, by their addresses.
    """
    rules = [_face(font, address) for address, font in fonts.items()]
    if theme.accent:
        accent = readable(theme.accent, WHITE)
        rules.append(f"a, .question > .label, .box > .label {{ color: {accent}; }}")
        rules.append(f".question, .box {{ border-color: {accent}; }}")
    for use, family in theme.fonts.items():
        rules.append(f'{_SET_IN[use]} {{ font-family: "{family}", {_GENERIC[use]}; }}')
    for box in boxes:
        if box.colour:
            colour = readable(box.colour, WHITE)
            rules.append(f".{box.name} {{ border-color: {colour}; }}")
            rules.append(f".{box.name} > .label {{ color: {colour}; }}")
    return "\n".join(rules)


def fonts_of(theme: Theme, layout: Layers) -> list[Font]:
    """Return the lecture's own fonts that a theme uses, as far as browsers and e-readers read them."""
    fonts = fonts_in(layout.own / FONTS) if theme.fonts else ()
    used = (font for font in fonts if font.family in theme.fonts.values())
    return [font for font in used if font.path.suffix.lower() in _FORMATS]


def _root(theme: Theme) -> Iterator[tuple[str, str]]:
    if theme.accent:
        yield "--accent", _both(theme.accent)
    for use, family in theme.fonts.items():
        yield _VARIABLES[use], f'"{family}", {_GENERIC[use]}'


def _box_rule(box: Box) -> str:
    return f".{box.name} {{ --box: {_both(box.colour)}; }}"


def _both(colour: str) -> str:
    """Write a colour for bright and for dark screens, each so that text in it can be read."""
    return f"light-dark({readable(colour, WHITE)}, {readable(colour, NIGHT)})"


def _face(font: Font, address: str) -> str:
    kind = _FORMATS[font.path.suffix.lower()]
    return (
        f'@font-face {{ font-family: "{font.family}"; font-weight: {font.weight}; font-style: {font.style}; '
        f'src: url({address}) format("{kind}"); }}'
    )


def _data_of(font: Font) -> str:
    """Return an address that holds the font itself; a browser loads none from elsewhere."""
    data = base64.b64encode(font.path.read_bytes()).decode()
    return f"data:font/{font.path.suffix.lower()[1:]};base64,{data}"


def logo_for_slides(logo: Path, layout: Layers) -> bytes:
    """Return a logo as pixels, which slides want; Typst draws one that is SVG."""
    if logo.suffix.lower() != ".svg":
        return logo.read_bytes()
    return svg_as_png(logo.read_bytes(), layout, "height: 2cm")


def svg_as_png(svg: bytes, layout: Layers, size: str) -> bytes:
    """Draw an SVG with the lecture's fonts, its height or width as Typst writes it, 300 dots an inch."""
    import typst

    page = f'#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#image("picture.svg", {size})'
    folder = layout.own / FONTS
    png: bytes = typst.compile(  # type: ignore[call-overload]  # its stubs know no dict of files
        {"main.typ": page.encode(), "picture.svg": svg},
        format="png",
        ppi=300,
        font_paths=[folder] if folder.is_dir() else [],
        ignore_system_fonts=True,
    )
    return png
