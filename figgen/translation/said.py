"""The messages in the text of a module: what it hands to `tr`, as far as the text tells."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_TRANSLATE = {"tr", "_tr", "_numbered"}

Tables = Mapping[str, ast.expr]
"""The constants of modules by name: a message may be looked up in one."""

_Names = Mapping[str, Sequence[ast.expr]]


@dataclass(frozen=True, slots=True)
class Said:
    """A call of `tr` in a function.

    Attributes:
        texts: The messages that it may say; empty if the text of the module does not tell.
        message: What it is given.
        call: The call.
        is_handed_on: Whether the message is an argument of a function that translates itself.
    """

    texts: tuple[str, ...]
    message: ast.expr
    call: ast.Call
    is_handed_on: bool


def tables_of(modules: Sequence[ast.Module]) -> Tables:
    """Return the constants of modules by name."""
    found = {}
    for node in (node for module in modules for node in module.body):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            found[target.id] = node.value
    return found


def said_in(module: ast.Module, tables: Tables) -> Iterator[Said]:
    """Yield each call of `tr` in the functions of a module."""
    for function in (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)):
        names = _assigned(function)
        handed = {argument.arg for argument in function.args.args if function.name in _TRANSLATE}
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if (message := _message(call)) is not None:
                texts = tuple(dict.fromkeys(texts_of(message, names, tables)))
                yield Said(texts, message, call, ast.unparse(message) in handed)


def _message(call: ast.Call) -> ast.expr | None:
    """Return what a call translates, if it does: `tr(…)`, or `map(tr, …)`."""
    name = ast.unparse(call.func).rpartition(".")[2]
    if name == "map" and call.args[1:] and ast.unparse(call.args[0]).rpartition(".")[2] in _TRANSLATE:
        return call.args[1]
    return call.args[0] if name in _TRANSLATE and call.args else None


def _assigned(function: ast.FunctionDef) -> _Names:
    """Return the names in a function with all that they may stand for."""
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
    return values


def texts_of(
    node: ast.AST, names: _Names, tables: Tables, seen: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Yield the texts that an expression may stand for: all of a table's, where one is looked up."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    for part in _parts(node):
        yield from texts_of(part, names, tables, seen)
    name = getattr(node, "id", getattr(node, "attr", ""))
    if name and name not in seen:
        for value in (*names.get(name, []), *([tables[name]] if name in tables else [])):
            yield from texts_of(value, names, tables, seen | {name})


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
