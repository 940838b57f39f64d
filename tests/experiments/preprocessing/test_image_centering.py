import re
from pathlib import Path

import numpy as np
import pytest
from tiny_cifar10 import write_cifar10
from tiny_lecture import figgen

from figgen.experiment import with_settings
from figgen.experiments.preprocessing import image_centering
from figgen.experiments.preprocessing.image_centering import EXPERIMENT, PER_CHANNEL, Params, Result, simulate
from figgen.sim.arrays import FloatArray
from figgen.sim.data import natural_patches
from figgen.sim.preprocessing import Standardization, center


def run(params: Params | None = None, seed: int = 0) -> Result:
    return simulate(params or Params(), np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(20))
def test_claims_hold_whatever_the_seed(seed: int) -> None:
    assert not EXPERIMENT.fallen(run(seed=seed))


def test_statistics_are_those_of_the_definition() -> None:
    result, images = run(Params(images=50)), natural_patches(np.random.default_rng(0), 50)
    for channel in range(3):
        values = images[..., channel].ravel()
        mean = values.sum() / values.size
        assert result.channel_means[channel] == pytest.approx(mean)
        assert result.channel_stds[channel] == pytest.approx(
            np.sqrt(((values - mean) ** 2).sum() / values.size)
        )
    np.testing.assert_allclose(result.mean_image[3, 5], sum(image[3, 5] for image in images) / 50)
    np.testing.assert_allclose(result.mean_image.mean(axis=(0, 1)), result.channel_means)


def test_histograms_count_every_value_of_each_channel() -> None:
    result = run(Params(images=50))
    np.testing.assert_array_equal(result.histograms.sum(axis=-1), 50 * 32 * 32)
    middles = (result.edges[:, 1:] + result.edges[:, :-1]) / 2
    means = (result.histograms * middles[:, np.newaxis]).sum(axis=-1) / (50 * 32 * 32)
    np.testing.assert_allclose(means[0], result.channel_means, atol=3)
    np.testing.assert_allclose(means[1:3], 0, atol=3)
    np.testing.assert_allclose(means[3], 0, atol=0.05)


def test_dividing_by_the_mean_leaves_the_ratio_of_deviation_and_mean() -> None:
    result = run()
    np.testing.assert_allclose(result.slip_stds, result.channel_stds / result.channel_means)


def test_images_are_read_from_the_folder_of_cifar10(tmp_path: Path) -> None:
    images = write_cifar10(tmp_path, np.random.default_rng(0))
    result = run(with_settings(Params(), {"cifar10": str(tmp_path)}))
    assert result.count == 10
    np.testing.assert_allclose(result.mean_image, images.mean(axis=0))
    assert {image.tobytes() for image in result.images} < {image.tobytes() for image in images}


def test_a_sample_is_taken_where_the_folder_holds_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_cifar10(tmp_path, np.random.default_rng(0))
    many = natural_patches(np.random.default_rng(0), 80)
    monkeypatch.setattr(image_centering, "cifar10", lambda folder: (many, np.zeros(80)))
    assert run(Params(images=60, cifar10=str(tmp_path))).count == 60


def test_the_figure_is_drawn_from_cifar10_on_the_command_line(tmp_path: Path) -> None:
    write_cifar10(tmp_path, np.random.default_rng(0))
    drawn = {}
    for name, settings in (("patches", ()), ("cifar10", ("--set", f"image_centering.cifar10={tmp_path}"))):
        output = tmp_path / name
        done = figgen("figures", "image_centering", "--output", str(output), *settings, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        drawn[name] = (output / "figures" / "en" / "image_centering.svg").read_bytes()
    assert drawn["patches"] != drawn["cifar10"]


def test_a_folder_that_is_not_cifar10_is_the_users_mistake(tmp_path: Path) -> None:
    setting = f"image_centering.cifar10={tmp_path}"
    done = figgen(
        "figures", "image_centering", "--output", str(tmp_path / "o"), "--set", setting, cwd=tmp_path
    )
    assert done.returncode == 1
    assert re.search(r"cannot read CIFAR-10's .*data_batch_1: No such file or directory", done.stderr)
    assert "Traceback" not in done.stderr


def test_the_slip_of_the_slide_drops_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_the_mean(x: FloatArray, axis: tuple[int, ...]) -> Standardization:
        mean = center(x, axis).mean
        return Standardization(mean, mean)

    monkeypatch.setattr(image_centering, "normalize", by_the_mean)
    assert EXPERIMENT.fallen(run()) == {"standardised_stds"}


def test_a_mean_over_rows_and_columns_of_each_image_drops_the_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_pixel(x: FloatArray, axis: int | tuple[int, ...] = 0) -> Standardization:
        return center(x, 0)

    assert PER_CHANNEL == (0, 1, 2)
    monkeypatch.setattr(image_centering, "center", by_pixel)
    assert "channel_means" in EXPERIMENT.fallen(run())
