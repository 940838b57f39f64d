"""Data to learn from: the handwritten digits that figgen ships, and clouds of points in the plane."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from figgen.sim.arrays import FloatArray, IntArray

_ASSETS = Path(__file__).parent / "assets"


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


def split_digits(rng: np.random.Generator, train_samples: int = 1400) -> Split:
    """Split the digits at random, centre each pixel, and divide all by one standard deviation.

    Mean image and standard deviation are those of the training data, for the test data too.

    Args:
        rng: Chooses the training samples.
        train_samples: Their number; the rest of the 1797 is for the test.

    Returns:
        The split; images (N, 64), float32.
    """
    images, labels = digits()
    order = rng.permutation(len(images))
    images, labels = images[order], labels[order]
    centred = images - images[:train_samples].mean(axis=0)
    x = centred / centred[:train_samples].std()
    return Split(x[:train_samples], labels[:train_samples], x[train_samples:], labels[train_samples:])


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
