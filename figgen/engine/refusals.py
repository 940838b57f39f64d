"""What to use in a result instead of a value that cannot be kept there."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePath
from typing import Any

import numpy as np

_MAY_HOLD = "a field of a result holds an array of numbers, texts or times, or one of them"
_INSTEAD: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (np.ma.MaskedArray, "np.ma.filled(values, np.nan), or an array of the values and one of the mask"),
    ((np.recarray, np.record), "a field for each column"),
    (np.matrix, "np.asarray(values)"),
    (Enum, "its .value"),
    (Fraction, "float(value), or a field for the numerator and one for the denominator"),
    (Decimal, "float(value) or str(value)"),
    (dict, "a field for each key"),
    ((list, tuple, range), "np.array(values), or a field for each value"),
    ((set, frozenset), "np.array(sorted(values))"),
    (date, "np.datetime64(value)"),
    (timedelta, "np.timedelta64(value)"),
    (PurePath, "str(value)"),
    ((bytes, bytearray), "np.frombuffer(value, np.uint8)"),
    (int, "int(value)"),
    (complex, "complex(value)"),
)
"""What to use instead of a value of a type; the first that fits."""


def instead_of(value: Any) -> str:
    """Say what a field holds that it cannot hold, and what to use instead."""
    return f"is {_told(value)}, which cannot be kept; {_MAY_HOLD}: use {_instead(value)}"


def _told(value: Any) -> str:
    name = type(value).__name__
    return f"{name} of {value.dtype}" if type(value) is np.ndarray else name


def _instead(value: Any) -> str:
    if dataclasses.is_dataclass(value) or hasattr(value, "_fields"):
        return "a field for each of its fields"
    for kinds, instead in _INSTEAD:
        if isinstance(value, kinds):
            return instead
    if type(value) is np.ndarray:
        of_objects = "np.array(values, dtype=float), with np.nan at the ends of shorter rows"
        of_others = "a field for each column" if value.dtype.names else "an array of a type of NumPy's own"
        return of_objects if value.dtype.hasobject else of_others
    if isinstance(value, np.ndarray):
        return "np.array(values)"
    return "str(value)" if isinstance(value, str) else "float(value)" if isinstance(value, float) else "such"
