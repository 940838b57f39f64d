import numpy as np
import pytest

from figgen.experiments.activations import prelu
from figgen.experiments.activations.prelu import EXPERIMENT, FAMILY, START, TEACHER, Result, simulate
from figgen.sim.arrays import FloatArray
from figgen.sim.prelu import PReLUCache, parametric_relu_backward


def fallen(seed: int = 0) -> set[str]:
    result = simulate(EXPERIMENT.quick, np.random.default_rng(seed))
    return EXPERIMENT.fallen(result)


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(EXPERIMENT.quick, np.random.default_rng(0))


@pytest.mark.parametrize("seed", range(5))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert fallen(seed) == set()


def test_the_family_bends_on_the_left_only(result: Result) -> None:
    left, right = result.x < 0, result.x > 0
    for slope, member in zip(FAMILY, result.family, strict=True):
        np.testing.assert_array_equal(member[right], result.x[right])
        np.testing.assert_array_equal(member[left], slope * result.x[left])


def test_the_maximum_with_a_slope_beyond_one_is_steep_on_the_right(result: Result) -> None:
    right = result.x > 0
    np.testing.assert_array_equal(result.maximum[FAMILY.index(2)][right], 2 * result.x[right])


def test_the_student_starts_at_the_paper_s_slope_and_settles(result: Result) -> None:
    np.testing.assert_array_equal(result.student[0], START)
    np.testing.assert_allclose(result.student[-1], TEACHER, atol=1e-3)
    assert np.abs(result.student[-1] - result.student[-20]).max() < 1e-3


def test_every_hidden_unit_has_a_slope_that_has_moved(result: Result) -> None:
    assert result.slopes.shape == (3, 2, 100)
    assert (result.slopes != np.float32(START)).mean() > 0.99


def test_a_gradient_from_the_positive_side_drops_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(dy: FloatArray, cache: PReLUCache) -> tuple[FloatArray, FloatArray]:
        dx, _ = parametric_relu_backward(dy, cache)
        return dx, (dy * np.maximum(cache.x, 0)).sum(axis=-2)

    monkeypatch.setattr(prelu, "parametric_relu_backward", wrong)
    with np.errstate(all="ignore"):
        assert {"gradient", "recovered"} <= fallen()


def test_slopes_that_are_not_learnt_drop_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    def frozen(dy: FloatArray, cache: PReLUCache) -> tuple[FloatArray, FloatArray]:
        dx, dslope = parametric_relu_backward(dy, cache)
        return dx, 0 * dslope

    monkeypatch.setattr(prelu, "parametric_relu_backward", frozen)
    monkeypatch.setattr("figgen.sim.mlp.parametric_relu_backward", frozen)
    assert fallen() == {"gradient", "recovered", "learnt"}
