"""Pandoc's tree of a text, as JSON: going through its elements, and changing them."""

from collections.abc import Callable, Iterator
from typing import Any

Node = dict[str, Any]
"""An element: its type `t` and its content `c`; also the whole, with its `blocks`."""

_ATTRIBUTES = {"Header": 1} | dict.fromkeys(
    ("Div", "Span", "CodeBlock", "Code", "Link", "Image", "Figure", "Table"), 0
)
"""Where the content of an element has its name, classes and attributes."""

NAMED = tuple(_ATTRIBUTES)
"""The kinds of elements that may have a name."""

CONTAINERS = frozenset((*NAMED, "Cite", "Note", "Para", "Plain", "RawBlock", "RawInline"))
"""The kinds of elements that are looked for again and again, a small part of a text."""

_LEAVES = frozenset(
    ("Str", "Space", "SoftBreak", "LineBreak", "Math", "Code", "CodeBlock", "RawInline", "RawBlock")
)
"""The kinds of elements without others in them: most of a text."""

_SPACES = ("Space", "SoftBreak", "LineBreak")


def elements(tree: Any, *kinds: str) -> Iterator[Node]:
    """Yield each element of a tree, or each of some kinds, in the order of the text."""
    wanted = frozenset(kinds)
    stack = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend([inner for inner in reversed(item) if isinstance(inner, list | dict)])
            continue
        kind = item.get("t")
        if kind is not None and (not wanted or kind in wanted):
            yield item
        if kind not in _LEAVES:
            stack.extend([inner for inner in reversed(item.values()) if isinstance(inner, list | dict)])


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


def rewrite(tree: Any, kinds: frozenset[str], change: Callable[[Node], list[Node] | None]) -> None:
    """Change the elements of some kinds in a tree, the inner ones first.

    Args:
        tree: The tree.
        kinds: The kinds.
        change: Returns what to put in an element's place; None leaves it.
    """
    inner = tree if isinstance(tree, list) else tree.values() if tree.get("t") not in _LEAVES else ()
    for item in inner:
        if isinstance(item, list | dict):
            rewrite(item, kinds, change)
    if isinstance(tree, list) and any(isinstance(item, dict) and item.get("t") in kinds for item in tree):
        changed: list[Any] = []
        for item in tree:
            new = change(item) if isinstance(item, dict) and item.get("t") in kinds else None
            changed.extend([item] if new is None else new)
        tree[:] = changed


def attributes(element: Node) -> list[Any]:
    """Return an element's name, its classes, and its other attributes as pairs; they may be changed."""
    place = _ATTRIBUTES.get(element["t"])
    found: list[Any] = ["", [], []] if place is None else element["c"][place]
    return found


def name_of(element: Node) -> str:
    """Return what an element is called by links; most have no name."""
    return str(attributes(element)[0])


def words_of(text: str) -> list[Node]:
    """Return a plain text as elements: lines break only between words."""
    words = [{"t": "Str", "c": word} for word in text.split()]
    return [element for word in words for element in (word, {"t": "Space"})][:-1]


def text_of(inlines: Any) -> str:
    """Return the plain text of some inlines."""
    return "".join(_plain(element) for element in elements(inlines))


def _plain(element: Node) -> str:
    kind = element["t"]
    if kind == "Str":
        return str(element["c"])
    return element["c"][1] if kind in ("Code", "Math") else " " * (kind in _SPACES)
