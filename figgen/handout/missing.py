"""A Jinja environment that notes what is wrong in a template, with file and line, and reads on."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template, Undefined
from jinja2.utils import missing

from figgen.errors import Problem, unknown
from figgen.handout.braces import set_apart
from figgen.handout.kept_values import made_of
from figgen.handout.layout import VisibleFiles

NAME = "name"
"""What `unknown` calls that which a template may say and Jinja does not know."""


class Missing(Undefined):
    """An undefined value; using it notes a problem, so that one reading finds them all.

    Its attributes and items are missing, too. What it cannot stand in for (a sum, a call) raises
    `UndefinedError`, as any undefined value of Jinja does.

    Attributes:
        known: The names that a template has.
    """

    __slots__ = ()
    known: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> "Missing":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> "Missing":  # type: ignore[override]  # Jinja's always raises
        return self

    def __str__(self) -> str:
        note(self._undefined_message)
        return ""

    def __iter__(self) -> Iterator[Any]:
        note(self._undefined_message)
        return iter(())

    def __bool__(self) -> bool:
        note(self._undefined_message)
        return False

    @property
    def _undefined_message(self) -> str:
        owner, name = made_of(self._undefined_obj), str(self._undefined_name)
        if is_dataclass(owner):
            return unknown("value", name, (field.name for field in fields(owner)))
        if isinstance(owner, Mapping):
            return unknown("experiment", name, owner)
        if owner is missing:
            return unknown(NAME, name, self.known)
        return super()._undefined_message


class NotingEnvironment(Environment):
    """A strict environment for Markdown; `problems` is what its templates have noted.

    Args:
        folders: Where templates lie.
        names: What templates find under their names.
        write: Turns a value that stands in a template by itself into what is shown.
    """

    def __init__(self, folders: Iterable[Path], names: Iterable[str], write: Callable[[Any], Any]) -> None:
        super().__init__(
            loader=VisibleFiles(list(folders), encoding="utf-8-sig"),
            undefined=type("Missing", (Missing,), {"known": tuple(names), "__slots__": ()}),
            finalize=write,
            autoescape=False,  # the output is Markdown
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.problems: list[Problem] = []
        self._plain = Environment()  # this one would look for expressions in each expression
        self._plain.filters, self._plain.tests = self.filters, self.tests

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """Keep braces that are no Jinja apart, before Jinja reads a template."""

        def tell(line: int, message: str) -> None:
            self.problems.append(Problem(Path(filename or ""), line, message))

        return super().preprocess(set_apart(source, self._plain, tell), name, filename)


def note(message: str) -> None:
    """Note a problem at the line of the template that is being rendered just now."""
    frame = sys._getframe()
    while "__jinja_template__" not in frame.f_globals:
        assert frame.f_back is not None, "note() is for what templates call"
        frame = frame.f_back
    template: Template = frame.f_globals["__jinja_template__"]
    environment = template.environment
    assert isinstance(environment, NotingEnvironment)
    path = Path(template.filename or "")
    environment.problems.append(Problem(path, template.get_corresponding_lineno(frame.f_lineno), message))
