"""What figgen itself says, and in which languages."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from own_words import written_template

from figgen.paths import PACKAGE, built_in_lecture, catalogue, template

LANGUAGES = ("sk", "cs", "de", "fr", "es", "pl", "hu")
LAYOUT = sorted((built_in_lecture() / "layout").iterdir())


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def ids(path: Path) -> list[str]:
    return [str(message.id) for message in read(path) if message.id]


def fields(text: str) -> list[str]:
    return sorted(re.findall(r"{(\w*)}", text))


def test_the_list_has_every_message_that_figgen_says_and_no_other() -> None:
    """Where it has not, `python tests/own_words.py` writes it anew; then the catalogues are the next."""
    assert template().read_text(encoding="utf-8") == written_template()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_a_translation_with_the_same_fields(language: str) -> None:
    translated = {str(m.id): str(m.string) for m in read(catalogue(language)) if m.id and not m.fuzzy}
    assert translated.keys() == set(ids(template()))
    assert [m for m, text in translated.items() if not text or fields(text) != fields(m)] == []


def test_no_code_names_a_language() -> None:
    """Rules of a language are data: code that asks for one knows that one and no other.

    English alone has a name in the code, for what is written in it; none is compared with.
    """
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            compared = node.comparators if isinstance(node, ast.Compare) else []
            named = [node, *(side for side in compared if ast.unparse(side) == "'en'")]
            tags = [n.value for n in named if isinstance(n, ast.Constant) and n.value in (*LANGUAGES, "en")]
            assert [tag for tag in tags if tag != "en" or compared] == [], f"{path}:{node}"


@pytest.mark.parametrize("path", LAYOUT, ids=lambda path: path.name)
def test_no_layout_names_a_language(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(rf"""["']({"|".join(LANGUAGES)}|en)["']|:lang\(""", text) == []
