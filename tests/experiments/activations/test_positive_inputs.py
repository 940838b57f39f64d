import math

import numpy as np
import pytest

from figgen.experiments.activations import positive_inputs
from figgen.experiments.activations.positive_inputs import (
    EXPERIMENT,
    SHARPNESS,
    Result,
    answers,
    balance,
    doubtful_answers,
    gradients,
    one_signed_share,
    simulate,
)
from figgen.sim.arrays import FloatArray
from figgen.sim.finite_differences import numerical_gradient


def fallen(seed: int = 0) -> set[str]:
    result = simulate(EXPERIMENT.quick, np.random.default_rng(seed))
    return EXPERIMENT.fallen(result)


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(EXPERIMENT.quick, np.random.default_rng(0))


@pytest.mark.parametrize("seed", range(5))
def test_claims_hold_for_any_seed(seed: int) -> None:
    assert fallen(seed) == set()


@pytest.mark.parametrize("weights", [(0.0, 0.0, 0.0), (0.7, -0.2, 1.1)], ids=["start", "later"])
@pytest.mark.parametrize("teacher", [(1.0, -2.0, 0.5), (-1.0, 2.0, -0.5)], ids=["class 1", "class 0"])
def test_gradients_are_those_of_the_cross_entropy(
    teacher: tuple[float, ...], weights: tuple[float, ...]
) -> None:
    x = np.array([0.9, 0.2, 0.4])

    def loss(w: FloatArray) -> float:
        probability = 1 / (1 + math.exp(-(w @ x)))
        return -math.log(probability if np.dot(teacher, x) > 0 else 1 - probability)

    w = np.array(weights)
    expected = numerical_gradient(loss, w)
    np.testing.assert_allclose(gradients(x, answers(x, np.array(teacher)), w), expected, atol=1e-9)


def test_one_sign_means_all_positive_or_all_negative() -> None:
    gradient = np.array([[1.0, 2.0], [-1.0, -2.0], [1.0, -2.0], [0.0, 1.0]])
    assert one_signed_share(gradient) == 0.5


def test_all_positive_inputs_allow_updates_in_two_quadrants_only(result: Result) -> None:
    assert (result.updates_positive.prod(axis=1) > 0).all()
    assert (result.updates_centred.prod(axis=1) < 0).any()


def test_every_update_has_a_part_towards_the_optimum(result: Result) -> None:
    for updates in (result.updates_positive, result.updates_centred):
        assert (updates @ (1, -1) > 0).all()


def test_balanced_teachers_give_both_classes_equally_often() -> None:
    rng = np.random.default_rng(0)
    teachers = balance(rng.normal(size=(20_000, 10)))
    classes = np.sum(rng.random(teachers.shape) * teachers, axis=1) > 0
    assert np.mean(classes) == pytest.approx(0.5, abs=0.02)


def test_at_the_optimum_the_mean_gradient_is_zero() -> None:
    rng = np.random.default_rng(0)
    x, teacher = rng.random((200_000, 3)), np.array([1.0, -2.0, 1.0])
    mean = gradients(x, doubtful_answers(rng, x, teacher), SHARPNESS * teacher).mean(axis=0)
    np.testing.assert_allclose(mean, 0, atol=2e-3)


def test_a_neuron_that_never_learns_drops_the_claim_about_the_optimum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With w = 0 instead of the optimum the mean gradient mixes the signs: batches as such do not."""
    at_start = gradients
    monkeypatch.setattr(positive_inputs, "gradients", lambda x, target, w=0.0: at_start(x, target))
    assert {"batch_at_optimum", "averaging_alone"} <= fallen()


def test_a_neuron_without_its_sigmoid_drops_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positive_inputs, "sigmoid", lambda x: x)
    assert "single_positive" in fallen()


def test_scaling_instead_of_centring_drops_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positive_inputs, "centre", lambda x: 2 * x)
    assert "single_centred" in fallen()


def test_unbalanced_classes_drop_the_claims_about_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positive_inputs, "balance", lambda teachers: teachers)
    assert {"batch_of_16", "batch_of_128"} <= fallen()
