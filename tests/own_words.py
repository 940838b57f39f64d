"""The messages that figgen itself says, read from its code and its layout.

`python tests/own_words.py` writes them into `figgen/languages/messages.pot`.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from figgen.paths import PACKAGE, built_in_lecture, template

_TRANSLATE = {"tr", "_tr", "_numbered"}
_A_LECTURES = {"claim.statement", "claim.only_if", "evidence.claim.statement"}
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
    for path in _code():
        for message in _said_in(ast.parse(path.read_text(encoding="utf-8"))):
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
    for table, value in _tables().items():
        if isinstance(value, ast.Dict):
            for key, said in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    for message in _texts(said, {}, {}):
                        found.setdefault(message, []).append(f"{table.strip('_').lower()} {key.value}")
    return found


def _code() -> list[Path]:
    others = {"sim", "experiments"}  # the built-in lecture's
    paths = PACKAGE.rglob("*.py")
    return sorted(path for path in paths if not others & set(path.relative_to(PACKAGE).parts))


@cache
def _tables() -> dict[str, ast.expr]:
    """Return the constants of all modules by name: tables of messages are among them."""
    found = {}
    for path in _code():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            if isinstance(target, ast.Name) and isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                found[target.id] = node.value
    return found


def _said_in(module: ast.Module) -> Iterator[str]:
    tables = _tables()
    for function in ast.walk(module):
        if isinstance(function, ast.FunctionDef):
            names = dict(_assigned(function))
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and (message := _message(call)) is not None:
                    found = dict.fromkeys(_texts(message, names, tables))
                    if not found and ast.unparse(message) not in _A_LECTURES | _parameters(function):
                        raise AssertionError(f"cannot tell what is said by {ast.unparse(call)}")
                    yield from found


def _message(call: ast.Call) -> ast.expr | None:
    """Return what a call translates, if it does: `tr(…)`, or `map(tr, …)`."""
    name = ast.unparse(call.func).rpartition(".")[2]
    if name == "map" and ast.unparse(call.args[0]).rpartition(".")[2] in _TRANSLATE:
        return call.args[1]
    return call.args[0] if name in _TRANSLATE and call.args else None


def _parameters(function: ast.FunctionDef) -> set[str]:
    """Return the arguments of what hands a message on, whose callers are looked at themselves."""
    return {argument.arg for argument in function.args.args} if function.name in _TRANSLATE else set()


def _assigned(function: ast.FunctionDef) -> Iterator[tuple[str, list[ast.expr]]]:
    """Yield the names in a function with all that they may stand for."""
    values: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        pairs: list[tuple[ast.expr, ast.expr]] = []
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.NamedExpr | ast.comprehension | ast.For):
            value = node.value if isinstance(node, ast.NamedExpr) else node.iter
            pairs = [(node.target, value)]
        for target, value in pairs:
            for name in ast.walk(target):
                if isinstance(name, ast.Name):
                    values.setdefault(name.id, []).append(value)
    yield from values.items()


def _texts(
    node: ast.AST,
    names: dict[str, list[ast.expr]],
    tables: dict[str, ast.expr],
    seen: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """Yield the texts that an expression may stand for: all of a table's, where one is looked up."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 1:
        yield node.value
    for part in _parts(node):
        yield from _texts(part, names, tables, seen)
    name = getattr(node, "id", getattr(node, "attr", ""))
    if name and name not in seen:
        for value in (*names.get(name, []), *([tables[name]] if name in tables else [])):
            yield from _texts(value, names, tables, seen | {name})


def _parts(node: ast.AST) -> Sequence[ast.AST]:
    """Return the parts of an expression that can be its value, or that of a table in which it looks."""
    match node:
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.BoolOp() | ast.Dict():
            return node.values
        case ast.Tuple() | ast.List():
            return node.elts
        case ast.Subscript():
            return [node.value]
        case ast.Call(func=ast.Attribute() as method):  # .get(…, …), .items()
            return [method.value, *node.args[1:]]
    return []


if __name__ == "__main__":
    template().write_text(written_template(), encoding="utf-8")
