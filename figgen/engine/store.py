"""Results of simulations, kept on disk by their content key.

An entry is an `.npz` without pickle. Its name ends in the hash of its bytes, so that an entry says by itself
whether it is whole; a damaged one counts as absent.
"""

import dataclasses
import io
from pathlib import Path
from typing import Any

import numpy as np

from figgen.engine.files import sha256
from figgen.engine.notes import CACHE

RESULTS = f"{CACHE}/results"
"""The folder of the entries, relative to the output folder."""

_STORABLE = (np.ndarray, np.generic, bool, int, float, str)
_SHORT = 16  # hexadecimal digits of a hash in a file's name: 64 bits


def entry_path(experiment: str, digest: str, data: bytes) -> str:
    """Return where a result goes under its key's `digest`, relative to the output folder."""
    return f"{RESULTS}/{experiment}-{digest[:_SHORT]}-{sha256(data)[:_SHORT]}.npz"


def find_entry(output: Path, experiment: str, digest: str) -> bytes | None:
    """Return the whole entry of an experiment under its key's `digest`, or None."""
    for path in sorted((output / RESULTS).glob(f"{experiment}-{digest[:_SHORT]}-*.npz")):
        data = path.read_bytes()
        if path.stem.rpartition("-")[2] == sha256(data)[:_SHORT]:
            return data
    return None


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
