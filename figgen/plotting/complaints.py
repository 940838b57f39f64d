"""What Matplotlib and NumPy complain of while a figure is drawn: glyphs that a font lacks, and all else."""

import linecache
import logging
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from warnings import WarningMessage

from matplotlib.mathtext import MathTextParser

from figgen.plotting.finding import Finding
from figgen.plotting.onlooker import INCH, Line

_NO_GLYPH = re.compile(r"Glyph (\d+) .*missing from font\(s\) (.+)\.$", re.DOTALL)
_NO_GLYPH_IN_TEX = "not have a glyph"
_FORMULAS = "of formulas"
_FOR_PROGRAMMERS = (
    DeprecationWarning,
    PendingDeprecationWarning,
    FutureWarning,
    ImportWarning,
    ResourceWarning,
)  # they are about the code, and the figure may be right


@dataclass(slots=True)
class Complaints:
    """What was complained of.

    Attributes:
        glyphs: The characters that fonts lack, by the fonts' names.
        warnings: The other warnings that are about the figure.
    """

    glyphs: dict[str, set[str]] = field(default_factory=dict)
    warnings: list[WarningMessage] = field(default_factory=list)


@contextmanager
def gathered() -> Iterator[Complaints]:
    """Gather the complaints of what is done within; warnings for programmers go on to where they went."""
    complaints = Complaints()
    logger, listener = logging.getLogger("matplotlib.mathtext"), _Listener(complaints)
    logger.addFilter(listener)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield complaints
    finally:
        logger.removeFilter(listener)
    for warning in caught:
        _sort(warning, complaints)


def parse_formulas(lines: Iterable[Line]) -> None:
    """Read again the formulas that may lack a glyph: Matplotlib keeps silent on what it has read before."""
    for line in {line.text: line for line in lines if line.is_math and not line.text.isascii()}.values():
        MathTextParser("path").parse(line.text, INCH, line.font)


def complained_of(complaints: Complaints) -> Iterator[Finding]:
    """Yield a finding for each font that lacks glyphs, and for each other warning."""
    for font, characters in sorted(complaints.glyphs.items()):
        named = ", ".join(f"U+{ord(character):04X} '{character}'" for character in sorted(characters))
        yield Finding(
            "glyph",
            f"the font {font} has no glyph for {named}; use a font that has it in styles/base.mplstyle",
        )
    told = {(str(warning.message), _code(warning)): None for warning in complaints.warnings}
    for message, code in told:
        where = f", at `{code}`" if code else ""
        yield Finding("warning", f"warns: {message}{where}; mend it, or silence it there if it is meant")


def _sort(warning: WarningMessage, complaints: Complaints) -> None:
    if missing := _NO_GLYPH.match(str(warning.message)):
        complaints.glyphs.setdefault(missing[2], set()).add(chr(int(missing[1])))
    elif issubclass(warning.category, _FOR_PROGRAMMERS):
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    else:
        complaints.warnings.append(warning)


def _code(warning: WarningMessage) -> str:
    """Return the line of code that a warning points at; its number would change with any comment."""
    return linecache.getline(warning.filename, warning.lineno).strip()


class _Listener(logging.Filter):
    """Takes what Matplotlib logs of characters without a glyph in formulas; it does not warn of them."""

    def __init__(self, complaints: Complaints) -> None:
        super().__init__()
        self._complaints = complaints

    def filter(self, record: logging.LogRecord) -> bool:
        if _NO_GLYPH_IN_TEX not in str(record.msg):
            return True
        code = re.search(r"U\+(\w+)", record.getMessage())
        if code:
            self._complaints.glyphs.setdefault(_FORMULAS, set()).add(chr(int(code[1], 16)))
        return False
