"""A CIFAR-10 of ten images, written as the official "python version" is."""

import pickle
from pathlib import Path

import numpy as np

from figgen.sim.arrays import FloatArray


def pickled(content: object) -> bytes:
    """Pickle as the official files are, which speak of NumPy's modules by their old names."""
    return pickle.dumps(content, protocol=3).replace(b"numpy._core", b"numpy.core")


def write_cifar10(folder: Path, rng: np.random.Generator) -> FloatArray:
    """Write a small data set as the official one is: five pickles of planes of colour. Return its images."""
    images = rng.integers(256, size=(5, 2, 32, 32, 3), dtype=np.uint8)
    for number, batch in enumerate(images, start=1):
        rows = batch.transpose(0, 3, 1, 2).reshape(2, -1)
        content = {
            b"batch_label": b"training",
            b"labels": [number, 0],
            b"data": rows,
            b"filenames": [b"a", b"b"],
        }
        (folder / f"data_batch_{number}").write_bytes(pickled(content))
    return images.reshape(-1, 32, 32, 3).astype(np.float64)
