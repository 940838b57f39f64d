import numpy as np
import pytest

from figgen.experiments.activations import activation_advice
from figgen.experiments.activations.activation_advice import (
    ACTIVATIONS,
    DEAD,
    EXPERIMENT,
    EXPONENTIALS,
    LABELS,
    RATES,
    Params,
    Result,
    dead_share,
    init,
    simulate,
)
from figgen.sim.activations import Activation, leaky_relu, relu, tanh
from figgen.sim.arrays import FloatArray

QUICK: Params = EXPERIMENT.quick


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(QUICK, np.random.default_rng(0))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=LABELS)
def test_a_unit_is_dead_if_no_sample_sends_enough_gradient_through_it(activation: Activation) -> None:
    rng = np.random.default_rng(0)
    layers = [
        3 * rng.standard_normal((2, 5, units)) + rng.choice([-9.0, 0, 9], (2, 1, units)) for units in (30, 50)
    ]
    expected = []
    for network in range(2):
        units = [layer[network, :, unit] for layer in layers for unit in range(layer.shape[-1])]
        dead = [all(activation.derivative(np.array([z]))[0] < DEAD for z in inputs) for inputs in units]
        expected.append(sum(dead) / 80)
    np.testing.assert_allclose(dead_share(activation, layers), expected)
    if activation in (relu, tanh):
        assert min(expected) > 0


def test_a_network_that_diverged_has_no_share_of_dead_units() -> None:
    layer = np.array(
        [[[-1.0, 1.0]], [[np.nan, 1.0]], [[-np.inf, 1.0]]]
    )  # three networks, one sample, two units
    np.testing.assert_array_equal(dead_share(relu, [layer]), [0.5, np.nan, np.nan])


def test_the_mean_over_replicas_leaves_out_those_that_diverged() -> None:
    shares = np.array([[0.2, 0.4], [0.2, np.nan], [np.nan, np.nan]])
    np.testing.assert_allclose(activation_advice._mean_of_numbers(shares), [0.3, 0.2, np.nan])


def test_shares_are_shares_and_times_are_within_the_training(result: Result) -> None:
    assert result.accuracy.shape == result.dead.shape == result.reached.shape == (5, len(RATES))
    for shares in (result.accuracy, result.dead[np.isfinite(result.dead)]):
        assert (shares >= 0).all()
        assert (shares <= 1).all()
    reached = result.reached[np.isfinite(result.reached)]
    assert len(reached)
    assert (reached > 0).all()
    assert (reached <= QUICK.epochs).all()
    assert (result.best_epochs <= QUICK.epochs).all()


def test_labels_and_exponentials_stand_in_the_order_of_the_activations() -> None:
    names = [label.replace(" ", "_").lower() for label in LABELS]
    assert [activation.name for activation in ACTIVATIONS] == names
    needing = {name for name, needed in zip(names, EXPONENTIALS, strict=True) if needed}
    assert needing == {"elu", "tanh", "sigmoid"}


def test_rectifiers_start_with_twice_the_variance_of_the_others() -> None:
    variances = {activation.name: init(activation).std(64) ** 2 * 64 for activation in ACTIVATIONS}
    expected = {"relu": 2, "leaky_relu": 2, "elu": 1, "tanh": 1, "sigmoid": 1}
    assert variances == pytest.approx(expected)


def test_a_leak_too_small_to_pass_any_gradient_drops_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    clogged = (relu, leaky_relu.with_slope(1e-5), *ACTIVATIONS[2:])
    monkeypatch.setattr(activation_advice, "ACTIVATIONS", clogged)
    assert "leaky_alive" in EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))


def test_counting_a_unit_as_dead_that_any_sample_does_not_reach_drops_the_claims(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_strict(activation: Activation, pre_activations: list[FloatArray]) -> FloatArray:
        least = np.concatenate([activation.derivative(z).min(axis=-2) for z in pre_activations], axis=-1)
        share: FloatArray = (least < DEAD).mean(axis=-1)
        return share

    monkeypatch.setattr(activation_advice, "dead_share", too_strict)
    assert "relu_dead_small" in EXPERIMENT.fallen(simulate(QUICK, np.random.default_rng(0)))
