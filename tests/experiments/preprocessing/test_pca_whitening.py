import numpy as np
import pytest

from figgen.experiments.preprocessing import pca_whitening
from figgen.experiments.preprocessing.pca_whitening import (
    EXPERIMENT,
    SHOWN,
    STD,
    Params,
    Result,
    covariance,
    simulate,
)
from figgen.sim.arrays import FloatArray
from figgen.sim.data import digits
from figgen.sim.preprocessing import Projection, center, pca_decorrelate, whiten


def run(params: Params | None = None, seed: int = 0) -> Result:
    return simulate(params or Params(), np.random.default_rng(seed))


@pytest.fixture(scope="module")
def result() -> Result:
    return run()


@pytest.mark.parametrize("seed", range(5))
def test_claims_hold_whatever_the_seed(seed: int) -> None:
    assert not EXPERIMENT.fallen(run(seed=seed))


@pytest.mark.parametrize("samples", [50, 5000])
def test_claims_hold_for_few_and_for_many_points(samples: int) -> None:
    assert not EXPERIMENT.fallen(run(Params(samples=samples)))


def test_the_digits_spectrum_is_that_of_the_singular_values(result: Result) -> None:
    images = digits()[0].astype(np.float64) / 16
    singular = np.linalg.svd(images - images.mean(axis=0), compute_uv=False)
    np.testing.assert_allclose(result.variances, singular**2 / len(images), atol=1e-12)
    assert result.rank == np.linalg.matrix_rank(images - images.mean(axis=0))


def test_eps_leaves_what_the_formula_says(result: Result) -> None:
    np.testing.assert_allclose(
        result.whitened_variances, result.variances / (result.variances + 1e-5), atol=1e-9
    )
    strongest, weakest = result.variances[[0, 60]]
    assert result.amplification == pytest.approx(np.sqrt((strongest + 1e-5) / (weakest + 1e-5)))


def test_the_cloud_is_turned_not_stretched(result: Result) -> None:
    distances = [np.linalg.norm(x - x.mean(axis=0), axis=1) for x in (result.x, result.decorrelated)]
    np.testing.assert_allclose(*distances)
    np.testing.assert_allclose(np.linalg.norm(result.axes, axis=0), STD, rtol=0.2)


def test_the_shown_digits_are_whitened_on_the_axes_of_the_pixels(result: Result) -> None:
    """In a pixel's coordinates whitening is the symmetric inverse root of the covariance plus ε."""
    images = digits()[0].astype(np.float64) / 16
    values, vectors = np.linalg.eigh(covariance(images) + 1e-5 * np.eye(64))
    zca = vectors / np.sqrt(values) @ vectors.T
    expected = (result.digits - images.mean(axis=0)) @ zca
    np.testing.assert_allclose(result.whitened_digits, expected, atol=1e-6)
    assert result.components.shape == (SHOWN, 64)


def test_scaling_without_turning_drops_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    def scaled_only(x: FloatArray, eps: float = 0) -> Projection:
        right = pca_decorrelate(x)
        return Projection(right.mean, np.eye(x.shape[1]), right.variances, np.ones(x.shape[1]))

    monkeypatch.setattr(pca_whitening, "pca_decorrelate", scaled_only)
    assert {"decorrelated_cloud", "decorrelated_digits"} <= EXPERIMENT.fallen(run())


def test_turning_the_wrong_way_drops_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    def transposed(x: FloatArray) -> Projection:
        right = pca_decorrelate(x)
        return Projection(right.mean, right.components.T, right.variances, right.scale)

    monkeypatch.setattr(pca_whitening, "pca_decorrelate", transposed)
    assert "decorrelated_digits" in EXPERIMENT.fallen(run())


def test_dividing_by_the_variance_instead_of_its_root_drops_the_claims(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def without_root(x: FloatArray, eps: float) -> Projection:
        right = whiten(x, eps)
        return Projection(right.mean, right.components, right.variances, right.scale**2)

    monkeypatch.setattr(pca_whitening, "whiten", without_root)
    assert {"whitened_cloud", "weakest_axis"} <= EXPERIMENT.fallen(run())


def test_whitening_new_digits_by_their_own_statistics_drops_the_claim(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def by_their_own(images: FloatArray, eps: float) -> FloatArray:
        new = images[pca_whitening.TRAINING_DIGITS :]
        variance: FloatArray = whiten(new, eps)(new).var(axis=0)
        return variance

    monkeypatch.setattr(pca_whitening, "_variance_of_new_digits", by_their_own)
    assert EXPERIMENT.fallen(run()) == {"new_digits"}


def test_digits_that_are_only_centred_drop_the_claim_about_the_classifier(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def with_centred_twice(params: Params, rng: np.random.Generator) -> FloatArray:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(pca_whitening, "whiten", lambda x, eps: center(x))
            return learn(params, rng)

    learn = pca_whitening._learn
    monkeypatch.setattr(pca_whitening, "_learn", with_centred_twice)
    assert "classifier" in EXPERIMENT.fallen(run())
