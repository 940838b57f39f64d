"""The handouts: prose with numbers, as HTML and as PDF."""

from typing import Literal, get_args

Target = Literal["html", "pdf"]
TARGETS: tuple[Target, ...] = get_args(Target)
