"""Nothing to do? Known without importing an experiment, NumPy or Matplotlib.

A build in which all went well and every claim holds notes a signature of all that it was given: every file of
figgen and of the lecture, the options, the versions. While the signature is the same and every output is as
it was, there is nothing to make. It is a short cut: where it differs, content keys decide.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from figgen.engine import notes
from figgen.engine.files import hashed, sha256
from figgen.paths import PACKAGE, built_in_lecture

_NOTE = "unchanged"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build with nothing to do has to say.

    Attributes:
        outputs: How many outputs there are.
        figures: How many figures and illustrations they show, in words.
        claims: How many claims there are; all hold.
    """

    outputs: int
    figures: str
    claims: int


def signature(sources: str, asked: Mapping[str, Any]) -> str:
    """Hash all that a build is given.

    Args:
        sources: What `sources` gives.
        asked: The options that change what is made, by name.
    """
    given = {
        "asked": sorted(asked.items()),
        "Python": sys.version,
        "packages": _installed(),
        "pandoc": os.environ.get("PYPANDOC_PANDOC"),
        "sources": sources,
    }
    return sha256(repr(given).encode())


def sources(lecture: Path, output: Path) -> str:
    """Hash every file of figgen, of its layout, and of the lecture in a folder, the output folder aside."""
    parts = [
        f"{path.relative_to(root).as_posix()} {hashed(path.read_bytes())}"
        for root in (PACKAGE, built_in_lecture() / "layout", lecture)
        for path in _files(root, output.resolve())
    ]
    return sha256("\n".join(parts).encode())


def remember(output: Path, signature: str, summary: Summary) -> None:
    """Note that all is made of what `signature` stands for, and that every claim holds."""
    from figgen.engine import manifest

    made = {path: entry.sha256 for path, entry in (manifest.read(output) or {}).items()}
    made[manifest.NAME] = _hash(output / manifest.NAME)
    notes.write(output, _NOTE, {"signature": signature, "summary": asdict(summary), "made": made})


def unchanged(output: Path, signature: str) -> Summary | None:
    """Return what to say if all is made of what `signature` stands for, and whole; else None."""
    note = notes.read(output, _NOTE)
    if note.get("signature") != signature:
        return None
    if any(_hash(output / path) != sha for path, sha in note["made"].items()):
        return None  # damaged, or another command has made something since
    return Summary(**note["summary"])


def _installed() -> list[str]:
    """Name all that is installed: what pip notes of a package lies in a folder with its name and version."""
    return sorted(path.name for folder in map(Path, sys.path) for path in folder.glob("*-info"))


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()) if path.is_file() else ""


def _files(folder: Path, output: Path) -> Iterator[Path]:
    """Yield the files below a folder, in order, but for hidden ones, byte code, and the output folder."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(".") or path.name == "__pycache__" or path == output:
            continue
        if path.is_dir():
            yield from _files(path, output)
        elif path.is_file():
            yield path
