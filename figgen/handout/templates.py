"""From the chapters' templates to Markdown."""

import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from jinja2 import TemplateSyntaxError, UndefinedError

from figgen.errors import Problem, SourceError, unknown
from figgen.handout.braces import RAW, is_tight, joined
from figgen.handout.missing import NAME, NotingEnvironment
from figgen.handout.prose import Chapter, Prose, Source
from figgen.handout.vocabulary import Shown, Vocabulary
from figgen.translation import Translator


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
