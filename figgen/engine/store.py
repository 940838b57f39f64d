"""Results of simulations, kept on disk by their content key.

An entry is an `.npz` without pickle. Its name ends in the hash of its bytes, so that an entry says by itself
whether it is whole; a damaged one counts as absent. Each value of a result is read with the type that it was
written with; what cannot be, is refused by name.
"""

import dataclasses
import io
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from figgen.engine.files import sha256
from figgen.engine.notes import CACHE
from figgen.engine.refusals import instead_of
from figgen.errors import ResultError

RESULTS = f"{CACHE}/results"
"""The folder of the entries, relative to the output folder."""

_ARRAY, _SCALAR, _PYTHON = "array", "scalar", "python"
"""How a field's value is kept; stands before its name, so that no name is one of NumPy's own parameters."""

_PYTHONS = (bool, int, float, complex, str, type(None))
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


def pack(result: Any, result_type: type[Any]) -> bytes:
    """Turn a `Result` into the bytes of an `.npz`.

    Args:
        result: What `simulate` has returned.
        result_type: What it is annotated to return.

    Raises:
        ResultError: It returned something else, or some fields cannot be read again as they are.
    """
    if type(result) is not result_type:
        told = f"simulate returned {type(result).__name__}, where its annotation has {result_type.__name__}"
        raise ResultError(f"{told}; the two must be the same")
    members, refused = {}, []
    for name, value in _values(result).items():
        if (kept := _as_array(value)) is None:
            refused.append(f"{result_type.__name__}.{name} {instead_of(value)}")
        else:
            members[f"{kept[0]}.{name}"] = kept[1]
    if refused:
        raise ResultError("; ".join(refused))
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **members)
    return buffer.getvalue()


def unpack(data: bytes, result_type: type[Any]) -> Any:
    """Turn the bytes of an `.npz` back into a `Result`."""
    with np.load(io.BytesIO(data), allow_pickle=False) as members:
        split = {key: key.partition(".") for key in members.files}
        values = {name: _from_array(kind, members[key]) for key, (kind, _, name) in split.items()}
    given = {item.name: values[item.name] for item in dataclasses.fields(result_type) if item.init}
    result = result_type(**given)
    for name, value in values.items():
        object.__setattr__(result, name, value)  # `__post_init__` may have changed it a second time
    return result


def _values(result: Any) -> dict[str, Any]:
    return {item.name: getattr(result, item.name) for item in dataclasses.fields(result)}


def _as_array(value: Any) -> tuple[str, NDArray[Any]] | None:
    """Return how a value is kept, and the array for it; None if it could not be read as it is."""
    if type(value) in _PYTHONS:
        return _PYTHON, np.frombuffer(json.dumps(_as_json(value)).encode(), np.uint8)
    if type(value) is np.ndarray and _is_kept(value.dtype):
        return _ARRAY, value
    if isinstance(value, np.generic) and _is_kept(value.dtype):
        array: Any = np.asarray(value)
        again = array[()]  # zeros at a text's end are gone
        if type(again) is type(value) and (again == value or value != value):
            return _SCALAR, array
    return None


def _from_array(kind: str, array: NDArray[Any]) -> Any:
    """Return the value that an array is kept for."""
    if kind == _PYTHON:
        return json.loads(array.tobytes(), object_hook=_from_json)
    return array[()] if kind == _SCALAR else array


def _as_json(value: Any) -> Any:
    """Write integers in hexadecimal digits, of which Python reads as many as there are."""
    if type(value) is int:
        return {"int": hex(value)}
    return {"complex": [value.real, value.imag]} if type(value) is complex else value


def _from_json(written: dict[str, Any]) -> Any:
    return int(written["int"], 16) if "int" in written else complex(*written["complex"])


def _is_kept(dtype: np.dtype[Any]) -> bool:
    """Tell whether an `.npy` keeps all of a type; it loses records, alignment, what others add to NumPy."""
    if dtype.hasobject:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return repr(npy.descr_to_dtype(npy.dtype_to_descr(dtype))) == repr(dtype)
    except (Warning, TypeError, ValueError):
        return False
