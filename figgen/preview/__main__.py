"""The process that makes pages: `python -m figgen.preview`, which only `makers` starts."""

import sys

if not sys.flags.safe_path:
    sys.path.append(sys.path.pop(0))  # the current folder, where a file could hide a module of Python

from figgen.preview.making import serve

if __name__ == "__main__":
    serve()
