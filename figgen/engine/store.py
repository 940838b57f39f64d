"""Results of simulations, kept on disk by their content key.

An entry is an `.npz` without pickle. Its name ends in the hash of its bytes, so that an entry says by itself
whether it is whole; a damaged one counts as absent. Each value of a result is read with the type that it was
written with; what cannot be, is refused by name.
"""

import dataclasses
import io
import json
import math
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from figgen.engine.files import read_own, sha256
from figgen.engine.notes import CACHE
from figgen.engine.refusals import instead_of
from figgen.errors import ResultError

RESULTS = f"{CACHE}/results"
"""The folder of the entries, relative to the output folder."""

_ARRAY, _SCALAR, _PYTHON = "array", "scalar", "python"
"""How a field's value is kept; stands before its name, but for arrays, which readers take home."""

_PARAMETERS = {
    "file",
    "args",
    "kwds",
    "allow_pickle",
}  # of `savez_compressed`, which takes no arrays of that name

_PYTHONS = (bool, int, float, complex, str, type(None))
_LARGE, _DENSEST = 2**28, 100  # bytes; packed, arrays of zeros take a thousandth of their room
_SHORT = 16  # hexadecimal digits of a hash in a file's name: 64 bits


def entry_path(experiment: str, digest: str, data: bytes) -> str:
    """Return where a result goes under its key's `digest`, relative to the output folder."""
    return f"{RESULTS}/{experiment}-{digest[:_SHORT]}-{sha256(data)[:_SHORT]}.npz"


def find_entry(output: Path, experiment: str, digest: str, listed: Iterable[str] = ()) -> bytes | None:
    """Return the whole entry of an experiment under its key's `digest`, or None.

    Args:
        output: The output folder.
        experiment: The name of the experiment.
        digest: Of its key.
        listed: The paths in the manifest. Only where it has no such entry, as after a build that was killed,
            one that it does not have will do.
    """
    begins = f"{RESULTS}/{experiment}-{digest[:_SHORT]}-"
    there = (path.relative_to(output).as_posix() for path in output.glob(f"{begins}*.npz"))
    for path in [path for path in listed if path.startswith(begins)] or sorted(there):
        data = read_own(output, path)
        named = PurePosixPath(path).stem.rpartition("-")[2]
        if data is not None and named == sha256(data)[:_SHORT] and _is_sound(data):
            return data
    return None


def kept_results(output: Path) -> list[str]:
    """Return the paths of the entries in an output folder, whole or not; other files are somebody's own."""
    named = re.compile(rf".+(-[0-9a-f]{{{_SHORT}}}){{2}}\.npz")
    files = sorted((output / RESULTS).glob("*.npz"))
    return [file.relative_to(output).as_posix() for file in files if named.fullmatch(file.name)]


def _is_sound(data: bytes) -> bool:
    """Tell whether bytes are arrays as `pack` writes them; anybody can name a file by its hash.

    Only the beginning of each array is unpacked: what would take far more room than it has on disk, or holds
    objects that can run code, is none of ours.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            if size > max(_LARGE, _DENSEST * len(data)):
                return False
            return all(_is_array(archive, member) for member in members)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError):
        return False


def _is_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    with archive.open(member) as file:
        shape, dtype = _header(file)
        return not dtype.hasobject and file.tell() + math.prod(shape) * dtype.itemsize == member.file_size


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Read what an array's file says of it.

    Raises:
        ValueError: It is no such file.
    """
    first = npy.read_magic(file) == (1, 0)  # the later versions differ in the names of fields alone
    shape, _, dtype = (npy.read_array_header_1_0 if first else npy.read_array_header_2_0)(file)
    return shape, dtype


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
            members[_member(kept[0], name)] = kept[1]
    if refused:
        raise ResultError("; ".join(refused))
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **members)
    return buffer.getvalue()


def unpack(data: bytes, result_type: type[Any]) -> Any:
    """Turn the bytes of an `.npz` back into a `Result`."""
    with np.load(io.BytesIO(data), allow_pickle=False) as members:
        split = {key: key.rpartition(".") for key in members.files}
        values = {name: _from_array(kind or _ARRAY, members[key]) for key, (kind, _, name) in split.items()}
    given = {item.name: values[item.name] for item in dataclasses.fields(result_type) if item.init}
    result = result_type(**given)
    for name, value in values.items():
        object.__setattr__(result, name, value)  # `__post_init__` may have changed it a second time
    return result


def _member(kind: str, name: str) -> str:
    return name if kind == _ARRAY and name not in _PARAMETERS else f"{kind}.{name}"


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
