"""What can be wrong with a figure that was drawn."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["small", "cut", "overlap", "touch", "faint", "glyph", "axis", "large", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a figure.

    Attributes:
        kind: What sort of thing.
        message: What is wrong, and what to mend.
        grave: Whether a check fails for it; else it is a remark.
    """

    kind: Kind
    message: str
    grave: bool = True
