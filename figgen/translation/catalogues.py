"""Catalogues of translations: those of figgen, those of a lecture, and the list of what figgen says."""

from functools import cache, lru_cache
from pathlib import Path

from figgen.paths import catalogue, template
from figgen.translation.tags import canonical, chain


def figgens(language: str) -> tuple[Path, ...]:
    """Return figgen's catalogues for a language, the nearest first, there or not."""
    return tuple(map(catalogue, chain(language)))


def own(folder: Path, language: str) -> tuple[Path, ...]:
    """Return the catalogues in a lecture's folder `locale`, the nearest first, there or not."""
    tags = dict.fromkeys((language, *(tag for tag in chain(language) if tag != canonical(language))))
    return tuple(folder / f"{tag}.po" for tag in tags)


def is_figgens(message: str) -> bool:
    """Tell whether figgen itself says `message`, in English."""
    return message in _said(template())


def read_catalogue(path: Path) -> dict[str, str]:
    """Return the translations in a `.po` file by message; an absent file has none."""
    try:
        state = path.stat()
    except OSError:
        return {}
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _read(path: Path, changed: int, size: int) -> dict[str, str]:
    """Read a file that last changed at some time, when it had some size."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string and not m.fuzzy}


@cache
def _said(path: Path) -> frozenset[str]:
    """Return the messages in a `.pot` file."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return frozenset(str(message.id) for message in read_po(file) if message.id)
