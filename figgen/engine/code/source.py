"""One file of code as plain data: what its names stand for, what runs on import, what it imports."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from figgen.engine.code.effects import FUNCTION, Effects, is_constant
from figgen.engine.files import hashed

ON_IMPORT = "what runs on import"
_AT_RUN_TIME = {"globals", "vars", "locals", "eval", "exec"}
_IMPORTERS = {"importlib.import_module", "__import__"}
_FINDERS = (
    "cloudpickle.load", "dill.load", "gc.get_", "importlib.machinery.", "importlib.reload", "importlib.util.",
    "inspect.currentframe", "inspect.get", "inspect.stack", "inspect.trace", "joblib.load", "marshal.load",
    "pickle.", "pkgutil.", "runpy.", "shelve.", "sys._getframe", "sys.modules"
)  # fmt: skip
"""What finds code of whichever module, by names that stand nowhere in the text."""

_LEADS_ANYWHERE = frozenset({"__globals__", "__subclasses__", "f_globals", "f_locals"})
"""Attributes of which the same is true."""

_CLOCKS = frozenset({
    "datetime.date.today", "datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow",
    "time.clock_gettime", "time.monotonic", "time.monotonic_ns", "time.perf_counter",
    "time.perf_counter_ns", "time.process_time", "time.process_time_ns", "time.thread_time", "time.time",
    "time.time_ns", "timeit.default_timer", "timeit.repeat", "timeit.timeit"
})  # fmt: skip
_SEEDED = frozenset({"numpy.random.default_rng", "numpy.random.RandomState", "random.Random"})
"""What makes random numbers, the same ones each time if it is given a seed."""

_SEEDS = frozenset({"numpy.random.seed", "random.seed"})
_CHANCE = ("numpy.random.", "random.", "secrets.", "uuid.uuid1", "uuid.uuid4", "os.urandom")
_CLOCKS_IF_NOT_TOLD_WHEN = frozenset({"time.asctime", "time.ctime", "time.gmtime", "time.localtime"})
_ITS_OWN_TEXT = (b"__doc__", b"currentframe", b"f_lineno", b"getdoc", b"getsource")
"""Where code may look at its own docstrings, comments and lines, all of its file counts."""

_NEVER_RUN = {"TYPE_CHECKING", "typing.TYPE_CHECKING", "__name__ == '__main__'"}
_ALWAYS_RUN = {f"not {test}" for test in _NEVER_RUN}


@dataclass(frozen=True, slots=True)
class Import:
    """What is imported: a module, or a name in it.

    Attributes:
        level: How many dots stand before the module: 0 for an absolute import.
        module: The module's name behind them.
        name: What is imported from the module; empty if it is the module itself.
    """

    level: int
    module: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement at the top level of a file.

    Attributes:
        digest: Its hash, without comments, docstrings and formatting.
        uses: The names that it uses, each with the attributes taken of it: `np.random.normal` in three parts.
        imports: What its own imports bind, by local name.
        runs: The modules that it imports.
        loads: The modules that it imports by a call, of which it may use anything.
        strings: The string constants in it.
        unsteady: What gives something else each time, by its line: the clock, or random numbers of its own.
        whole: Whether it makes names at run time, so that it may use all of its file.
        everything: Whether it makes names of modules at run time, so that it may use all of the lecture.
    """

    digest: str
    uses: tuple[tuple[str, ...], ...] = ()
    imports: tuple[tuple[str, Import], ...] = ()
    runs: tuple[Import, ...] = ()
    loads: tuple[Import, ...] = ()
    strings: tuple[str, ...] = ()
    unsteady: tuple[tuple[int, str], ...] = ()
    whole: bool = False
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """The top level of a file.

    Attributes:
        pieces: What defines each name, in order; under `ON_IMPORT` what does more than give names.
        imports: What is imported, by local name; several where it depends on what happens.
        stars: The modules that all names are imported from.
        runs: The modules that are imported with this one.
    """

    pieces: dict[str, tuple[Piece, ...]]
    imports: dict[str, tuple[Import, ...]]
    stars: tuple[Import, ...] = ()
    runs: tuple[Import, ...] = ()

    def names(self, name: str) -> bool:
        """Tell whether a name is defined or imported here by itself."""
        return name in self.pieces or name in self.imports


