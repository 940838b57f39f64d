import math
from collections.abc import Callable

import numpy as np
import pytest

from figgen.errors import ShapeError
from figgen.sim.losses import hinge, mse, softmax_cross_entropy


def test_cross_entropy_of_even_odds_is_the_log_of_the_classes() -> None:
    value, _ = softmax_cross_entropy(np.zeros((7, 10)), np.arange(7))
    assert value == pytest.approx(math.log(10))


def test_cross_entropy_of_two_classes_worked_by_hand() -> None:
    value, gradient = softmax_cross_entropy(np.array([[math.log(3), 0.0]]), np.array([1]))
    assert value == pytest.approx(math.log(4))  # the right class has odds 1 : 3
    np.testing.assert_allclose(gradient, [[0.75, -0.75]])


def test_cross_entropy_of_extreme_logits_is_finite_and_linear() -> None:
    value, gradient = softmax_cross_entropy(np.array([[1e4, -1e4]]), np.array([1]))
    assert value == pytest.approx(2e4)
    np.testing.assert_array_equal(gradient, [[1, -1]])


@pytest.mark.parametrize("replicas", [(), (3,), (2, 3)])
def test_cross_entropy_has_the_gradient_of_finite_differences(
    replicas: tuple[int, ...], rng: np.random.Generator, check_gradients: Callable[..., None]
) -> None:
    logits, labels = rng.normal(size=(*replicas, 5, 4)), rng.integers(4, size=5)
    value, gradient = softmax_cross_entropy(logits, labels)
    assert value.shape == replicas
    check_gradients(lambda a: softmax_cross_entropy(a, labels)[0].sum(), (logits,), (gradient,))


@pytest.mark.parametrize("replicas", [(), (3,)])
def test_mse_has_the_gradient_of_finite_differences(
    replicas: tuple[int, ...], rng: np.random.Generator, check_gradients: Callable[..., None]
) -> None:
    predictions, targets = rng.normal(size=(*replicas, 5, 4)), rng.normal(size=(5, 4))
    value, gradient = mse(predictions, targets)
    assert value.shape == replicas
    check_gradients(lambda a: mse(a, targets)[0].sum(), (predictions,), (gradient,))


def test_mse_worked_by_hand() -> None:
    value, _ = mse(np.array([[1.0, 2.0]]), np.array([[0.0, 4.0]]))
    assert value == 2.5


def test_hinge_of_the_course_notes_example() -> None:
    # CS231n, "Linear classification": scores 13, -7, 11, right class the first, margin 10
    value, gradient = hinge(np.array([[13.0, -7.0, 11.0]]), np.array([0]), margin=10)
    assert value == 8
    np.testing.assert_array_equal(gradient, [[-1, 0, 1]])


@pytest.mark.parametrize("replicas", [(), (3,)])
def test_hinge_has_the_gradient_of_finite_differences(
    replicas: tuple[int, ...], rng: np.random.Generator, check_gradients: Callable[..., None]
) -> None:
    scores, labels = rng.normal(size=(*replicas, 5, 4)), rng.integers(4, size=5)
    value, gradient = hinge(scores, labels)
    assert value.shape == replicas
    check_gradients(lambda a: hinge(a, labels)[0].sum(), (scores,), (gradient,))


def test_losses_keep_float32() -> None:
    x = np.zeros((3, 2), np.float32)
    labels = np.array([0, 1, 0])
    for value, gradient in (softmax_cross_entropy(x, labels), hinge(x, labels), mse(x, x)):
        assert value.dtype == gradient.dtype == np.float32


def test_labels_of_another_batch_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"^softmax_cross_entropy: logits is \(5, 4\), labels is \(6,\);"):
        softmax_cross_entropy(np.zeros((5, 4)), np.zeros(6, int))
    with pytest.raises(ShapeError, match=r"^hinge: scores is \(5, 4\), labels is \(6,\);"):
        hinge(np.zeros((5, 4)), np.zeros(6, int))
    with pytest.raises(ShapeError, match=r"^mse: predictions is \(5, 4\), targets is \(5,\);"):
        mse(np.zeros((5, 4)), np.zeros(5))
