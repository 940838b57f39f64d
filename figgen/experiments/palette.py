"""One meaning a colour across the whole lecture."""

from figgen.plotting.palette import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY_BLUE, VERMILLION

ACTIVATION_COLOURS = {
    "sigmoid": PURPLE,
    "tanh": BLUE,
    "relu": VERMILLION,
    "leaky_relu": ORANGE,
    "maxout": SKY_BLUE,
    "elu": GREEN,
}
"""Colour of each activation function, and of everything measured with it."""

ACTIVATION_DASHES: dict[str, object] = {
    "sigmoid": (0, (1, 1)),
    "tanh": (0, (5, 1.5)),
    "relu": "solid",
    "leaky_relu": (0, (5, 1, 1, 1)),
    "maxout": (0, (3, 1, 1, 1, 1, 1)),
    "elu": (0, (8, 2)),
}
"""Dash of each activation's line, which tells them apart without colour."""

THEORY = BLACK
"""What a formula predicts; measured points lie on it."""

GRADIENT = GREY
"""Histograms of gradients, beside those of activations in their own colour."""

GOOD = BLUE
BAD = VERMILLION
"""The two sides of a comparison where neither is an activation: with and without the remedy."""

TRAIN = BLUE
TEST = ORANGE
"""Data to learn from, and data that come later; with different markers or dashes."""

CLASS_COLOURS = (BLUE, ORANGE, GREEN)
CLASS_MARKERS = ("o", "^", "s")
"""Points of the classes to be told apart, which markers do without colour."""

PRIMARY_COLOURS = (VERMILLION, GREEN, BLUE)
PRIMARY_DASHES: tuple[object, ...] = ("solid", (0, (5, 1.5)), (0, (1, 1)))
"""The red, green and blue channels of images."""
