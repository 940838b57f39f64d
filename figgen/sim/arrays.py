"""The array types that the simulation core speaks of."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
"""float64, or float32 where the caller gave float32."""

IntArray = NDArray[np.integer[Any]]

BoolArray = NDArray[np.bool_]
