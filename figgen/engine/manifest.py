"""What was made: for each output its hash, its content key, and what it was made from and with."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from figgen.engine.files import read_own, sha256, stays_inside, write_whole
from figgen.engine.key import Key, difference
from figgen.errors import FiggenError
from figgen.plotting.finding import Finding

NAME = "manifest.json"
BEGINNING = b'{\n "seal": "'
"""How every manifest begins; the hash of all behind the seal follows."""

_SEAL = 64  # bytes of the hash


@dataclass(frozen=True)  # without slots: `vars` gives what is written, of thousands of keys, at no cost
class Entry:
    """One file that figgen made.

    Attributes:
        sha256: Hash of the file's bytes.
        key: All that it was made from, and the versions of what made it; see `figgen.engine.key`.
        kind: `result`, `figure` or `handout`.
        made_from: Experiment, parameters, seed, explored value, language, preset: whatever applies.
        findings: Of a figure, what is wrong with it for its readers.
        read: The names in the key of what was read while it was made.
        said: The messages in it that its key does not know of, because they have no translation or were put
            together at run time, with their translations; an empty text is none.
    """

    sha256: str
    key: Key
    kind: str
    made_from: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    read: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)


Manifest = dict[str, Entry]
"""Entries by path, relative to the output folder, with forward slashes."""


def write(folder: Path, entries: Manifest) -> None:
    """Write the manifest of an output folder."""
    files = {path: vars(entry) for path, entry in sorted(entries.items())}
    text = json.dumps({"seal": "", "files": files}, indent=1, ensure_ascii=False, default=asdict) + "\n"
    sealed = text.encode()[len(BEGINNING) :]
    write_whole(folder, NAME, BEGINNING + sha256(sealed).encode() + sealed)


def read(folder: Path) -> Manifest | None:
    """Return the manifest of an output folder, or None where it is absent, damaged or edited.

    Raises:
        FiggenError: The file of that name is another program's.
    """
    data = read_own(folder, NAME)
    if data is None:
        return None
    try:
        entries = _parse(data)
    except LookupError as error:
        raise FiggenError(f"{folder / NAME} is not figgen's; choose another --output") from error
    return None if entries is None else dict(entries)


@lru_cache(maxsize=1)
def _parse(data: bytes) -> Manifest | None:
    """Read what `write` wrote; a command that looks twice parses thousands of keys once.

    Raises:
        LookupError: There is no seal.
    """
    try:
        content = json.loads(data)
        if "seal" not in content:
            raise LookupError
        entries = {path: _entry(**entry) for path, entry in content["files"].items()}
        if not all(map(stays_inside, entries)):
            return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    seal, sealed = data[len(BEGINNING) :][:_SEAL], data[len(BEGINNING) :][_SEAL:]
    return entries if data.startswith(BEGINNING) and seal == sha256(sealed).encode() else None


def is_as_written(output: Path, path: str, entry: Entry) -> bool:
    """Tell whether the file `path` is as figgen wrote it; a link there is not."""
    data = read_own(output, path)
    return data is not None and sha256(data) == entry.sha256


def why_not_current(
    output: Path, path: str, entry: Entry | None, key: Key, because: Mapping[str, str] | None = None
) -> str:
    """Say why the file `path` has to be made, or return an empty text if it is whole and current.

    Args:
        output: The output folder.
        path: Of the file, relative to it.
        entry: What the manifest says of the file.
        key: What it should be made from now.
        because: For things that a key names, what in turn has changed about them.
    """
    if entry is None:
        return "has not been made"
    data = read_own(output, path)
    if data is None:
        return "is missing" if not os.path.lexists(output / path) else "is no file, or behind a link"
    if sha256(data) != entry.sha256:
        return "is not as figgen wrote it"
    return f"is out of date: {changes}" if (changes := difference(entry.key, key, because or {})) else ""


def why_results_changed(entries: Manifest, keys: Mapping[str, Key]) -> dict[str, str]:
    """Say what has changed since the results that the manifest has, as `because` wants it.

    Args:
        entries: The manifest.
        keys: What the result of each simulation should be made from now.
    """
    return {
        f"result of {name}": difference(entries[path].key, key)
        for name, key in keys.items()
        for path in results(entries, name)
    }


def results(entries: Manifest, simulation: str) -> list[str]:
    """Return the paths of a simulation's results."""
    return [p for p, e in entries.items() if e.kind == "result" and _simulated_by(e) == simulation]


def simulation_name(experiment: str, explored: str) -> str:
    """Name the simulation of an experiment, perhaps with an explored value such as `rate=0.5`."""
    return f"{experiment} at {explored}" if explored else experiment


def _simulated_by(entry: Entry) -> str:
    return simulation_name(entry.made_from["experiment"], entry.made_from.get("explored", ""))


def _entry(findings: list[dict[str, Any]], read: list[str], **others: Any) -> Entry:
    """Make an entry of what was written of it.

    Raises:
        TypeError, ValueError: It has another shape; anybody can seal what never was a manifest.
    """
    entry = Entry(findings=tuple(Finding(**finding) for finding in findings), read=tuple(read), **others)
    texts = (entry.sha256, entry.kind, *entry.read, *entry.key, *entry.key.values())
    texts += tuple(text for finding in entry.findings for text in (finding.kind, finding.message))
    texts += (*entry.said, *entry.said.values())
    if entry.kind == "result":
        texts += (entry.made_from["experiment"], entry.made_from.get("explored", ""))
    "".join(texts).encode()  # raises for anything but text, and for text that cannot be written
    if not isinstance(entry.made_from, dict):
        raise TypeError
    return entry
