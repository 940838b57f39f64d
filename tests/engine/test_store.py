"""Results on disk: what comes back is what went in, of the same type; the rest is refused by name."""

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from figgen.engine.store import RESULTS, entry_path, find_entry, kept_results, pack, unpack
from figgen.errors import ResultError


@dataclass(frozen=True, slots=True)
class Result:
    values: NDArray[np.float64]
    names: NDArray[np.str_]
    mean: float
    count: int
    good: bool


@dataclass(frozen=True, slots=True)
class Single:
    value: object


class Pair(NamedTuple):
    low: float
    high: float


class Colour(Enum):
    RED = 1


class Level(IntEnum):
    HIGH = 1


class Metres(np.ndarray[Any, Any]):
    """An array with a unit, as libraries of units have."""


class Named(str):
    __slots__ = ()


RESULT = Result(np.arange(6.0).reshape(2, 3), np.array(["sigmoid", "tanh"]), 0.5, 3, True)
TABLE = np.array([(1, 0.5, "a"), (2, 1.5, "ž")], dtype=[("n", "i4"), ("x", ">f8"), ("label", "U3")])
PADDED = np.dtype([("a", "i1"), ("b", "f8")], align=True)
INSIDE_OUT = np.array([[1, 2], [3, 4]], np.int8)[:, ::-1]


def again(value: object) -> Any:
    """Keep a value in a result, and read it."""
    return unpack(pack(Single(value), Single), Single).value


@given(
    values=hnp.arrays(np.float64, hnp.array_shapes(min_dims=1)),
    mean=st.floats(allow_nan=False),
    count=st.integers(),
    good=st.booleans(),
)
def test_a_result_comes_back_as_it_went_in(
    values: NDArray[np.float64], mean: float, count: int, good: bool
) -> None:
    result = unpack(pack(Result(values, RESULT.names, mean, count, good), Result), Result)
    np.testing.assert_array_equal(result.values, values)
    assert (result.mean, result.count, result.good) == (mean, count, good)
    assert [type(x) for x in (result.mean, result.count, result.good)] == [float, int, bool]


@pytest.mark.parametrize(
    "array",
    [
        np.array([1 + 2j, complex(np.nan, -0.0)]),
        np.array([1.5, np.nan, -0.0, np.inf], np.float16),
        np.array([1, 3], np.longdouble) / 3,
        np.array([2**63], np.uint64),
        np.array(["2026-11-27T12:00", "NaT"], "datetime64[ns]"),
        np.array([3, 5], "timedelta64[D]"),
        np.array(["σ", ""]),
        np.array([b"\0a", b"b"]),
        np.array([True, False]),
        np.array([1, 2], ">i2"),
        np.array(0.5),
        np.zeros((0, 3)),
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        INSIDE_OUT,
        TABLE,
    ],
    ids=lambda array: f"{array.dtype}"[:24],
)
def test_an_array_keeps_its_type_shape_and_values(array: NDArray[Any]) -> None:
    found = again(array)
    assert (type(found), found.dtype, found.shape) == (np.ndarray, array.dtype, array.shape)
    assert repr(found) == repr(array)  # the signs of zeros, too
    assert found.flags.f_contiguous or not np.isfortran(array)


@pytest.mark.parametrize(
    "value",
    [
        True,
        None,
        0,
        2**70,
        -(10**5000),
        -0.0,
        math.inf,
        1 / 3,
        complex(1, -0.0),
        "",
        "a\0",
        "line\nσ \ud800",
        np.float64(1 / 3),
        np.float32(0.1),
        np.float16(0.1),
        np.longdouble(1) / 3,
        np.complex64(1 + 2j),
        np.int8(-3),
        np.uint64(2**64 - 1),
        np.bool_(True),
        np.str_("text"),
        np.bytes_(b"ab"),
        np.datetime64("2026-11-27T12:00", "ns"),
        np.timedelta64(5, "D"),
        TABLE[0],
    ],
    ids=lambda value: f"{type(value).__name__}",
)
def test_a_single_value_keeps_its_type(value: object) -> None:
    found = again(value)
    assert type(found) is type(value)
    assert found == value
    if isinstance(value, float | complex):
        assert repr(found) == repr(value)  # minus zero


@pytest.mark.parametrize("kind", [float, np.float32, np.complex128, np.datetime64])
def test_what_is_not_a_number_stays_so(kind: type[Any]) -> None:
    found = again(kind("NaT" if kind is np.datetime64 else "nan"))
    assert type(found) is kind
    assert found != found


