"""The std of a convolutional stack, by theory and by fan_ins that leave out a factor."""

import numpy as np
import pytest

from figgen.experiments.initialization import conv_fan_in
from figgen.experiments.initialization.conv_fan_in import EXPERIMENT, RIGHT, WRONG, Params, simulate
from figgen.sim.layers import conv2d


@pytest.mark.parametrize("seed", range(20))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(seed))) == set()


def test_the_two_scalings_differ_by_the_kernel_size_to_the_power_of_the_layer() -> None:
    """Convolutions are linear: the same weights times k multiply the signal by k in each layer."""
    std = simulate(Params(), np.random.default_rng(0)).std
    for kernel_size, stds in zip((3, 5), std, strict=True):
        expected = float(kernel_size) ** np.arange(7)
        np.testing.assert_allclose(stds[WRONG] / stds[RIGHT], expected, rtol=1e-4)


def test_the_input_has_unit_variance() -> None:
    std = simulate(Params(), np.random.default_rng(0)).std
    np.testing.assert_allclose(std[..., 0], 1, rtol=0.02)


def test_the_kernels_side_in_place_of_its_area_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conv_fan_in, "conv_fan_in", lambda kernel_size, channels: kernel_size * channels)
    assert EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(0))) == {"right_3", "right_5"}


def test_padding_with_zeros_would_lower_the_variance(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the border a window sees fewer inputs than fan_in says, and more so with the larger kernel."""
    unpadded = simulate(Params(), np.random.default_rng(0)).std[:, RIGHT, -1]
    monkeypatch.setattr(conv_fan_in, "conv2d", lambda x, W, b: conv2d(x, W, b, padding=W.shape[-1] // 2))
    share = simulate(Params(), np.random.default_rng(0)).std[:, RIGHT, -1] / unpadded
    assert share[1] < share[0] < 0.97
