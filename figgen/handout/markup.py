"""A document in Typst's markup, and where in the chapters or the layout that stands of which Typst speaks."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from figgen.errors import Problem
from figgen.handout.compiler import MAIN
from figgen.handout.prose import Prose, Source
from figgen.layers import FONTS, Layers

_PLACE = re.compile(r"┌─ (?P<file>.*?):(?P<line>\d+):(?P<column>\d+)")
_NO_GLYPH = re.compile(r'the text `"(?P<text>.*)"` could not be displayed with font `"(?P<font>.*?)"`')
_TOO_LARGE = re.compile(r"panicked with: (?P<told>this \w+ [^:]*): (?P<text>.*)")
_SAID = re.compile(r'#math\.equation\([^"]*, alt: "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Markup:
    """A document in Typst's markup.

    Attributes:
        text: The whole of it.
        body: The part of `text` that the chapters gave.
        template: The template that it was filled into.
        prose: The chapters.
        tex: The TeX of each formula, by its words.
    """

    text: str
    body: str
    template: Path
    prose: Prose
    tex: Mapping[str, str] = field(default_factory=dict)


def refusals(message: str, diagnostic: str, markup: Markup, layout: Layers) -> Iterator[Problem]:
    """Yield what Typst refuses, with file and line where it is known of which text it speaks.

    Args:
        message: What it says.
        diagnostic: The same with the place.
        markup: What it was given.
        layout: Has the lecture's own files of the layout.
    """
    if match := _NO_GLYPH.search(message):
        yield from _at_lines(match["text"], _no_glyph(match["text"], match["font"]), markup.prose)
    elif match := _TOO_LARGE.search(message):
        yield from _too_large(match["told"], match["text"], markup)
    elif formula := _formula(diagnostic, markup):
        yield from markup.prose.problems(formula, f"Typst cannot set the formula ({message}): {formula}")
    else:
        yield Problem(*place_of(diagnostic, markup, layout), f"Typst refuses the PDF: {message}")


def place_of(diagnostic: str, markup: Markup, layout: Layers) -> tuple[Path, int | None]:
    """Return the file, and the line in it, that a diagnostic of Typst speaks of."""
    chapters = markup.prose.whole
    match = _PLACE.search(diagnostic)
    if match is None:
        return chapters, None
    line, file = int(match["line"]), match["file"].replace("\\", "/")
    if not file.endswith(f"/{MAIN}"):
        module = next((path for name, path in layout.own_files().items() if file.endswith(f"/{name}")), None)
        return (module, line) if module else (markup.template, None)
    if _is_in_body(line, markup):
        return chapters, None
    template = markup.template.read_text("utf-8")
    return markup.template, Source(markup.template, template, markup.text).line(line)


def _is_in_body(line: int, markup: Markup) -> bool:
    first = markup.text.count("\n", 0, markup.text.index(markup.body)) + 1
    return bool(markup.body) and first <= line <= first + markup.body.count("\n")


def _formula(diagnostic: str, markup: Markup) -> str:
    """Return the TeX of the formula that a diagnostic speaks of; of another text nothing."""
    match = _PLACE.search(diagnostic)
    if match is None or not match["file"].replace("\\", "/").endswith(f"/{MAIN}"):
        return ""
    line = int(match["line"])
    if not _is_in_body(line, markup):
        return ""
    lines = markup.text.split("\n")[:line]
    before = "\n".join([*lines[:-1], lines[-1][: int(match["column"])]])
    said = [re.sub(r"\\(.)", r"\1", words) for words in _SAID.findall(before)]
    return markup.tex.get(said[-1], "") if said else ""


def _too_large(told: str, text: str, markup: Markup) -> Iterator[Problem]:
    """Yield the places of a formula, told by its words, or of a table, told by those that are too long."""
    if formula := markup.tex.get(text):
        return markup.prose.problems(formula, f"{told}: {formula}")
    return _at_lines(text.split()[0], f"{told}: {text}", markup.prose)


def _no_glyph(text: str, font: str) -> str:
    names = " ".join(f"U+{ord(character):04X}" for character in text)
    return (
        f"neither {font} nor any other font at hand has {text} ({names}); "
        f"a font that has it can be put into layout/{FONTS}/"
    )


def _at_lines(text: str, message: str, prose: Prose) -> Iterator[Problem]:
    """Yield a problem for each line with a text, escaped or not; a title or a translation has none."""
    lines = [i for i, line in enumerate(prose.markdown.split("\n"), 1) if text in line.replace("\\", "")]
    if not lines:
        yield Problem(prose.whole, None, message)
    yield from (Problem(*prose.place(line), message) for line in lines)
