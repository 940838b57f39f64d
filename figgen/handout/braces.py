"""Braces in a chapter that are no Jinja: names of headings, TeX, code.

A comment of Jinja's has a space, `{# … #}`, so that `{#sec-x}` is a name; what stands in double braces is
Jinja if it is an expression with a name in it, so that `{{1, 2}, {3, 4}}` is code.
"""

import re
from collections.abc import Callable
from itertools import islice

from jinja2 import Environment, TemplateSyntaxError
from jinja2.parser import Parser

RAW = "where braces are no Jinja but TeX or code, write {% raw %}…{% endraw %} around them"
"""What to do about braces that Jinja takes for its own."""

_APART = "\U000f0000"  # keeps two signs apart that would be Jinja's
_SCAN = re.compile(
    r"(?P<comment>\{\#[-+\s].*?\#\})"
    r"|(?P<raw>\{%[-+]?\s*raw\s*[-+]?%\}.*?\{%[-+]?\s*endraw\s*[-+]?%\})"
    r"|(?P<block>\{%.*?%\})"
    r"|(?P<hash>\{\#(?=\S))"
    r"|(?P<double>\{\{)",
    re.DOTALL,
)
_OLD_COMMENT = re.compile(r"\{#[^}\n]*#\}|\{#[^\d}\n][^}\n]*$", re.MULTILINE)
_CLOSED = 3  # how many }} are tried as the end of an expression
_DEEP = "{" * 8  # groups in TeX; each would be looked at as dictionaries in each other
_NAME = re.compile(r"[^\W\d]")


def set_apart(template: str, environment: Environment, tell: Callable[[int, str], None]) -> str:
    """Return a template in which only what is Jinja looks like it; `joined` undoes this in what it gives.

    Args:
        template: The template.
        environment: Knows what an expression is.
        tell: Takes a line, and what is wrong there.
    """
    parts: list[str] = []
    place = 0
    while match := _SCAN.search(template, place):
        parts.append(template[place : match.start()])
        place, end = match.end(), None
        if match["double"]:
            end = _end_of_expression(template, match.end(), environment)
        if match["hash"]:
            if _OLD_COMMENT.match(template, match.start()):
                line = template.count("\n", 0, match.start()) + 1
                tell(line, "this is no name, as {#name} is; a comment has a space after {#, as in {# … #}")
            parts.append(f"{{{_APART}#")
        elif match["double"] and end is None:
            parts.append(f"{{{_APART}")
            place = match.start() + 1
        elif end is not None:
            parts.append(template[match.start() : end])
            place = end
        else:
            parts.append(match[0])
    return "".join([*parts, template[place:]])


def joined(text: str) -> str:
    """Return a text without what kept its braces apart."""
    return text.replace(_APART, "")


def is_tight(line: str) -> bool:
    """Tell whether a line has double braces that nobody who means Jinja need write so."""
    return re.search(r"\{\{(?!\s)", line) is not None


def _end_of_expression(template: str, start: int, environment: Environment) -> int | None:
    """Return where an expression of Jinja's ends that would begin at `start`; None if there is none.

    What begins with a space is meant as one, so that Jinja tells what is wrong with it.
    """
    if template.startswith(_DEEP, start):
        return None
    meant = template[start : start + 1].isspace()
    ends = [match.end() for match in islice(re.compile(r"\}\}").finditer(template, start), _CLOSED)]
    for end in ends:
        expression = re.sub(r"^[-+]|[-+]$", "", template[start : end - 2])
        if _NAME.search(expression) and _is_expression(expression, environment):
            return end
    return ends[0] if meant and ends else None


def _is_expression(text: str, environment: Environment) -> bool:
    """Tell whether a text is an expression of Jinja's."""
    try:
        parser = Parser(environment, text, state="variable")
        parser.parse_expression()
    except (TemplateSyntaxError, RecursionError):
        return False
    return parser.stream.eos
