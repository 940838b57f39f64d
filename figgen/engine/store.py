"""Results of simulations, kept on disk by their content key.

An entry is an `.npz` without pickle. Its name ends in the hash of its bytes, so that an entry says by itself
whether it is whole; a damaged one counts as absent.
"""

import dataclasses
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from figgen.engine.files import sha256, write_whole

_STORABLE = (np.ndarray, np.generic, bool, int, float, str)
_SHORT = 16  # hexadecimal digits of a hash in a file's name: 64 bits


@dataclass(frozen=True, slots=True)
class Store:
    """The results in a folder."""

    folder: Path

    def path(self, experiment: str, digest: str) -> Path | None:
        """Return the whole entry of an experiment under its key's `digest`, or None."""
        for path in sorted(self.folder.glob(f"{experiment}-{digest[:_SHORT]}-*.npz")):
            if path.stem.rpartition("-")[2] == sha256(path.read_bytes())[:_SHORT]:
                return path
        return None

    def save(self, experiment: str, digest: str, result: Any) -> Path:
        """Keep a result under its key's `digest`."""
        data = pack(result)
        path = self.folder / f"{experiment}-{digest[:_SHORT]}-{sha256(data)[:_SHORT]}.npz"
        write_whole(path, data)
        return path


def pack(result: Any) -> bytes:
    """Turn a `Result` into the bytes of an `.npz`.

    Raises:
        TypeError: A field is neither an array of numbers or text nor a scalar.
    """
    arrays = {}
    for item in dataclasses.fields(result):
        value = getattr(result, item.name)
        if not isinstance(value, _STORABLE) or np.asarray(value).dtype.hasobject:
            owner, kind = type(result).__name__, type(value).__name__
            raise TypeError(f"{owner}.{item.name} must be an array or a scalar, not {kind}")
        arrays[item.name] = np.asarray(value)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def unpack(data: bytes, result_type: type[Any]) -> Any:
    """Turn the bytes of an `.npz` back into a `Result`; scalars come back as Python's own."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return result_type(**{n: a.item() if a.ndim == 0 else a for n, a in arrays.items()})
