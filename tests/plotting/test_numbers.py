"""Numbers on axes in a language: every kind of axis, every formatter of Matplotlib's, a drawing's choices."""

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import (
    AutoMinorLocator,
    EngFormatter,
    FormatStrFormatter,
    LogFormatterExponent,
    LogFormatterSciNotation,
    PercentFormatter,
    ScalarFormatter,
    StrMethodFormatter,
)

from figgen.experiment import Drawing
from figgen.plotting.export import lay_out, style
from figgen.plotting.numbers import spell
from figgen.translation import Translator
from figgen.translation.notation import notation_of

Plot = Callable[[Figure], None]
HALF = [0, 0.5]


def laid_out(plot: Plot, language: str) -> Figure:
    """Return a figure as it is saved in a language."""
    with style("print"):
        drawing = Drawing(lambda result, figure, tr: plot(figure))
        figure = lay_out(drawing, None, Translator(language), "print").figure
        figure.draw_without_rendering()
    return figure


def ticks(plot: Plot, language: str = "sk") -> list[str]:
    """Return all that is written at the ticks of a figure, and aside for all of them."""
    written = []
    for axis in laid_out(plot, language).findobj(Axis):
        assert isinstance(axis, Axis)
        labels = (*axis.get_ticklabels(), *axis.get_ticklabels(minor=True), axis.get_offset_text())
        written += [label.get_text() for label in labels]
    return [text for text in written if text]


def flat(figure: Figure) -> None:
    figure.subplots().plot(HALF, HALF)


def inset(figure: Figure) -> None:
    figure.subplots().inset_axes((0.5, 0.5, 0.4, 0.4)).plot(HALF, HALF)


def in_subfigures(figure: Figure) -> None:
    grid = figure.add_gridspec(1, 2)
    for column in range(2):
        figure.add_subfigure(grid[column]).subplots().plot(HALF, HALF)


def shared(figure: Figure) -> None:
    for axes in figure.subplots(2, sharex=True, sharey=True):
        axes.plot(HALF)


def twin(figure: Figure) -> None:
    figure.subplots().twinx().plot(HALF, HALF)


def colour_bar(figure: Figure) -> None:
    figure.colorbar(figure.subplots().imshow([HALF]))


def solid(figure: Figure) -> None:
    figure.add_subplot(projection="3d").plot(HALF, HALF, HALF)


def polar(figure: Figure) -> None:
    figure.add_subplot(projection="polar").plot(HALF, HALF)


def secondary(figure: Figure) -> None:
    axes = figure.subplots()
    axes.plot(HALF, HALF)
    axes.secondary_xaxis("top", functions=(np.square, np.sqrt))


def minor(figure: Figure) -> None:
    axes = figure.subplots()
    axes.plot(HALF, HALF)
    axes.xaxis.set_minor_locator(AutoMinorLocator())
    axes.xaxis.set_minor_formatter(ScalarFormatter())


@pytest.mark.parametrize(
    "plot", [flat, inset, in_subfigures, shared, twin, colour_bar, solid, polar, secondary, minor]
)
def test_every_axis_has_decimal_commas(plot: Plot) -> None:
    english, slovak = ticks(plot, "en"), ticks(plot)
    assert any("." in text for text in english)
    assert slovak == [text.replace(".", ",") for text in english]


