"""Matplotlib, imported without anybody's own settings: figures do not go by them, and they may be damaged.

It looks for them in the current folder first, and then where the command has told it.
"""

from contextlib import chdir

from figgen.paths import PACKAGE

with chdir(PACKAGE):
    import matplotlib

__all__ = ["matplotlib"]
