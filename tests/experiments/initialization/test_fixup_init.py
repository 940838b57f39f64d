import math

import numpy as np
import pytest

from figgen.experiments.initialization import fixup_init
from figgen.experiments.initialization.fixup_init import (
    DEEP,
    EXPERIMENT,
    FIXUP,
    HE,
    SHALLOW,
    STEPPERS,
    Params,
    Result,
    simulate,
)
from figgen.sim import initializers
from figgen.sim.arrays import FloatArray
from figgen.sim.network_initializers import fixup
from figgen.sim.residual import ResidualBlock, ResidualNetwork

QUICK = EXPERIMENT.quick
SMALL = Params(shallow=2, deep=16, width=10, epochs=1, replicas=1)


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(QUICK, np.random.default_rng(0))


def test_claims_hold(result: Result) -> None:
    assert EXPERIMENT.fallen(result) == set()


def test_the_untrained_fixup_network_knows_nothing(result: Result) -> None:
    assert result.loss[FIXUP] == pytest.approx(math.log(10), abs=1e-6)
    np.testing.assert_array_equal(result.growth[FIXUP], 1)


def test_a_network_that_diverged_is_at_chance(result: Result) -> None:
    """It answers the same for every digit, and so is right for the share of that class."""
    ends = result.accuracy[HE, DEEP, ..., -1]
    assert (ends < 0.2).all()
    assert (result.accuracy[HE, SHALLOW, 0, :, -1] > 0.5).all()


def test_arrays_have_the_axes_that_are_documented() -> None:
    result = simulate(SMALL, np.random.default_rng(0))
    assert result.growth.shape == (2, 3, 17)
    assert result.accuracy.shape == (2, 2, 3, 1, 2)
    assert result.update.shape == (2, STEPPERS)
    assert result.moved.shape == (STEPPERS, 16)
    np.testing.assert_array_equal(result.blocks, [2, 16])


def test_no_branch_moves_before_the_networks_last_matrix_does() -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fixup_init, "FIRST_STEPS", 1)
        result = simulate(SMALL, np.random.default_rng(0))
    assert (result.moved == 0).all()
    assert (result.update == 0).all()


@pytest.mark.parametrize("exponent", [0, -0.25, -1])
def test_another_exponent_lets_the_first_update_depend_on_the_depth(
    exponent: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(network: ResidualNetwork) -> None:
        fixup(network)
        for block in network.blocks:
            block.weights[0] *= len(network.blocks) ** (exponent + 0.5)

    monkeypatch.setattr(fixup_init, "fixup", mistaken)
    small = Params(shallow=2, deep=16, epochs=1, replicas=1)
    assert "first_update" in EXPERIMENT.fallen(simulate(small, np.random.default_rng(0)))


def test_a_gradient_without_the_skip_does_not_reach_the_first_block(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ResidualBlock.backward

    def mistaken(block: ResidualBlock, d: FloatArray) -> tuple[FloatArray, list[FloatArray]]:
        through, of_parameters = whole(block, d)
        return through - d, of_parameters

    monkeypatch.setattr(ResidualBlock, "backward", mistaken)
    fallen = EXPERIMENT.fallen(simulate(SMALL, np.random.default_rng(0)))
    assert {"first_block", "first_update"} <= fallen


def test_fixup_without_zeros_in_the_branches_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(network: ResidualNetwork) -> None:
        for block in network.blocks:
            block.weights[0] /= math.sqrt(len(network.blocks))
        network.weights[-1][...] = 0

    monkeypatch.setattr(fixup_init, "fixup", mistaken)
    assert "identity" in EXPERIMENT.fallen(simulate(SMALL, np.random.default_rng(0)))


def test_fixup_without_zeros_in_the_last_layer_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(network: ResidualNetwork) -> None:
        for block in network.blocks:
            block.weights[1][...] = 0

    monkeypatch.setattr(fixup_init, "fixup", mistaken)
    assert "fixup_loss" in EXPERIMENT.fallen(simulate(SMALL, np.random.default_rng(0)))


def test_he_without_the_2_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixup_init, "kaiming_normal", lambda: initializers.kaiming_normal(gain=1))
    assert {"doubling", "he_loss", "he_deep"} <= EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))
