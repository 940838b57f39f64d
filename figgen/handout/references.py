r"""References: `@eq-x`, `[in equation @eq-x]`, `{{ ref("eq-x") }}`, `\eqref{eq:x}` become links."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from figgen.errors import Problem, unknown
from figgen.handout.chapters import Text
from figgen.handout.manuscript import Manuscript
from figgen.handout.numbering import Numbered
from figgen.handout.placeholders import place_for
from figgen.handout.tree import Node, attributes
from figgen.translation import Translator

_PREFIX = re.compile(r"(?:fig|sec|eq|tbl)-", re.IGNORECASE)
_KINDS = {"fig": "figure", "sec": "section", "eq": "equation", "tbl": "table"}
_COMMAND = re.compile(r"\\(eqref|ref|autoref|cref|Cref)\{([^{}]*)\}")
_KEY = re.compile(r"^\s*@\w+\{([^,\s]+)", re.MULTILINE)


def refer(texts: Sequence[Text], known: Mapping[str, Numbered], manuscript: Manuscript) -> Iterator[Problem]:
    """Put links in the place of references.

    Args:
        texts: The chapters, whose trees change.
        known: What has a number, by its name.
        manuscript: Has the bibliography, which `@name` may speak of, too, and the words of the language.

    Yields:
        References to nothing.
    """
    bibliography = manuscript.bibliography
    entries = bibliography.read_text("utf-8", "replace") if bibliography and bibliography.is_file() else ""
    works = set(_KEY.findall(entries))
    for text in texts:
        links = _Links(text, known, works, manuscript.tr, manuscript.is_part)
        text.rewrite(links.change, "Cite", "Link", "RawInline")
        yield from links.problems


@dataclass(frozen=True, slots=True)
class _Links:
    """Makes the links of one chapter."""

    text: Text
    known: Mapping[str, Numbered]
    works: set[str]
    tr: Translator
    is_part: bool
    problems: list[Problem] = field(default_factory=list)

    def change(self, element: Node) -> list[Node] | None:
        """Return the links for a reference; None if an element is none."""
        if element["t"] == "Cite":
            return self._cited(element["c"][0])
        if element["t"] == "Link" and "ref" in attributes(element)[1]:
            name = element["c"][2][0][1:]
            return [self._link(name, name)]
        if element["t"] == "RawInline" and (match := _COMMAND.fullmatch(element["c"][1])):
            name = match[2] if match[2] in self.known else match[2].replace(":", "-")
            bare, capital = match[1] in ("eqref", "ref"), match[1] == "Cref"
            return [self._link(name, match[2], bare=bare, capital=capital)]
        return None

    def _cited(self, citations: list[Node]) -> list[Node] | None:
        names = [citation["citationId"] for citation in citations]
        referred = [name for name in names if self._is_reference(name)]
        if not referred:
            return None
        if len(referred) < len(names):
            told = f"works and references stand in brackets of their own: {', '.join(names)}"
            self.problems.extend(self.text.prose.problems(f"@{referred[0]}", told))
        inlines: list[Node] = []
        for citation in citations:
            inlines += [_text(","), {"t": "Space"}] if inlines else []
            before, name = citation["citationPrefix"], citation["citationId"]
            inlines += [*before, _text("\u00a0")] if before else []
            bare = bool(before) or citation["citationMode"]["t"] == "SuppressAuthor"
            inlines += [self._link(_lowered(name), name, bare=bare, capital=name[:1].isupper())]
            inlines += citation["citationSuffix"]
        return inlines

    def _is_reference(self, name: str) -> bool:
        if name in self.works:
            return False
        return _lowered(name) in self.known or _PREFIX.match(name) is not None

    def _link(self, name: str, written: str, *, bare: bool = False, capital: bool = False) -> Node:
        """Return a link to what is called `name`, with the word for it unless it is `bare`.

        Args:
            name: The name.
            written: The name as the author has written it.
            bare: Whether the author has given a word.
            capital: Whether the word begins with a capital.
        """
        numbered = self.known.get(name)
        if numbered is None and self.is_part:  # another chapter has it
            numbered = Numbered(_KINDS.get(name.partition("-")[0], ""), "")
        if numbered is None:
            alike = [other for other in self.known if " " not in other]
            told = unknown("reference", name, alike)
            self.problems.extend(self.text.prose.problems(written, told))
            return _text(name)
        number = place_for(name)
        number = f"({number})" if numbered.kind == "equation" else number
        words = number if bare else self._worded(numbered.kind, number)
        words = words[:1].upper() + words[1:] if capital else words
        return {"t": "Link", "c": [["", [], []], [_text(words.replace(" ", "\u00a0"))], [f"#{name}", ""]]}

    def _worded(self, kind: str, number: str) -> str:
        tr = self.tr
        match kind:
            case "figure":
                return tr("Figure {number}", number=number)
            case "section":
                return tr("Section {number}", number=number)
            case "equation":
                return tr("Equation {number}", number=number)
            case "table":
                return tr("Table {number}", number=number)
        return f"{kind} {number}".strip()


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


def _text(text: str) -> Node:
    return {"t": "Str", "c": text}
