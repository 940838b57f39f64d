"""Catalogues brought up to date with what a lecture says: nothing that was translated is ever lost."""

import re
from codecs import BOM_UTF8
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from figgen.translation.catalogues import is_figgens, read_messages

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

_HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""
_THERE = re.compile(r'(?:#.*\n|[ \t]*\n)*msgid ""\nmsgstr .*\n(?:".*\n)*')


@dataclass(frozen=True, slots=True)
class Merged:
    """A catalogue as it shall be, and what differs from what it was.

    Attributes:
        data: The bytes of the file.
        new: Messages that it did not have.
        obsolete: Messages that nothing says any more; their translations stay in it as comments.
        left: Messages without a translation.
        total: How many messages it has.
    """

    data: bytes
    new: tuple[str, ...]
    obsolete: tuple[str, ...]
    left: tuple[str, ...]
    total: int


def merge(
    path: Path,
    language: str,
    wanted: Mapping[str, tuple[str, ...]],
    known: Mapping[str, str],
    mentioned: Container[str] = (),
) -> Merged:
    """Bring a catalogue up to date.

    Args:
        path: The file, which need not be there.
        language: Its language.
        wanted: All messages, each with the files that say it.
        known: Translations for messages that the catalogue does not have, as far as there are any.
        mentioned: Texts that may be messages, too: those that the catalogue has stay in it.

    Raises:
        SourceError: The file is damaged.
    """
    there = path.read_bytes().removeprefix(BOM_UTF8) if path.is_file() else b""
    catalog = read_messages(path) if there else _empty()
    old = [message.id for message in catalog if message.id and isinstance(message.id, str)]
    stay = [text for text in old if text in wanted or text in mentioned or is_figgens(text)]
    obsolete = tuple(text for text in old if text not in stay)
    new = tuple(text for text in wanted if text not in old)
    _put_away(catalog, obsolete)
    _add(catalog, new, known)
    for text, files in wanted.items():
        if message := catalog.get(text):
            message.locations = [(file, 1) for file in files]
    now = (*stay, *new)
    left = tuple(text for text in now if (m := catalog.get(text)) and (not m.string or m.fuzzy))
    return Merged(_written(catalog, there, language), new, obsolete, left, len(now))


def _put_away(catalog: "Catalog", messages: Iterable[str]) -> None:
    """Keep the translations of messages as comments."""
    for text in messages:
        message = catalog.get(text)
        catalog.delete(text)
        if message and message.string:
            catalog.obsolete[text] = message


def _add(catalog: "Catalog", messages: Iterable[str], known: Mapping[str, str]) -> None:
    """Add messages with their translations: those that were put away once, or those that are known."""
    for text in messages:
        if before := catalog.obsolete.pop(text, None):
            catalog.add(text, before.string, flags=before.flags)
        else:
            catalog.add(text, known.get(text, ""))


def _written(catalog: "Catalog", there: bytes, language: str) -> bytes:
    """Write a catalogue under the header that it had."""
    from babel.messages.pofile import write_po

    body, charset = BytesIO(), catalog.charset or "utf-8"
    write_po(body, catalog, width=0, omit_header=True, include_lineno=False)
    return _header(there.decode(charset), language).encode(charset) + b"\n" + body.getvalue()


def _empty() -> "Catalog":
    from babel.messages.catalog import Catalog

    return Catalog(charset="utf-8")


def _header(there: str, language: str) -> str:
    """Return the header of a catalogue as it stands there, or a new one."""
    found = _THERE.match(there.replace("\r\n", "\n"))
    return found[0] if found else _HEADER.format(language=language)
