import numpy as np
import pytest

from figgen.experiments.recap import two_layer_net
from figgen.experiments.recap.two_layer_net import EXPERIMENT, REACH, Params, Result, simulate
from figgen.sim.activations import Activation
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.optimizers import sgd


def run(seed: int = 0) -> Result:
    return simulate(EXPERIMENT.quick, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def result() -> Result:
    return run()


def test_the_regions_classify_the_points_as_the_models_do(result: Result) -> None:
    """Looked up in the picture, up to points that share a pixel with a border, the shares are the same."""
    grid = result.regions.shape[-1]
    columns, rows = np.floor((result.x.T + REACH) / (2 * REACH) * grid).astype(int)
    looked_up = (result.regions[:, rows, columns] == result.labels).mean(axis=-1)
    np.testing.assert_allclose(looked_up, result.accuracy, atol=0.06)


def test_linear_regions_are_convex(result: Result) -> None:
    """A row or column of pixels meets each class of a linear model in one piece."""
    for lines in (result.regions[0], result.regions[0].T):
        for line in lines:
            assert np.count_nonzero(np.diff(line)) < len(set(line.tolist())), line


def test_regions_without_biases_are_cones(result: Result) -> None:
    """Half-way to the origin, the pixels have the class of those twice as far, but for a few on borders."""
    regions = result.regions[1]
    far = np.arange(1, len(regions), 2)
    near = len(regions) // 4 + (far - 1) // 2  # the pixel around half of the middle of each far one
    assert (regions[np.ix_(near, near)] == regions[np.ix_(far, far)]).mean() > 0.95


def test_a_net_that_loses_its_nonlinearity_is_linear_and_drops_the_claims(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    identity = Activation("identity", np.asarray, lambda x: np.ones_like(np.asarray(x)))
    monkeypatch.setattr(two_layer_net, "relu", identity)
    result = run()
    assert EXPERIMENT.fallen(result) >= {"net"}
    assert abs(result.accuracy[2] - result.accuracy[0]) < 0.05


def test_biases_that_move_after_all_drop_the_claims_about_cones(monkeypatch: pytest.MonkeyPatch) -> None:
    def unfrozen(learning_rate: FloatArray) -> object:
        return sgd(np.max(learning_rate))

    monkeypatch.setattr(two_layer_net, "sgd", unfrozen)
    assert EXPERIMENT.fallen(run()) == {"without_biases", "cones"}


def test_a_net_with_frozen_biases_drops_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    def frozen(learning_rate: FloatArray) -> object:
        return sgd(learning_rate) if np.min(learning_rate) > 0 else sgd(0.0)

    monkeypatch.setattr(two_layer_net, "sgd", frozen)
    assert EXPERIMENT.fallen(run()) == {"net", "no_cones"}


def test_points_that_a_line_can_separate_drop_the_claim_about_the_linear_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def clouds(rng: np.random.Generator, samples: int) -> tuple[FloatArray, IntArray]:
        labels = np.repeat(np.arange(3), samples)
        angle = 2 * np.pi * labels / 3 + 0.1 * rng.standard_normal(labels.size)
        return np.stack([np.cos(angle), np.sin(angle)], axis=1), labels

    monkeypatch.setattr(two_layer_net, "spiral", clouds)
    assert "linear" in EXPERIMENT.fallen(run())


def test_the_full_size_differs_from_the_quick_one_in_pixels_only() -> None:
    assert Params(grid=EXPERIMENT.quick.grid) == EXPERIMENT.quick