def parse(data: bytes) -> Source:
    """Take a file of code apart; what cannot be read as code counts as a whole."""
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Source({ON_IMPORT: (Piece(hashed(data)),)}, {})
    as_text = hashed(data) if any(word in data for word in _ITS_OWN_TEXT) else ""
    statements = list(_run(_without_docstrings(tree.body)))
    bound = [*_imports(_outside_functions(tree)), *_global_imports(tree)]
    aliases = _full_names(bound)
    seeded = _seeded(statements, aliases)
    effects = Effects(aliases, {s.name: s for s in statements if isinstance(s, (ast.ClassDef, *FUNCTION))})
    pieces: dict[str, list[Piece]] = {ON_IMPORT: []}
    for statement in statements:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            names = list(_defined(statement))
            acts = not names or effects.has(statement)
            piece = _piece(statement, aliases, as_text, seeded)
            for name in names + [ON_IMPORT] * acts:
                pieces.setdefault(name, []).append(piece)
    return Source(
        {name: tuple(found) for name, found in pieces.items()},
        {local: tuple(i for other, i in bound if other == local) for local, _ in bound if local != "*"},
        tuple(Import(i.level, i.module) for local, i in bound if local == "*"),
        tuple(_runs(node for statement in statements for node in _outside_functions(statement))),
    )


