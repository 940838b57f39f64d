"""What is written, from templates: in double angle brackets, so that the braces of chapters stay."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from figgen.scaffold.words import scaffold

_SUFFIX = ".j2"
_DOT = "dot."  # how the name of a hidden file begins here, where it would hide itself


def fill_in(name: str, say: Callable[[str], str], said: dict[str, None], **values: object) -> str:
    """Fill in one template.

    Args:
        name: Its path in the folder of templates.
        say: Says a short text in the language that the file is written in: the filter `word`.
        said: Gets the messages of an experiment: the filter `say`, which writes them as Python does.
        values: What else the template needs.
    """

    def message(text: str) -> str:
        said[text] = None
        return quoted(say(text))

    environment = Environment(
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"say": message, "word": say, "toml": quoted}
    return environment.from_string(scaffold(name).read_text(encoding="utf-8")).render(values)


def files_of(folder: str) -> Iterator[tuple[str, Path]]:
    """Yield the files in a folder of templates, each with the path that it is written to."""
    root = scaffold(folder)
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        parts = path.relative_to(root).as_posix().removesuffix(_SUFFIX).split("/")
        yield "/".join(map(_shown, parts)), path


def is_template(path: Path) -> bool:
    """Tell whether a file is to be filled in."""
    return path.suffix == _SUFFIX


def _shown(name: str) -> str:
    return f".{name.removeprefix(_DOT)}" if name.startswith(_DOT) else name


def quoted(value: object) -> str:
    """Write a text, or a list of texts, as TOML and Python both read it."""
    return json.dumps(value, ensure_ascii=False)
