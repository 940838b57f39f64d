"""Pandoc's tree of a text, as JSON: going through its elements, and changing them."""

from collections.abc import Callable, Iterator
from typing import Any

Node = dict[str, Any]
"""An element: its type `t` and its content `c`; also the whole, with its `blocks`."""

_ATTRIBUTES = {"Header": 1} | dict.fromkeys(
    ("Div", "Span", "CodeBlock", "Code", "Link", "Image", "Figure", "Table"), 0
)
"""Where the content of an element has its name, classes and attributes."""

_SPACES = ("Space", "SoftBreak", "LineBreak")


def elements(tree: Any) -> Iterator[Node]:
    """Yield each element of a tree, in the order of the text."""
    stack = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            if "t" in item:
                yield item
            stack.extend(reversed(item.values()))


def inline_lists(tree: Any) -> Iterator[list[Node]]:
    """Yield each list in a tree that has a formula in it; it may be changed."""
    stack = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(item)
            if any(isinstance(inner, dict) and inner.get("t") == "Math" for inner in item):
                yield item
        elif isinstance(item, dict):
            stack.extend(item.values())


def rewrite(tree: Any, change: Callable[[Node], list[Node] | None]) -> Any:
    """Return a tree in which each element has been changed, the inner ones first.

    Args:
        tree: The tree.
        change: Returns what to put in an element's place; None leaves it.
    """
    if isinstance(tree, dict):
        return {name: rewrite(value, change) for name, value in tree.items()}
    if not isinstance(tree, list):
        return tree
    changed: list[Any] = []
    for item in (rewrite(item, change) for item in tree):
        new = change(item) if isinstance(item, dict) and "t" in item else None
        changed.extend([item] if new is None else new)
    return changed


def attributes(element: Node) -> list[Any]:
    """Return an element's name, its classes, and its other attributes as pairs; they may be changed."""
    place = _ATTRIBUTES.get(element["t"])
    found: list[Any] = ["", [], []] if place is None else element["c"][place]
    return found


def name_of(element: Node) -> str:
    """Return what an element is called by links; most have no name."""
    return str(attributes(element)[0])


def text_of(inlines: Any) -> str:
    """Return the plain text of some inlines."""
    return "".join(_plain(element) for element in elements(inlines))


def _plain(element: Node) -> str:
    kind = element["t"]
    if kind == "Str":
        return str(element["c"])
    return element["c"][1] if kind in ("Code", "Math") else " " * (kind in _SPACES)