def _run(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements without those that are for type checkers, or for running the file by itself."""
    for statement in statements:
        test = ast.unparse(statement.test) if isinstance(statement, ast.If) else ""
        if isinstance(statement, ast.If) and test in _NEVER_RUN:
            yield from _run(statement.orelse)
        elif isinstance(statement, ast.If) and test in _ALWAYS_RUN:
            yield from _run(statement.body)
        else:
            yield statement


def _piece(statement: ast.stmt, aliases: dict[str, str], as_text: str, seeded: frozenset[str]) -> Piece:
    nodes = _walk(statement)
    chains, bound = list(_chains(nodes)), list(_imports(nodes))
    aliases = aliases | _full_names(bound)
    full = [_full_name(chain, aliases) for chain in chains]
    made = [module for n in nodes if isinstance(n, ast.Call) and (module := _made(n, aliases)) is not None]
    strings = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return Piece(
        hashed(ast.dump(statement, annotate_fields=False) + as_text),
        tuple(sorted({*chains, *((text,) for text in strings if text.isidentifier())})),
        tuple(bound),
        tuple(_runs(nodes)),
        tuple(made),
        tuple(sorted(strings)),
        tuple(_unsteady(nodes, aliases, seeded)),
        whole=not _AT_RUN_TIME.isdisjoint(full),
        everything=sum(name in _IMPORTERS for name in full) > len(made)
        or any(name.startswith(_FINDERS) for name in full)
        or not _LEADS_ANYWHERE.isdisjoint(strings | {n.attr for n in nodes if isinstance(n, ast.Attribute)}),
    )


def _made(call: ast.Call, aliases: dict[str, str]) -> Import | None:
    """Return the module that a call such as `import_module("helpers")` imports, if it says which."""
    chains, name = list(_chains([call.func])), call.args[0] if call.args else None
    if not (chains and _full_name(chains[0], aliases) in _IMPORTERS and isinstance(name, ast.Constant)):
        return None
    text = str(name.value)
    return Import(len(text) - len(text.lstrip(".")), text.lstrip("."))


def _unsteady(
    nodes: Iterable[ast.AST], aliases: dict[str, str], seeded: frozenset[str]
) -> Iterator[tuple[int, str]]:
    """Yield the calls that give something else each time, with their lines.

    Args:
        nodes: What may call.
        aliases: The full names of local ones.
        seeded: The modules whose random numbers are decided by a seed on import.
    """
    calls = list(_calls(nodes, aliases))
    seeded |= _seeds(calls)
    for node, name in calls:
        bare = not node.args and not node.keywords
        by_chance = bare if name in _SEEDED else _draws(name) and name.rpartition(".")[0] not in seeded
        if by_chance or name in _CLOCKS or (name in _CLOCKS_IF_NOT_TOLD_WHEN and not node.args):
            yield node.lineno, name


def _calls(nodes: Iterable[ast.AST], aliases: dict[str, str]) -> Iterator[tuple[ast.Call, str]]:
    """Yield the calls of what is imported, with its full name."""
    for node in nodes:
        if isinstance(node, ast.Call):
            chains = (chain for chain in _chains([node.func]) if chain[0] in aliases)
            yield from ((node, _full_name(chain, aliases)) for chain in chains)


def _seeded(statements: Iterable[ast.stmt], aliases: dict[str, str]) -> frozenset[str]:
    """Return the modules whose random numbers a seed decides when a file is imported."""
    return _seeds(_calls((node for s in statements for node in _outside_functions(s)), aliases))


def _seeds(calls: Iterable[tuple[ast.Call, str]]) -> frozenset[str]:
    given = (name for call, name in calls if name in _SEEDS and (call.args or call.keywords))
    return frozenset(name.rpartition(".")[0] for name in given)


def _draws(name: str) -> bool:
    """Tell whether a function, by its full name, draws from what all code shares."""
    last = name.rpartition(".")[2]
    return name.startswith(_CHANCE) and last.islower() and last not in ("seed", "get_state", "set_state")


def _full_names(bound: Iterable[tuple[str, Import]]) -> dict[str, str]:
    """Return what local names stand for, as far as the imports are absolute."""
    return {local: ".".join(filter(None, (i.module, i.name))) for local, i in bound if not i.level}


def _full_name(chain: tuple[str, ...], aliases: dict[str, str]) -> str:
    return ".".join((aliases.get(chain[0], chain[0]), *chain[1:]))


def _walk(statement: ast.stmt) -> list[ast.AST]:
    """Return all nodes of a statement, and take the docstrings out of it."""
    nodes: list[ast.AST] = [statement]
    for node in nodes:  # which grows meanwhile
        if isinstance(node, (ast.ClassDef, *FUNCTION)):
            node.body = _without_docstrings(node.body) or [ast.Pass()]
        nodes.extend(ast.iter_child_nodes(node))
    return nodes


def _without_docstrings(body: Iterable[ast.stmt]) -> list[ast.stmt]:
    return [statement for statement in body if not is_constant(statement)]


def _defined(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.ClassDef, *FUNCTION)):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for node in (node for target in targets for node in ast.walk(target)):
            if isinstance(node, ast.Name):
                yield node.id
    for node in _outside_functions(statement):
        if isinstance(node, ast.NamedExpr):
            yield node.target.id


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if not isinstance(node, FUNCTION):
        for child in ast.iter_child_nodes(node):
            yield from _outside_functions(child)


def _imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, Import]]:
    """Yield what the imports among `nodes` bind, by local name; `*` stands for all names of a module."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    yield alias.asname, Import(0, alias.name)
                else:
                    top = alias.name.partition(".")[0]
                    yield top, Import(0, top)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, Import(node.level, node.module or "", alias.name)


def _global_imports(tree: ast.Module) -> Iterator[tuple[str, Import]]:
    """Yield what functions import for all of the file to use."""
    for function in ast.walk(tree):
        if isinstance(function, FUNCTION):
            parts = list(ast.walk(function))
            shared = {name for part in parts if isinstance(part, ast.Global) for name in part.names}
            yield from ((local, what) for local, what in _imports(parts) if local in shared)


def _runs(nodes: Iterable[ast.AST]) -> Iterator[Import]:
    """Yield the modules that the imports among `nodes` import."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (Import(0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (Import(node.level, node.module or "", alias.name) for alias in node.names)


def _chains(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ...]]:
    """Yield each name that is used, with the attributes taken of it."""
    inside: set[ast.AST] = set()
    for node in nodes:
        if node in inside or not isinstance(node, ast.Name | ast.Attribute):
            continue
        names: list[str] = []
        owner: ast.expr = node
        while isinstance(owner, ast.Attribute):
            names.append(owner.attr)
            owner = owner.value
            inside.add(owner)
        if isinstance(owner, ast.Name):
            yield (owner.id, *reversed(names))
