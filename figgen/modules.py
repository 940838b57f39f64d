"""The modules of a lecture, experiments and their helpers: found in its folder, compiled from source.

The lecture's folder stands at the end of `sys.path`, which processes that an experiment starts have, too. So
modules of Python and of installed packages go before a lecture's own, and nobody else ever meets
those; and a module has the name that any process can import it by, such as `experiments.chapter.name`.
"""

import importlib
import sys
from hashlib import sha256
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    SourceFileLoader,
)
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import CodeType, ModuleType

from figgen.paths import LECTURE_FILE, PACKAGE

_INSTALLED = {"site-packages", "dist-packages"}


def import_file(path: Path) -> ModuleType:
    """Import the file of an experiment, unless it is imported already."""
    if path.is_relative_to(PACKAGE):
        return importlib.import_module(_dotted(path, PACKAGE.parent))
    folder = home(path)
    if (folder / LECTURE_FILE).is_file():
        place(folder)
    elif folder != path.parent:  # somebody's package
        _compile_from_source(folder / path.relative_to(folder).parts[0])
    if name := _importable_name(path, folder):
        return importlib.import_module(name)
    return _import_by_itself(path)


def is_imported(path: Path) -> bool:
    """Tell whether a file has been imported, by whomever."""
    return str(path) in {_file(module) for module in list(sys.modules.values())}


def home(path: Path) -> Path:
    """Return the folder that a file of code belongs to: its lecture's, or that of its outermost package."""
    for folder in path.parents:
        if (folder / LECTURE_FILE).is_file():
            return folder
    return next(folder for folder in path.parents if not (folder / "__init__.py").is_file())


def place(folder: Path) -> None:
    """Make the modules in a lecture's folder importable, after all others, in place of another lecture's."""
    if sys.path[-1] == str(folder) and _Hook(str(folder)) in sys.path_hooks:
        return
    others = {hook.folder for hook in sys.path_hooks if isinstance(hook, _Hook)}
    here = {str(folder)} | ({""} if folder == Path.cwd() else set())
    sys.path[:] = [entry for entry in sys.path if entry not in others | here] + [str(folder)]
    _compile_from_source(folder)
    forget()


def forget(path: Path | None = None) -> None:
    """Forget a file that was imported, or all modules of lectures, so that they are imported anew."""
    importlib.invalidate_caches()
    hooks = [hook for hook in sys.path_hooks if isinstance(hook, _Hook)]
    own = [
        name
        for name, module in list(sys.modules.items())
        if (path is None or _file(module) == str(path)) and _is_lectures(module, hooks)
    ]
    for name in own:
        module = sys.modules.pop(name)
        package, _, child = name.rpartition(".")
        if vars(sys.modules.get(package, module)).get(child) is module:
            delattr(sys.modules[package], child)  # or `from . import child` would find it there


def hidden_by(path: Path, error: BaseException) -> str:
    """Say which module of the lecture another one hides, if that may be why something is not found."""
    found: object = None
    if isinstance(error, ImportError):
        found = sys.modules.get(error.name or "")
    elif isinstance(error, AttributeError):
        found = error.obj
    name = found.__name__.partition(".")[0] if isinstance(found, ModuleType) else ""
    for own in (home(path) / f"{name}.py", home(path) / name / "__init__.py"):
        if name and own.is_file() and _file(sys.modules[name]) != str(own):
            return f"; {name} is not {own}, which needs a name that no other module has"
    return ""


class _FromSource(SourceFileLoader):
    """Compiles a file whenever it is imported: byte code goes by size and time, which an edit may keep."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


class _Hook:
    """Finds the modules of a lecture, where the import system asks who looks into a folder."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hook) and other.folder == self.folder

    def __hash__(self) -> int:
        return hash(self.folder)

    def __call__(self, entry: str) -> FileFinder:
        if not self.covers(entry):
            raise ImportError(entry)  # so the import system asks the next
        return FileFinder(entry, (ExtensionFileLoader, EXTENSION_SUFFIXES), (_FromSource, [".py"]))

    def covers(self, entry: str) -> bool:
        """Tell whether a folder has code of the lecture, and not what is installed inside its folder."""
        inside = Path(entry).parts[len(Path(self.folder).parts) :]
        return Path(entry).is_relative_to(self.folder) and _INSTALLED.isdisjoint(inside)


def _compile_from_source(folder: Path) -> None:
    """Have the modules in a folder compiled whenever they are imported."""
    hook = _Hook(str(folder))
    if hook not in sys.path_hooks:
        sys.path_hooks.insert(0, hook)
        for entry in [entry for entry in sys.path_importer_cache if hook.covers(entry)]:
            del sys.path_importer_cache[entry]


def _importable_name(path: Path, folder: Path) -> str:
    """Return the name by which any process can import a file; empty if that is another module's."""
    name = _dotted(path, folder)
    try:
        spec = find_spec(name)
    except (ImportError, AttributeError, ValueError):
        return ""
    return name if spec is not None and spec.origin == str(path) else ""


def _import_by_itself(path: Path) -> ModuleType:
    """Import a file under a name of its own; the folder that it lies in is its package."""
    package = f"figgen_lecture_{sha256(str(path.parent).encode()).hexdigest()[:12]}"
    name = f"{package}.{path.stem.replace('.', '_')}"
    if name in sys.modules:
        return sys.modules[name]
    around = ModuleSpec(package, None, is_package=True)
    around.submodule_search_locations = [str(path.parent)]
    sys.modules.setdefault(package, module_from_spec(around))
    loader = _FromSource(name, str(path))
    module = sys.modules[name] = module_from_spec(ModuleSpec(name, loader, origin=str(path)))
    module.__file__ = str(path)
    try:
        loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _dotted(path: Path, folder: Path) -> str:
    return ".".join(path.relative_to(folder).with_suffix("").parts)


def _file(module: ModuleType) -> str | None:
    return getattr(module, "__file__", None)


def _is_lectures(module: ModuleType, hooks: list[_Hook]) -> bool:
    """Tell whether a module was compiled here, or is a package of a lecture without a file of its own."""
    if isinstance(getattr(getattr(module, "__spec__", None), "loader", None), _FromSource):
        return True
    folders = _folders(module) if _file(module) is None else []
    return any(hook.covers(folder) for folder in folders for hook in hooks)


def _folders(module: ModuleType) -> list[str]:
    """Return the folders of a package; none of one in a package that is not imported, as pytest has some."""
    try:
        return list(getattr(module, "__path__", ()))
    except KeyError:
        return []
