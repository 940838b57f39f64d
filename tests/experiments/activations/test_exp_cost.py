import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from figgen.experiments.activations import exp_cost
from figgen.experiments.activations.exp_cost import (
    EXPERIMENT,
    NAMES,
    Params,
    Result,
    elementwise,
    least_seconds,
    measure,
    read,
    record,
    simulate,
)
from figgen.sim import activations
from figgen.sim.arrays import FloatArray

SHIPPED = Path(exp_cost.__file__).parent / "assets" / exp_cost.RECORDING


@pytest.mark.parametrize("name", NAMES)
def test_what_is_timed_computes_the_function(name: str) -> None:
    x = np.random.default_rng(0).standard_normal(exp_cost.BLOCK, dtype=np.float32)
    y = elementwise(np.random.default_rng(0))[name]()
    expected = np.exp(x) if name == "exp" else getattr(activations, name)(x)
    assert y.dtype == np.float32
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)


def test_the_least_of_interleaved_times_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, order = 0.0, []

    def work(name: str, seconds: list[float]) -> Callable[[], None]:
        def spend() -> None:
            nonlocal clock
            clock += seconds.pop(0)
            order.append(name)

        return spend

    monkeypatch.setattr(exp_cost, "REPEATS", 3)
    monkeypatch.setattr(exp_cost, "perf_counter", lambda: clock)
    least = least_seconds({"a": work("a", [3, 1, 2]), "b": work("b", [5, 6, 4])})
    assert least == {"a": 1, "b": 4}
    assert order == ["a", "b"] * 3


def test_a_fresh_measurement_says_so_and_runs_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[int] = set()

    def spy(works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
        for work in works.values():
            work()
        threads.update(pool["num_threads"] for pool in threadpool_info())
        return dict.fromkeys(works, 1.0)

    monkeypatch.setattr(exp_cost, "least_seconds", spy)
    result = simulate(Params(measure=True), np.random.default_rng(0))
    assert threads <= {1}
    assert (result.fresh, result.numpy) == (True, np.__version__)
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", result.date)
    assert result.processor
    np.testing.assert_allclose(result.nanoseconds, 1e9 / 1e6)  # a second for a million elements
    assert result.product_nanoseconds == 1e9 / 1e6


def test_the_default_is_what_was_recorded_whatever_the_generator() -> None:
    result = simulate(Params(), np.random.default_rng(0))
    recording = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert not result.fresh
    assert (result.processor, result.date) == (recording["processor"], recording["date"])
    assert result.in_relus("exp") == recording["nanoseconds"]["exp"] / recording["nanoseconds"]["relu"]
    assert EXPERIMENT.fallen(result) == set()


def test_a_new_recording_has_the_form_of_the_shipped_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(exp_cost, "REPEATS", 1)
    record(tmp_path / "new.json")
    new, shipped = (json.loads(path.read_text("utf-8")) for path in (tmp_path / "new.json", SHIPPED))
    assert new.keys() == shipped.keys()
    assert new["nanoseconds"].keys() == shipped["nanoseconds"].keys()
    result = read(tmp_path / "new.json")
    assert not result.fresh
    assert result.product_nanoseconds == new["nanoseconds"]["matrix product"]


def test_the_readme_beside_the_recording_names_every_field() -> None:
    readme = (SHIPPED.parent / "README.md").read_text(encoding="utf-8")
    for field in json.loads(SHIPPED.read_text(encoding="utf-8")):
        assert f"`{field}`" in readme


def test_the_slowdown_is_that_of_the_whole_layer() -> None:
    times = dict.fromkeys(NAMES, 1.0) | {"sigmoid": 6.0}
    result = Result(np.array([times[name] for name in NAMES]), 49.0, True, "a", "b", "c", "d")
    assert (result.in_relus("sigmoid"), result.product_in_relus) == (6, 49)
    assert result.slowdown == pytest.approx((49 + 6) / (49 + 1) - 1)


def test_a_sigmoid_timed_without_its_exponential_drops_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = elementwise

    def hard_sigmoid(rng: np.random.Generator) -> dict[str, Callable[[], FloatArray]]:
        works = honest(rng)
        return works | dict.fromkeys(("exp", "sigmoid"), works["relu"])

    monkeypatch.setattr(exp_cost, "elementwise", hard_sigmoid)
    assert EXPERIMENT.fallen(measure(np.random.default_rng(0))) == {"exp_in_relus", "sigmoid_in_relus"}


@pytest.mark.long
def test_the_claims_hold_on_this_machine_too() -> None:
    assert EXPERIMENT.fallen(measure(np.random.default_rng(0))) == set()
