"""The slider under a figure, and what it changes, as HTML."""

import re

from markupsafe import Markup

from figgen.handout.layout import fill_in
from figgen.handout.manuscript import Manuscript
from figgen.handout.stream import pack_alike

_FIGURE = re.compile(r'(<figure\b[^>]*\bid="fig-(\w+)"[^>]*>.*?)(<figcaption>.*?</figure>)', re.DOTALL)


def with_explorers(body: str, manuscript: Manuscript) -> str:
    """Put a slider under each picture that can be explored, and behind its figure what it changes.

    Raises:
        SourceError: What is wrong in a lecture's own template for them.
    """
    if not manuscript.explorations:
        return body
    return _FIGURE.sub(lambda match: _explorable(match, manuscript), body)


def _explorable(match: re.Match[str], manuscript: Manuscript) -> str:
    above, name, below = match.groups()
    if name not in manuscript.explorations:
        return match[0]
    it = manuscript.explorations[name]
    first, *others = (picture.decode() for picture in it.pictures_from_default)
    given = {"figure": name, "it": it, "tr": manuscript.tr, "pictures": pack_alike(first, others)}
    slider, explored = (
        fill_in(manuscript.layout, f"{part}.html.j2", autoescape=True, **given, Markup=Markup)
        for part in ("slider", "explored")
    )
    return f"{above}{slider}{below}\n{explored}"
