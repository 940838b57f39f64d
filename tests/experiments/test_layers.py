"""Pictures of layers: where labels and ticks stand."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from figgen.experiments.layers import CurveStyle, draw_curves, draw_histogram
from figgen.translation import Translator

EN = Translator("en")


def test_labels_of_curves_that_end_together_do_not_touch() -> None:
    figure = Figure(figsize=(4, 3))
    axes = figure.add_subplot()
    ends = np.array([[1.0], [1.01], [1.02], [9.0]])
    curves = ends * np.array([[10, 5, 1]])
    styles = [CurveStyle(f"curve {i}", "black", "o") for i in range(len(ends))]
    draw_curves(axes, styles, curves, curves, EN)
    boxes = sorted((text.get_window_extent() for text in axes.texts), key=lambda box: float(box.y0))
    assert [text.get_text() for text in axes.texts] == ["curve 0", "curve 1", "curve 2", "curve 3"]
    assert all(low.y1 <= high.y0 for low, high in zip(boxes, boxes[1:], strict=False))


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (-1, 1, ["−1", "0", "1"]),
        (0, 3, ["0", "3"]),
        (-0.9, 0.9, ["−0.8", "0", "0.8"]),
        (-25.8, 25.8, ["−20", "0", "20"]),
    ],
)
def test_histograms_have_few_round_ticks(low: float, high: float, ticks: list[str]) -> None:
    axes = Figure().add_subplot()
    draw_histogram(axes, np.ones(10), np.linspace(low, high, 11), "black", EN)
    assert [label.get_text() for label in axes.get_xticklabels()] == ticks


def test_a_curve_over_many_decades_has_powers_of_ten_for_ticks() -> None:
    axes = Figure(figsize=(4, 3)).add_subplot()
    curve = np.array([[1e-6, 1e5]])
    draw_curves(axes, [CurveStyle("curve", "black", "o")], curve, curve, EN)
    low, high = axes.get_ylim()
    ticks = [tick for tick in axes.get_yticks() if low <= tick <= high]
    assert 3 <= len(ticks) <= 8
    np.testing.assert_allclose(np.log10(ticks), np.round(np.log10(ticks)))
