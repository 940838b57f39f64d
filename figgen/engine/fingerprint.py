"""Which code a function reaches, as hashes that ignore comments, docstrings and formatting.

Starting from a name in a file, follow every name that its definition uses: to other definitions in the file,
and through imports to other modules of figgen or of the lecture; and take in what runs when these are
imported. What is followed is decided from the text alone, nothing is imported; where the text leaves it open
(a module used as a value, a name made at run time) the whole module counts, and where it leaves the module
open, all code of the lecture. Files beside the code, or in its `assets`, count where a string names them.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from figgen.engine.code.modules import Module, Places, code_in
from figgen.engine.code.parsed import Parsed
from figgen.engine.code.source import ON_IMPORT, Import, Piece, Source
from figgen.engine.files import hashed
from figgen.engine.key import Key, versions

_LONGEST_FILE_NAME = 100
_OF_ANY_MODULE = {"__doc__", "__file__", "__name__", "__package__", "__spec__"}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What some code is.

    Attributes:
        parts: The hash of each definition, by file and name: `figgen/sim/data.py: digits`.
        strings: The string constants in it: messages to translate, names of assets.
        files: The files of code that were looked into.
        unsteady: What in it gives something else each time.
        packages: What it uses of what is installed, by the names of the outermost modules.
    """

    parts: dict[str, str]
    strings: frozenset[str]
    files: frozenset[Path]
    unsteady: frozenset["Unsteady"]
    packages: frozenset[str]

    @property
    def key(self) -> Key:
        """All that it adds to a content key."""
        return self.parts | versions(*sorted(self.packages))


