import dataclasses

import numpy as np
import pytest

from figgen.experiments.activations import convergence
from figgen.experiments.activations.convergence import (
    ACTIVATIONS,
    EXPERIMENT,
    RATES,
    RAW,
    STANDARDISED,
    TARGET,
    Params,
    Result,
    init,
    prepare,
    simulate,
)
from figgen.sim.activations import relu, sigmoid, tanh
from figgen.sim.data import digits
from figgen.sim.initializers import Gaussian, normal

QUICK: Params = EXPERIMENT.quick


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(QUICK, np.random.default_rng(0))


def test_raw_pixels_go_from_0_to_255_and_standardised_ones_have_mean_0_and_one_std() -> None:
    (raw, standardised), labels = prepare(np.random.default_rng(0))
    assert (raw.min(), raw.max()) == (0, 255)
    assert {raw.dtype, standardised.dtype} == {np.dtype(np.float32)}
    np.testing.assert_allclose(standardised.mean(axis=0), 0, atol=1e-5)
    assert standardised.std() == pytest.approx(1, abs=1e-5)
    images, all_labels = digits()
    one = np.flatnonzero((images == raw[0] * 16 / 255).all(axis=1))
    assert labels[0] in all_labels[one]  # images and labels are shuffled together


def test_the_saturation_before_training_is_the_gaussian_tail(result: Result) -> None:
    (raw, _), _ = prepare(np.random.default_rng(0))
    std = 0.05 * np.linalg.norm(raw, axis=1)  # of x·w over random w, for each image
    z = std[:, np.newaxis] * np.random.default_rng(1).standard_normal(2000)
    expected = np.mean(np.abs(z) > np.arctanh(0.99))
    assert result.saturated[RAW] == pytest.approx(expected, abs=0.03)


def test_the_target_is_reached_at_the_first_error_that_is_low_enough(result: Result) -> None:
    for inputs in (RAW, STANDARDISED):
        for index, activation in enumerate(ACTIVATIONS):
            errors = dict(zip(result.epochs, result.error[inputs, index], strict=True))
            low = [epoch for epoch, error in errors.items() if error <= TARGET]
            expected = min(low) if low else result.epochs[-1]
            assert result.epochs_to_target(inputs, activation.name) == expected


def test_the_best_rate_is_the_quickest_and_neither_the_smallest_nor_the_largest_tried(result: Result) -> None:
    for inputs in (RAW, STANDARDISED):
        for index, reached in enumerate(result.reached[inputs]):
            if np.isfinite(reached.min()):
                best = RATES[inputs].index(result.best_rate[inputs, index])
                assert reached[best] == reached.min()
                assert 0 < best < len(reached) - 1


def test_training_ends_when_enough_is_learnt_and_not_before(result: Result) -> None:
    for error in result.error.reshape(-1, len(result.epochs)):
        trained = error[np.isfinite(error)]
        assert len(trained) == len(error) or trained[-1] <= convergence.TARGET
        assert (trained[:-1] > convergence.ENOUGH).all()


def test_a_rate_at_which_training_never_gets_there_counts_as_all_epochs() -> None:
    reached = np.full((2, 3, 5), np.inf)
    reached[RAW, 0, 2] = 2.0
    each = np.moveaxis(reached[:, :, 2:4], -1, 0)[[0]].reshape(2, 3, 1)
    result = Result(np.array([1.0, 10.0]), np.zeros((2, 3, 2)), np.zeros((2, 3)), reached, each, np.zeros(2))
    assert result.ratios(RAW, "tanh").tolist() == [5]
    assert (result.ratio(RAW, "tanh"), result.epochs_to_target(RAW, "relu")) == (5, 2)


def test_initial_weights_fit_the_activation_on_standardised_pixels_only() -> None:
    for activation, std in ((relu, np.sqrt(2 / 64)), (tanh, 1 / 8), (sigmoid, 1 / 8)):
        assert init(activation, RAW).std(64) == 0.05
        assert init(activation, STANDARDISED).std(64) == pytest.approx(std)


def test_small_weights_free_tanh_from_saturation_and_drop_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    def small(activation: object, inputs: int) -> Gaussian:
        return normal(0.0005) if inputs == RAW else init(tanh, STANDARDISED)

    monkeypatch.setattr(convergence, "init", small)
    params = dataclasses.replace(QUICK, epochs=6)
    assert "raw_saturated" in EXPERIMENT.fallen(simulate(params, np.random.default_rng(0)))


def test_learning_rates_tuned_for_other_inputs_drop_the_claim_about_the_sigmoid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    untuned = (RATES[RAW], (0.003,) * 5)  # fits the raw pixels, and is far too small for the others
    monkeypatch.setattr(convergence, "RATES", untuned)
    assert "standardised_sigmoid" in EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))
