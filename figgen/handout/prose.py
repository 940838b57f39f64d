"""From the chapters' templates to Markdown, the same for HTML and PDF."""

import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from jinja2 import TemplateSyntaxError, UndefinedError

from figgen.errors import Problem, SourceError, unknown
from figgen.handout.braces import RAW, is_tight, joined
from figgen.handout.missing import NAME, NotingEnvironment
from figgen.handout.placeholders import without_places
from figgen.handout.vocabulary import Shown, Vocabulary
from figgen.translation import Translator

__all__ = ["Chapter", "Prose", "Shown", "Source", "write_prose"]


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


def write_prose(
    chapters: Sequence[Chapter],
    experiments: Mapping[str, Shown],
    tr: Translator,
    *,
    is_part: bool = False,
) -> Prose:
    """Fill in the chapters' templates, and number the figures over all of them.

    Args:
        chapters: The chapters in order.
        experiments: What they may show, by the experiment's name.
        tr: Translates statements and writes numbers.
        is_part: Whether the lecture has other chapters, which show what these do not.

    Raises:
        SourceError: Everything that is wrong in the chapters, each thing with file and line.
    """
    vocabulary = Vocabulary(experiments, tr)
    names = vocabulary.names()
    folders = {chapter.path.parent: None for chapter in chapters}
    environment = NotingEnvironment(folders, names, vocabulary.plainly)
    environment.filters.update(vocabulary.filters())
    rendered = [_render(chapter, environment, names) for chapter in chapters]
    problems = [_hinted(problem) for problem in environment.problems]
    if None not in rendered:
        ours = {chapter.name for chapter in chapters}
        here = {name: e for name, e in experiments.items() if not is_part or e.chapter in ours}
        problems += _unshown(chapters, here, vocabulary.numbers)
    if problems:
        raise SourceError(dict.fromkeys(problems))
    sources = [
        Source(chapter.path, chapter.path.read_text("utf-8-sig"), markdown or "")
        for chapter, markdown in zip(chapters, rendered, strict=True)
    ]
    return Prose(tuple(sources), tuple(vocabulary.numbers))


def _hinted(problem: Problem) -> Problem:
    """Add what to do where a name that Jinja does not know may be no name."""
    if not problem.message.startswith(f"unknown {NAME} ") or problem.line is None:
        return problem
    line = problem.path.read_text("utf-8-sig").split("\n")[problem.line - 1]
    return replace(problem, message=f"{problem.message}; {RAW}") if is_tight(line) else problem


def _similarity(a: str, b: str) -> float:
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def _render(chapter: Chapter, environment: NotingEnvironment, names: dict[str, object]) -> str | None:
    """Fill in one template; note what stops it, and return None then."""
    try:
        return joined(environment.get_template(chapter.path.name).render(names)).strip("\n")
    except TemplateSyntaxError as error:
        told = _unknown_filter(error, environment) or f"Jinja: {error.message}; {RAW}"
        problem = Problem(Path(error.filename or chapter.path), error.lineno, told)
    except UndefinedError as error:
        problem = Problem(chapter.path, _line(error, chapter.path), str(error))
    except Exception as error:  # what an expression in a template raises is the chapter's fault
        message = f"{type(error).__name__}: {error}"
        problem = Problem(chapter.path, _line(error, chapter.path), message)
    environment.problems.append(problem)
    return None


def _unknown_filter(error: TemplateSyntaxError, environment: NotingEnvironment) -> str:
    """Name the nearest of the filters if that is what Jinja does not know."""
    found = re.fullmatch(r"No filter named '(.+)'\.", error.message or "")
    return unknown("filter", found[1], environment.filters) if found else ""


def _line(error: Exception, path: Path) -> int | None:
    """Return the last of the template's lines that the error went through; Jinja puts them in its trace."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    return lines[-1] if lines else None


def _unshown(
    chapters: Sequence[Chapter], experiments: Mapping[str, Shown], shown: Mapping[str, int]
) -> Iterator[Problem]:
    paths = {chapter.name: chapter.path for chapter in chapters}
    for name, experiment in experiments.items():
        for figure in experiment.figures:
            if figure not in shown:
                path = paths.get(experiment.chapter, chapters[-1].path)
                call = f"{{% call figure({figure!r}, alt=…) %}}caption{{% endcall %}}"
                told = f"no chapter shows the figure {figure!r}; write {call}, or take it out of {name}.py"
                yield Problem(path, None, told)
