import math

import numpy as np
import pytest

from figgen.experiments.activations import elu
from figgen.experiments.activations.elu import (
    ACTIVATIONS,
    ELU,
    EXPERIMENT,
    GAINS,
    KAIMING,
    LEAKY,
    SLOPES,
    XAVIER,
    Params,
    Result,
    simulate,
)
from figgen.sim.activations import elu as elu_function
from figgen.sim.activations import leaky_relu, relu
from figgen.sim.data import split_digits

SMALL = Params(replicas=2, epochs=3)


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(EXPERIMENT.quick, np.random.default_rng(0))


def test_claims_hold(result: Result) -> None:
    assert EXPERIMENT.fallen(result) == set()


def test_far_out_the_response_is_that_of_the_closed_form(result: Result) -> None:
    """There ELU is exp(x + z) − 1, whose variance is e^{2x + 1}(e − 1), and leaky ReLU is a line."""
    far = result.x < -6
    lognormal = np.exp(result.x[far] + 0.5) * math.sqrt(math.e - 1)
    np.testing.assert_allclose(result.response[0, far], lognormal, rtol=1e-3)
    for slope, response in zip(SLOPES, result.response[1:], strict=True):
        np.testing.assert_allclose(response[result.x < -7], slope, rtol=1e-3)


def test_the_response_is_what_a_sample_measures(result: Result) -> None:
    z = np.random.default_rng(0).standard_normal(200_000)
    for x in (-3.0, 0.0, 1.0):
        index = np.argmin(np.abs(result.x - x))
        assert result.response[0, index] == pytest.approx(elu_function(x + z).std(), rel=0.02)


def test_responses_cross_where_they_are_said_to(result: Result) -> None:
    for crossing, other in zip(result.crossing, result.response[1:], strict=True):
        index = np.argmin(np.abs(result.x - crossing))
        assert result.response[0, index - 1] <= other[index - 1]
        assert result.response[0, index] > other[index]


def test_activations_start_from_the_same_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elu, "train_on", lambda *_, **__: None)
    split = split_digits(np.random.default_rng(0))
    nets = [elu._train(SMALL, f, split, np.random.default_rng(5)) for f in ACTIVATIONS]
    for W, of_elu in zip(nets[LEAKY].weights, nets[ELU].weights, strict=True):
        np.testing.assert_array_equal(W, of_elu)
    for W in nets[ELU].weights[1:]:
        ratio = W[KAIMING].std() / W[XAVIER].std()
        assert ratio == pytest.approx(GAINS[KAIMING] / GAINS[XAVIER], rel=0.05)


def test_noise_of_zero_is_no_noise(result: Result) -> None:
    assert (result.noisy_accuracy[..., 0] > 0.9).all()
    assert (np.diff(result.noisy_accuracy.mean(axis=(0, 1, 2))) < 0).all()


def test_a_relu_in_place_of_elu_drops_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elu, "ACTIVATIONS", (leaky_relu, relu, ACTIVATIONS[2]))
    assert "nearer_to_zero" in EXPERIMENT.fallen(simulate(SMALL, np.random.default_rng(0)))


def test_a_fair_start_for_all_drops_the_claim_of_the_unfair_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elu, "GAINS", (1.0, 1.0))
    assert {"own_start", "smaller_start"} & EXPERIMENT.fallen(
        simulate(EXPERIMENT.quick, np.random.default_rng(0))
    )
