import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figgen.plotting.replicas import draw_band, draw_replicas

VALUES = np.array([[1.0, 0.0], [2.0, 1.0], [6.0, 2.0]])  # three replicas at two points


def band(axes: Axes) -> set[tuple[float, float]]:
    """Return the corners of the only band in some axes."""
    corners = np.asarray(axes.collections[0].get_paths()[0].vertices).tolist()
    return {(x, y) for x, y in corners}


def test_the_line_is_the_replicas_mean_and_the_band_their_range() -> None:
    axes = Figure().subplots()
    draw_replicas(axes, (0, 1), VALUES, colour="#000000", marker="o")
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [3, 1])
    assert axes.lines[0].get_marker() == "o"
    assert band(axes) == {(0, 1), (0, 6), (1, 0), (1, 2)}


def test_the_line_may_be_the_replicas_median() -> None:
    axes = Figure().subplots()
    draw_replicas(axes, (0, 1), VALUES, colour="#000000", centre=np.median)
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [2, 1])


def test_a_band_has_its_colour_but_is_pale_and_has_no_edge() -> None:
    axes = Figure().subplots()
    draw_band(axes, (0, 1), np.array([0, 1]), np.array([2, 3]), "#ff0000")
    assert band(axes) == {(0, 0), (0, 2), (1, 1), (1, 3)}
    np.testing.assert_array_equal(axes.collections[0].get_facecolor(), [[1, 0, 0, 0.2]])
    assert axes.collections[0].get_linewidth() == [0]
