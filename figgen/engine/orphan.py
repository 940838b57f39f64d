"""What the fork server alone imports: it ends without a word when the command that it serves is gone.

A command that is killed while it asks for a process leaves the server with half of a question; Python's own
traceback of that would be the last thing that a user reads, and says nothing that concerns them.
"""

import sys
from types import TracebackType


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, EOFError | ConnectionError):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _end