def test_a_secondary_axis_takes_over_its_parents_scale_and_not_its_english() -> None:
    def plot(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot([0.2, 0.8], [1, 1])
        axes.secondary_xaxis("top", functions=(np.asarray, np.asarray))
        axes.set_xscale("log")

    assert not [text for text in ticks(plot) if "times" in text]
    assert ticks(plot).count(r"$\mathdefault{4\cdot10^{-1}}$") == 2
    assert ticks(plot, "en").count(r"$\mathdefault{4\times10^{-1}}$") == 2


def written(formatter: object, language: str) -> list[str]:
    """Return what stands at 0.5, 1250 and 12500 on an axis whose numbers a formatter writes."""

    def plot(figure: Figure) -> None:
        axes = figure.subplots()
        axes.set(xscale="log", xlim=(0.4, 20000), xticks=[0.5, 1250, 12500], yticks=[])
        axes.minorticks_off()
        axes.xaxis.set_major_formatter(formatter)  # type: ignore[arg-type]

    return ticks(plot, language)


@pytest.mark.parametrize(
    ("formatter", "english", "slovak", "turkish"),
    [
        (EngFormatter("Hz"), "500 mHz|1.25 kHz|12.5 kHz", "500 mHz|1,25 kHz|12,5 kHz", None),
        (EngFormatter(places=1, sep=""), "500.0m|1.2k|12.5k", "500,0m|1,2k|12,5k", None),
        (PercentFormatter(1e4, 1), "0.0%|12.5%|125.0%", "0,0~%|12,5~%|125,0~%", "%0,0|%12,5|%125,0"),
        (PercentFormatter(1e4, 0, " pct"), "0 pct|12 pct|125 pct", "0 pct|12 pct|125 pct", None),
        (
            StrMethodFormatter("{x:,.1f} m"),
            "0.5 m|1,250.0 m|12,500.0 m",
            "0,5 m|1~250,0 m|12~500,0 m",
            "0,5 m|1.250,0 m|12.500,0 m",
        ),
        (
            StrMethodFormatter("{x:.0%}"),
            "50%|125000%|1250000%",
            "50~%|125000~%|1250000~%",
            "%50|%125000|%1250000",
        ),
        (FormatStrFormatter("%.2f"), "0.50|1250.00|12500.00", "0,50|1250,00|12500,00", None),
        (
            LogFormatterSciNotation(10, False, (9, 9)),
            r"$\mathdefault{5\times10^{-1}}$|$\mathdefault{1.25\times10^{3}}$|$\mathdefault{1.25\times10^{4}}$",
            r"$\mathdefault{5\cdot10^{-1}}$|$\mathdefault{1{,}25\cdot10^{3}}$|$\mathdefault{1{,}25\cdot10^{4}}$",
            r"$\mathdefault{5\times10^{-1}}$|$\mathdefault{1{,}25\times10^{3}}$|$\mathdefault{1{,}25\times10^{4}}$",
        ),
        (LogFormatterExponent(10, False, (9, 9)), "−0.3|3.1|4.1", "−0,3|3,1|4,1", None),
    ],
)
def test_a_formatter_of_matplotlibs_stays_and_is_in_the_language(
    formatter: object, english: str, slovak: str, turkish: str | None
) -> None:
    for language, expected in (("en", english), ("sk", slovak), ("tr", turkish or slovak)):
        assert "|".join(written(formatter, language)).replace("\u00a0", "~") == expected


def test_a_formatter_serves_one_language_after_the_other() -> None:
    formatter = StrMethodFormatter("{x:,.1f}")
    assert [written(formatter, language)[1] for language in ("tr", "en", "pl", "de-CH", "tr")] == [
        "1.250,0",
        "1,250.0",
        "1250,0",
        "1'250.0",
        "1.250,0",
    ]


def test_what_a_drawing_writes_itself_is_left() -> None:
    assert written(lambda x, pos: f"v{x:.1f}", "sk") == ["v0.5", "v1250.0", "v12500.0"]

    def plot(figure: Figure) -> None:
        axes = figure.subplots()
        axes.set_xticks([0, 1], ["0.5 or so", "1.0"])
        axes.set_yticks([])

    assert ticks(plot) == ["0.5 or so", "1.0"]


def test_what_a_drawing_chose_for_its_ticks_holds() -> None:
    def plot(figure: Figure, *, math: bool) -> None:
        axes = figure.subplots()
        axes.set(xlim=(1e6, 1e6 + 1), xticks=[1e6 + 0.25], ylim=(0, 1e-5), yticks=[5e-6])
        axes.ticklabel_format(axis="x", style="plain", useOffset=False)
        axes.ticklabel_format(axis="y", style="sci", scilimits=(0, 0), useMathText=math)

    assert ticks(lambda figure: plot(figure, math=False)) == ["1000000,25", "5", "1e−6"]
    assert ticks(lambda figure: plot(figure, math=True)) == [
        "1000000,25",
        r"$\mathdefault{5}$",
        r"$\cdot\mathdefault{10^{−6}}\mathdefault{}$",
    ]


def test_an_offset_that_is_added_has_a_comma() -> None:
    def plot(figure: Figure) -> None:
        figure.subplots().plot([0, 1], [1.23456, 1.23457])

    assert "1e−5+1.23456" in ticks(plot, "en")
    assert "1e−5+1,23456" in ticks(plot)


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("1,234,567.25", "1.234.567,25"),
        ("−1,797", "−1.797"),
        ("1797.5", "1797,5"),
        ("(0.5, 1.5)", "(0,5, 1,5)"),
        ("1.2.3", "1.2.3"),
        ("v1.5", "v1.5"),
        ("12 %", "%12"),
        ("$1,250.5$", "$1.250{,}5$"),
        (r"$\mathdefault{50\%}$", r"$\mathdefault{\%50}$"),
        ("π/2", "π/2"),
    ],
)
def test_only_numbers_are_spelled(text: str, spelled: str) -> None:
    assert spell(text, notation_of("tr")) == spelled


def test_spaces_between_digits_are_seen_in_formulas() -> None:
    assert spell("$12,345$ and 12,345", notation_of("sk")) == "$12\\,345$ and 12\u00a0345"


@pytest.mark.parametrize("language", ["en", "en-GB", "he"])
def test_where_numbers_are_english_matplotlib_writes_them(language: str) -> None:
    formatter = laid_out(flat, language).axes[0].xaxis.get_major_formatter()
    assert type(formatter) is ScalarFormatter
