import numpy as np
import pytest

from figgen.experiments.activations import maxout
from figgen.experiments.activations.maxout import EXPERIMENT, UNITS, Params, Result, simulate, with_multiple
from figgen.sim.arrays import FloatArray


def fallen(seed: int = 0) -> set[str]:
    result = simulate(Params(), np.random.default_rng(seed))
    return EXPERIMENT.fallen(result)


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(Params(), np.random.default_rng(0))


@pytest.mark.parametrize("seed", range(20))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert fallen(seed) == set()


def test_drawn_units_are_the_larger_of_their_lines(result: Result) -> None:
    for (slopes, biases), pieces, unit in zip(UNITS, result.pieces, result.maximum, strict=True):
        lines = [[w * x + b for x in result.x] for w, b in zip(slopes, biases, strict=True)]
        np.testing.assert_allclose(pieces, lines)
        np.testing.assert_allclose(unit, [max(a, b) for a, b in zip(*lines, strict=True)])


def test_parameters_are_counted_for_30_inputs_and_20_units(result: Result) -> None:
    assert (result.dense_parameters, result.maxout_parameters) == (30 * 20 + 20, 2 * (30 * 20 + 20))


def test_a_second_piece_without_its_bias_drops_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(W: FloatArray, b: FloatArray, factor: float) -> tuple[FloatArray, FloatArray]:
        weights, _ = with_multiple(W, b, factor)
        return weights, np.stack([b, b])

    monkeypatch.setattr(maxout, "with_multiple", forgetful)
    assert {"relu", "leaky_relu"} <= fallen()


def test_a_gradient_to_all_pieces_drops_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    def to_all(
        dy: FloatArray, x: FloatArray, weights: FloatArray, biases: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        dpieces = np.broadcast_to(dy, (len(weights), *dy.shape))
        return x, x.T @ dpieces, dpieces.sum(axis=1)

    monkeypatch.setattr(maxout, "maxout_backward", to_all)
    assert fallen() == {"gradient", "never_dead"}
