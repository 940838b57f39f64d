import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
from tiny_cifar10 import pickled, write_cifar10

import figgen.sim
from figgen.errors import FiggenError
from figgen.sim.data import blobs, cifar10, digits, natural_patches, spiral, split_digits

ASSETS = Path(figgen.sim.__file__).parent / "assets"


@pytest.mark.parametrize("name", ["digits.npz", "photograph.npz"])
def test_shipped_data_are_the_bytes_whose_hash_the_readme_gives(name: str) -> None:
    sha256 = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()
    assert sha256 in (ASSETS / "README.md").read_text(encoding="utf-8")


def test_digits_have_the_shapes_and_levels_of_the_data_set() -> None:
    images, labels = digits()
    assert images.shape == (1797, 64)
    assert labels.shape == (1797,)
    assert (images.min(), images.max()) == (0, 16)
    np.testing.assert_array_equal(np.bincount(labels), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])


def test_split_is_centred_by_pixel_and_scaled_by_one_number(rng: np.random.Generator) -> None:
    split = split_digits(rng)
    assert split.x_train.shape == (1400, 64)
    assert split.x_test.shape == (397, 64)
    np.testing.assert_allclose(split.x_train.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(split.x_train.std(), 1, rtol=1e-5)
    assert np.ptp(split.x_train.std(axis=0)) > 1  # pixels keep their own scales
    assert split.x_train.dtype == np.float32


def test_split_applies_the_training_statistics_to_the_test_data(rng: np.random.Generator) -> None:
    split = split_digits(rng)
    images, labels = digits()
    x = np.concatenate([split.x_train, split.x_test])
    shades = np.ptp(images, axis=0) / np.ptp(x, axis=0).clip(1e-9)
    np.testing.assert_allclose(shades[shades > 0], shades.max(), rtol=1e-4)  # one factor for all pixels
    assert abs(split.x_test.mean(axis=0)).max() > 0.01
    both = np.concatenate([split.labels_train, split.labels_test])
    np.testing.assert_array_equal(np.bincount(both), np.bincount(labels))


def test_a_raw_split_is_the_same_images_with_levels_from_0_to_1() -> None:
    raw, split = (split_digits(np.random.default_rng(0), raw=raw) for raw in (True, False))
    np.testing.assert_array_equal(raw.labels_test, split.labels_test)
    assert (raw.x_train.min(), raw.x_train.max()) == (0, 1)
    assert raw.x_train.dtype == np.float32
    centred = raw.x_train - raw.x_train.mean(axis=0)
    np.testing.assert_allclose(centred / centred.std(), split.x_train, atol=1e-5)


def test_spiral_arms_start_in_the_middle_and_end_on_the_circle(rng: np.random.Generator) -> None:
    points, labels = spiral(rng, samples=50, classes=3)
    radius = np.linalg.norm(points, axis=1).reshape(3, 50)
    np.testing.assert_allclose(radius, np.tile(np.linspace(0, 1, 50), (3, 1)), atol=1e-12)
    np.testing.assert_array_equal(np.bincount(labels), [50, 50, 50])


def test_blobs_lie_around_their_centres(rng: np.random.Generator) -> None:
    centres = np.array([[0.0, 10.0, 0.0], [5.0, 0.0, 0.0]])
    points, labels = blobs(rng, centres, samples=2000, std=2)
    for label, centre in enumerate(centres):
        np.testing.assert_allclose(points[labels == label].mean(axis=0), centre, atol=0.2)
        np.testing.assert_allclose(points[labels == label].std(axis=0), 2, rtol=0.1)


def test_patches_are_pieces_of_the_photograph_in_colour(rng: np.random.Generator) -> None:
    patches = natural_patches(rng, 20, size=8)
    assert patches.shape == (20, 8, 8, 3)
    assert patches.dtype == np.float64
    with np.load(ASSETS / "photograph.npz") as stored:
        photograph = stored["pixels"]
    corner = np.argwhere((photograph == patches[0, 0, 0]).all(axis=-1))
    assert any(np.array_equal(photograph[i : i + 8, j : j + 8], patches[0]) for i, j in corner)
    across, all_over = abs(np.diff(patches, axis=1)).mean(), patches.std()
    assert across < all_over / 3  # neighbours are alike, as in any photograph


def test_cifar10_is_read_as_it_is_written(tmp_path: Path, rng: np.random.Generator) -> None:
    written = write_cifar10(tmp_path, rng)
    images, labels = cifar10(tmp_path)
    np.testing.assert_array_equal(images, written)
    np.testing.assert_array_equal(labels, [1, 0, 2, 0, 3, 0, 4, 0, 5, 0])


def test_cifar10_that_is_not_there_says_which_file_is_wanted(tmp_path: Path) -> None:
    message = (
        f"cannot read CIFAR-10's {tmp_path / 'data_batch_1'}: No such file or directory; give the folder"
    )
    with pytest.raises(FiggenError, match=f"^{re.escape(message)}"):
        cifar10(tmp_path)


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    write_cifar10(tmp_path, rng)
    (tmp_path / "data_batch_3").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(
        FiggenError, match=r"data_batch_3 is not a batch of CIFAR-10 \(os.system is no part of an"
    ):
        cifar10(tmp_path)


def test_a_batch_of_another_shape_is_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    write_cifar10(tmp_path, rng)
    content = {b"labels": [1], b"data": np.zeros((1, 784), np.uint8)}
    (tmp_path / "data_batch_2").write_bytes(pickled(content))
    with pytest.raises(
        FiggenError, match=r"data_batch_2 is not a batch of CIFAR-10 \(data is uint8 \(1, 784\)"
    ):
        cifar10(tmp_path)
