from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from figgen.engine.store import RESULTS, entry_path, find_entry, pack, unpack


@dataclass(frozen=True, slots=True)
class Result:
    values: NDArray[np.float64]
    names: NDArray[np.str_]
    mean: float
    count: int
    good: bool


@dataclass(frozen=True, slots=True)
class Careless:
    parts: object


RESULT = Result(np.arange(6.0).reshape(2, 3), np.array(["sigmoid", "tanh"]), 0.5, 3, True)


@given(
    values=hnp.arrays(np.float64, hnp.array_shapes(min_dims=1)),
    mean=st.floats(allow_nan=False),
    count=st.integers(-(2**62), 2**62),
    good=st.booleans(),
)
def test_a_result_comes_back_as_it_went_in(
    values: NDArray[np.float64], mean: float, count: int, good: bool
) -> None:
    result = unpack(pack(Result(values, RESULT.names, mean, count, good)), Result)
    np.testing.assert_array_equal(result.values, values)
    assert (result.mean, result.count, result.good) == (mean, count, good)
    assert [type(x) for x in (result.mean, result.count, result.good)] == [float, int, bool]


def test_the_same_result_packs_to_the_same_bytes() -> None:
    assert pack(RESULT) == pack(RESULT)


@pytest.mark.parametrize("parts", [{"a": 1}, [np.zeros(2), "x", None], object()])
def test_a_field_that_would_need_pickle_is_refused_by_name(parts: object) -> None:
    with pytest.raises(TypeError, match=r"^Careless\.parts must be an array or a scalar, not "):
        pack(Careless(parts))


def keep(output: Path) -> Path:
    """Keep a result where an output folder has it."""
    (output / RESULTS).mkdir(parents=True)
    data = pack(RESULT)
    path = output / entry_path("walk", "a" * 64, data)
    path.write_bytes(data)
    return path


def test_an_entry_is_found_by_its_key_alone(tmp_path: Path) -> None:
    data = keep(tmp_path).read_bytes()
    assert find_entry(tmp_path, "walk", "a" * 64) == data == pack(RESULT)
    assert find_entry(tmp_path, "walk", "b" * 64) is None
    assert find_entry(tmp_path, "other", "a" * 64) is None


@pytest.mark.parametrize("damage", [lambda d: d[:-7], lambda d: b"", lambda d: d[:60] + b"\xff" + d[61:]])
def test_a_damaged_entry_counts_as_absent(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = keep(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    assert find_entry(tmp_path, "walk", "a" * 64) is None
