"""The condition number as the shape of a loss's level lines."""

import numpy as np
import pytest

from figgen.experiments.preprocessing import condition_ellipse
from figgen.experiments.preprocessing.condition_ellipse import (
    ARRIVED,
    EXPERIMENT,
    NORMALISED,
    OPTIMUM,
    RAW,
    Params,
    simulate,
)


@pytest.mark.parametrize("seed", range(20))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(seed))) == set()


def test_on_a_level_line_the_loss_is_one_half() -> None:
    result = simulate(Params(), np.random.default_rng(0))
    for data in (RAW, NORMALISED):
        away = result.level[data] - OPTIMUM
        losses = 0.5 * np.einsum("ni,ij,nj->n", away, result.hessian[data], away)
        np.testing.assert_allclose(losses, 0.5)


def test_descent_starts_on_the_level_line_and_ends_where_it_has_arrived() -> None:
    result = simulate(Params(), np.random.default_rng(0))
    for data in (RAW, NORMALISED):
        away = result.paths[data] - OPTIMUM
        assert 0.5 * away[0] @ result.hessian[data] @ away[0] == pytest.approx(0.5)
        lengths = np.linalg.norm(away, axis=1)
        last = int(result.steps[data])
        assert lengths[last] <= ARRIVED * lengths[0] < lengths[last - 1]


def test_features_that_are_not_normalised_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(condition_ellipse, "normalize", lambda x: lambda y: y)
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(0))) == {"normalised", "steps"}
