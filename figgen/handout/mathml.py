"""The MathML of a page: pandoc's, put so that browsers set it, which leave out much that MathML 3 has."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
_APPLIES = "\u2061"  # stands behind the name of a function
_THIN = "0.167em"
_LINES = {"¯", "‾", "_"}
_STRETCHES = {"\u20d6": "←", "\u20d7": "→", "\u20e1": "↔"}  # combining arrows do not grow with their base
_PRIMES = {"′", "″", "‴"}
_BOLD_ITALIC, _BOLD = 0x1D468, 0x1D400  # the first letters of either, 52 of each
_BOLD_COMMAND = re.compile(r"\\(mathbf|boldsymbol|bm|pmb)\s*(\{[^{}]*\}|\\?[a-zA-Z]+)")
_ARRAY = re.compile(r"\\begin\{array\}\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_ENVIRONMENT = re.compile(r"\\begin\{(\w+)\*?\}")
_OF_LINES = {
    *("align", "alignat", "aligned", "alignedat", "eqnarray", "flalign", "flaligned"),
    *("gather", "gathered", "multline", "multlined", "split"),
}
_ALIGNED = re.compile(r"text-align: (left|right|center)")  # Chromium knows it by another name only
_FENCES = {"(", "[", "{", "|", "‖", "⟨", "⌊", "⌈"}


def formulas_in(html: str) -> list[str]:
    """Return the formulas of a page."""
    return _MATH.findall(html)


def mend_formulas(html: str, words: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return a page with its formulas as browsers set them.

    Args:
        html: The page.
        words: What formulas are in words, as an alternative where MathML is not set.
    """
    return _MATH.sub(lambda match: _mended(match[0], words.get(match[0], "")), html)


@cache
def _mended(mathml: str, words: str) -> str:
    root = ElementTree.fromstring(mathml.replace(_NAMESPACE, "", 1))
    tex = root.findtext("semantics/annotation", "")
    if words:
        root.set("alttext", words)
    if tex.lstrip().startswith(r"\displaystyle"):
        root.set("displaystyle", "true")
    _set_upright(root, tex)
    _set_columns(root, tex)
    _set_lines(root, tex)
    for cell in root.iter("mtd"):
        cell.set("style", _ALIGNED.sub(r"\g<0>; text-align: -webkit-\1", cell.get("style", "")))
    for node in list(root.iter()):
        _mend(node)
    text = ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)
    return text.replace("<math", f"<math{_NAMESPACE}", 1)


def _mend(node: Element) -> None:
    """Mend an element and the row that it holds."""
    text = node.text or ""
    if node.tag == "mi" and text in {".", ",", ";", ":", "?", "!"}:
        node.tag = "mo"  # the full stop at the end of a sentence is no letter
        node.attrib |= {"lspace": "0", "rspace": "0"}
    elif node.tag == "mo" and text == "∥" and node.get("form"):
        node.text = "‖"  # the bars of a norm, not the sign for what is parallel, with its space
    elif node.tag == "mspace" and node.get("width", "").startswith("-"):
        node.set("style", f"margin-inline-start:{node.attrib.pop('width')}")
    elif node.tag == "menclose":
        notation = node.attrib.pop("notation", "")
        node.tag = "mrow"
        node.set("class", "boxed" if notation == "box" else f"struck {notation}")
    elif node.tag in {"mover", "munder"}:
        _mend_mark(node)
    elif node.tag in {"msup", "msubsup"} and (node[-1].text in _PRIMES):
        _lower_prime(node)
    elif node.tag in {"msub", "msup", "msubsup"} and node[0].get("minsize"):
        bracket = Element("mrow")
        bracket.extend([node[0], Element("mspace")])  # beside it, or it would be as small as its index
        node[0] = bracket
    if len(node) > 1:
        _close_up(node)
        _part_functions(node)


def _mend_mark(node: Element) -> None:
    """Let a line or an arrow be as long as what it stands over."""
    mark = node[1]
    if mark.text in _LINES and mark.get("accent") == "true":
        node.set("class", "lined")
    elif mark.text in _STRETCHES:
        mark.text = _STRETCHES[mark.text]


