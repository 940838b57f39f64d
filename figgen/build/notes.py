"""What the engine notes for itself beside the outputs; its loss costs the next build only time."""

import json
from pathlib import Path
from typing import Any

from figgen.build.files import write_whole

CACHE = ".cache"
_FILE = "notes.json"


def read(output: Path, name: str) -> dict[str, Any]:
    """Return the note called `name`; an empty one if there is none that can be read."""
    note = _read_all(output).get(name)
    return note if isinstance(note, dict) else {}


def write(output: Path, name: str, note: dict[str, Any]) -> None:
    """Keep a note under `name`."""
    content = _read_all(output) | {name: note}
    write_whole(output / CACHE / _FILE, json.dumps(content, indent=1, sort_keys=True).encode())


def _read_all(output: Path) -> dict[str, Any]:
    try:
        content = json.loads((output / CACHE / _FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
