"""The messages that figgen itself says, read from its code and its layout.

`python tests/own_words.py` writes them into `figgen/languages/messages.pot`.
"""

import ast
import re
from pathlib import Path

from figgen.paths import PACKAGE, built_in_lecture, template
from figgen.translation.said import Said, said_in, tables_of, texts_of

_A_LECTURES = {"claim.statement", "claim.only_if", "evidence.claim.statement", "explore.look", "spec.doc"}
_HEAD = """# All that figgen itself says in handouts, in English: a catalogue of translations begins with it.
# Written by tests/own_words.py.
msgid ""
msgstr ""
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n\""""
_IN_LAYOUT = re.compile(r"""\btr\(\s*(["'])(.*?)\1""")


def own_words() -> dict[str, set[str]]:
    """Return every message that figgen says, with the files that say it."""
    found: dict[str, set[str]] = {}
    modules = _parsed()
    tables = tables_of(list(modules.values()))
    for path, module in modules.items():
        for message in (text for said in said_in(module, tables) for text in _texts_said(said)):
            found.setdefault(message, set()).add(path.relative_to(PACKAGE.parent).as_posix())
    for path in sorted((built_in_lecture() / "layout").glob("*.j2")):
        for _, message in _IN_LAYOUT.findall(path.read_text(encoding="utf-8")):
            found.setdefault(message, set()).add(f"templates/layout/{path.name}")
    return found


def written_template() -> str:
    """Return the list of the messages as a `.pot` file, with what symbols they are for."""
    symbols = _symbols()
    entries = [_HEAD]
    for message, files in own_words().items():
        about = [f"#. {'; '.join(dict.fromkeys(symbols[message]))}"] if message in symbols else []
        where = [f"#: {file}" for file in sorted(files)]
        entries.append("\n".join([*about, *where, f"msgid {_quoted(message)}", 'msgstr ""']))
    return "\n\n".join(entries) + "\n"


def _quoted(message: str) -> str:
    escaped = message.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _symbols() -> dict[str, list[str]]:
    """Return the symbols that each message of a table is for, with the table's name."""
    found: dict[str, list[str]] = {}
    for table, value in tables_of(list(_parsed().values())).items():
        if isinstance(value, ast.Dict):
            for key, said in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    for message in texts_of(said, {}, {}):
                        found.setdefault(message, []).append(f"{table.strip('_').lower()} {key.value}")
    return found


def _code() -> list[Path]:
    others = {"sim", "experiments"}  # the built-in lecture's
    paths = PACKAGE.rglob("*.py")
    return sorted(path for path in paths if not others & set(path.relative_to(PACKAGE).parts))


def _parsed() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in _code()}


def _texts_said(said: Said) -> tuple[str, ...]:
    """Return what a call says, which the text of figgen has to tell."""
    if not said.texts and not said.is_handed_on and ast.unparse(said.message) not in _A_LECTURES:
        raise AssertionError(f"cannot tell what is said by {ast.unparse(said.call)}")
    return tuple(text for text in said.texts if len(text) > 1)  # letters are spoken by voices


if __name__ == "__main__":
    template().write_text(written_template(), encoding="utf-8")
