"""Which code a function reaches, as hashes that ignore comments, docstrings and formatting.

Starting from a name in a file, follow every name that its definition uses: to other definitions in the file,
and through imports to other modules of figgen or of the lecture. What is followed is decided from the text
alone, nothing is imported; where the text leaves it open (a module used as a value, a name made at run time)
the whole module counts. Files beside the code, or in its `assets`, count where a string names them.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from figgen.build.files import hashed
from figgen.paths import PACKAGE

_ON_IMPORT = "what runs on import"
_AT_RUN_TIME = {"globals", "vars", "eval", "exec", "__import__"}
_LONGEST_FILE_NAME = 100


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What some code is.

    Attributes:
        parts: The hash of each definition, by file and name: `sim/data.py: digits`.
        strings: The string constants in it: messages to translate, names of assets.
    """

    parts: dict[str, str]
    strings: frozenset[str]


def fingerprint(path: Path, *names: str) -> Fingerprint:
    """Hash all code that `names`, defined at the top level of the file `path`, can reach.

    Code outside figgen and the lecture's folder, two above an experiment of its own, does not count: content
    keys have the versions of packages.
    """
    reach = _Reach(None if path.is_relative_to(PACKAGE) else path.parents[2])
    for name in names:
        reach.visit(path, name)
    parts = {name: hashed("\n".join(texts)) for name, texts in sorted(reach.parts.items())}
    return Fingerprint(parts, frozenset(reach.strings))


@dataclass(slots=True)
class _Reach:
    """The definitions visited so far, each as the texts of its syntax trees, in their order."""

    lecture: Path | None
    parts: dict[str, list[str]] = field(default_factory=dict)
    strings: set[str] = field(default_factory=set)
    seen: set[tuple[Path, str]] = field(default_factory=set)

    def visit(self, path: Path, name: str) -> None:
        """Take in the definition of `name` in the file `path`, and all that it uses."""
        if (path, name) in self.seen:
            return
        self.seen.add((path, name))
        source = _read(path)
        if name in source.definitions:
            for statement in source.definitions[name]:
                self._absorb(path, source, statement, name)
        elif name in source.imports:
            self._follow(path, name, source.imports[name], attributes=frozenset(), bare=True)
        else:
            self._visit_all(path)
        if (path, _ON_IMPORT) not in self.seen:
            self.seen.add((path, _ON_IMPORT))
            for statement in source.always:
                self._absorb(path, source, statement, _ON_IMPORT)

    def _visit_all(self, path: Path) -> None:
        for name in _read(path).definitions:
            self.visit(path, name)

    def _absorb(self, path: Path, source: "_Source", statement: ast.stmt, name: str) -> None:
        self._add(f"{_identity(path)}: {name}", ast.dump(statement, annotate_fields=False))
        imports = source.imports | dict(_imports(statement))
        attributes, bare = _uses(statement)
        for used in sorted(attributes.keys() | bare):
            if used in source.definitions:
                self.visit(path, used)
            elif used in imports:
                self._follow(path, used, imports[used], frozenset(attributes.get(used, ())), used in bare)
        if bare & _AT_RUN_TIME:
            self._visit_all(path)
        for constant in _strings(statement):
            self.strings.add(constant)
            for file in _named_files(path.parent, constant):
                self.parts[_identity(file)] = [hashed(file.read_bytes())]

    def _add(self, name: str, text: str) -> None:
        self.parts.setdefault(name, []).append(text)

    def _follow(
        self,
        path: Path,
        used: str,
        target: tuple[str, str | None],
        attributes: frozenset[str],
        bare: bool,
    ) -> None:
        """Visit what an imported name stands for: a definition, or a module with its `attributes` used."""
        module, name = target
        self.parts[f"{_identity(path)}: import of {used}"] = [f"{module} {name}"]
        as_module = self._file_of(module if name is None else f"{module}.{name}")
        if as_module is None:
            if name is not None and (file := self._file_of(module)):
                self.visit(file, name)
            return
        for attribute in sorted(attributes):
            self.visit(as_module, attribute)
        if bare:
            self._visit_all(as_module)

    def _file_of(self, module: str) -> Path | None:
        """Return the file of a module of figgen or of the lecture, or None for any other."""
        root = PACKAGE.parent if module.partition(".")[0] == PACKAGE.name else self.lecture
        if root is None:
            return None
        base = root.joinpath(*module.split("."))
        return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)


@dataclass(frozen=True, slots=True)
class _Source:
    """A module's top level: definitions by name, imports by local name, and statements that always run."""

    definitions: dict[str, list[ast.stmt]]
    imports: dict[str, tuple[str, str | None]]
    always: list[ast.stmt]


def _read(path: Path) -> _Source:
    return _parse(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=256)
def _parse(text: str) -> _Source:
    tree = ast.parse(text)
    _strip_docstrings(tree)
    definitions: dict[str, list[ast.stmt]] = {}
    always: list[ast.stmt] = []
    for statement in tree.body:
        names = list(_defined(statement))
        for name in names:
            definitions.setdefault(name, []).append(statement)
        if not (names or isinstance(statement, ast.Import | ast.ImportFrom) or _types_only(statement)):
            always.append(statement)
    return _Source(definitions, dict(_imports(tree, top_level_only=True)), always)


def _strip_docstrings(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]


def _defined(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for node in (node for target in targets for node in ast.walk(target)):
            if isinstance(node, ast.Name):
                yield node.id


def _types_only(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.If) or statement.orelse:
        return False
    return ast.unparse(statement.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def _imports(node: ast.AST, *, top_level_only: bool = False) -> Iterator[tuple[str, tuple[str, str | None]]]:
    """Yield (local name, (module, name in it or None)) for the imports in `node`."""
    for child in _top_level(node) if top_level_only else ast.walk(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield alias.asname or alias.name.partition(".")[0], (alias.name, None)
        elif isinstance(child, ast.ImportFrom) and child.module:
            for alias in child.names:
                yield alias.asname or alias.name, (child.module, alias.name)


def _top_level(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield from ast.walk(child)


def _uses(statement: ast.stmt) -> tuple[dict[str, set[str]], set[str]]:
    """Return the attributes taken of each name, and the names used otherwise."""
    attributes: dict[str, set[str]] = {}
    owners: set[ast.AST] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            attributes.setdefault(node.value.id, set()).add(node.attr)
            owners.add(node.value)
    bare = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and n not in owners}
    return attributes, bare


def _strings(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _named_files(folder: Path, name: str) -> Iterator[Path]:
    """Yield the files in a folder, or in its `assets`, that a string constant names."""
    if name and len(name) < _LONGEST_FILE_NAME and name.isprintable() and not Path(name).is_absolute():
        yield from (file for file in (folder / name, folder / "assets" / name) if file.is_file())


def _identity(path: Path) -> str:
    """Name a file in a way that does not depend on where the folder lies."""
    return path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else path.name
