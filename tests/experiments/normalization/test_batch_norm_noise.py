from dataclasses import replace

import numpy as np
import pytest

from figgen.experiments.normalization import batch_norm_noise
from figgen.experiments.normalization.batch_norm_noise import (
    COMPANIES,
    EXPERIMENT,
    NOISELESS,
    NOISY,
    Params,
    Result,
    gain,
    simulate,
)
from figgen.sim.normalization import BatchNorm
from figgen.sim.training import train

QUICK: Params = EXPERIMENT.quick


def run(params: Params, seed: int = 0) -> Result:
    return simulate(params, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def result() -> Result:
    return run(QUICK)


def test_arrays_have_the_documented_shapes(result: Result) -> None:
    assert result.logits.shape == result.eval_logits.shape == (QUICK.batches, 10)
    assert result.noise.shape == (len(COMPANIES),)
    assert result.train_loss.shape == result.test_accuracy.shape == (3, QUICK.replicas)


def test_every_network_knows_its_training_data(result: Result) -> None:
    """So the test accuracy alone tells them apart: their gap is one minus it."""
    assert (result.train_accuracy == 1).all()


def test_noise_falls_as_the_batch_grows(result: Result) -> None:
    assert (np.diff(result.noise) < 0).all()


def test_networks_of_two_kinds_start_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same training in both, nothing is left to gain, and the claims about the noise fall."""
    monkeypatch.setattr(batch_norm_noise, "train_without_noise", train)
    mistaken = run(QUICK)
    np.testing.assert_array_equal(gain(mistaken, NOISY, NOISELESS), 0)
    assert EXPERIMENT.fallen(mistaken) >= {"train_loss", "gain_of_noise"}


def test_an_evaluation_in_training_mode_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BatchNorm, "eval", lambda bn: None)
    assert "eval_noise" in EXPERIMENT.fallen(run(replace(QUICK, replicas=2)))


def test_a_norm_by_the_running_statistics_has_no_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BatchNorm, "train", BatchNorm.eval)
    monkeypatch.setattr(BatchNorm, "backward", lambda bn, dy: (dy, np.zeros_like(bn.gamma), dy.sum(axis=-2)))
    with np.errstate(all="ignore"):
        assert {"logit_noise", "train_loss"} <= EXPERIMENT.fallen(run(replace(QUICK, replicas=2)))
