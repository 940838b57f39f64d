"""What the engine notes for itself beside the outputs; its loss costs the next build only time."""

import json
from pathlib import Path
from typing import Any

from figgen.engine.files import sha256, write_whole

CACHE = ".cache"
_FILE = "notes.json"


def read(output: Path, name: str) -> dict[str, Any]:
    """Return the note called `name`; an empty one if there is none, or the notes were damaged."""
    return _read_all(output).get(name, {})


def write(output: Path, name: str, note: dict[str, Any]) -> None:
    """Keep a note under `name`."""
    notes = _read_all(output) | {name: note}
    text = json.dumps({"seal": _seal(notes), "notes": notes}, indent=1, sort_keys=True)
    write_whole(output / CACHE / _FILE, text.encode())


def _read_all(output: Path) -> dict[str, dict[str, Any]]:
    try:
        content = json.loads((output / CACHE / _FILE).read_bytes())
        return content["notes"] if content["seal"] == _seal(content["notes"]) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _seal(notes: dict[str, dict[str, Any]]) -> str:
    return sha256(json.dumps(notes, sort_keys=True).encode())
