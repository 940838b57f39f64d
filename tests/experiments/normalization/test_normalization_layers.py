import numpy as np
import pytest

from figgen.experiments.normalization import normalization_layers
from figgen.experiments.normalization.normalization_layers import (
    BATCH,
    EXPERIMENT,
    GROUP,
    INSTANCE,
    INVARIANT,
    LAYER,
    Params,
    Result,
    normalizations,
    simulate,
)
from figgen.sim.arrays import FloatArray
from figgen.sim.normalization import GroupNormCache, group_norm, layer_norm


def run(params: Params, seed: int = 0) -> Result:
    return simulate(params, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def result() -> Result:
    return run(Params())


@pytest.mark.parametrize("seed", range(20))
def test_claims_hold_whatever_the_seed(seed: int) -> None:
    assert not EXPERIMENT.fallen(run(Params(), seed))


def test_the_shaded_cells_are_those_of_the_output_s_mean(result: Result) -> None:
    """The output is the last sample's last channel; channels 3, 4 and 5 are its group."""
    expected = np.zeros(result.influence.shape, dtype=bool)  # (4, N, C, H, W)
    expected[BATCH, :, 5] = True
    expected[LAYER, 5, :] = True
    expected[INSTANCE, 5, 5] = True
    expected[GROUP, 5, 3:] = True
    np.testing.assert_array_equal(result.influence > 0, expected)


def test_influence_is_the_finite_difference_of_the_output(result: Result) -> None:
    """Each input moved by itself, and the same output looked at."""
    x = np.random.default_rng(0).normal(0, 3, size=result.influence.shape[1:])  # as the simulation draws it
    step = 1e-5
    for (normalize, _), influence in zip(normalizations(2, 6), result.influence, strict=True):
        for i in np.ndindex(x.shape):
            shift = np.zeros_like(x)
            shift[i] = step
            up, down = (normalize(x + sign * shift)[0][-1, -1, 0, 0] for sign in (1, -1))
            assert abs(up - down) / (2 * step) == pytest.approx(influence[i], abs=1e-8)


def test_what_is_not_predicted_to_be_invariant_is_noticed(result: Result) -> None:
    np.testing.assert_array_equal(result.changes < 1e-4, INVARIANT)


def test_group_norm_hides_more_than_layer_norm_and_less_than_instance_norm(result: Result) -> None:
    hidden = result.changes < 1e-4
    assert (hidden[:, LAYER] <= hidden[:, GROUP]).all()
    assert (hidden[:, GROUP] <= hidden[:, INSTANCE]).all()
    assert hidden[:, LAYER].sum() < hidden[:, GROUP].sum() < hidden[:, INSTANCE].sum()


def test_layer_norm_over_the_batch_as_well_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def over_everything(
        x: FloatArray, gamma: FloatArray, beta: FloatArray, eps: float
    ) -> tuple[FloatArray, GroupNormCache]:
        y, cache = layer_norm(
            x.reshape(1, -1, *x.shape[2:]), np.tile(gamma, len(x)), np.tile(beta, len(x)), eps
        )
        in_shape = cache._replace(x_hat=cache.x_hat.reshape(x.shape), gamma=gamma)
        return y.reshape(x.shape), in_shape

    monkeypatch.setattr(normalization_layers, "layer_norm", over_everything)
    assert EXPERIMENT.fallen(run(Params())) == {"layer_invariance", "independence"}


def test_groups_of_alternate_channels_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def alternate(
        x: FloatArray, groups: int, gamma: FloatArray, beta: FloatArray, eps: float
    ) -> tuple[FloatArray, GroupNormCache]:
        order = np.arange(x.shape[1]).reshape(-1, groups).T.ravel()  # 0, 2, 4, 1, 3, 5
        y, cache = group_norm(x[:, order], groups, gamma, beta, eps)
        return y[:, np.argsort(order)], cache

    monkeypatch.setattr(normalization_layers, "group_norm", alternate)
    assert EXPERIMENT.fallen(run(Params())) == {"group_invariance"}
