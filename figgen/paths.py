"""Where the files that figgen ships lie: in a checkout, or in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
LECTURE_FILE = "lecture.toml"
"""What makes a folder a lecture."""


BUILT_IN = "training_neural_networks_1"
"""The lecture that comes with figgen."""


def built_in_lecture(name: str = "") -> Path:
    """Return the folder of templates that comes with figgen, or that of the lecture `name` in it.

    In a checkout it is the top-level `templates/`; in a wheel it lies inside the package.
    """
    installed = PACKAGE / "templates"
    return (installed if installed.is_dir() else PACKAGE.parent / "templates") / name


def lecture_folder(folder: Path | None) -> Path:
    """Return `folder`; without one, the current folder if it has a lecture, or else that of the built-in."""
    if folder is None:
        folder = Path.cwd() if Path(LECTURE_FILE).is_file() else built_in_lecture(BUILT_IN)
    return folder.resolve()


def styles() -> Path:
    """Return the folder of the Matplotlib style sheets."""
    return PACKAGE / "plotting" / "styles"


def catalogue(language: str) -> Path:
    """Return the catalogue of translations into `language`; English, the source language, has none."""
    return PACKAGE / "languages" / language / "messages.po"