@pytest.mark.parametrize(
    ("value", "told", "instead"),
    [
        ({"a": 1}, "dict", "a field for each key"),
        ([np.zeros(2), "x", None], "list", "np.array(values), or a field for each value"),
        ((1, (2, 3)), "tuple", "np.array(values), or a field for each value"),
        ({1, 2}, "set", "np.array(sorted(values))"),
        (Pair(0, 1), "Pair", "a field for each of its fields"),
        (Single(1), "Single", "a field for each of its fields"),
        (
            np.ma.array([1.0, 2.0], mask=[False, True]),
            "MaskedArray",
            "np.ma.filled(values, np.nan), or",
        ),
        (np.ma.masked, "MaskedConstant", "np.ma.filled(values, np.nan), or"),
        (np.array([[1, 2]]).view(np.matrix), "matrix", "np.asarray(values)"),
        (TABLE.view(np.recarray), "recarray", "a field for each column"),
        (TABLE.view(np.recarray)[0], "record", "a field for each column"),
        (np.zeros(2).view(Metres), "Metres", "np.array(values)"),
        (np.array([1, None]), "ndarray of object", "np.array(values, dtype=float), with np.nan at"),
        (np.zeros(1, np.dtype("f8", metadata={"u": 1})), "ndarray of float64", "an array of a type of"),
        (np.zeros(2, PADDED), f"ndarray of {PADDED}", "a field for each column"),
        (Colour.RED, "Colour", "its .value"),
        (Level.HIGH, "Level", "its .value"),
        (Named("a"), "Named", "str(value)"),
        (np.str_("a\0"), "str_", "str(value)"),
        (np.bytes_(b"a\0"), "bytes_", "np.frombuffer(value, np.uint8)"),
        (Fraction(1, 3), "Fraction", "float(value), or a field for the numerator and"),
        (Decimal("0.1"), "Decimal", "float(value) or str(value)"),
        (datetime(2026, 11, 27), "datetime", "np.datetime64(value)"),
        (timedelta(1), "timedelta", "np.timedelta64(value)"),
        (PurePosixPath("a"), "PurePosixPath", "str(value)"),
        (b"a\0", "bytes", "np.frombuffer(value, np.uint8)"),
        (object(), "object", "such"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_would_change_or_need_pickle_is_refused_by_name(value: object, told: str, instead: str) -> None:
    with pytest.raises(ResultError) as caught:
        pack(Single(value), Single)
    assert str(caught.value).startswith(
        f"Single.value is {told}, which cannot be kept; a field of a result holds an array of numbers, texts"
        f" or times, or one of them: use {instead}"
    )


def test_all_fields_that_are_refused_are_told_at_once() -> None:
    wrong: Any = Result([], RESULT.names, {}, 3, True)  # type: ignore[arg-type]
    with pytest.raises(ResultError, match=r"^Result\.values is list, .*; Result\.mean is dict, "):
        pack(wrong, Result)


def test_a_field_may_have_any_name() -> None:
    names = ["file", "args", "kwds", "self", "allow_pickle", "arr_0", "int", "σ"]
    kind = dataclasses.make_dataclass("Kind", names)
    result = kind(*range(len(names)))
    assert unpack(pack(result, kind), kind) == result


def test_a_result_that_computes_its_own_fields_comes_back_as_it_was() -> None:
    @dataclass
    class Scaled:
        value: float
        half: float = dataclasses.field(init=False)

        def __post_init__(self) -> None:
            self.half = self.value / 2
            self.value *= 10

    found = unpack(pack(Scaled(1.0), Scaled), Scaled)
    assert (found.value, found.half) == (10.0, 0.5)


@pytest.mark.parametrize("result", [None, Pair(0, 1), RESULT])
def test_a_result_must_be_of_the_type_that_simulate_is_annotated_with(result: object) -> None:
    told = rf"^simulate returned {type(result).__name__}, where its annotation has Single; the two must"
    with pytest.raises(ResultError, match=told):
        pack(result, Single)


def test_the_same_result_packs_to_the_same_bytes() -> None:
    assert pack(RESULT, Result) == pack(RESULT, Result)


def keep(output: Path) -> Path:
    """Keep a result where an output folder has it."""
    (output / RESULTS).mkdir(parents=True)
    data = pack(RESULT, Result)
    path = output / entry_path("walk", "a" * 64, data)
    path.write_bytes(data)
    return path


def test_an_entry_is_found_by_its_key_alone(tmp_path: Path) -> None:
    data = keep(tmp_path).read_bytes()
    assert find_entry(tmp_path, "walk", "a" * 64) == data == pack(RESULT, Result)
    assert find_entry(tmp_path, "walk", "b" * 64) is None
    assert find_entry(tmp_path, "other", "a" * 64) is None


def test_an_entry_beside_the_one_in_the_manifest_does_not_count(tmp_path: Path) -> None:
    path = keep(tmp_path)
    listed = entry_path("walk", "a" * 64, b"what figgen wrote")
    assert find_entry(tmp_path, "walk", "a" * 64, [listed]) is None
    assert find_entry(tmp_path, "walk", "a" * 64, [f"{RESULTS}/{path.name}"]) == path.read_bytes()


@pytest.mark.parametrize("damage", [lambda d: d[:-7], lambda d: b"", lambda d: d[:60] + b"\xff" + d[61:]])
def test_a_damaged_entry_counts_as_absent(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = keep(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    assert find_entry(tmp_path, "walk", "a" * 64) is None


def test_a_file_that_is_named_in_another_way_is_no_result_of_ours(tmp_path: Path) -> None:
    entry = entry_path("coin", "0" * 64, b"1")
    for path in (entry, f"{RESULTS}/measured.npz", f"{RESULTS}/run-2024.npz"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"1")
    assert kept_results(tmp_path) == [entry]
