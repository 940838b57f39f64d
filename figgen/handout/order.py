"""What goes over all chapters before each is written: names, numbers, and references to them."""

from collections.abc import Sequence

from figgen.errors import Problem
from figgen.handout.chapters import Text, make_room
from figgen.handout.lost import what_is_lost
from figgen.handout.manuscript import Manuscript
from figgen.handout.names import (
    cut_links,
    dead_links,
    number_sections,
    skipped_levels,
    take_numbers,
    tell_apart,
)
from figgen.handout.numbering import Numbered, name_equations, number_things
from figgen.handout.own_pictures import place_pictures
from figgen.handout.raw_html import refuse_html
from figgen.handout.references import refer
from figgen.settings.look import FIGGENS_BOXES


def number(texts: Sequence[Text], manuscript: Manuscript) -> tuple[dict[str, Numbered], list[Problem]]:
    """Give everything its name and number in the trees of chapters, and make links of references.

    The student's edition has the numbers of the full one: what stands in answers is counted before it goes.

    Returns:
        What has a number, by its name; and what is wrong.
    """
    boxes = (*FIGGENS_BOXES, *(box.name for box in manuscript.boxes))
    problems = [*refuse_html(texts), *what_is_lost(texts, boxes), *name_equations(texts)]
    problems += [
        *take_numbers(texts),
        *place_pictures(texts, manuscript.own_pictures),
        *skipped_levels(texts),
        *tell_apart(texts),
    ]
    known = {name: Numbered("section", number) for name, number in number_sections(texts).items()}
    known |= number_things(texts, manuscript)
    if manuscript.edition == "student":
        for text in texts:
            make_room(text)
    problems += refer(texts, known, manuscript)
    if manuscript.is_part:
        cut_links(texts)
    return known, [*problems, *dead_links(texts)]
