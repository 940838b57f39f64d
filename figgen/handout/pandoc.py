"""Pandoc: which one it is, and its runs, each a function of what it is given; its warnings are errors."""

import hashlib
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from figgen.errors import FiggenError, SourceError
from figgen.handout.complaints import Given, refusal, warnings, without_end

OLDEST = (3, 9)
"""The oldest pandoc that the handout was tried with and came out right; 3.6 does not read `\\Bigl`."""

LONGEST = 240.0
"""Seconds after which pandoc is ended: each bracket in brackets takes twice as long as the one around it."""

_REMEDY = "install figgen's own (pip install pypandoc_binary), or set PYPANDOC_PANDOC to the path of one"


def pandoc_version() -> tuple[int, ...]:
    """Return pandoc's version.

    Raises:
        FiggenError: There is no pandoc, or it is too old.
    """
    path = _pandoc()
    version = _version_of(path)
    if version < OLDEST:
        found, needed = (".".join(map(str, numbers)) for numbers in (version, OLDEST))
        raise FiggenError(f"{path} is pandoc {found}; figgen needs {needed} or newer: {_REMEDY}")
    return version


@cache
def _version_of(path: str) -> tuple[int, ...]:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise FiggenError(f"cannot run pandoc at {path}: {_REMEDY}") from error
    version = re.match(r"pandoc\S* ([\d.]+)", said)
    if version is None:
        raise FiggenError(f"{path} is not pandoc: {_REMEDY}")
    return tuple(map(int, version[1].split(".")))


@dataclass(frozen=True, slots=True)
class Call:
    """What pandoc is asked for.

    Attributes:
        reader: The format of the text, with its extensions.
        writer: The format that it shall become.
        text: The text.
        options: Those that name no file.
        files: Those that name one, in order, each with its file.
        metadata: What the document says of itself, and what filters go by.
        beside: The lecture's own files that filters may read besides.
    """

    reader: str
    writer: str
    text: str
    options: tuple[str, ...] = ()
    files: tuple[tuple[str, Path], ...] = ()
    metadata: Mapping[str, str | bool] = field(default_factory=dict)
    beside: tuple[Path, ...] = ()

    @property
    def digest(self) -> str:
        """A name for all that its outcome depends on."""
        files = [(option, path.name, _hash(path)) for option, path in self.files]
        given = (self.reader, self.writer, self.text, self.options, files, sorted(self.metadata.items()))
        read = (pandoc_version(), given, [(path.name, _hash(path)) for path in self.beside])
        return hashlib.sha256(repr(read).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Pandoc:
    """Runs pandoc, unless it is known what would come of it.

    Attributes:
        before: What came of earlier calls, by their digests.
        used: What came of the calls of this time, by the same.
    """

    before: Mapping[str, bytes] = field(default_factory=dict)
    used: dict[str, bytes] = field(default_factory=dict)

    def convert(self, call: Call, given: Given) -> str:
        """Return what comes of a call.

        Raises:
            SourceError: What pandoc could not convert, with file and line.
        """
        pandoc_version()
        digest = call.digest
        known = self.before.get(digest)
        self.used[digest] = _run(call, given) if known is None else known
        return self.used[digest].decode()


def _run(call: Call, given: Given) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        log, metadata = Path(folder, "log.json"), Path(folder, "metadata.json")
        metadata.write_text(json.dumps(call.metadata), encoding="utf-8")
        command = [
            _pandoc(),
            f"--from={call.reader}",
            f"--to={call.writer}",
            "--sandbox",
            f"--data-dir={folder}",  # not the user's own defaults
            "--wrap=none",
            f"--metadata-file={metadata}",  # not --metadata: arguments would go through the locale's encoding
            *(f"{option}={_spelt(option, path)}" for option, path in call.files),
            *call.options,
            "--quiet",
            f"--log={log}",
        ]
        environment = os.environ | {"LC_ALL": "C.UTF-8"}
        try:
            done = subprocess.run(
                command,
                input=call.text.encode(),
                capture_output=True,
                check=False,
                env=environment,
                timeout=LONGEST,
            )
        except subprocess.TimeoutExpired as error:
            raise without_end(given, LONGEST) from error
        if done.returncode:
            raise refusal(done.stderr.decode().strip(), given)
        if problems := warnings(json.loads(log.read_text("utf-8")), given):
            raise SourceError(problems)
    return done.stdout


def _spelt(option: str, path: Path) -> str:
    """Spell a file's path for an option: all but filters are read as addresses, where %20 is a space."""
    return str(path) if option == "--lua-filter" else str(path).replace("%", "%25")


def _hash(path: Path) -> str:
    """Hash a file; what is not there will be told by pandoc."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _pandoc() -> str:
    """Return the path of the user's chosen pandoc, or else of the one that pypandoc_binary brings.

    Not `pypandoc.get_pandoc_path`, which prefers any newer one that it finds: the same sources would not
    give the same bytes; and `pypandoc` is not imported, which takes a tenth of a second.
    """
    return os.environ.get("PYPANDOC_PANDOC") or _brought()


@cache
def _brought() -> str:
    spec = find_spec("pypandoc")
    assert spec  # figgen is installed with it
    return str(Path(spec.origin or "").with_name("files") / "pandoc")
