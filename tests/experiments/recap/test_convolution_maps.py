import numpy as np
import pytest

from figgen.experiments.recap import convolution_maps
from figgen.experiments.recap.convolution_maps import (
    EXPERIMENT,
    NAMES,
    Params,
    Result,
    by_definition,
    filters,
    simulate,
)
from figgen.sim.arrays import FloatArray
from figgen.sim.layers import ConvCache, conv2d


def run(seed: int = 0) -> Result:
    return simulate(Params(), np.random.default_rng(seed))


def answers(picture: FloatArray) -> dict[str, FloatArray]:
    """Return the map of each filter for a picture, (H, W, 3)."""
    maps, _ = conv2d(picture.transpose(2, 0, 1)[np.newaxis], filters(), np.zeros(len(NAMES)))
    return dict(zip(NAMES, maps[0], strict=True))


def test_the_definition_is_scipys_correlation() -> None:
    signal = pytest.importorskip("scipy.signal")
    rng = np.random.default_rng(0)
    x, W, b = rng.normal(size=(2, 3, 9, 8)), rng.normal(size=(4, 3, 5, 5)), rng.normal(size=4)
    maps = by_definition(x, W, b)
    assert maps.shape == (2, 4, 5, 4)
    for n, k in np.ndindex(2, 4):
        expected = signal.correlate(x[n], W[k], mode="valid")[0] + b[k]
        np.testing.assert_allclose(maps[n, k], expected, atol=1e-12)


def test_the_filters_answer_to_what_they_are_called() -> None:
    """Each on a picture made for it; an edge is positive where the lower or the right side is brighter."""
    step = np.repeat(np.arange(12) >= 6, 12).reshape(12, 12).astype(float)[:, :, np.newaxis] * np.ones(3)
    across, down = answers(step), answers(step.transpose(1, 0, 2))
    assert across["horizontal edges"].max() > 0.3 > 1e-12 > np.abs(across["vertical edges"]).max()
    assert down["vertical edges"].max() > 0.3 > 1e-12 > np.abs(down["horizontal edges"]).max()
    dot = np.zeros((5, 5, 3))
    dot[2, 2] = 1
    assert answers(dot)["spots"].item() > 0.2 > -0.01 > answers(1 - dot)["spots"].item()
    assert answers(np.ones((5, 5, 3)) * (1, 0, 0))["red − green"].item() == pytest.approx(1)
    assert answers(np.ones((5, 5, 3)) * (0, 1, 0))["red − green"].item() == pytest.approx(-1)


def test_only_the_blur_answers_to_an_even_grey_surface() -> None:
    for name, activations in answers(np.full((9, 9, 3), 0.7)).items():
        np.testing.assert_allclose(activations, 0.7 if name == "blur" else 0, atol=1e-12, err_msg=name)


def test_the_drawn_maps_are_those_of_the_drawn_patch() -> None:
    result = run()
    for map_, expected in zip(result.maps, answers(result.patch).values(), strict=True):
        np.testing.assert_allclose(map_, expected, atol=1e-12)


def test_the_fully_connected_layer_is_counted_as_it_would_be_built() -> None:
    assert run().dense_parameters == 32 * 32 * 3 * 28 * 28 * 6 + 28 * 28 * 6


def test_the_drawn_patch_is_not_of_one_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_is_busy(rng: np.random.Generator, count: int, size: int) -> FloatArray:
        patches = np.full((count, size, size, 3), 100.0)
        patches[count // 2] = rng.uniform(0, 255, size=(size, size, 3))
        return patches

    monkeypatch.setattr(convolution_maps, "natural_patches", one_is_busy)
    assert run().patch.std() > 0.1


def test_a_flipped_filter_drops_the_claim_about_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The convolution of mathematics turns the filter round; that of deep learning does not."""

    def convolve(x: FloatArray, W: FloatArray, b: FloatArray) -> tuple[FloatArray, ConvCache]:
        return conv2d(x, W[:, :, ::-1, ::-1], b)

    monkeypatch.setattr(convolution_maps, "conv2d", convolve)
    assert EXPERIMENT.fallen(run()) == {"loop"}


def test_filters_of_one_channel_drop_the_claim_about_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter that is counted as 5 × 5 forgets that it is as deep as the image."""

    def grey_patches(rng: np.random.Generator, count: int, size: int) -> FloatArray:
        return rng.uniform(0, 255, size=(count, size, size, 1))

    monkeypatch.setattr(convolution_maps, "natural_patches", grey_patches)
    monkeypatch.setattr(convolution_maps, "filters", lambda: filters()[:, :1])
    assert EXPERIMENT.fallen(run()) == {"parameters"}


def test_padding_drops_the_claims_about_the_size_and_the_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    def padded(x: FloatArray, W: FloatArray, b: FloatArray) -> tuple[FloatArray, ConvCache]:
        return conv2d(x, W, b, padding=2)

    monkeypatch.setattr(convolution_maps, "conv2d", padded)
    monkeypatch.setattr(convolution_maps, "by_definition", lambda x, W, b: padded(x, W, b)[0])
    assert EXPERIMENT.fallen(run()) == {"map_side", "shift"}
