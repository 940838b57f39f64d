import math

import numpy as np
import pytest

from figgen.sim.optimizers import Optimizer, adam, momentum, sgd


@pytest.mark.parametrize(
    ("optimizer", "path"),
    [
        # θ ← θ − 0.1·θ
        (sgd(0.1), (0.9, 0.81, 0.729)),
        # v = 1, 1.4, 1.46 = 0.5·1.4 + 0.76 with g = θ
        (momentum(0.1, decay=0.5), (0.9, 0.76, 0.614)),
        # m̂₁/√v̂₁ = 1; then m₂ = 0.9·0.1 + 0.1·0.9 = 0.18, m̂₂ = 0.18/0.19,
        # v₂ = 0.99·0.01 + 0.01·0.81 = 0.018, v̂₂ = 0.018/0.0199
        (adam(0.1, beta1=0.9, beta2=0.99, eps=0), (0.9, 0.9 - 0.1 * (18 / 19) / math.sqrt(180 / 199))),
    ],
)
def test_steps_on_a_scalar_quadratic_are_those_worked_by_hand(
    optimizer: Optimizer, path: tuple[float, ...]
) -> None:
    """The loss is θ²/2 with gradient θ, from θ = 1."""
    theta = np.array([1.0])
    for expected in path:
        optimizer([theta], [theta.copy()])
        np.testing.assert_allclose(theta, expected, rtol=1e-12)


@pytest.mark.parametrize("scheme", [sgd, momentum, adam])
def test_each_replica_moves_at_its_own_rate(scheme: type) -> None:
    rates = np.array([0.1, 0.2])
    stacked = [np.ones((2, 3, 4), np.float32), np.ones((2, 4), np.float32)]
    optimizer = scheme(rates)
    for _ in range(2):
        optimizer(stacked, [parameter.copy() for parameter in stacked])
    for i, rate in enumerate(rates):
        alone, alone_optimizer = [np.ones((3, 4), np.float32)], scheme(rate)
        for _ in range(2):
            alone_optimizer(alone, [alone[0].copy()])
        np.testing.assert_allclose(stacked[0][i], alone[0], rtol=1e-6)
        np.testing.assert_allclose(stacked[1][i], alone[0][0], rtol=1e-6)


def test_parameters_and_gradients_must_pair() -> None:
    with pytest.raises(ValueError, match="zip"):
        sgd(0.1)([np.ones(2)], [])
