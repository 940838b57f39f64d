import numpy as np
import pytest

from figgen.experiments.preprocessing import loss_sensitivity
from figgen.experiments.preprocessing.loss_sensitivity import (
    CHANGES,
    CLAIMED,
    EXPERIMENT,
    NORMALISED,
    RAW,
    Params,
    Result,
    in_both_coordinates,
    simulate,
)
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.preprocessing import Standardization, normalize
from figgen.sim.softmax_regression import SoftmaxRegression, descend

QUICK: Params = EXPERIMENT.quick


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(QUICK, np.random.default_rng(0))


def draw_task(seed: int = 0) -> tuple[FloatArray, IntArray, Standardization]:
    """Draw a small cloud of three classes in both coordinates, (2, N, 3)."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(3), 20)
    raw = np.array([5.0, -2.0, 3.0]) + rng.standard_normal((60, 3)) + np.eye(3)[labels]
    return np.stack([raw, normalize(raw)(raw)]), labels, normalize(raw)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_claims_hold_at_the_lectures_size(seed: int) -> None:
    assert not EXPERIMENT.fallen(simulate(Params(), np.random.default_rng(seed)))


def test_the_two_pictures_show_one_classifier(result: Result) -> None:
    """Each point lies on the same side of the line, at a distance of the same score."""
    raw, normalised = (
        x @ lines[0, :2] + lines[0, 2] for x, lines in zip(result.x, result.lines, strict=True)
    )
    np.testing.assert_allclose(raw, normalised, atol=1e-9)
    assert ((raw > 0) == (result.labels == 0)).mean() > 0.85


def test_shaken_weights_differ_by_the_same_shares_and_biases_not_at_all(result: Result) -> None:
    shares = result.lines[..., 1:, :2] / result.lines[..., :1, :2]
    np.testing.assert_allclose(shares[RAW], shares[NORMALISED], atol=1e-9)
    assert 0.03 < (shares - 1).std() < 0.15  # two columns of weights, each shaken by 0.1, make a line
    np.testing.assert_allclose(np.ptp(result.lines[..., 2], axis=1), 0, atol=1e-12)


def test_both_coordinates_hold_the_same_function() -> None:
    x, labels, normalisation = draw_task()
    trained, _ = descend(x, labels, 20)
    same = in_both_coordinates(trained, normalisation)
    np.testing.assert_allclose(x[0] @ same.W[0] + same.b[0], x[1] @ same.W[1] + same.b[1], atol=1e-12)
    np.testing.assert_array_equal(same.W[1], trained.W[1])


def test_gradient_descent_never_raises_the_loss_and_both_coordinates_tend_to_the_same(result: Result) -> None:
    assert (np.diff(result.losses, axis=0) <= 1e-12).all()
    np.testing.assert_allclose(result.losses[0], np.log(2))
    gap = result.losses[:, RAW] - result.losses[-1, NORMALISED]
    assert 0 < gap[-1] < 0.02 * gap[0]


def test_steps_are_the_first_at_which_a_twentieth_is_left(result: Result) -> None:
    lowest = result.losses[-1, NORMALISED]
    for coordinates, arrived in enumerate(result.steps):
        left = (result.losses[:, coordinates] - lowest) / (np.log(2) - lowest)
        assert left[arrived] <= 0.05 < left[: int(arrived)].min()


def test_the_loss_rises_with_the_square_of_small_changes(result: Result) -> None:
    tenfold = result.increase[..., CLAIMED] / result.increase[..., 0]
    assert CHANGES[CLAIMED] / CHANGES[0] == pytest.approx(10)
    np.testing.assert_allclose(tenfold, 100, rtol=0.1)


def test_a_cloud_at_the_origin_drops_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    centred = loss_sensitivity.CENTRES - loss_sensitivity.CENTRES.mean()
    monkeypatch.setattr(loss_sensitivity, "CENTRES", centred)
    assert {"cloud", "raw_condition", "steps"} <= EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))


def test_forgetting_the_bias_in_the_change_of_coordinates_drops_the_claim(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def bias_forgotten(classifier: SoftmaxRegression, normalisation: Standardization) -> SoftmaxRegression:
        right = in_both_coordinates(classifier, normalisation)
        return SoftmaxRegression(right.W, np.stack([right.b[NORMALISED]] * 2))

    monkeypatch.setattr(loss_sensitivity, "in_both_coordinates", bias_forgotten)
    assert "same_classifier" in EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))


def test_comparing_classifiers_that_were_trained_apart_drops_the_claims(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loss_sensitivity, "in_both_coordinates", lambda classifier, _: classifier)
    assert {"same_classifier", "digits"} <= EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))


def test_scaling_without_centring_drops_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative changes do not notice a feature's scale: it is the centring that helps."""

    def scaled_only(x: FloatArray) -> Standardization:
        return Standardization(np.zeros(x.shape[1]), normalize(x).scale)

    monkeypatch.setattr(loss_sensitivity, "normalize", scaled_only)
    result = simulate(QUICK, np.random.default_rng(0))
    assert {"cloud", "digits", "normalised_condition"} <= EXPERIMENT.fallen(result)
    np.testing.assert_allclose(result.sensitivity_ratio, 1, rtol=1e-6)