def _lower_prime(node: Element) -> None:
    """Put a prime beside its letter: raised and made small once more, it would hardly be seen."""
    base, prime = node[0], node[-1]
    row = Element("mrow")
    row.extend([base, prime])
    prime.tag = "mo"
    prime.attrib |= {"lspace": "0", "rspace": "0"}
    children = [row, node[1]] if node.tag == "msubsup" else [base, prime]
    node.tag = "msub" if node.tag == "msubsup" else "mrow"
    node[:] = children


def _close_up(row: Element) -> None:
    """Take out negative space before brackets that grow, where TeX, not MathML, has set some."""
    for left, right in list(pairwise(row)):
        negative = left.tag == "mspace" and left.get("width", "").startswith("-")
        if negative and right.tag == "mrow" and _opens(right):
            row.remove(left)


def _part_functions(row: Element) -> None:
    """Set thin space between the name of a function and a letter or a number beside it."""
    gaps = [i for i, (left, right) in enumerate(pairwise(row), start=1) if _need_space(left, right)]
    if row.tag in {"mrow", "math", "mtd", "mstyle", "msqrt"}:
        for i in reversed(gaps):
            row.insert(i, Element("mspace", {"width": _THIN}))


def _need_space(left: Element, right: Element) -> bool:
    if _is_function(left):
        return not (right.tag == "mspace" or right.tag == "mo" or _opens(right))
    return _is_function(right) and left.tag not in {"mo", "mspace", "semantics"}


def _opens(node: Element) -> bool:
    """Say whether an element begins with a bracket."""
    first = node
    while len(first) and first.tag == "mrow":
        first = first[0]
    return first.tag == "mo" and (first.text or "") in _FENCES


def _is_function(node: Element) -> bool:
    """Say whether an element is the name of a function, whatever its index and power."""
    while node.tag in {"msub", "msup", "msubsup", "munder", "mover", "munderover"}:
        node = node[0]
    name = node.tag == "mi" and len(node.text or "") > 1 and node.get("mathvariant") == "normal"
    return name or (node.tag == "mrow" and len(node) > 1 and node[-1].text == _APPLIES)


def _set_upright(root: Element, tex: str) -> None:
    r"""Write the bold letters of \mathbf upright, which pandoc writes as those of \boldsymbol."""
    named = re.sub(r"\{\\bf\b([^{}]*)\}", r"\\mathbf{\1}", tex)
    commands = (command for command, letters in _BOLD_COMMAND.findall(named) for _ in _letters(letters))
    for node in root.iter("mi"):
        letter = node.text or ""
        latin = node.get("mathvariant") == "bold-italic" and 0 <= ord(letter) - _BOLD_ITALIC < 52
        if latin and next(commands, "") == "mathbf":
            node.text = chr(ord(letter) - _BOLD_ITALIC + _BOLD)
            node.set("mathvariant", "bold")


def _letters(group: str) -> Iterator[str]:
    if not group.startswith("\\"):
        yield from re.findall(r"[a-zA-Z]", re.sub(r"\\[a-zA-Z]+", "", group))


def _set_lines(root: Element, tex: str) -> None:
    """Set the lines of alignments as large as a formula of one line, which pandoc does not."""
    kinds = [kind for kind in _ENVIRONMENT.findall(tex) if kind != "equation"]
    tables = list(root.iter("mtable"))
    if len(tables) == len(kinds):  # else there are tables of other origin, and it is not known which
        for table, kind in zip(tables, kinds, strict=True):
            if kind in _OF_LINES:
                table.set("displaystyle", "true")


def _set_columns(root: Element, tex: str) -> None:
    """Part the columns of arrays, which pandoc joins as those of an alignment, and draw their lines."""
    specs = [re.sub(r"\{.*?\}", "", spec) for spec in _ARRAY.findall(tex)]
    tables = list(root.iter("mtable"))
    if len(tables) != len(specs):
        return  # with other kinds of tables between, it is not known which is which
    for table, spec in zip(tables, specs, strict=True):
        lines = {len(re.findall("[lcr]", spec[: match.start()])) for match in re.finditer(r"\|", spec)}
        for row in table:
            for i, cell in enumerate(row, start=1):
                _set_cell(cell, line_before=i == 1 and 0 in lines, line_behind=i in lines)


def _set_cell(cell: Element, *, line_before: bool, line_behind: bool) -> None:
    style = re.sub(r";?\s*padding-(left|right): 0", "", cell.get("style", ""))
    style += "; border-inline-start:1px solid" * line_before + "; border-inline-end:1px solid" * line_behind
    cell.set("style", style.lstrip("; "))
