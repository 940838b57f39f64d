"""Refuse arrays of the wrong shape with a message that shows both what was given and what is needed."""

from typing import Any

from numpy.typing import NDArray

from figgen.errors import ShapeError


def check_shapes(operation: str, **arrays: tuple[NDArray[Any], str]) -> None:
    """Check the last axes of arrays that belong together; any leading axes are replicas.

    Args:
        operation: What is about to be computed, for the message.
        arrays: For each array its last axes by name, as in `W=(W, "D H")`. Axes of one name have one size.

    Raises:
        ShapeError: An axis is missing, or two axes of one name differ.
    """
    sizes: dict[str, int] = {}
    for array, axes in arrays.values():
        names = axes.split()
        given = array.shape[-len(names) :]
        if len(given) < len(names) or any(
            sizes.setdefault(axis, size) != size for axis, size in zip(names, given, strict=True)
        ):
            raise ShapeError(_message(operation, arrays))


def _message(operation: str, arrays: dict[str, tuple[NDArray[Any], str]]) -> str:
    given = ", ".join(f"{name} is {array.shape}" for name, (array, _) in arrays.items())
    needed = ", ".join(f"{name} (..., {', '.join(axes.split())})" for name, (_, axes) in arrays.items())
    return f"{operation}: {given}; needed are {needed}"
