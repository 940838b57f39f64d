"""Catalogues of translations: those of figgen, those of a lecture, and the list of what figgen says."""

import stat
from codecs import BOM_UTF8
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from figgen.errors import Problem, SourceError, wrong_encoding
from figgen.paths import catalogue, template
from figgen.translation.tags import canonical, chain

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog


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
    if not stat.S_ISREG(state.st_mode):  # a pipe would never end
        return {}
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _read(path: Path, changed: int, size: int) -> dict[str, str]:
    """Read a file that last changed at some time, when it had some size."""
    return {str(m.id): str(m.string) for m in read_messages(path) if m.id and m.string and not m.fuzzy}


@cache
def _said(path: Path) -> frozenset[str]:
    """Return the messages in a `.pot` file."""
    return frozenset(str(message.id) for message in read_messages(path) if message.id)


def read_messages(path: Path) -> "Catalog":
    """Read a catalogue with all that it has.

    Raises:
        SourceError: It is none, or not in the encoding that it declares; with the line, if that is known.
    """
    from babel.messages.pofile import PoFileError, read_po

    try:
        return read_po(BytesIO(path.read_bytes().removeprefix(BOM_UTF8)), abort_invalid=True)
    except PoFileError as error:
        message = (
            f"{str(error).rpartition(' on ')[0]}; mend the line: a catalogue has msgid, msgstr, # comments"
        )
        raise SourceError([Problem(path, error.lineno + 1, message)]) from error
    except UnicodeDecodeError as error:
        declared = Problem(
            path, None, "is not in the encoding that it declares; save it in that, or as UTF-8"
        )
        raise SourceError([*wrong_encoding(path)] or [declared]) from error
    except (ValueError, LookupError) as error:
        raise SourceError([Problem(path, None, f"is no catalogue of translations: {error}")]) from error
