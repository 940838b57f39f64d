"""What is around a lecture: Python, and all that is installed."""

import sys
from functools import cache
from pathlib import Path


@cache
def surroundings() -> tuple[str, ...]:
    """Name Python's version, and all that is installed.

    What pip notes of a package lies in a folder with its name and version.
    """
    return sys.version, *sorted(path.name for folder in map(Path, sys.path) for path in folder.glob("*-info"))
