"""Where the files that figgen ships lie: in a checkout, or in an installed wheel."""

import ast
import os
import unicodedata
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
LECTURE_FILE = "lecture.toml"
"""What makes a folder a lecture."""

CATALOGUES = "locale"
"""The folder of a lecture's translations."""

SPEECH = "speech"
"""The folder of a lecture's words for formulas."""

BUILT_IN = "training_neural_networks_1"
"""The lecture that comes with figgen."""

_PORTS = {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
_MADE_UP = ("/proc/", "/sys/")
_DEVICES = frozenset({"aux", "con", "nul", "prn"} | _PORTS)


def built_in_lecture(name: str = "") -> Path:
    """Return the folder of templates that comes with figgen, or that of the lecture `name` in it.

    In a checkout it is the top-level `templates/`; in a wheel it lies inside the package.
    """
    installed = PACKAGE / "templates"
    return (installed if installed.is_dir() else PACKAGE.parent / "templates") / name


def is_made_up(path: str | Path) -> bool:
    """Tell whether a path leads to what the system makes up as it is read, which may never end."""
    return os.path.realpath(path).startswith(_MADE_UP)


def lecture_folder(folder: Path | None) -> Path:
    """Return `folder`; without one, the current folder if it has a lecture, or else that of the built-in."""
    if folder is None:
        folder = Path.cwd() if os.path.lexists(LECTURE_FILE) else built_in_lecture(BUILT_IN)
    return folder.resolve()


def relative(message: str) -> str:
    """Write the paths in a message relative to the current folder, where they lie below it."""
    try:
        return message.replace(f"{Path.cwd()}{os.sep}", "")
    except OSError:  # it has been deleted meanwhile
        return message


def styles() -> Path:
    """Return the folder of the Matplotlib style sheets."""
    return PACKAGE / "plotting" / "styles"


def catalogue(language: str) -> Path:
    """Return the catalogue of figgen's own words in a language; English has none, they are written in it."""
    return PACKAGE / "languages" / language / "messages.po"


def template() -> Path:
    """Return the list of figgen's own words, from which a catalogue begins."""
    return PACKAGE / "languages" / "messages.pot"


def typography(language: str) -> Path:
    """Return the typographic rules of a language, as far as figgen knows any."""
    return PACKAGE / "languages" / language / "typography.toml"


def cldr() -> Path:
    """Return what figgen takes from CLDR itself, because Babel leaves it out."""
    return PACKAGE / "languages" / "cldr.toml"


def composed(name: str) -> str:
    """Return a name with each letter and its accent as one: macOS has them apart in the names of files."""
    return unicodedata.normalize("NFC", name)


def on_disk(path: Path) -> Path:
    """Return the path that a file really has, if it differs in how letters have their accents."""
    if path.name.isascii() or path.exists():
        return path
    alike = (other for other in path.parent.glob("*") if composed(other.name) == composed(path.name))
    return next(alike, path)


def docstring_of(path: Path, function: str = "") -> str:
    """Return the docstring of a file, or of a function in it, from its text: `python -OO` takes it away."""
    tree = ast.parse(path.read_bytes())
    named = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == function]
    return ast.get_docstring(named[0] if named else tree) or ""


def names_a_device(name: str) -> bool:
    """Tell whether Windows takes a file of this name for a device, whatever it ends in: `con.svg`."""
    return name.partition(".")[0].strip().lower() in _DEVICES
