"""Run figgen as `python -m figgen`."""

import sys

if not sys.flags.safe_path:
    sys.path.append(sys.path.pop(0))  # the current folder, where a file could hide a module of Python

from figgen.cli import main

main()
