"""The templates of whole documents, around the text that pandoc makes."""

import traceback
from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError, meta

from figgen.errors import Problem, SourceError
from figgen.layers import Layers, is_left_over

_TEXT = "body"
"""What templates find the text of the chapters under."""


class VisibleFiles(FileSystemLoader):
    """Finds templates, but no hidden ones: these are no sources, and an edit of one would not be noticed."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Read a template."""
        if any(map(is_left_over, template.split("/"))):
            told = "is a hidden file or an editor's copy, which no build reads; give it another name"
            raise TemplateNotFound(template, f"{template!r} {told}")
        return super().get_source(environment, template)


def fill_in(layout: Layers, name: str, *, autoescape: bool, **values: object) -> str:
    """Fill in the template `name` of a layout; the filter `typst` quotes text for Typst.

    Raises:
        SourceError: What is wrong in the template, or in one that it includes, with file and line.
    """
    environment = Environment(
        loader=VisibleFiles(layout.folders),
        undefined=StrictUndefined,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["typst"] = _typst_string
    try:
        page = environment.get_template(name).render(values)
        is_lost = _TEXT in values and not _may_show(environment, name)
    except Exception as error:
        raise SourceError([template_problem(error, layout.folders, layout.path(name))]) from error
    if is_lost:
        told = f"does not show the text; write {{{{ {_TEXT} }}}} where it is to stand"
        raise SourceError([Problem(layout.path(name), None, told)])
    return page


def _may_show(environment: Environment, name: str | None) -> bool:
    """Tell whether a template, or one that it builds on, speaks of the text; if in doubt, it does."""
    if name is None:  # which one it builds on is decided at run time
        return True
    assert environment.loader is not None
    tree = environment.parse(environment.loader.get_source(environment, name)[0])
    others = meta.find_referenced_templates(tree)
    return _TEXT in meta.find_undeclared_variables(tree) or any(_may_show(environment, o) for o in others)


def template_problem(error: Exception, folders: tuple[Path, ...], path: Path) -> Problem:
    """Say what is wrong in a template, in the innermost file of the `folders` that Jinja's trace names.

    Args:
        error: What Jinja raised, or an expression in a template.
        folders: Where templates lie.
        path: The template that was filled in.
    """
    if isinstance(error, TemplateSyntaxError):
        return Problem(Path(error.filename or path), error.lineno, f"Jinja: {error.message}")
    frames = traceback.extract_tb(error.__traceback__)
    places = [f for f in frames if any(Path(f.filename).is_relative_to(folder) for folder in folders)]
    file, line = (Path(places[-1].filename), places[-1].lineno) if places else (path, None)
    if isinstance(error, TemplateNotFound):
        return Problem(file, line, f"there is no template {error.name!r}")
    return Problem(file, line, f"{type(error).__name__}: {error}")


def _typst_string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