@dataclass(frozen=True, slots=True)
class Code:
    """The code of figgen and of a lecture, each file as it was when it was first looked at.

    Code elsewhere counts by the versions of the packages that are used. What several functions reach is read
    once for all of them.

    Attributes:
        places: Where it lies.
        parsed: What files of it were taken apart into before.
        reached: What names in a file can reach.
        sources: The files of code that were looked into.
        named: The files that strings in it name.
        missed: Files that strings in it could name, if they were there, though they would be no sources.
    """

    places: Places
    parsed: Parsed = field(default_factory=Parsed)
    reached: dict[tuple[Path, tuple[str, ...]], Fingerprint] = field(default_factory=dict)
    sources: dict[Path, Source | None] = field(default_factory=dict)
    named: set[Path] = field(default_factory=set)
    missed: set[Path] = field(default_factory=set)
    _steps: dict["_Place", "_Step"] = field(default_factory=dict)

    @property
    def files(self) -> set[Path]:
        """What was looked at: code, and the files that it names."""
        return self.named | self.sources.keys()

    def reached_by(self, path: Path, *names: str) -> Fingerprint:
        """Hash all code that `names`, defined at the top level of the file `path`, can reach."""
        if (path, names) not in self.reached:
            self.reached[path, names] = self._reach(path, names)
        return self.reached[path, names]

    def _reach(self, path: Path, names: tuple[str, ...]) -> Fingerprint:
        parts: dict[str, list[str]] = {}
        strings: set[str] = set()
        unsteady: set[Unsteady] = set()
        packages: set[str] = set()
        seen: set[_Place] = set()
        waiting = [(path, name) for name in reversed(names)]
        while waiting:
            place = waiting.pop()
            if place not in seen:
                seen.add(place)
                step = self._step(place)
                for part, digest in step.parts:
                    parts.setdefault(part, []).append(digest)
                strings |= step.strings
                unsteady |= step.unsteady
                packages |= step.packages
                waiting += reversed(step.leads_to)
        hashes = {part: hashed("\n".join(digests)) for part, digests in sorted(parts.items())}
        files = frozenset(file for file, _ in seen)
        return Fingerprint(hashes, frozenset(strings), files, frozenset(unsteady), frozenset(packages))

    def _step(self, place: "_Place") -> "_Step":
        if place not in self._steps:
            self._steps[place] = self._take_step(*place)
        return self._steps[place]

    def _take_step(self, path: Path, name: str) -> "_Step":
        source, step = self._source(path), _Step()
        if not source.names(name):
            step.leads_to += self._through_stars(path, name) or self._all_in(path)
        for piece in source.pieces.get(name, ()):
            self._take_in(step, path, name, piece)
        for target in source.imports.get(name, ()):
            self._follow(step, path, name, target, ())
        if name == ON_IMPORT:
            self._import(step, path, source.runs)
            step.leads_to += [(init, ON_IMPORT) for init in self.places.packages_around(path)]
        else:
            step.leads_to.append((path, ON_IMPORT))
        return step

    def _take_in(self, step: "_Step", path: Path, name: str, piece: Piece) -> None:
        """Take in a statement, and lead to what it uses."""
        source, own = self._source(path), dict(piece.imports)
        step.parts.append((f"{self.places.name(path)}: {name}", piece.digest))
        step.unsteady |= {(path, line, called) for line, called in piece.unsteady}
        for used, *attributes in piece.uses:
            if used in source.pieces and used != name:
                step.leads_to.append((path, used))
            for target in (*source.imports.get(used, ()), *([own[used]] if used in own else [])):
                self._follow(step, path, used, target, tuple(attributes))
            if not source.names(used):
                step.leads_to += self._through_stars(path, used)
        for target in source.stars:
            if not self.places.imported(path, target):
                self._use_package(step, path, target)
        self._import(step, path, piece.runs + piece.loads)
        self._take_in_more(step, path, piece)

    def _take_in_more(self, step: "_Step", path: Path, piece: Piece) -> None:
        """Lead to what may be used without a name in the text; take in strings, and files that they name."""
        for target in piece.loads:
            if modules := self.places.imported(path, target):
                self._look_up(step, modules[-1], ())
            else:
                self._use_package(step, path, target)
        if piece.whole:
            step.leads_to += self._all_in(path)
        if piece.everything and not self.places.is_figgens(path):
            step.leads_to += [place for file in code_in(self.places.lecture) for place in self._all_in(file)]
        for constant in piece.strings:
            step.strings.add(constant)
            for file in _nameable(path.parent, constant):
                if file.is_file():
                    self.named.add(file)
                    step.parts.append((self.places.name(file), hashed(file.read_bytes())))
                elif re.search(r"[/\\]|^\.", constant):  # which need not be among the sources
                    self.missed.add(file)

    def _follow(
        self, step: "_Step", path: Path, used: str, target: Import, attributes: tuple[str, ...]
    ) -> None:
        """Lead to what an imported name stands for: a definition, or a module with its `attributes` used."""
        told = f"{'.' * target.level}{target.module} {target.name}"
        step.parts.append((f"{self.places.name(path)}: import of {used}", hashed(told)))
        modules = self.places.imported(path, target)
        if modules:
            self._look_up(step, modules[-1], (target.name, *attributes) if target.name else attributes)
        else:
            self._use_package(step, path, target)

    def _use_package(self, step: "_Step", path: Path, target: Import) -> None:
        """Note a package that the lecture uses, which counts by its version; figgen's count in every key."""
        top = target.module.partition(".")[0]
        if not (target.level or top in sys.stdlib_module_names or self.places.is_figgens(path)):
            step.packages.add(top)

    def _look_up(self, step: "_Step", module: Module, names: tuple[str, ...]) -> None:
        """Lead to what stands behind a module's attribute, and the attributes of that."""
        for name in names:
            child = self.places.child(module, name)
            defines = module.file is not None and self._defines(module.file, name)
            if module.file is not None and (defines or (child is None and name not in _OF_ANY_MODULE)):
                step.leads_to.append((module.file, name))
            if child is None:
                return
            if child.file is not None:
                step.leads_to.append((child.file, ON_IMPORT))
            module = child
        for file in module.files():
            step.leads_to += self._all_in(file)

    def _import(self, step: "_Step", path: Path, runs: tuple[Import, ...]) -> None:
        """Lead to what runs when modules are imported."""
        for target in runs:
            modules = self.places.imported(path, target)
            child = self.places.child(modules[-1], target.name) if modules and target.name else None
            found = [*modules, child] if child else modules
            step.leads_to += [(module.file, ON_IMPORT) for module in found if module.file is not None]

    def _through_stars(self, path: Path, name: str) -> list["_Place"]:
        """Return where a name comes from that is imported with all of a module's names."""
        stars = self._starred(path)
        return [(file, name) for file in stars if self._source(file).names(name)]

    def _defines(self, file: Path, name: str) -> bool:
        return any(self._source(place).names(name) for place in (file, *self._starred(file)))

    def _starred(self, path: Path) -> list[Path]:
        """Return the files whose names a file imports all, and those whose names they import."""
        found: dict[Path, None] = {}
        waiting = [path]
        for file in waiting:  # which grows meanwhile
            for target in self._source(file).stars:
                modules = self.places.imported(file, target)
                star = modules[-1].file if modules else None
                if star is not None and star not in found:
                    found[star] = None
                    waiting.append(star)
        return list(found)

    def _all_in(self, path: Path) -> list["_Place"]:
        files = (path, *self._starred(path))
        return [
            (file, name)
            for file in files
            for source in [self._source(file)]
            for name in (*source.pieces, *source.imports)
        ]

    def _source(self, path: Path) -> Source:
        source = self.sources.get(path)
        if source is None:
            source = self.sources[path] = self.parsed.source(path.read_bytes())
        return source


_Place = tuple[Path, str]
"""A file, and a name that it defines at its top level or imports; or ON_IMPORT."""

Unsteady = tuple[Path, int, str]
"""A file, a line of it, and a function called there that gives something else each time."""


@dataclass(slots=True)
class _Step:
    """What stands in one place: hashes by part, strings, packages, and the places that it leads to."""

    parts: list[tuple[str, str]] = field(default_factory=list)
    strings: set[str] = field(default_factory=set)
    unsteady: set["Unsteady"] = field(default_factory=set)
    packages: set[str] = field(default_factory=set)
    leads_to: list[_Place] = field(default_factory=list)


def _nameable(folder: Path, name: str) -> tuple[Path, ...]:
    """Return the files that a string may name: in a folder, or in its `assets`."""
    if name and len(name) < _LONGEST_FILE_NAME and name.isprintable() and not Path(name).is_absolute():
        return folder / name, folder / "assets" / name
    return ()
