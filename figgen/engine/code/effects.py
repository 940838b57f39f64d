"""Which statements of a module do more on import than give something a name.

A decorator may put a function into a table, a base class may note who inherits from it, a call may change
what it is given; then a function counts though nobody names it. What is known to do nothing of the kind is
listed here or follows from the text; all else counts.
"""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field

_PURE_MODULES = frozenset({
    "abc", "cmath", "collections", "contextlib", "dataclasses", "datetime", "decimal", "enum", "figgen",
    "fractions", "functools", "io", "itertools", "json", "math", "matplotlib", "numba", "numbers",
    "numpy", "pathlib", "re", "scipy", "statistics", "string", "types", "typing", "typing_extensions"
})  # fmt: skip
"""Modules whose functions and decorators keep nothing of what they are given, but for those that register."""

_IMPURE_BUILTINS = frozenset({
    "__import__", "breakpoint", "compile", "delattr", "eval", "exec", "globals", "input", "locals",
    "next", "open", "print", "setattr", "vars"
})  # fmt: skip
_PURE_METHODS = frozenset({
    "all", "any", "astype", "capitalize", "copy", "count", "endswith", "format", "get", "index", "items",
    "join", "keys", "lower", "max", "mean", "min", "replace", "reshape", "split", "startswith", "std",
    "strip", "sum", "title", "tolist", "upper", "values"
})  # fmt: skip
"""Methods that change nothing, of whatever text, number or container."""

_PROPERTY_PARTS = frozenset({"setter", "getter", "deleter"})
_WHEN_MADE = frozenset({"__init__", "__new__", "__post_init__", "__set_name__"})
"""Methods that run when an object is made, or given a name in a class."""


Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_CHANGES = (ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom, ast.Delete, ast.Await, ast.NamedExpr)


@dataclass(frozen=True, slots=True)
class Effects:
    """Tells which statements of one module have an effect on import.

    Attributes:
        imports: The full names that local names are imported from: `np` from `numpy`.
        definitions: The functions and classes at the module's top level.
    """

    imports: dict[str, str]
    definitions: dict[str, Function | ast.ClassDef]
    _callable: dict[str, bool] = field(default_factory=dict)

    def has(self, statement: ast.stmt) -> bool:
        """Tell whether a definition or an assignment does more than give something a name."""
        if isinstance(statement, ast.ClassDef):
            return self._class_has(statement)
        if isinstance(statement, FUNCTION):
            return not all(map(self._keeps_nothing, statement.decorator_list)) or any(
                self._calls(part) for part in _run_by_definition(statement)
            )
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            value = statement.value
            if value is None or _is_experiment(value, self.imports):
                return False
            return _stores_into(statement) or self._calls(value)
        return not isinstance(statement, ast.Pass | ast.Import | ast.ImportFrom)

    def _class_has(self, node: ast.ClassDef) -> bool:
        return (
            not all(map(self._keeps_nothing, node.decorator_list))
            or not all(map(self._notes_no_heirs, node.bases))
            or any(self._calls(word.value) or not self._is_pure(word.value) for word in node.keywords)
            or any(self.has(part) for part in node.body if not is_constant(part))
        )

    def _keeps_nothing(self, decorator: ast.expr) -> bool:
        """Tell whether a decorator is known to put the function nowhere."""
        if isinstance(decorator, ast.Call):
            return self._keeps_nothing(decorator.func) and not any(map(self._calls, decorator.args))
        if isinstance(decorator, ast.Attribute) and decorator.attr in _PROPERTY_PARTS:
            return True
        return self._is_pure(decorator)

    def _notes_no_heirs(self, base: ast.expr) -> bool:
        """Tell whether a base class is known to learn nothing of the classes that inherit from it."""
        base = base.value if isinstance(base, ast.Subscript) else base
        if isinstance(base, ast.Name) and isinstance(own := self.definitions.get(base.id), ast.ClassDef):
            methods = {part.name for part in own.body if isinstance(part, FUNCTION)}
            return (
                "__init_subclass__" not in methods
                and all(map(self._notes_no_heirs, own.bases))
                and all(self._is_pure(word.value) for word in own.keywords if word.arg == "metaclass")
            )
        return self._is_pure(base)

    def _is_pure(self, node: ast.expr) -> bool:
        """Tell whether an expression names something that keeps nothing: of such a module, or built in."""
        if isinstance(node, ast.Constant):
            return True
        names = list(_dotted(node))
        if not names:
            return False
        root = names[0]
        if root in self.imports:
            full = [*self.imports[root].split("."), *names[1:]]
            return full[0] in _PURE_MODULES and not any("register" in part for part in full)
        return root not in self.definitions and hasattr(builtins, root) and root not in _IMPURE_BUILTINS

    def _calls(self, node: ast.AST) -> bool:
        """Tell whether an expression, or a function's body, calls what might have an effect."""
        return any(map(self._acts, _run(node)))

    def _acts(self, node: ast.AST) -> bool:
        """Tell whether a call, or an operator that is given a function, might have an effect."""
        if isinstance(node, ast.Call):
            return not self._is_harmless(node)
        return any(
            isinstance(operand, ast.Name) and isinstance(self.definitions.get(operand.id), FUNCTION)
            for operand in _operands(node)
        )

    def _is_harmless(self, call: ast.Call) -> bool:
        function = call.func
        if isinstance(function, ast.Name) and function.id in self.definitions:
            return self._may_be_called(function.id) and self._may_be_given(call)
        if self._is_pure(function):
            figgens = self.imports.get(next(_dotted(function)), "").startswith("figgen.")
            return figgens or self._may_be_given(call)
        if isinstance(function, ast.Attribute):  # a method
            fresh = isinstance(function.value, ast.Call)  # which is looked at by itself
            return (fresh or function.attr in _PURE_METHODS) and self._may_be_given(call)
        made = isinstance(function, ast.Call) and self._is_idle_when_called(function)
        return made and self._may_be_given(call)

    def _is_idle_when_called(self, made: ast.Call) -> bool:
        """Tell whether an object, if its class is of this module, changes nothing when it is called."""
        own = self.definitions.get(made.func.id) if isinstance(made.func, ast.Name) else None
        calls = [part for part in getattr(own, "body", ()) if getattr(part, "name", "") == "__call__"]
        return not isinstance(own, ast.ClassDef) or all(map(self._changes_nothing, calls))

    def _may_be_given(self, call: ast.Call) -> bool:
        """Tell whether the functions that are handed to a call may be called by it."""
        given = [*call.args, *(word.value for word in call.keywords)]
        names = {value.id for value in given if isinstance(value, ast.Name)}
        return all(self._may_be_called(name) for name in names & self.definitions.keys())

    def _may_be_called(self, name: str) -> bool:
        """Tell whether a function or class of this module changes nothing but what it makes itself."""
        if name not in self._callable:
            self._callable[name] = True  # of a circle the other parts decide
            self._callable[name] = self._changes_nothing(self.definitions[name])
        return self._callable[name]

    def _changes_nothing(self, node: Function | ast.ClassDef) -> bool:
        if isinstance(node, ast.ClassDef):
            methods = [part for part in node.body if isinstance(part, FUNCTION)]
            bases = {base.id for base in node.bases if isinstance(base, ast.Name)} & self.definitions.keys()
            return (
                not self._class_has(node)
                and all(map(self._may_be_called, bases))
                and all(self._changes_nothing(part) for part in methods if part.name in _WHEN_MADE)
            )
        itself = {argument.arg for argument in node.args.args[:1]} if node.name in _WHEN_MADE else set()
        return not self.has(node) and not any(
            isinstance(part, _CHANGES)
            or (isinstance(part, ast.Attribute | ast.Subscript) and _is_store(part, itself))
            or self._acts(part)
            for statement in node.body
            for part in _run(statement)
        )


