"""Data to learn from: digits and a photograph that figgen ships, CIFAR-10, clouds of points in the plane."""

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from figgen.errors import FiggenError
from figgen.sim.arrays import FloatArray, IntArray

_ASSETS = Path(__file__).parent / "assets"
_WHITE = 16  # the digits' highest grey level
_CIFAR10_FILES = ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5")


@dataclass(frozen=True, slots=True)
class Split:
    """Data to train on, and data to test on."""

    x_train: FloatArray
    labels_train: IntArray
    x_test: FloatArray
    labels_test: IntArray


def digits() -> tuple[FloatArray, IntArray]:
    """Load the handwritten digits: images of 8 × 8 grey levels from 0 to 16, (1797, 64), and labels, (1797,).

    Reference:
        Alpaydin & Kaynak 1998, UCI Machine Learning Repository, CC BY 4.0; see assets/README.md.
    """
    with np.load(_ASSETS / "digits.npz", allow_pickle=False) as stored:
        return stored["images"].astype(np.float32), stored["labels"].astype(np.int64)


def split_digits(rng: np.random.Generator, train_samples: int = 1400, *, raw: bool = False) -> Split:
    """Split the digits at random, centre each pixel, and divide all by one standard deviation.

    Mean image and standard deviation are those of the training data, for the test data too.

    Args:
        rng: Chooses the training samples.
        train_samples: Their number; the rest of the 1797 is for the test.
        raw: Whether to leave the grey levels uncentred, all positive, from 0 to 1.

    Returns:
        The split; images (N, 64), float32.
    """
    images, labels = digits()
    order = rng.permutation(len(images))
    images, labels = images[order], labels[order]
    x = images / _WHITE if raw else _standardize(images, train_samples)
    return Split(x[:train_samples], labels[:train_samples], x[train_samples:], labels[train_samples:])


def _standardize(images: FloatArray, train_samples: int) -> FloatArray:
    centred = images - images[:train_samples].mean(axis=0)
    standardized: FloatArray = centred / centred[:train_samples].std()
    return standardized


def natural_patches(rng: np.random.Generator, count: int, size: int = 32) -> FloatArray:
    """Cut square patches out of a photograph, at random places.

    Args:
        rng: Chooses the places.
        count: Number of patches.
        size: Their side in pixels, at most 256.

    Returns:
        Levels of red, green and blue from 0 to 255, (count, size, size, 3).

    Reference:
        The portrait of Grace Hopper in Matplotlib's sample data, public domain; see assets/README.md.
    """
    with np.load(_ASSETS / "photograph.npz", allow_pickle=False) as stored:
        photograph = stored["pixels"]
    windows = np.lib.stride_tricks.sliding_window_view(photograph, (size, size), axis=(0, 1))
    rows, columns = (rng.integers(places, size=count) for places in windows.shape[:2])
    return windows[rows, columns].transpose(0, 2, 3, 1).astype(np.float64)


def cifar10(folder: str | Path) -> tuple[FloatArray, IntArray]:
    """Read CIFAR-10's training images from its official "python version", unpacked.

    Args:
        folder: Where `data_batch_1` to `data_batch_5` lie.

    Returns:
        Levels of red, green and blue from 0 to 255, (N, 32, 32, 3), and labels from 0 to 9, (N,).

    Raises:
        FiggenError: A file is missing, or is not as the data set's page describes it.

    Reference:
        Krizhevsky 2009, "Learning multiple layers of features from tiny images".
    """
    batches = [_read_cifar10(Path(folder) / name) for name in _CIFAR10_FILES]
    rows = np.concatenate([pixels for pixels, _ in batches])
    images = rows.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)  # a row holds three planes, one a colour
    return images.astype(np.float64), np.concatenate([labels for _, labels in batches])


class _ArraysOnly(pickle.Unpickler):
    """Unpickles NumPy arrays and plain values: a file of another kind must not run code."""

    _ALLOWED = frozenset({"_reconstruct", "ndarray", "dtype"})

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] != "numpy" or name not in self._ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of an array")
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)  # renamed in NumPy 2


def _read_cifar10(path: Path) -> tuple[FloatArray, IntArray]:
    """Return the rows of pixels, (N, 3072), and the labels, (N,), of one file."""
    hint = "give the folder of the unpacked cifar-10-python.tar.gz"
    try:
        with path.open("rb") as file:
            content = _unpickle(file)
        pixels, labels = np.asarray(content[b"data"]), np.asarray(content[b"labels"])
        if pixels.shape != (len(labels), 3 * 32 * 32) or pixels.dtype != np.uint8:
            raise ValueError(f"data is {pixels.dtype} {pixels.shape} for {len(labels)} labels")
    except OSError as error:
        raise FiggenError(f"cannot read CIFAR-10's {path}: {error.strerror}; {hint}") from error
    except (pickle.UnpicklingError, EOFError, LookupError, TypeError, ValueError) as error:
        raise FiggenError(f"{path} is not a batch of CIFAR-10 ({error}); {hint}") from error
    return pixels, labels


def _unpickle(file: BinaryIO) -> Any:
    return _ArraysOnly(file, encoding="bytes").load()  # written by Python 2


def spiral(
    rng: np.random.Generator, samples: int = 100, classes: int = 3, noise: float = 0.2
) -> tuple[FloatArray, IntArray]:
    """Draw classes as the interleaved arms of a spiral, which no linear classifier can separate.

    Args:
        rng: Draws the noise.
        samples: Points an arm.
        classes: Arms.
        noise: Standard deviation of the angle, in radians.

    Returns:
        Points within the unit disc, (classes·samples, 2), and labels, (classes·samples,).

    Reference:
        CS231n notes, "Putting it together: minimal neural network case study".
    """
    labels = np.repeat(np.arange(classes), samples)
    radius = np.tile(np.linspace(0, 1, samples), classes)
    angle = 4 * (labels + radius) + noise * rng.standard_normal(classes * samples)
    return radius[:, np.newaxis] * np.stack([np.sin(angle), np.cos(angle)], axis=1), labels


def blobs(
    rng: np.random.Generator, centres: FloatArray, samples: int = 100, std: float = 1
) -> tuple[FloatArray, IntArray]:
    """Draw round Gaussian clouds.

    Args:
        rng: Draws the points.
        centres: One a class, (C, D).
        samples: Points a class.
        std: Standard deviation along each axis.

    Returns:
        Points, (C·samples, D), and labels, (C·samples,).
    """
    labels = np.repeat(np.arange(len(centres)), samples)
    return centres[labels] + std * rng.standard_normal((len(labels), centres.shape[1])), labels
