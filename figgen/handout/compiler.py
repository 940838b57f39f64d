"""Typst's compiler; where one stays alive beside builds, it sets again only what has changed.

Typst remembers what it has set as long as its process lives. `figgen build --watch` keeps one for the builds
that it starts, and tells them of it by a variable of the environment.
"""

import os
import secrets
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from figgen.engine.reads.environment import TYPESETTER

MAIN = "main.typ"
_TIMESTAMP = 0  # a clock would change the bytes


@dataclass(frozen=True, slots=True)
class Remark:
    """What Typst says of a document: in short, and with the place."""

    message: str
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of a document.

    Attributes:
        pdf: The document; None if Typst refuses it.
        remarks: Its warnings, or why it refuses.
    """

    pdf: bytes | None
    remarks: tuple[Remark, ...]


def compile_typst(document: str, files: Mapping[str, bytes], fonts: Sequence[Path]) -> Compiled:
    """Set a document as PDF/UA-1 and PDF/A-2a, in the process that stays alive for that if there is one.

    Args:
        document: Names it; what was set under the same name before is taken up again.
        files: What it may read, by name; `MAIN` is where it begins.
        fonts: Folders with fonts besides Typst's own.
    """
    key, _, address = os.environ.get(TYPESETTER, "").partition(" ")
    if address:
        with (
            suppress(OSError, EOFError, ValueError, AuthenticationError),  # it is gone: then without
            Client(address, authkey=bytes.fromhex(key)) as connection,
        ):
            connection.send((document, dict(files), tuple(fonts)))
            compiled: Compiled = connection.recv()
            return compiled
    with tempfile.TemporaryDirectory() as folder:
        return _compile(Path(folder).resolve(), files, fonts)


@contextmanager
def living_compiler() -> Iterator[dict[str, str]]:
    """Let a compiler stay alive in this process; yield the variable that leads builds to it."""
    key = secrets.token_bytes(32)
    with tempfile.TemporaryDirectory() as folder, Listener(authkey=key) as listener:
        service = _Service(Path(folder).resolve())
        Thread(target=service.attend, args=(listener,), daemon=True).start()
        yield {TYPESETTER: f"{key.hex()} {listener.address}"}


@dataclass(frozen=True, slots=True)
class _Service:
    """Compiles for other processes, each document in a folder that stays."""

    folder: Path
    locks: defaultdict[str, Lock] = field(default_factory=lambda: defaultdict(Lock))

    def attend(self, listener: Listener) -> None:
        """Take in all who come."""
        while True:
            try:
                connection = listener.accept()
            except OSError:  # it is closed
                return
            except Exception:  # who came has not the key, or has gone
                continue
            Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: "Connection[Any, Any]") -> None:
        with connection, suppress(OSError, EOFError):
            document, files, fonts = connection.recv()
            with self.locks[document]:
                connection.send(_compile(self.folder / document, files, fonts))


def _compile(root: Path, files: Mapping[str, bytes], fonts: Sequence[Path]) -> Compiled:
    """Set what lies in a folder, after bringing that up to date; Typst sees nothing outside of it."""
    import typst

    _bring_up_to_date(root, files)
    try:
        pdf, warnings = typst.compile_with_warnings(
            root / MAIN,
            root=root,
            format="pdf",
            font_paths=list(fonts),
            ignore_system_fonts=True,
            timestamp=_TIMESTAMP,
            pdf_standards=["ua-1", "a-2a"],
        )
    except typst.TypstError as error:
        return Compiled(None, (Remark(error.message, error.diagnostic),))
    return Compiled(pdf, tuple(Remark(w.message, w.diagnostic) for w in warnings))


def _bring_up_to_date(root: Path, files: Mapping[str, bytes]) -> None:
    for path in root.rglob("*"):
        if path.is_file() and path.relative_to(root).as_posix() not in files:
            path.unlink()
    for name, data in files.items():
        path = root / name
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