def _run_by_definition(node: Function) -> Iterator[ast.expr]:
    """Yield the expressions that are computed when a function is defined."""
    arguments = node.args
    yield from arguments.defaults
    yield from (default for default in arguments.kw_defaults if default is not None)
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    yield from (a.annotation for a in every if a is not None and a.annotation is not None)
    if node.returns is not None:
        yield node.returns


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of what runs now: not the bodies of functions that are only made."""
    waiting = [node]
    for part in waiting:  # which grows meanwhile
        yield part
        if not isinstance(part, (*FUNCTION, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(part))


def _operands(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what an operator, which a class may define as it likes, works on."""
    if isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
    elif isinstance(node, ast.Compare):
        yield from (node.left, *node.comparators)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Subscript):
        yield node.slice


def _dotted(node: ast.expr) -> Iterator[str]:
    """Yield the parts of a name such as `np.random.default_rng`; of anything else, nothing."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        yield from (node.id, *reversed(parts))


def _is_store(node: ast.Attribute | ast.Subscript, itself: set[str]) -> bool:
    """Tell whether something of an object that was there before is set."""
    owner = node.value
    return isinstance(node.ctx, ast.Store) and not (isinstance(owner, ast.Name) and owner.id in itself)


def _stores_into(statement: ast.Assign | ast.AnnAssign) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return any(
        isinstance(part, ast.Attribute | ast.Subscript) for target in targets for part in ast.walk(target)
    )


def is_constant(statement: ast.stmt) -> bool:
    """Tell whether a statement is but a text, as docstrings are."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_experiment(value: ast.expr, imports: dict[str, str]) -> bool:
    """Tell whether a value is an `Experiment`, of which each job takes its part by name."""
    names = list(_dotted(value.func)) if isinstance(value, ast.Call) else []
    return bool(names) and ".".join([imports.get(names[0], ""), *names[1:]]) == "figgen.experiment.Experiment"
