import numpy as np
import pytest

from figgen.experiments.activations import dead_relu
from figgen.experiments.activations.dead_relu import EXPERIMENT, LEARNING_RATES, Params, Result, simulate
from figgen.sim.activations import leaky_relu, relu
from figgen.sim.data import split_digits
from figgen.sim.initializers import kaiming_normal

SMALL = Params(replicas=2)


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(EXPERIMENT.quick, np.random.default_rng(0))


def test_claims_hold(result: Result) -> None:
    assert EXPERIMENT.fallen(result) == set()


def test_the_networks_learn_until_the_steps_are_too_long(result: Result) -> None:
    for accuracy in (result.accuracy, result.leaky_accuracy):
        assert accuracy.shape == (len(LEARNING_RATES), 3)
        assert accuracy[:2].mean() > 0.85
        assert accuracy[-1].mean() < accuracy[0].mean()


def test_a_dead_unit_of_the_second_layer_can_come_back(result: Result) -> None:
    """The layer below it still learns, so that its inputs change."""
    assert result.revived[1] > 0


def test_an_initial_bias_reaches_the_hidden_layers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_relu, "train_on", lambda *_, **__: None)
    split = split_digits(np.random.default_rng(0), raw=True)
    init, rng = kaiming_normal(), np.random.default_rng(0)
    net = dead_relu._train(SMALL, relu, init, (0.5, 0.5), split, rng, biases=(0.01, 1.0))
    for b in net.biases[:-1]:
        np.testing.assert_array_equal(b[:, 0, 0], np.array([0.01, 1.0], np.float32))
    assert not net.biases[-1].any()


def test_a_copy_of_the_last_networks_trains_without_the_others() -> None:
    split = split_digits(np.random.default_rng(0), raw=True)
    init, rng = kaiming_normal(), np.random.default_rng(0)
    net = dead_relu._train(Params(replicas=2, epochs=1), relu, init, (0.1, 0.5), split, rng)
    before = net.weights[0].copy()
    chosen = dead_relu._of_last_rate(net)
    np.testing.assert_array_equal(chosen(split.x_test), net(split.x_test)[-1])
    chosen.weights[0] += 1
    np.testing.assert_array_equal(net.weights[0], before)


def test_relu_in_place_of_leaky_relu_drops_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_relu, "leaky_relu", relu)
    assert "leaky_dead" in EXPERIMENT.fallen(simulate(SMALL, np.random.default_rng(0)))


def test_leaky_relus_do_not_die_and_drop_the_claims_about_death(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_relu, "relu", leaky_relu)
    assert {"dead_at_one", "large_bias"} <= EXPERIMENT.fallen(simulate(SMALL, np.random.default_rng(0)))


def test_centred_digits_hide_what_the_claims_are_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_relu, "split_digits", lambda rng, raw: split_digits(rng))
    assert EXPERIMENT.fallen(simulate(SMALL, np.random.default_rng(0)))
