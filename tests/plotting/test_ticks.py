import numpy as np
from matplotlib.figure import Figure

from figgen.plotting.ticks import FIFTHS, name_rows, write_ticks
from figgen.translation import Translator


def test_ticks_are_written_in_the_readers_language() -> None:
    axes, tr = Figure().subplots(), Translator("sk")
    write_ticks(axes.yaxis, FIFTHS[:3], tr.percent)
    write_ticks(axes.xaxis, np.array([0.5, 1]), tr.number)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["0\u00a0%", "20\u00a0%", "40\u00a0%"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0,5", "1"]


def test_there_are_no_ticks_but_those_asked_for() -> None:
    axes = Figure().subplots()
    axes.set(yscale="log", ylim=(1, 1000))
    assert len(axes.get_yticks(minor=True)) > 0
    write_ticks(axes.yaxis, (1, 30), str)
    assert (axes.get_yticks().tolist(), axes.get_yticks(minor=True).tolist()) == ([1, 30], [])


def test_rows_are_named_from_the_top() -> None:
    axes = Figure().subplots()
    axes.barh([0, 1], [2, 3])
    name_rows(axes, [0, 1], ("first", "second"))
    figure = axes.figure
    figure.canvas.draw()
    first, second = axes.get_yticklabels()
    assert (first.get_text(), second.get_text()) == ("first", "second")
    assert axes.transData.transform((0, 0))[1] > axes.transData.transform((0, 1))[1]
