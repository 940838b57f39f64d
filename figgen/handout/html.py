"""The handout as one HTML file: no script, nothing to fetch."""

import base64
import re
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from figgen.handout.layout import fill_in
from figgen.handout.pandoc import to_html
from figgen.handout.prose import Meta, Prose
from figgen.translation import Translator

_IMAGE = re.compile(r'(?<=<img src=")(\w+)\.svg(?=")')


def write_html(
    prose: Prose, images: Mapping[str, bytes], meta: Meta, layout: Path, bibliography: Path, tr: Translator
) -> bytes:
    """Write the handout as a self-contained HTML file.

    Args:
        prose: The chapters.
        images: The SVG file of each figure, by name.
        meta: The title block.
        layout: The folder of `handout.html.j2`, `handout.css` and the Lua filters.
        bibliography: The BibTeX file with what the chapters cite.
        tr: Gives the language.

    Raises:
        SourceError: What pandoc could not convert, with file and line.
    """
    contents, body = to_html(prose, layout, bibliography, tr)
    page = fill_in(
        layout,
        "handout.html.j2",
        autoescape=True,
        meta=meta,
        tr=tr,
        style=Markup((layout / "handout.css").read_text("utf-8")),
        contents=Markup(contents),
        body=Markup(_IMAGE.sub(lambda match: _data_uri(images[match[1]]), body)),
    )
    return page.encode()


def _data_uri(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()
