"""What an audit hook hears, event by event: files opened, folders listed, the network, other programs."""

import os
from collections.abc import Callable
from contextlib import suppress
from importlib.util import source_from_cache
from pathlib import Path
from typing import Any

from figgen.engine.reads import values
from figgen.engine.reads.record import Record, absolute, asker

_IMPORT_SYSTEM = "<frozen importlib._bootstrap_external>"
_LINES = {"linecache", "tokenize"}
_SHOWING = {"traceback", "warnings"}
"""Who reads code by lines, and who does so only to show one."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC  # what is opened to be read and written is read, too
_BYTE_CODE = "__pycache__"


def opened(record: Record, path: object, mode: str | None, flags: int) -> None:
    """Note a file that is read, imported or written."""
    file = absolute(path)
    name = record.whose.name(file)
    if not name:
        return
    if any(letter in (mode or "") for letter in "wax") or (mode is None and flags & _NEW):
        _written(record, name)
    elif is_import():
        code = Path(source_from_cache(file) if _BYTE_CODE in file else file)
        record.note_code(code, lambda: values.of_file(code))
    elif not _is_shown():
        record.note_path(path, values.of_file)


def listed(record: Record, path: object) -> None:
    """Note a folder whose names are read."""
    if not is_import():
        record.note_path("." if path is None else path, values.of_folder, "/")


def scanned(record: Record, path: object) -> None:
    """Note a folder whose entries are read; to the lecture itself each of them tells its size and time."""
    listed(record, path)
    frame, folder = asker(), "." if path is None else path
    by_lecture = frame is not None and record.whose.writes(frame.f_code.co_filename)
    if by_lecture and isinstance(folder, str | bytes | os.PathLike):
        with suppress(OSError), os.scandir(os.fsdecode(folder)) as entries:
            for entry in entries:
                if entry.is_file() and values.counts(entry.name):
                    record.note_path(entry.path, values.of_file)


def renamed(record: Record, _: object, path: object, *__: object) -> None:
    """Note what is written by another name at first."""
    if name := record.whose.name(absolute(path)):
        _written(record, name)


def set_variable(record: Record, name: bytes, *_: object) -> None:
    """Note a variable that the experiment sets itself."""
    record.note_made(values.VARIABLE + os.fsdecode(name))


def connected(record: Record, _: object, address: Any) -> None:
    """Tell of a connection to another machine."""
    if isinstance(address, tuple) and address and not _is_this_machine(str(address[0])):
        record.tell(f"reads from the network ({address[0]}), where figgen sees no change; {_KEEP}")


def looked_up(record: Record, host: Any, *_: object) -> None:
    """Tell of another machine that is looked for."""
    name = host.decode(errors="replace") if isinstance(host, bytes) else str(host or "")
    if name and not _is_this_machine(name):
        record.tell(f"reads from the network ({name}), where figgen sees no change; {_KEEP}")


def started(record: Record, program: object, *_: object) -> None:
    """Tell of another program."""
    if record.asked_by_lecture("subprocess"):
        told = "what that reads is not noticed; name its files in a string beside the call"
        record.tell(f"starts another program ({Path(absolute(program)).name}): {told}")


def told_to_shell(record: Record, *_: object) -> None:
    """Tell of a line for the shell, and of programs that are started without Python's usual way."""
    if record.asked_by_lecture("subprocess"):
        told = "what that reads is not noticed; name its files in a string beside the call"
        record.tell(f"starts another program: {told}")


def opened_in_c(record: Record, path: object, *_: object) -> None:
    """Note a file that a library opens by itself, after saying which."""
    if isinstance(path, str | bytes | os.PathLike) and record.whose.name(absolute(path)):
        record.note_path(path, values.of_file)


def forked(record: Record, *_: object) -> None:
    """Have what is read in a copy of this process noted, too."""
    record.prepare_copy()


_KEEP = "keep a copy of the data in the lecture"
HEARD: dict[str, Callable[..., None]] = {
    "open": opened,
    "os.fork": forked,
    "os.listdir": listed,
    "os.scandir": scanned,
    "os.rename": renamed,
    "os.putenv": set_variable,
    "os.unsetenv": set_variable,
    "socket.connect": connected,
    "socket.getaddrinfo": looked_up,
    "sqlite3.connect": opened_in_c,
    "subprocess.Popen": started,
    "os.system": told_to_shell,
    "os.posix_spawn": told_to_shell,
    "os.spawn": told_to_shell,
    "os.exec": told_to_shell,
}


def _written(record: Record, name: str) -> None:
    record.note_made(name)
    if not is_import() and not Path(name).is_absolute():
        record.tell(
            f"writes {name} into the lecture; a simulation returns what it computes, and writes no file"
        )


def is_import() -> bool:
    """Tell whether it is Python that asks, to import something."""
    frame = asker()
    return frame is not None and frame.f_code.co_filename == _IMPORT_SYSTEM


def _is_shown() -> bool:
    """Tell whether a file of code is read only to show a line of it, with a warning or an exception."""
    frame = asker(_LINES)
    return frame is not None and frame.f_globals.get("__name__") in _SHOWING


def _is_this_machine(host: str) -> bool:
    return host in {"localhost", "::1", "0.0.0.0"} or host.startswith("127.")
