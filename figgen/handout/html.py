"""The handout as one HTML file: nothing to fetch, and readable without its script."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from figgen.handout.layout import fill_in
from figgen.handout.pandoc import to_html
from figgen.handout.prose import Artwork, Meta, Prose
from figgen.layers import Layers
from figgen.translation import Translator

_IMAGE = re.compile(r'<img src="(\w+)\.svg"')
_SIZE = re.compile(rb"viewBox=['\"]0 0 ([\d.]+) ([\d.]+)['\"]")
_ESCAPED = {byte: quote(bytes([byte]), safe=" !$'()*+,-./:;=?@[]_{|}~") for byte in range(256)}
_CAPTIONED = re.compile(r'(<figure\b[^>]*\bid="fig-(\w+)".*?)(?=</figcaption>)', re.DOTALL)
_HEADING = re.compile(r'(<h[23]\b[^>]*\bid="([^"]+)"[^>]*>.*?)(?=</h[23]>)', re.DOTALL)


def write_html(
    prose: Prose,
    art: Mapping[str, Artwork],
    meta: Meta,
    layout: Layers,
    bibliography: Path | None,
    tr: Translator,
) -> bytes:
    """Write the handout as a self-contained HTML file.

    Args:
        prose: The chapters.
        art: Picture and data of each figure, by name.
        meta: The title block.
        layout: Has `handout.html.j2`, `handout.css`, `handout.js` and the Lua filters.
        bibliography: The BibTeX file with what the chapters cite, if there is one.
        tr: Gives the language.

    Raises:
        SourceError: What pandoc could not convert, with file and line.
    """
    contents, body = to_html(prose, layout, bibliography, tr, meta.edition)
    script = layout.path("handout.js").read_text("utf-8")
    page = fill_in(
        layout,
        "handout.html.j2",
        autoescape=True,
        meta=meta,
        tr=tr,
        style=Markup("\n".join(path.read_text("utf-8") for path in layout.each("handout.css"))),
        script=Markup(script),
        script_hash=_integrity(script),
        contents=Markup(contents),
        body=Markup(_furnish(body, prose.figures, art, tr)),
    )
    return page.encode()


def _furnish(body: str, figures: Sequence[str], art: Mapping[str, Artwork], tr: Translator) -> str:
    """Put in what pandoc leaves out: pictures, the data behind them, and links to the headings."""
    link = '<a class="anchor" href="#{id}" aria-label="{label}">#</a>'
    label = tr("Link to this section")
    body = _HEADING.sub(lambda match: match[1] + link.format(id=match[2], label=label), body)
    body = _CAPTIONED.sub(lambda match: match[1] + _tools(match[2], figures, art, tr), body)
    return _IMAGE.sub(lambda match: _image(art[match[1]].svg), body)


def _tools(name: str, figures: Sequence[str], art: Mapping[str, Artwork], tr: Translator) -> str:
    """Return the tools of a figure; the script adds those that need one.

    Figures of one experiment have their data in common, and the first of them brings it.
    """
    data = art[name].data
    first = next(figure for figure in figures if art[figure].data == data)
    if first == name:
        href = f"data:application/zip;base64,{base64.b64encode(data).decode()}"
        link = f'<a download="{name}.npz" href="{href}">{tr("Data (NPZ)")}</a>'
    else:
        label = tr("Data: at figure {number}", number=figures.index(first) + 1)
        link = f'<a href="#fig-{first}">{label}</a>'
    return f'<span class="tools">{link}</span>'


def _image(svg: bytes) -> str:
    """Begin the element of a picture, which a browser draws when it comes near; its place is kept free.

    The address holds the picture itself; base64 would make a third more of it.
    """
    size = _SIZE.search(svg)
    assert size is not None
    width, height = (round(float(side)) for side in size.groups())
    address = "data:image/svg+xml," + svg.decode("latin-1").translate(_ESCAPED)
    return f'<img loading="lazy" width="{width}" height="{height}" src="{address}"'


def _integrity(script: str) -> str:
    """Return what a content security policy lets the very script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
