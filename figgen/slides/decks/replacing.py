"""New pictures into the parts of a file of slides, with all else as it was."""

from collections import defaultdict
from collections.abc import Mapping

from figgen.slides.decks.places import Parts, Program

Reference = tuple[str, int]
"""The part that has a reference to a picture, and which of those in the part it is."""

New = tuple[bytes, str]
"""The bytes of a picture, and the suffix that says of which format it is."""


def replaced(program: Program, parts: Parts, news: Mapping[Reference, New]) -> dict[str, bytes]:
    """Return the parts with other pictures behind some references.

    Where all that refer to a picture are to show the same new one, its bytes change, and nothing else;
    where not, the new one is a part of its own.
    """
    uses, wanted = list(program.uses(parts)), defaultdict[str, set[New | None]](set)
    for use in uses:
        wanted[use.media].add(None if use.number is None else news.get((use.part, use.number)))
    changed, edits = dict(parts), defaultdict[str, dict[int, str]](dict)
    for use in uses:
        new = None if use.number is None else news.get((use.part, use.number))
        if new is None or use.number is None:
            continue
        data, suffix = new
        if wanted[use.media] == {new} and use.media.lower().endswith(f".{suffix}"):
            changed[use.media] = data
        else:
            edits[use.part][use.number] = program.add(changed, use.part, data, suffix)
    for part, names in edits.items():
        changed[part] = _pointed(program, changed[part], names)
    return changed


def _pointed(program: Program, text: bytes, names: Mapping[int, str]) -> bytes:
    """Return a part in which some references lead elsewhere."""
    pieces, place = [], 0
    for number, match in enumerate(program.references(text)):
        if number in names:
            pieces += [text[place : match.start("to")], names[number].encode()]
            place = match.end("to")
    return b"".join([*pieces, text[place:]])
