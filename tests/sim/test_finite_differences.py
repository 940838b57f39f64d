import numpy as np

from figgen.sim.finite_differences import numerical_gradient


def test_a_quadratic_form_has_its_exact_gradient() -> None:
    x = np.array([[1.0, -2.0], [3.0, 0.5]])
    np.testing.assert_allclose(numerical_gradient(lambda a: (a**2).sum(), x), 2 * x, rtol=1e-9)
