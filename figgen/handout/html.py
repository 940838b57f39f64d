"""The handout as one HTML file: nothing to fetch, and readable without its script."""

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import quote

from markupsafe import Markup, escape

from figgen.handout.conversion import to_html
from figgen.handout.explorer import with_explorers
from figgen.handout.image_files import KINDS
from figgen.handout.layout import fill_in
from figgen.handout.manuscript import Manuscript
from figgen.handout.own_pictures import name_in_documents
from figgen.handout.pandoc import Pandoc
from figgen.handout.theme import css, data_address

_IMAGE = re.compile(r'<img src="(\w+)\.svg"')
_SIZE = re.compile(rb"viewBox=['\"]0 0 ([\d.]+) ([\d.]+)['\"]")
_ESCAPED = {byte: quote(bytes([byte]), safe=" !$'()*+,-./:;=?@[]_{|}~") for byte in range(256)}
_CAPTIONED = re.compile(
    r'(<figure\b(?![^>]*class="own")[^>]*\bid="fig-(\w+)".*?)(?=</figcaption>)', re.DOTALL
)
_HEADING = re.compile(r'(<h[23]\b[^>]*\bid="([^"]+)"[^>]*>.*?)(?=</h[23]>)', re.DOTALL)


def write_html(manuscript: Manuscript, pandoc: Pandoc | None = None) -> bytes:
    """Write a handout as a self-contained HTML file.

    Raises:
        SourceError: What pandoc could not convert, with file and line.
    """
    contents, body, numbers = to_html(manuscript, pandoc)
    layout, theme = manuscript.layout, manuscript.theme
    figgens, *own = (path.read_text("utf-8") for path in layout.each("handout.css"))
    script = layout.path("handout.js").read_text("utf-8")
    page = fill_in(
        layout,
        "handout.html.j2",
        autoescape=True,
        meta=manuscript,
        tr=manuscript.tr,
        logo=data_address(theme.logo) if theme.logo else "",
        style=Markup("\n".join([figgens, css(theme, manuscript.boxes, layout), *own]).replace("</", r"<\/")),
        script=Markup(script),
        script_hash=_integrity(script),
        contents=Markup(contents),
        body=Markup(_furnish(body, manuscript, numbers)),
    )
    return page.encode()


def _furnish(body: str, manuscript: Manuscript, numbers: Mapping[str, str]) -> str:
    """Put in what pandoc leaves out: pictures, the data behind them, and links to the headings."""
    link = '<a class="anchor" href="#{id}" aria-label="{label}">#</a>'
    label = escape(manuscript.tr("Link to this section"))
    body = _HEADING.sub(lambda match: match[1] + link.format(id=match[2], label=label), body)
    body = _CAPTIONED.sub(lambda match: match[1] + _tools(match[2], manuscript, numbers), body)
    body = _put_in_own(with_explorers(body, manuscript), manuscript.own_pictures)
    return _IMAGE.sub(lambda match: _image(manuscript.pictures[match[1]]), body)


def _tools(name: str, manuscript: Manuscript, numbers: Mapping[str, str]) -> str:
    """Return the tools of a figure; the script adds those that need one.

    Figures of one experiment have their data in common, and the first of them brings it.
    """
    figures, data, tr = manuscript.prose.figures, manuscript.data, manuscript.tr
    if name not in data:
        return '<span class="tools"></span>'
    first = next(figure for figure in figures if data.get(figure) == data[name])
    if first == name:
        href = f"data:application/zip;base64,{base64.b64encode(data[name]).decode()}"
        link = f'<a download="{name}.npz" href="{href}">{escape(tr("Data (NPZ)"))}</a>'
    else:
        label = escape(tr("Data: at figure {number}", number=numbers[f"fig-{first}"]))
        link = f'<a href="#fig-{first}">{label}</a>'
    return f'<span class="tools">{link}</span>'


def _put_in_own(body: str, pictures: Mapping[str, bytes]) -> str:
    """Put in the author's own pictures."""
    for address, data in pictures.items():
        kind = KINDS[PurePosixPath(address).suffix.lower()]
        held = f"data:{kind};base64,{base64.b64encode(data).decode()}"
        body = body.replace(f'src="{name_in_documents(address, data)}"', f'loading="lazy" src="{held}"')
    return body


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
