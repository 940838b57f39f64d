"""What a lecture's figures look like beyond figgen's style sheets: its own sheets, palette and fonts."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from figgen.errors import Problem, SourceError

_LINE = re.compile(r" in file .*?, line (\d+)")
_GENERIC = {"serif", "sans-serif", "cursive", "fantasy", "monospace"}


@dataclass(frozen=True, slots=True)
class Look:
    """What goes over figgen's style sheets, in this order.

    Attributes:
        palette: The colours that a figure's lines take in turn; empty are figgen's.
        sheets: Style sheets, later ones over earlier ones.
        fonts: Files of fonts that the sheets may name.
    """

    palette: tuple[str, ...] = ()
    sheets: tuple[Path, ...] = ()
    fonts: tuple[Path, ...] = ()

    def files(self) -> tuple[Path, ...]:
        """Return every file that it is read from."""
        return self.sheets + self.fonts


PLAIN = Look()
"""Nothing goes over figgen's style sheets."""


def parameters(look: Look) -> Iterator[dict[str, Any]]:
    """Yield what a look sets of Matplotlib's parameters, each over those before, and make its fonts known.

    Raises:
        SourceError: What is wrong in a style sheet, with file and line, and fonts that there are not.
    """
    from cycler import cycler
    from matplotlib.font_manager import fontManager

    for font in look.fonts:
        fontManager.addfont(font)
    if look.palette:
        yield {"axes.prop_cycle": cycler(color=look.palette)}
    for sheet in look.sheets:
        yield _read(sheet)


def _read(sheet: Path) -> dict[str, Any]:
    """Read a style sheet; Matplotlib only logs what is wrong in it."""
    from matplotlib import rc_params_from_file

    told: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    log = logging.getLogger("matplotlib")
    log.addHandler(handler)
    log.propagate, propagates = False, log.propagate
    try:
        found = dict(rc_params_from_file(sheet, use_default_template=False).items())
    except UnicodeDecodeError as error:
        raise SourceError([Problem(sheet, None, "must be encoded in UTF-8")]) from error
    finally:
        log.removeHandler(handler)
        log.propagate = propagates
    if problems := [*(_problem(sheet, text) for text in told), *_without_font(sheet, found)]:
        raise SourceError(problems)
    return found


def _problem(sheet: Path, told: str) -> Problem:
    """Make a problem of what Matplotlib tells of a line: the file's name stands in front of it already."""
    line = _LINE.search(told)
    return Problem(sheet, int(line[1]) if line else None, _LINE.sub("", told.strip().partition("\n")[0]))


def _without_font(sheet: Path, found: dict[str, Any]) -> Iterator[Problem]:
    from matplotlib.font_manager import fontManager

    known = {font.name for font in fontManager.ttflist}
    for family in found.get("font.family", ()):
        if family not in known | _GENERIC:
            told = f"there is no font {family!r}; put its .ttf or .otf files into layout/fonts/"
            yield Problem(sheet, None, told)
