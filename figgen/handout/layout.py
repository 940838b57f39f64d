"""The templates of whole documents, around the text that pandoc makes."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def fill_in(layout: Path, name: str, *, autoescape: bool, **values: object) -> str:
    """Fill in the template `name` of the folder `layout`; the filter `typst` quotes text for Typst."""
    environment = Environment(
        loader=FileSystemLoader(layout),
        undefined=StrictUndefined,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["typst"] = _typst_string
    return environment.get_template(name).render(values)


def _typst_string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
