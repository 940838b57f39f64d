import re

import numpy as np
import pytest

from figgen.errors import ShapeError
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.softmax_regression import SoftmaxRegression, descend, loss_increase, second_moments


def draw_task(rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Draw three overlapping classes far from the origin, (60, 3)."""
    labels = np.repeat(np.arange(3), 20)
    return np.array([5.0, -2.0, 3.0]) + rng.standard_normal((60, 3)) + np.eye(3)[labels], labels


def gradient(theta: FloatArray, x: FloatArray, labels: IntArray) -> FloatArray:
    """Return the loss's gradient with respect to W over b, (D + 1, C), from its definition."""
    extended = np.column_stack([x, np.ones(len(x))])
    slope: FloatArray = extended.T @ softmax_cross_entropy(extended @ theta, labels)[1]
    return slope


def test_descent_never_raises_the_loss_and_tends_to_where_the_gradient_is_zero(
    rng: np.random.Generator,
) -> None:
    x, labels = draw_task(rng)
    trained, losses = descend(x[np.newaxis] - x.mean(axis=0), labels, 3000)
    assert losses.shape == (3001, 1)
    np.testing.assert_allclose(losses[0], np.log(3))
    assert (np.diff(losses, axis=0) <= 1e-12).all()
    np.testing.assert_allclose(losses[-1], trained.loss(x - x.mean(axis=0), labels))
    slope = gradient(np.concatenate([trained.W[0], trained.b]), x - x.mean(axis=0), labels)
    np.testing.assert_allclose(slope, 0, atol=1e-6)


def test_replicas_descend_as_each_would_alone(rng: np.random.Generator) -> None:
    x, labels = draw_task(rng)
    both = np.stack([x, 3 * x - 1])
    together, losses = descend(both, labels, 10)
    for i in range(2):
        alone, own_losses = descend(both[i : i + 1], labels, 10)
        np.testing.assert_allclose(together.W[i], alone.W[0])
        np.testing.assert_allclose(together.b[i], alone.b[0])
        np.testing.assert_allclose(losses[:, i], own_losses[:, 0])


def test_the_hessian_at_the_start_has_the_condition_number_of_the_second_moments(
    rng: np.random.Generator,
) -> None:
    """By finite differences of the gradient at 0, over the eigenvalues that are not zero."""
    x, labels = draw_task(rng)
    steps = 1e-5 * np.eye(12).reshape(12, 4, 3)
    hessian = [(gradient(s, x, labels) - gradient(-s, x, labels)).ravel() / 2e-5 for s in steps]
    eigenvalues = np.linalg.eigvalsh(hessian)[4:]  # softmax ignores what is added to all classes
    moments = np.linalg.eigvalsh(second_moments(x))
    np.testing.assert_allclose(eigenvalues, np.repeat(moments, 2) / 3, rtol=1e-4)


def test_a_small_change_raises_the_loss_by_its_second_order_term(rng: np.random.Generator) -> None:
    """½ s² Σ W_jc² E[x_j² p_c (1 − p_c)]: the softmax's Hessian, with independent changes of each weight."""
    x, labels = draw_task(rng)
    W, b = rng.standard_normal((3, 3)), rng.standard_normal(3)
    noise, sizes = rng.standard_normal((30_000, 3, 3)), np.array([0.001, 0.003])
    scores = np.exp(x @ W + b)
    p = scores / scores.sum(axis=1, keepdims=True)
    curvature = np.sum(W**2 * ((x**2).T @ (p * (1 - p)) / len(x)))
    increase = loss_increase(SoftmaxRegression(W, b), x, labels, noise, sizes)
    np.testing.assert_allclose(increase, 0.5 * sizes**2 * curvature, rtol=0.03)


def test_labels_for_other_samples_are_refused() -> None:
    message = "descend: x is (1, 4, 2), labels is (3,); needed are x (..., R, N, D), labels (..., N)"
    with pytest.raises(ShapeError, match=f"^{re.escape(message)}$"):
        descend(np.ones((1, 4, 2)), np.zeros(3, dtype=int), 1)
