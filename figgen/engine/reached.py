"""What code reaches, kept under all code: while no file of it changes, none has to be looked into again.

Which files there are decides, too, where a name in the code leads. Those of figgen and of the lecture are
among the sources; of others that were looked for, such as hidden ones, it is kept that they were not there.
"""

import json
from pathlib import Path
from typing import Any

from figgen.engine.files import read_sealed, seal, write_whole
from figgen.engine.fingerprint import Code, Fingerprint
from figgen.engine.notes import CACHE
from figgen.engine.reads.values import NOT_THERE, of_file
from figgen.engine.sources import Sources

REACHED = f"{CACHE}/reached.json"


def take_reached(code: Code, sources: Sources, output: Path) -> None:
    """Tell `code` what an earlier command has found out, if that is as it was."""
    try:
        kept = json.loads(read_sealed(output, REACHED) or b"")
        if kept["code"] != sources.code or any(of_file(Path(p)) != v for p, v in kept["looked_at"].items()):
            return
        files, parts = [*map(Path, kept["files"])], [*map(tuple, kept["parts"])]
        reached = {(Path(p), tuple(n)): _fingerprint(files, parts, *said) for p, n, *said in kept["reached"]}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return  # there is none, or it is not as figgen wrote it
    code.reached.update(reached)
    code.sources.update(dict.fromkeys(files))
    looked_at = {Path(path): value != NOT_THERE for path, value in kept["looked_at"].items()}
    code.named.update(path for path, is_there in looked_at.items() if is_there)
    code.missed.update(path for path, is_there in looked_at.items() if not is_there)


def keep_reached(code: Code, sources: Sources, output: Path) -> None:
    """Keep what was found out, if anything is new and all code is among the sources."""
    if all(source is None for source in code.sources.values()):
        return
    if not all(path.parent.resolve() / path.name in sources.files for path in code.sources):
        return
    files = {path: place for place, path in enumerate(sorted(code.sources))}
    parts: dict[tuple[str, str], int] = {}
    reached = [
        [
            str(path),
            names,
            [parts.setdefault(part, len(parts)) for part in found.parts.items()],
            sorted(found.strings),
            [files[file] for file in sorted(found.files)],
            [(files[file], line, name) for file, line, name in sorted(found.unsteady)],
            sorted(found.packages),
        ]
        for (path, names), found in code.reached.items()
    ]
    kept = {
        "code": sources.code,
        "looked_at": {str(path): of_file(path) for path in sorted(code.named | code.missed)},
        "files": [*map(str, files)],
        "parts": [*parts],
        "reached": reached,
    }
    write_whole(output, REACHED, seal(json.dumps(kept, separators=(",", ":")).encode()))


def _fingerprint(
    files: list[Path],
    all_parts: list[Any],
    parts: list[int],
    strings: list[str],
    looked_into: list[int],
    unsteady: list[Any],
    packages: list[str],
) -> Fingerprint:
    return Fingerprint(
        dict(all_parts[place] for place in parts),
        frozenset(strings),
        frozenset(files[place] for place in looked_into),
        frozenset((files[place], line, name) for place, line, name in unsteady),
        frozenset(packages),
    )
