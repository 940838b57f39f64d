import numpy as np
import pytest
from matplotlib.figure import Figure

from figgen.plotting.labels import headline, write_beside


def test_a_headline_begins_at_the_left_edge_of_the_figure() -> None:
    figure = Figure()
    figure.subplots(1, 2)
    headline(figure, "Small weights die")
    (title,) = figure.texts
    assert figure.get_suptitle() == "Small weights die"
    figure.canvas.draw()
    assert title.get_window_extent().x0 == pytest.approx(0.01 * figure.bbox.width, abs=1)


@pytest.mark.parametrize("size", [8.0, 18.0])
def test_a_label_keeps_its_distance_from_its_point_in_font_sizes(size: float) -> None:
    figure = Figure(dpi=72)  # a pixel is a point
    axes = figure.subplots()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    write_beside(axes, "here", np.array([0.5, 0.5]), (2, -1), color="red", va="bottom", fontsize=size)
    (text,) = axes.texts
    figure.canvas.draw()
    corner, point = text.get_window_extent().min, axes.transData.transform((0.5, 0.5))
    np.testing.assert_allclose(corner - point, (2 * size, -size), atol=1)  # of a pixel
    assert (text.get_text(), text.get_color()) == ("here", "red")
