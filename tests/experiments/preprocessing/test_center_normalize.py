import numpy as np
import pytest

from figgen.experiments.preprocessing import center_normalize
from figgen.experiments.preprocessing.center_normalize import (
    EXPERIMENT,
    Params,
    Result,
    correlation,
    simulate,
)
from figgen.sim.arrays import FloatArray
from figgen.sim.preprocessing import Standardization, normalize, whiten


def run(params: Params | None = None, seed: int = 0) -> Result:
    return simulate(params or Params(), np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(20))
def test_claims_hold_whatever_the_seed(seed: int) -> None:
    assert not EXPERIMENT.fallen(run(seed=seed))


@pytest.mark.parametrize(
    "params", [Params(samples=100, new_samples=40), Params(samples=5000, new_samples=5000)]
)
def test_claims_hold_at_the_ends_of_the_parameters(params: Params) -> None:
    assert not EXPERIMENT.fallen(run(params))


def test_each_number_is_what_a_loop_over_the_samples_gives() -> None:
    result = run()
    for feature in range(2):
        column = [float(x) for x in result.x[:, feature]]
        mean = sum(column) / len(column)
        std = (sum((x - mean) ** 2 for x in column) / len(column)) ** 0.5
        new = float(result.new_x[0, feature])
        assert result.new_centred[0, feature] == pytest.approx(new - mean)
        assert result.new_normalised[0, feature] == pytest.approx((new - mean) / std)


def test_the_cloud_has_the_correlation_that_it_is_drawn_with() -> None:
    result = run(Params(samples=5000))
    assert correlation(result.x) == pytest.approx(center_normalize.CORRELATION, abs=0.03)


def test_statistics_of_the_new_data_in_the_fit_drop_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    class OwnStatistics:
        def __init__(self, training: FloatArray) -> None:
            pass

        def __call__(self, x: FloatArray) -> FloatArray:
            return normalize(x)(x)

    monkeypatch.setattr(center_normalize, "normalize", OwnStatistics)
    assert EXPERIMENT.fallen(run()) == {"new_data"}


def test_dividing_by_the_variance_drops_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_variance(x: FloatArray) -> Standardization:
        return Standardization(x.mean(axis=0), x.var(axis=0))

    monkeypatch.setattr(center_normalize, "normalize", by_variance)
    assert "normalised_std" in EXPERIMENT.fallen(run())


def test_whitening_instead_of_normalising_drops_the_claims_about_correlation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(center_normalize, "normalize", lambda x: whiten(x, eps=0))
    assert {"correlation_stays", "correlation_kept"} <= EXPERIMENT.fallen(run())
