"""Which code a function reaches, as hashes that ignore comments, docstrings and formatting.

Starting from a name in a file, follow every name that its definition uses: to other definitions in the file,
and through imports to other modules of figgen or of the lecture. What is followed is decided from the text
alone, nothing is imported; where the text leaves it open (a module used as a value, a name made at run time)
the whole module counts. Files beside the code, or in its `assets`, count where a string names them.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from figgen.engine.files import hashed
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


@dataclass(frozen=True, slots=True)
class Code:
    """The code of figgen and of the lecture in a folder, each file as it was when it was first looked at.

    Code elsewhere does not count: content keys have the versions of packages. What several functions reach is
    read once for all of them.
    """

    lecture: Path
    _sources: dict[Path, "_Source"] = field(default_factory=dict)
    _pieces: dict["_Place", "_Piece"] = field(default_factory=dict)

    def reached_by(self, path: Path, *names: str) -> Fingerprint:
        """Hash all code that `names`, defined at the top level of the file `path`, can reach."""
        parts: dict[str, list[str]] = {}
        strings: set[str] = set()
        seen: set[_Place] = set()
        waiting = [(path, name) for name in reversed(names)]
        while waiting:
            place = waiting.pop()
            if place not in seen:
                seen.add(place)
                piece = self._piece(place)
                for part, digest in piece.parts:
                    parts.setdefault(part, []).append(digest)
                strings |= piece.strings
                waiting += reversed(piece.leads_to)
        hashes = {part: hashed("\n".join(digests)) for part, digests in sorted(parts.items())}
        return Fingerprint(hashes, frozenset(strings))

    def _piece(self, place: "_Place") -> "_Piece":
        if place not in self._pieces:
            self._pieces[place] = self._read_piece(*place)
        return self._pieces[place]

    def _read_piece(self, path: Path, name: str) -> "_Piece":
        source, piece = self._source(path), _Piece()
        if name in source.definitions:
            for statement in source.definitions[name]:
                self._take_in(piece, path, name, statement)
        elif name in source.imports:
            self._follow(piece, path, name, source.imports[name], set(), bare=True)
        else:
            piece.leads_to += self._all_in(path)
        piece.leads_to.append((path, _ON_IMPORT))
        return piece

    def _take_in(self, piece: "_Piece", path: Path, name: str, statement: ast.stmt) -> None:
        source, nodes = self._source(path), _walk(statement)
        piece.parts.append((f"{_identity(path)}: {name}", hashed(ast.dump(statement, annotate_fields=False))))
        imports = source.imports | dict(_imports(nodes))
        attributes, bare = _uses(nodes)
        for used in sorted(attributes.keys() | bare):
            if used in source.definitions:
                piece.leads_to.append((path, used))
            elif used in imports:
                self._follow(piece, path, used, imports[used], attributes.get(used, set()), bare=used in bare)
        if bare & _AT_RUN_TIME:
            piece.leads_to += self._all_in(path)
        for constant in _strings(nodes):
            piece.strings.add(constant)
            for file in _named_files(path.parent, constant):
                piece.parts.append((_identity(file), hashed(file.read_bytes())))

    def _follow(
        self,
        piece: "_Piece",
        path: Path,
        used: str,
        target: tuple[str, str | None],
        attributes: set[str],
        *,
        bare: bool,
    ) -> None:
        """Lead to what an imported name stands for: a definition, or a module with its `attributes` used."""
        module, name = target
        piece.parts.append((f"{_identity(path)}: import of {used}", hashed(f"{module} {name}")))
        as_module = self._file_of(path, module if name is None else f"{module}.{name}")
        if as_module is None:
            if name is not None and (file := self._file_of(path, module)):
                piece.leads_to.append((file, name))
            return
        piece.leads_to += [(as_module, attribute) for attribute in sorted(attributes)]
        if bare:
            piece.leads_to += self._all_in(as_module)

    def _all_in(self, path: Path) -> list["_Place"]:
        return [(path, name) for name in self._source(path).definitions]

    def _file_of(self, path: Path, module: str) -> Path | None:
        """Return the file of a module that `path` imports, if it is figgen's or the lecture's."""
        if module.partition(".")[0] == PACKAGE.name:
            root = PACKAGE.parent
        elif path.is_relative_to(PACKAGE):
            return None
        else:
            root = self.lecture
        base = root.joinpath(*module.split("."))
        return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)

    def _source(self, path: Path) -> "_Source":
        if path not in self._sources:
            self._sources[path] = _parse(path.read_text(encoding="utf-8"))
        return self._sources[path]


_Place = tuple[Path, str]
"""A file, and a name that it defines at its top level or imports; or _ON_IMPORT."""


@dataclass(slots=True)
class _Piece:
    """What stands in one place: hashes by part, strings, and the places that it leads to."""

    parts: list[tuple[str, str]] = field(default_factory=list)
    strings: set[str] = field(default_factory=set)
    leads_to: list[_Place] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Source:
    """A module's top level: definitions by name, among them what always runs, and imports by local name."""

    definitions: dict[str, list[ast.stmt]]
    imports: dict[str, tuple[str, str | None]]


def _parse(text: str) -> _Source:
    tree = ast.parse(text)
    definitions: dict[str, list[ast.stmt]] = {_ON_IMPORT: []}
    for statement in _without_docstring(tree):
        names = list(_defined(statement))
        for name in names:
            definitions.setdefault(name, []).append(statement)
        if not (names or isinstance(statement, ast.Import | ast.ImportFrom) or _types_only(statement)):
            definitions[_ON_IMPORT].append(statement)
    return _Source(definitions, dict(_imports(_top_level(tree))))


def _walk(statement: ast.stmt) -> list[ast.AST]:
    """Return all nodes of a statement, and take the docstrings out of it."""
    nodes: list[ast.AST] = [statement]
    for node in nodes:  # which grows meanwhile
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            node.body = _without_docstring(node) or [ast.Pass()]
        nodes.extend(ast.iter_child_nodes(node))
    return nodes


def _without_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> list[ast.stmt]:
    return node.body if ast.get_docstring(node, clean=False) is None else node.body[1:]


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


def _imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, tuple[str, str | None]]]:
    """Yield (local name, (module, name in it or None)) for the imports among `nodes`."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], (alias.name, None)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, (node.module, alias.name)


def _top_level(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield from ast.walk(child)


def _uses(nodes: Sequence[ast.AST]) -> tuple[dict[str, set[str]], set[str]]:
    """Return the attributes taken of each name, and the names used otherwise."""
    attributes: dict[str, set[str]] = {}
    owners: set[ast.AST] = set()
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            attributes.setdefault(node.value.id, set()).add(node.attr)
            owners.add(node.value)
    return attributes, {node.id for node in nodes if isinstance(node, ast.Name) and node not in owners}


def _strings(nodes: Iterable[ast.AST]) -> Iterator[str]:
    return (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def _named_files(folder: Path, name: str) -> Iterator[Path]:
    """Yield the files in a folder, or in its `assets`, that a string constant names."""
    if name and len(name) < _LONGEST_FILE_NAME and name.isprintable() and not Path(name).is_absolute():
        yield from (file for file in (folder / name, folder / "assets" / name) if file.is_file())


def _identity(path: Path) -> str:
    """Name a file in a way that does not depend on where the folder lies."""
    return path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else path.name
