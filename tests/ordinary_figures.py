"""Ordinary figures of all sorts, as lecturers draw them: nothing is wrong with any."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
from matplotlib import patheffects
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

X = np.linspace(0, 10, 101)


def minutes(time: Any) -> Any:
    return time / 60


def seconds(time: Any) -> Any:
    return time * 60


def random() -> np.random.Generator:
    return np.random.default_rng(0)


def lines_with_a_legend(figure: Figure) -> None:
    axes = figure.subplots()
    for phase in range(5):
        axes.plot(X, np.sin(X + phase), label=f"phase {phase}")
    axes.legend(loc="center", frameon=True)
    axes.set(title="A legend over its lines", xlabel="time [s]", ylabel="voltage [V]")


def twin_axes(figure: Figure) -> None:
    axes = figure.subplots()
    axes.plot(X, X**2)
    axes.set(xlabel="time [s]", ylabel="distance [m]", title="Two scales")
    other = axes.twinx()
    other.plot(X, np.exp(X), color="C1")
    other.set_ylabel("force [N]", color="C1")
    other.tick_params(axis="y", colors="C1")
    axes.secondary_xaxis("top", functions=(minutes, seconds)).set_xlabel("time [min]")


def a_mesh_with_a_colour_bar(figure: Figure) -> None:
    axes = figure.subplots()
    mesh = axes.pcolormesh(X, X, np.outer(np.sin(X), np.cos(X)), shading="nearest", rasterized=True)
    figure.colorbar(mesh, label="height [m]")
    axes.set(xlabel="x [m]", ylabel="y [m]")


def insets(figure: Figure) -> None:
    axes = figure.subplots()
    axes.plot(X, np.sin(X**2))
    axes.set(xlabel="x", ylabel="f(x)", ylim=(-1.2, 6))
    inset = axes.inset_axes((0.55, 0.55, 0.4, 0.4))
    inset.plot(X, np.sin(X**2))
    inset.set(xlim=(0, 1), ylim=(-0.2, 1))
    axes.indicate_inset_zoom(inset)


def a_surface(figure: Figure) -> None:
    axes = figure.add_subplot(projection="3d")
    x, y = np.meshgrid(X, X)
    axes.plot_surface(x, y, np.sin(x) * y)
    axes.set(xlabel="x", ylabel="y", zlabel="z")


def a_cloud_in_space(figure: Figure) -> None:
    axes = figure.add_subplot(projection="3d")
    axes.scatter(*random().normal(size=(3, 100)))
    axes.set(xlabel="length", ylabel="width", zlabel="height")


def a_polar_plot(figure: Figure) -> None:
    axes = figure.add_subplot(projection="polar")
    axes.plot(X, X)
    axes.set_title("A spiral")


def arrows_to_notes(figure: Figure) -> None:
    axes = figure.subplots()
    axes.plot(X, np.sin(X))
    for place, text in ((1.57, "a maximum"), (4.71, "a minimum")):
        axes.annotate(text, (place, np.sin(place)), (8, place / 2 + 1), arrowprops={"arrowstyle": "->"})
    axes.annotate("elsewhere", (20, 20), annotation_clip=True)
    axes.set(xlabel="x", ylabel="sin x", ylim=(-1.2, 4))


def a_photograph(figure: Figure) -> None:
    axes = figure.subplots()
    axes.imshow(random().random((20, 30, 3)))
    axes.set_title("Noise")


def photographs_without_ticks(figure: Figure) -> None:
    for number, axes in enumerate(figure.subplots(2, 5).flat):
        axes.imshow(random().random((8, 8)), cmap="gray")
        axes.set_axis_off()
        axes.set_title(f"digit {number}")


def a_confusion_matrix(figure: Figure) -> None:
    axes = figure.subplots()
    shares = np.eye(4) * 0.8 + 0.05
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(4, 4):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, f"{shares[row, column]:.2f}", ha="center", va="center", color=colour)
    names = ["cat", "dog", "cow", "hen"]
    axes.set(xticks=range(4), xticklabels=names, yticks=range(4), yticklabels=names)
    axes.set(xlabel="predicted", ylabel="true")


def numbers_on_a_rasterized_mesh(figure: Figure) -> None:
    axes = figure.subplots()
    axes.pcolormesh(np.zeros((3, 3)), cmap="gray", vmin=0, vmax=1, rasterized=True)
    for row, column in np.ndindex(3, 3):
        axes.text(column + 0.5, row + 0.5, "0.0", ha="center", va="center", color="white")
    axes.set(xlabel="column", ylabel="row")


def outlined_text_on_a_picture(figure: Figure) -> None:
    axes = figure.subplots()
    axes.imshow(random().random((20, 30)))
    outline = [patheffects.withStroke(linewidth=2, foreground="black")]
    axes.text(15, 10, "a place", color="white", path_effects=outline, ha="center")


def bars_with_their_values(figure: Figure) -> None:
    axes = figure.subplots()
    bars = axes.bar(["spring", "summer", "autumn", "winter"], [3, 5, 2, 4], color="tab:blue")
    axes.bar_label(bars)
    axes.bar_label(bars, labels=["a", "b", "c", "d"], label_type="center", color="white")
    axes.set_ylabel("visitors")


def long_names_at_an_angle(figure: Figure) -> None:
    axes = figure.subplots()
    names = [f"a rather long name {number}" for number in range(12)]
    axes.bar(names, range(12))
    axes.tick_params(axis="x", rotation=45)
    for label in axes.get_xticklabels():
        label.set(ha="right", rotation_mode="anchor")
    axes.set_ylabel("number")


def dates(figure: Figure) -> None:
    axes = figure.subplots()
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(100)]
    axes.plot(days, np.cumsum(random().normal(size=100)))  # type: ignore[arg-type]
    figure.autofmt_xdate()
    axes.set_ylabel("rate [%]")


def panels_with_shared_axes(figure: Figure) -> None:
    panels = figure.subplots(2, 3, sharex=True, sharey=True)
    for number, axes in enumerate(panels.flat):
        axes.hist(random().normal(number, 1, 200), bins=20)
        axes.set_title(f"sample {number}")
    figure.supxlabel("value")
    figure.supylabel("how many")


def a_pie(figure: Figure) -> None:
    figure.subplots().pie([3, 2, 1], labels=["bread", "butter", "jam"], autopct="%d%%")


def logarithmic_axes(figure: Figure) -> None:
    axes = figure.subplots()
    axes.loglog(X[1:], X[1:] ** 3)
    axes.grid(which="both", alpha=0.3)
    axes.set(xlabel="size $n$", ylabel=r"time $\tau$ [s]", title="$O(n^3)$")


def huge_numbers(figure: Figure) -> None:
    axes = figure.subplots()
    axes.plot(X * 1e6, 1e9 + X)
    axes.set(title="An offset beside the title", xlabel="Reynolds number", ylabel="energy [J]")


def a_schema(figure: Figure) -> None:
    axes = figure.subplots()
    axes.set(xlim=(0, 10), ylim=(0, 4), aspect="equal")
    axes.set_axis_off()
    for number, name in enumerate(("source", "filter", "sink")):
        axes.add_patch(Rectangle((0.3 + 3.5 * number, 1), 2, 2, facecolor="#DDEEFF", edgecolor="black"))
        axes.text(1.3 + 3.5 * number, 2, name, ha="center", va="center")
    axes.add_patch(FancyArrowPatch((2.3, 2), (3.8, 2), arrowstyle="->", mutation_scale=10))
    axes.add_patch(Circle((9.8, 0.2), 0.1))


def ticks_at_symbols(figure: Figure) -> None:
    axes = figure.subplots()
    axes.plot(X, np.cos(X))
    axes.set_xticks([0, np.pi, 2 * np.pi], ["0", r"$\pi$", r"$2\pi$"])
    axes.spines[["left", "bottom"]].set_position("zero")
    axes.set_yticks([-1, 1])
    axes.set_ylabel("cos", loc="top")


def names_of_lines_in_their_colours(figure: Figure) -> None:
    axes = figure.subplots()
    for number in range(10):
        (line,) = axes.plot(X, X * (number + 1), color=f"C{number}" if number != 8 else "tab:olive")
        axes.text(10.1, 10 * (number + 1), f"slope {number + 1}", color=line.get_color(), va="center")
    axes.set(xlabel="x", ylabel="y")


def text_along_a_line(figure: Figure) -> None:
    axes = figure.subplots()
    for shift in range(4):
        axes.plot(X, X + shift)
        axes.text(4, 4.5 + shift, f"along the line {shift}", rotation=45, transform_rotates_text=True)
    axes.set(xlabel="x", ylabel="y")


def a_table(figure: Figure) -> None:
    axes = figure.subplots()
    axes.set_axis_off()
    axes.table([["1", "2"], ["3", "4"]], colLabels=["a", "b"], rowLabels=["c", "d"], loc="center").scale(
        1, 1.5
    )


def boxes_and_violins(figure: Figure) -> None:
    left, right = figure.subplots(1, 2)
    left.boxplot(random().normal(size=(50, 3)), tick_labels=["low", "mean", "high"])
    right.violinplot(random().normal(size=(50, 3)))
    left.set_ylabel("yield [t]")
    right.set_xticks([1, 2, 3], ["low", "mean", "high"])


def contours_with_their_heights(figure: Figure) -> None:
    axes = figure.subplots()
    x, y = np.meshgrid(X, X)
    axes.clabel(axes.contour(x, y, np.hypot(x - 5, y - 5), colors="black"))
    axes.set(xlabel="x", ylabel="y")


def ticks_outside_the_view(figure: Figure) -> None:
    axes = figure.subplots()
    axes.plot(X, X)
    axes.set_xticks(range(100))
    axes.set(xlim=(0, 9), xlabel="x", ylabel="y")
    axes.text(50, 5, "outside of the axes", clip_on=True)


def subfigures(figure: Figure) -> None:
    parts: Any = figure.subfigures(1, 2)
    for part, name in zip(parts, ("left", "right"), strict=True):
        axes = part.subplots()
        axes.plot(X, X)
        axes.set(xlabel="x", ylabel="y")
        part.suptitle(name)


def a_grid_of_matrices(figure: Figure) -> None:
    for axes in figure.subplots(1, 3):
        axes.matshow(random().random((5, 5)))
        axes.set(xticks=[], yticks=[])


def a_legend_outside(figure: Figure) -> None:
    axes = figure.subplots()
    for number in range(3):
        axes.plot(X, X * number, label=f"the line with the slope of {number}")
    axes.legend(bbox_to_anchor=(1.02, 1), loc="upper left", borderaxespad=0, title="Slopes")
    axes.set(xlabel="x", ylabel="y")


def a_quiver_with_its_key(figure: Figure) -> None:
    axes = figure.subplots()
    arrows = axes.quiver(*np.meshgrid(X[::20], X[::20]), 1, 1)
    axes.quiverkey(arrows, 0.5, 0.95, 1, "1 m/s", labelpos="E")
    axes.set(xlabel="x", ylabel="y")


def nothing_but_a_note(figure: Figure) -> None:
    figure.text(0.5, 0.5, "See the board", ha="center", va="center", bbox={"facecolor": "gold"})


GALLERY: dict[str, Callable[[Figure], None]] = {
    name: draw
    for name, draw in list(globals().items())
    if callable(draw) and getattr(draw, "__annotations__", {}).get("figure") is Figure
}
