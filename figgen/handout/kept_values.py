"""What chapters have asked results and parameters for, kept under all that it comes from.

An edit of a chapter needs the same numbers as before, and neither NumPy nor an experiment to know them.
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from types import MethodType
from typing import Any

from figgen.engine.files import sha256

_PLAIN = (bool, int, float, str, type(None))
_METHOD = object()
"""Stands for a method, which is called on what has it."""


@dataclass(frozen=True, slots=True)
class KeptValues:
    """The values of attributes.

    Attributes:
        before: What was kept, by the hash of all that it comes from.
        used: What was asked for, by the same.
    """

    before: Mapping[str, bytes] = field(default_factory=dict)
    used: dict[str, bytes] = field(default_factory=dict)


class Asked:
    """Stands for a result or parameters, which are made when what is asked for is not known.

    Args:
        make: Makes them.
        origin: Names all that they come from.
        kept: What is known, and is to be kept.
        steadily: Tells of a call what it gives, and whether that depends on what stands in the origin alone.
    """

    def __init__(
        self,
        make: Callable[[], Any],
        origin: str,
        kept: KeptValues,
        steadily: Callable[[Callable[[], Any]], tuple[Any, bool]],
    ) -> None:
        self._made = cache(make)
        self._origin = origin
        self._kept = kept
        self._steadily = steadily
        self._is_steady = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            return getattr(self._made(), name)
        found = self._known(name, lambda: getattr(self._made(), name))
        return partial(self._call, name) if isinstance(found, MethodType) or found is _METHOD else found

    def _call(self, name: str, *args: Any, **words: Any) -> Any:
        """Call a method."""
        given = [_written(value) for value in (*args, *words, *words.values())]
        asked = f"{name}({len(args)} {given})" if all(given) else ""
        return self._known(asked, lambda: getattr(self._made(), name)(*args, **words))

    def _known(self, asked: str, make: Callable[[], Any]) -> Any:
        """Return what is kept of what is asked for, or else is made; what has no name is not kept."""
        kept, digest = self._kept, sha256(f"{self._origin} {asked}".encode())
        data = kept.used.get(digest) or kept.before.get(digest) if asked else None
        if data is not None:
            kept.used[digest] = data
            return _read(data)
        value, steady = self._steadily(make)
        self._is_steady &= steady  # what the import has read, other values may come from
        if asked and self._is_steady and (data := _written(value)):
            kept.used[digest] = data
        return value

    # What Python asks the class of a value for.

    def __str__(self) -> str:
        return str(self._made())

    def __bool__(self) -> bool:
        return bool(self._made())

    def __eq__(self, other: object) -> bool:
        return bool(self._made() == made_of(other))

    def __hash__(self) -> int:
        return hash(self._made())

    def __call__(self, *args: Any, **words: Any) -> Any:
        """Call it."""
        return self._made()(*args, **words)

    def __getitem__(self, key: Any) -> Any:
        return self._made()[key]

    def __contains__(self, item: object) -> bool:
        return item in self._made()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._made())

    def __len__(self) -> int:
        return len(self._made())


def made_of(value: Any) -> Any:
    """Return what a value stands for."""
    return value._made() if isinstance(value, Asked) else value


def _written(value: Any) -> bytes:
    """Write a value so that nothing else is read again; nothing of one of which that is not sure."""
    if isinstance(value, MethodType):
        return b"methd"
    if _is_plain(value):
        return b"plain" + json.dumps(value).encode()
    if type(value) is tuple and all(map(_is_plain, value)):
        return b"tuple" + json.dumps(value).encode()
    if type(value).__module__ != "numpy" or value.dtype.hasobject or value.dtype.names:
        return b""
    import numpy as np

    kind = b"array" if type(value) is np.ndarray else b"value" if isinstance(value, np.generic) else b""
    if not kind:
        return b""
    buffer = io.BytesIO()
    np.save(buffer, value, allow_pickle=False)
    return kind + buffer.getvalue()


def _is_plain(value: Any) -> bool:
    return type(value) in _PLAIN


def _read(data: bytes) -> Any:
    kind, rest = data[:5], data[5:]
    if kind == b"methd":
        return _METHOD
    if kind == b"plain":
        return json.loads(rest)
    if kind == b"tuple":
        return tuple(json.loads(rest))
    import numpy as np

    array = np.load(io.BytesIO(rest), allow_pickle=False)
    return array if kind == b"array" else array[()]
