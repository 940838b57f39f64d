import numpy as np
import pytest

from figgen.experiments.normalization import batch_norm_fusion
from figgen.experiments.normalization.batch_norm_fusion import (
    CONVOLUTION,
    EXPERIMENT,
    LINEAR,
    Params,
    Result,
    simulate,
)
from figgen.sim.arrays import FloatArray
from figgen.sim.normalization import BatchNorm, fuse_conv, fuse_linear

QUICK: Params = EXPERIMENT.quick


def run(params: Params, seed: int = 0) -> Result:
    return simulate(params, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def result() -> Result:
    return run(QUICK)


@pytest.mark.parametrize("seed", range(5))
def test_claims_hold_at_test_size(seed: int) -> None:
    assert not EXPERIMENT.fallen(run(QUICK, seed))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_claims_hold_at_the_lectures_size(seed: int) -> None:
    assert not EXPERIMENT.fallen(run(Params(), seed))


def test_parameters_are_counted_as_on_paper(result: Result) -> None:
    linear, conv = 256 * 256 + 256, 16 * 8 * 5 * 5 + 16
    np.testing.assert_array_equal(result.parameters[LINEAR], [linear, linear + 4 * 256, linear])
    np.testing.assert_array_equal(result.parameters[CONVOLUTION], [conv, conv + 4 * 16, conv])


def test_every_output_that_differs_is_in_the_histogram(result: Result) -> None:
    """Some outputs are equal to the last bit; most are not, and none lies beyond the histogram's ends."""
    low, high = result.difference_edges[[0, -1]]
    assert low < 1e-17
    assert result.largest_difference.max() < high
    shares = result.difference_share.sum(axis=-1)
    assert ((shares > 0.4) & (shares < 1)).all()


def test_differences_are_of_the_size_of_rounding(result: Result) -> None:
    """In single precision they are larger by the ratio of the machine epsilons, 2²⁹, within a factor of 8."""
    ratio = result.largest_difference[:, 1] / result.largest_difference[:, 0]
    assert (np.abs(np.log2(ratio) - 29) < 3).all()


def test_training_mode_moves_nothing(result: Result) -> None:
    """Evaluation, which comes before training mode here, and the merging, which comes after, agree."""
    assert np.abs(result.merged - result.training).max() > 0.1
    np.testing.assert_allclose(result.merged, result.evaluation, atol=1e-12)


def test_a_bias_that_is_not_scaled_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def unscaled(W: FloatArray, b: FloatArray, bn: BatchNorm) -> tuple[FloatArray, FloatArray]:
        return fuse_linear(W, b, bn)[0], b + bn.as_affine()[1]

    monkeypatch.setattr(batch_norm_fusion, "fuse_linear", unscaled)
    assert EXPERIMENT.fallen(run(QUICK)) == {"linear_double", "linear_single"}


def test_eps_left_out_is_caught_in_double_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_eps(W: FloatArray, b: FloatArray, bn: BatchNorm) -> tuple[FloatArray, FloatArray]:
        bare = BatchNorm(bn.gamma.shape, eps=0, dtype=bn.gamma.dtype.type)
        bare.gamma, bare.beta = bn.gamma, bn.beta
        bare.running_mean, bare.running_var = bn.running_mean, bn.running_var
        return fuse_conv(W, b, bare)

    monkeypatch.setattr(batch_norm_fusion, "fuse_conv", without_eps)
    assert "conv_double" in EXPERIMENT.fallen(run(QUICK))


def test_filters_scaled_along_the_input_channels_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong_axis(W: FloatArray, b: FloatArray, bn: BatchNorm) -> tuple[FloatArray, FloatArray]:
        scale = bn.as_affine()[0][: W.shape[1]]
        return W * scale[:, np.newaxis, np.newaxis], fuse_conv(W, b, bn)[1]

    monkeypatch.setattr(batch_norm_fusion, "fuse_conv", wrong_axis)
    assert {"conv_double", "conv_single"} <= EXPERIMENT.fallen(run(QUICK))
