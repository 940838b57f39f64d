"""The fixtures of made-up chapters."""

from manuscripts import bibliography, layout, manuscript, sample, slovak, write

__all__ = ["bibliography", "layout", "manuscript", "sample", "slovak", "write"]
