from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from figgen.sim.arrays import FloatArray
from figgen.sim.finite_differences import numerical_gradient


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture
def check_gradients() -> Callable[..., None]:
    """Compare gradients of the scalar f(*arguments) with central differences, one argument after another."""

    def check(
        f: Callable[..., FloatArray], arguments: tuple[FloatArray, ...], gradients: tuple[FloatArray, ...]
    ) -> None:
        for i, (argument, gradient) in enumerate(zip(arguments, gradients, strict=True)):
            before, after = arguments[:i], arguments[i + 1 :]
            expected = numerical_gradient(partial(_with_one_free, f, before, after), argument)
            np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-8)

    return check


def _with_one_free(
    f: Callable[..., FloatArray], before: tuple[Any, ...], after: tuple[Any, ...], value: FloatArray
) -> FloatArray:
    return f(*before, value, *after)
