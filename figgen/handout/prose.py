"""The chapters as Markdown, the same for HTML and PDF; and the places in templates that it came from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from figgen.errors import Problem
from figgen.handout.placeholders import without_places

_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#$|~^@]")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter in one language: its name, and its template's path."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Source:
    """A chapter's template, and the Markdown that it gave."""

    path: Path
    template: str
    markdown: str

    def line(self, line: int) -> int:
        """Return the template's line from which a line of the Markdown came (both count from 1).

        Where the template speaks Jinja, it is the most similar line between the lines that are the same.
        """
        markdown, template = self.markdown.split("\n"), self.template.split("\n")
        matcher = SequenceMatcher(lambda text: not text, markdown, template, autojunk=False)
        for tag, start, end, template_start, template_end in matcher.get_opcodes():
            if start < line <= end:
                if tag == "equal":
                    return template_start + line - start
                candidates = range(template_start, template_end) or [max(template_start - 1, 0)]
                return 1 + max(candidates, key=lambda i: _similarity(template[i], markdown[line - 1]))
        return 1


@dataclass(frozen=True, slots=True)
class Prose:
    """All chapters as Markdown, in order.

    Attributes:
        sources: The chapters, each with its template.
        figures: The names of the figures in the order in which they are shown and numbered.
    """

    sources: tuple[Source, ...]
    figures: tuple[str, ...]

    @property
    def markdown(self) -> str:
        """The text of all chapters, joined by an empty line."""
        return "\n\n".join(source.markdown for source in self.sources)

    @property
    def numbers(self) -> dict[str, str]:
        """The number of each figure, by what links call it."""
        return {f"fig-{name}": str(number) for number, name in enumerate(self.figures, start=1)}

    @property
    def whole(self) -> Path:
        """The chapter, or the folder of the chapters if there are several."""
        first = self.sources[0].path
        return first if len(self.sources) == 1 else first.parent

    def place(self, line: int) -> tuple[Path, int]:
        """Return the template and its line from which a line of `markdown` came."""
        for source in self.sources:
            length = source.markdown.count("\n") + 1
            if line <= length:
                return source.path, source.line(line)
            line -= length + 1
        return self.sources[-1].path, self.sources[-1].template.count("\n") + 1

    def places(self, text: str) -> Iterator[tuple[Path, int]]:
        """Yield every place from which `text`, exactly as it stands in `markdown`, came."""
        whole = r"(?![\w-])" if re.search(r"\w$", text) else ""
        for match in re.finditer(re.escape(text) + whole, self.markdown):
            yield self.place(self.markdown.count("\n", 0, match.start()) + 1)

    def problems(self, text: str, message: str) -> Iterator[Problem]:
        """Yield a problem for each place that has `text`, or else for each that has its first line."""
        text, message = without_places(text), without_places(message)
        places = list(self.places(text)) or list(self.places(text.split("\n")[0]))
        if not places:
            yield Problem(self.whole, None, message)
        for path, line in places:
            yield Problem(path, line, message)


def plain(text: str) -> str:
    """Escape what Markdown would read as markup."""
    return _MARKDOWN.sub(r"\\\g<0>", text)


def _similarity(a: str, b: str) -> float:
    return SequenceMatcher(None, a, b, autojunk=False).ratio()
