import numpy as np
from matplotlib.figure import Figure

from figgen.plotting.replicas import draw_replicas, tick_percent
from figgen.translation import Translator


def test_the_line_is_the_replicas_mean_and_the_band_their_range() -> None:
    axes = Figure().subplots()
    values = np.array([[1.0, 2.0, 6.0], [0.0, 1.0, 2.0]])  # two points, three replicas
    draw_replicas(axes, np.array([0.0, 1.0]), values, colour="#000000", marker="o")
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [3, 1])
    corners = np.asarray(axes.collections[0].get_paths()[0].vertices).tolist()
    assert {tuple(corner) for corner in corners} == {(0, 1), (0, 6), (1, 0), (1, 2)}


def test_shares_are_written_as_percentages_of_the_language() -> None:
    axes = Figure().subplots()
    tick_percent(axes, (0.0, 0.5), Translator("sk"))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["0\u00a0%", "50\u00a0%"]
