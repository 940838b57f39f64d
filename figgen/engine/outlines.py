"""Outlines of experiments, kept under all that they come from: what nothing has touched is not imported."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from figgen.engine.files import read_sealed, seal, sha256, write_whole
from figgen.engine.key import Key
from figgen.engine.notes import CACHE
from figgen.engine.reads.values import now
from figgen.engine.sources import Sources, is_text
from figgen.loading import Study
from figgen.outline import from_kept_outline

OUTLINES = f"{CACHE}/outlines.json"


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

    def fits(self) -> bool:
        """Guess whether nothing but what documents are written from has changed since the last build."""
        kept = self._kept()
        return (kept.get("given"), kept.get("drawn")) == (self.sources.code, self._drawn())

    def find(self, paths: Sequence[Path]) -> list[Study] | None:
        """Return the experiments in some files if all that they come from is as it was; else None."""
        try:
            kept = self._kept()
            if kept["given"] != self.sources.code or kept["paths"] != [*map(str, paths)]:
                return None
            if now(kept["read"], self.lecture) != kept["read"]:
                return None
            studies = [from_kept_outline(base64.b64decode(text)) for text in kept["outlines"]]
            return studies if {study.path for study in studies} <= {*paths} else None
        except Exception:  # damaged, or somebody else's
            return None

    def put(self, paths: Sequence[Path], outlines: Iterable[bytes], read: Key) -> None:
        """Take in the outlines of experiments in some files, and what was read when these were imported."""
        if not all(path.resolve() in self.sources.files for path in paths):
            return  # a package elsewhere, whose other files are not looked at
        texts = [base64.b64encode(data).decode() for data in outlines]
        given = {"given": self.sources.code, "paths": [*map(str, paths)], "drawn": self._drawn()}
        self.new = {**given, "read": read, "outlines": texts}

    def keep(self) -> None:
        """Keep what was taken in."""
        kept = self.new or self._kept()
        if kept and (self.new or kept.get("drawn") != self._drawn()):
            data = json.dumps({**kept, "drawn": self._drawn()}).encode()
            write_whole(self.output, OUTLINES, seal(data))

    def _kept(self) -> dict[str, Any]:
        """Return what is kept; nothing if it is not as figgen wrote it."""
        try:
            kept = json.loads(read_sealed(self.output, OUTLINES) or b"{}")
            return kept if isinstance(kept, dict) else {}
        except (ValueError, RecursionError):
            return {}

    def _drawn(self) -> str:
        """Hash what figures are drawn by besides code."""
        files = sorted(self.sources.files.items())
        return sha256(
            repr([digest for path, digest in files if not is_text(path, of_figures=False)]).encode()
        )
