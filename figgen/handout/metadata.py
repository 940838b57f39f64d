"""What pandoc's filters are told of a document: language, typography, boxes, the titles of figures."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from figgen.colours import readable
from figgen.handout.manuscript import Manuscript
from figgen.handout.prose import plain
from figgen.handout.theme import WHITE
from figgen.settings.look import FIGGENS_BOXES


def metadata_of(manuscript: Manuscript, figures: Iterable[str]) -> dict[str, str | bool]:
    """Return what a text says of itself, and what the filters go by.

    Args:
        manuscript: The document.
        figures: The figures that the text shows, by name.
    """
    tr, shown = manuscript.tr, tuple(figures)
    titles = manuscript.figure_titles if shown else {}
    return {
        "lang": manuscript.language,
        "typography": f"`{json.dumps(asdict(tr.typography))}`",  # as code, which is left as it is
        "edition": manuscript.edition,
        **{f"label-{name}": tr(label) for name, label in FIGGENS_BOXES.items()},
        **_own_boxes(manuscript),
        **{f"title-{name}": titles[name] for name in shown if name in titles},
    }


def _own_boxes(manuscript: Manuscript) -> dict[str, str]:
    """Return the labels of the lecture's own boxes, and their colours, as code, which is left as it is."""
    labels = {f"label-{box.name}": plain(box.label[manuscript.language]) for box in manuscript.boxes}
    colours = {box.name: box.colour and readable(box.colour, WHITE) for box in manuscript.boxes}
    return labels | {f"colour-{name}": f"`{colour}`" if colour else "" for name, colour in colours.items()}
