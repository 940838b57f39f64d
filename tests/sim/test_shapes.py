import re

import numpy as np
import pytest

from figgen.errors import ShapeError
from figgen.sim.shapes import check_shapes


def test_matching_axes_pass_whatever_the_replicas() -> None:
    check_shapes("linear", x=(np.zeros((5, 3)), "N D"), W=(np.zeros((7, 3, 2)), "D H"))


@pytest.mark.parametrize(("x", "W"), [((5, 4), (3, 2)), ((3,), (3, 2)), ((5, 3), ())])
def test_sizes_that_differ_and_axes_that_lack_are_refused(x: tuple[int, ...], W: tuple[int, ...]) -> None:
    message = f"linear: x is {x}, W is {W}; needed are x (..., N, D), W (..., D, H)"
    with pytest.raises(ShapeError, match=f"^{re.escape(message)}$"):
        check_shapes("linear", x=(np.zeros(x), "N D"), W=(np.zeros(W), "D H"))
