"""What the engine notes for itself beside the outputs; its loss costs the next build only time."""

import json
from pathlib import Path
from typing import Any

from figgen.engine.files import read_own, sha256, write_whole

CACHE = ".cache"
NOTES = f"{CACHE}/notes.json"


def read(output: Path, name: str) -> dict[str, Any]:
    """Return the note called `name`; an empty one if there is none, or the notes were damaged."""
    note = _read_all(output).get(name)
    return note if isinstance(note, dict) else {}


def are_whole(output: Path) -> bool:
    """Tell whether the notes are as figgen wrote them."""
    return bool(_read_all(output))


def write(output: Path, name: str, note: dict[str, Any]) -> None:
    """Keep a note under `name`."""
    notes = _read_all(output) | {name: note}
    text = json.dumps({"seal": _seal(notes), "notes": notes}, indent=1, sort_keys=True)
    write_whole(output, NOTES, text.encode())


def _read_all(output: Path) -> dict[str, Any]:
    try:
        content = json.loads(read_own(output, NOTES) or b"")
        notes: dict[str, Any] = content["notes"]
        return notes if content["seal"] == _seal(notes) and isinstance(notes, dict) else {}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _seal(notes: dict[str, Any]) -> str:
    return sha256(json.dumps(notes, sort_keys=True).encode())
