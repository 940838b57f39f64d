"""Outlines of experiments, kept under all that they come from: what nothing has touched is not imported."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from figgen.engine.files import read_own, seal, sha256, unseal, write_whole
from figgen.engine.key import Key
from figgen.engine.notes import CACHE
from figgen.engine.reads.values import now
from figgen.engine.sources import Sources
from figgen.engine.surroundings import surroundings
from figgen.loading import Study
from figgen.outline import from_kept_outline
from figgen.paths import PACKAGE

OUTLINES = f"{CACHE}/outlines.json"

_TEXTS = {
    *(".bib", ".css", ".csl", ".j2", ".js", ".lua", ".md", ".mplstyle", ".po", ".toml"),
    *(".jpeg", ".jpg", ".png", ".svg", ".webp"),
}
"""Files that Python does not import: an experiment that opens one of them is seen to do so."""


@dataclass(slots=True)
class Shelf:
    """Where the outlines of a lecture's experiments are kept.

    Attributes:
        output: The output folder.
        lecture: The lecture's folder.
        sources: All sources as they are now.
        new: What is to be kept.
    """

    output: Path
    lecture: Path
    sources: Sources
    new: Mapping[str, Any] = field(default_factory=dict)

    def find(self, paths: Sequence[Path]) -> list[Study] | None:
        """Return the experiments in some files if all that they come from is as it was; else None."""
        try:
            kept = json.loads(unseal(read_own(self.output, OUTLINES)) or b"")
            if kept["given"] != self._given(paths) or now(kept["read"], self.lecture) != kept["read"]:
                return None
            return [from_kept_outline(base64.b64decode(text)) for text in kept["outlines"]]
        except Exception:  # damaged, or somebody else's
            return None

    def put(self, paths: Sequence[Path], outlines: Iterable[bytes], read: Key) -> None:
        """Take in the outlines of experiments in some files, and what was read when these were imported."""
        if not all(path.resolve() in self.sources.files for path in paths):
            return  # a package elsewhere, whose other files are not looked at
        texts = [base64.b64encode(data).decode() for data in outlines]
        self.new = {"given": self._given(paths), "read": read, "outlines": texts}

    def keep(self) -> None:
        """Keep what was taken in."""
        if self.new:
            write_whole(self.output, OUTLINES, seal(json.dumps(self.new).encode()))

    def _given(self, paths: Sequence[Path]) -> str:
        """Hash what is known before the import: names of all sources, all code, Python, packages."""
        code = [
            (str(path), "" if path.suffix.lower() in _TEXTS else digest)
            for path, digest in sorted(self.sources.files.items())
            if path.is_relative_to(self.lecture) or path.is_relative_to(PACKAGE)
        ]
        return sha256(repr((surroundings(), str(self.lecture), [*map(str, paths)], code)).encode())


def are_whole(output: Path) -> bool:
    """Tell whether what was kept is as figgen wrote it."""
    return unseal(read_own(output, OUTLINES)) is not None
