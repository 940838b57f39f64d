"""Files of code as they were taken apart before, by the hash of their bytes: parsing is most of planning."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from figgen.engine.code.source import Import, Piece, Source, parse
from figgen.engine.files import read_sealed, seal, sha256, write_whole
from figgen.engine.notes import CACHE

PARSED = f"{CACHE}/code.json"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What files of code were taken apart into.

    Attributes:
        before: Returns what an earlier command has kept, by the hash of each file's bytes.
        used: What was asked for, by the same.
    """

    before: Callable[[], Mapping[str, Source]] = dict
    used: dict[str, Source] = field(default_factory=dict)

    def source(self, data: bytes) -> Source:
        """Return what the bytes of a file stand for; parse them only if they are new."""
        digest = sha256(data)
        if digest not in self.used:
            self.used[digest] = self.before().get(digest) or parse(data)
        return self.used[digest]


def read_parsed(output: Path) -> Parsed:
    """Return what was kept in an output folder, which is read when it is needed."""
    return Parsed(cache(partial(_read, output)))


def _read(output: Path) -> Mapping[str, Source]:
    """Return what was kept; nothing if there is none, or it is not as figgen wrote it."""
    try:
        said = json.loads(read_sealed(output, PARSED) or b"")
        known = {digest: _source(*parts) for digest, parts in said["files"].items()}
        return known if said["by"] == _parser() else {}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def keep_parsed(output: Path, parsed: Parsed) -> None:
    """Keep what was used for the next command, if there is anything new in it."""
    if not parsed.used or parsed.used.keys() <= parsed.before().keys():
        return
    files = {digest: _parts(source) for digest, source in sorted(parsed.used.items())}
    data = json.dumps({"by": _parser(), "files": files}, separators=(",", ":")).encode()
    write_whole(output, PARSED, seal(data))


def _parser() -> str:
    """Name what parses: Python, and the code around this."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return sha256(b"\0".join((sys.version.encode(), *(file.read_bytes() for file in files))))


# As JSON --------------------------------------------------------------------------------------------------

_Said = list[Any]


def _parts(source: Source) -> _Said:
    return [
        {name: [_piece_parts(piece) for piece in pieces] for name, pieces in source.pieces.items()},
        {name: _import_parts(imports) for name, imports in source.imports.items()},
        _import_parts(source.stars),
        _import_parts(source.runs),
    ]


def _piece_parts(piece: Piece) -> _Said:
    bound = [[name, *_import_parts([target])] for name, target in piece.imports]
    imported = [_import_parts(piece.runs), _import_parts(piece.loads)]
    rest = [piece.strings, piece.unsteady, piece.whole, piece.everything]
    return [piece.digest, piece.uses, bound, *imported, *rest]


def _import_parts(imports: Any) -> _Said:
    return [[target.level, target.module, target.name] for target in imports]


def _source(pieces: dict[str, _Said], imports: dict[str, _Said], stars: _Said, runs: _Said) -> Source:
    return Source(
        {name: tuple(_piece(*said) for said in found) for name, found in pieces.items()},
        {name: _imports(found) for name, found in imports.items()},
        _imports(stars),
        _imports(runs),
    )


def _piece(
    digest: str,
    uses: _Said,
    bound: _Said,
    runs: _Said,
    loads: _Said,
    strings: _Said,
    unsteady: _Said,
    *flags: bool,
) -> Piece:
    return Piece(
        digest,
        tuple(map(tuple, uses)),
        tuple((name, Import(*target)) for name, target in bound),
        _imports(runs),
        _imports(loads),
        tuple(strings),
        tuple(map(tuple, unsteady)),
        *flags,
    )


def _imports(said: _Said) -> tuple[Import, ...]:
    return tuple(Import(*target) for target in said)
