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
    train_without_noise,
)
from figgen.sim.activations import relu
from figgen.sim.initializers import kaiming_normal
from figgen.sim.mlp import MLP
from figgen.sim.normalization import BatchNorm
from figgen.sim.optimizers import sgd
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


def networks(batch_norm: bool) -> tuple[MLP, MLP]:
    one, other = (
        MLP(
            np.random.default_rng(0),
            (3, 8, 2),
            relu,
            kaiming_normal(),
            replicas=(2,),
            norm=BatchNorm if batch_norm else None,
        )
        for _ in range(2)
    )
    return one, other


def test_without_batch_norm_both_ways_to_train_are_the_same() -> None:
    """They differ in the statistics only, and there are none."""
    rng = np.random.default_rng(1)
    x, labels = rng.normal(size=(20, 3)).astype(np.float32), rng.integers(2, size=20)
    usual, whole = networks(batch_norm=False)
    size = {"epochs": 3, "batch_size": 6}
    losses = train(usual, sgd(0.1), x, labels, rng=np.random.default_rng(2), **size)
    same = train_without_noise(whole, sgd(0.1), x, labels, rng=np.random.default_rng(2), **size)
    np.testing.assert_allclose(losses, same, rtol=1e-5)
    for parameter, other in zip(usual.parameters, whole.parameters, strict=True):
        np.testing.assert_allclose(parameter, other, atol=1e-5)


def test_without_noise_a_samples_logits_do_not_depend_on_the_minibatch() -> None:
    """At a learning rate of 0 each sample keeps its loss, whatever minibatch it is in."""
    rng = np.random.default_rng(1)
    x, labels = rng.normal(size=(20, 3)).astype(np.float32), rng.integers(2, size=20)
    usual, whole = networks(batch_norm=True)
    size = {"epochs": 2, "batch_size": 5}
    losses = train_without_noise(whole, sgd(0), x, labels, rng=np.random.default_rng(2), **size)
    first, second = losses.reshape(2, 4, 2).sum(axis=1)  # of the epochs
    np.testing.assert_allclose(first, second, rtol=1e-5)
    noisy = train(usual, sgd(0), x, labels, rng=np.random.default_rng(2), **size)
    first, second = noisy.reshape(2, 4, 2).sum(axis=1)
    assert (np.abs(first - second) > 1e-3).all()


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
