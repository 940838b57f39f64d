import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from figgen.experiments.graph import canvas, write_pair
from figgen.translation import Translator


@pytest.mark.parametrize("language", ["en", "sk"])
def test_numbers_stand_between_their_brackets(language: str) -> None:
    figure = Figure(figsize=(6, 3), layout="constrained")
    axes, width, height = canvas(figure)
    values = np.array([[-0.25, 1], [10.5, -123]])
    write_pair(axes, (width / 2, height / 2), values, 2 * values, Translator(language))
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    brackets = [line.get_window_extent() for line in axes.lines]
    for number, (left, right) in zip(axes.texts, 4 * [brackets[:2]] + 4 * [brackets[2:]], strict=True):
        box = number.get_window_extent()
        assert left.x0 < box.x0 < box.x1 < right.x1, number.get_text()
        assert left.y0 < box.y0 < box.y1 < left.y1, number.get_text()


def test_the_gradient_stands_below_its_value() -> None:
    axes, width, height = canvas(Figure(figsize=(6, 3)))
    write_pair(axes, (width / 2, height / 2), np.array([1.0, 2]), np.array([3.0, 4]), Translator("en"))
    heights = {text.get_text(): text.get_position()[1] for text in axes.texts}
    assert heights["1"] > heights["2"] > height / 2 > heights["3"] > heights["4"]
