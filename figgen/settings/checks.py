"""What may be wrong with the values in `lecture.toml`, each problem in a sentence."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from figgen.colours import as_hex
from figgen.errors import unknown
from figgen.fonts import families
from figgen.layers import FONTS
from figgen.paths import composed, names_a_device
from figgen.settings.look import FIGGENS_BOXES
from figgen.translation.tags import wrong_with

_TEXT, _TEXTS, _LIST = "a text", "a table of texts", "a list of texts"
_BY_LANGUAGE = "a table of texts by language"
_SAID = "a text, or a table of texts by language"
_TABLES, _TABLE = "a table of tables", "a table"
KEYS = {
    "title": _BY_LANGUAGE,
    "subtitle": _BY_LANGUAGE,
    "authors": _LIST,
    "credit": _SAID,
    "chapters": _LIST,
    "source_language": _TEXT,
    "drafts": _LIST,
    "experiments": _TEXT,
    "bibliography": _TEXT,
    "csl": _TEXT,
    "macros": _TEXTS,
    "boxes": _TABLES,
    "theme": _TABLE,
}
"""What `lecture.toml` may say, and of what type each is."""

_BOX = {"label": _SAID, "colour": _TEXT}
_THEME = {"accent": _TEXT, "logo": _TEXT, "fonts": _TEXTS, "palette": _LIST}
_FONT_USES = ("text", "heading", "mono")

_TAKEN = {*FIGGENS_BOXES, "figure", "reproduce", "room", "refs"}
_LOGOS = {".svg": b"<svg", ".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
"""What a logo may be, and what such a file holds."""
_LONGEST_NAME = 100  # file systems take 255 bytes, suffix included
_MACRO = re.compile(r"\\?([A-Za-z]+)")
_ARGUMENT = re.compile(r"(?<!\\)#(\d?)")


Wrong = tuple[tuple[str, ...], str]
"""What is wrong: where, as the key of a table and one in it; and what."""


def problems(folder: Path, said: Mapping[str, Any]) -> Iterator[Wrong]:
    """Say all that is wrong with the `lecture.toml` in `folder`, which says what is `said`."""
    wrong = dict(_wrong_types(said, KEYS))
    yield from (((key,), told) for key, told in wrong.items())
    settings = {key: value for key, value in said.items() if key not in wrong}
    for key in ("title", "chapters"):
        if key not in wrong and not settings.get(key):
            yield (key,), f"{key} is missing; it must be {KEYS[key]}"
    yield from _wrong_values(folder, settings)


def _wrong_types(
    table: Mapping[str, Any], keys: Mapping[str, str], within: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield each key that is unknown or has a value of the wrong type, with what is wrong."""
    for key, value in table.items():
        if key not in keys:
            yield key, f"{within}{unknown('key', key, keys)}"
        elif not _is(keys[key], value):
            yield key, f"{within}{key} must be {keys[key]}, not {value!r}"


def _is(kind: str, value: Any) -> bool:
    if isinstance(value, str):
        return kind in {_TEXT, _SAID}
    if isinstance(value, list):
        return kind == _LIST and all(isinstance(text, str) for text in value)
    if isinstance(value, dict) and kind in {_BY_LANGUAGE, _SAID, _TEXTS}:
        return all(isinstance(text, str) for text in value.values())
    return isinstance(value, dict) and (
        kind == _TABLE or kind == _TABLES and all(isinstance(table, dict) for table in value.values())
    )


def _wrong_values(folder: Path, settings: Mapping[str, Any]) -> Iterator[Wrong]:
    """Say what is wrong with values whose types are right."""
    languages = settings.get("title", {})
    for tag in languages:
        yield from _at("title", tag, told=_wrong_tag("language", tag))
    yield from _at("chapters", told=_wrong_chapters(settings.get("chapters", ())))
    if languages:
        yield from _wrong_languages(settings, languages)
    yield from _at("credit", told=_wrong_credit(settings))
    for key in ("bibliography", "csl"):
        yield from _at(key, told=_wrong_file(folder, key, settings))
    yield from _at("macros", told=_wrong_macros(settings.get("macros", {})))
    for name, box in settings.get("boxes", {}).items():
        yield from _at("boxes", name, told=_wrong_box(name, box, languages))
    yield from _at("theme", told=_wrong_theme(folder, settings.get("theme", {})))


def _at(*keys: str, told: Iterable[str]) -> Iterator[Wrong]:
    """Say where it is that something is wrong."""
    return ((keys, text) for text in told)


def _wrong_chapters(chapters: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in chapters:
        yield from _wrong_name("chapter", name)
        if names_a_device(name):
            yield f"the chapter {name!r} needs another name: Windows has no file of that name"
        if composed(name) in seen:
            yield f"chapters has {name!r} twice"
        elif composed(name).casefold() in map(str.casefold, seen):
            yield f"the chapter {name!r} needs another name: another one differs from it by capitals alone"
        seen.add(composed(name))


def _wrong_name(kind: str, name: str) -> Iterator[str]:
    """Say why `name` cannot be that of a folder or file right here; it must not lead out of the lecture."""
    shown = name if len(name) <= _LONGEST_NAME else f"{name[:20]}…"
    if not name.strip() or name.startswith(".") or re.search(r"[/\\:\0\n]", name):
        yield f"the {kind} {shown!r} must be the name of a file: without / \\ : and without a dot in front"
    elif len(name) > _LONGEST_NAME:
        yield f"the {kind} {shown!r} has {len(name)} characters; a name may have {_LONGEST_NAME} at most"


def _wrong_tag(kind: str, tag: str) -> Iterator[str]:
    if told := list(_wrong_name(kind, tag)):
        yield from told
    elif wrong := wrong_with(tag):
        yield f"the {kind} {wrong}"


def _wrong_languages(settings: Mapping[str, Any], languages: Mapping[str, str]) -> Iterator[Wrong]:
    for key in ("subtitle", "credit"):
        if isinstance(table := settings.get(key), dict):
            yield from _at(key, told=_wrong_table(key, table, languages))
    for language in settings.get("drafts", ()):
        if language not in languages:
            yield ("drafts",), f"drafts: {unknown('language', language, languages)}"
    if "source_language" in settings:
        told = _wrong_tag("source_language", settings["source_language"])
        yield from _at("source_language", told=told)


def _wrong_table(key: str, table: Mapping[str, str], languages: Mapping[str, str]) -> Iterator[str]:
    if table:
        yield from (f"{key} has no text in {language!r}" for language in languages if language not in table)
    yield from (f"{key}: {unknown('language', name, languages)}" for name in table if name not in languages)


def _wrong_credit(settings: Mapping[str, Any]) -> Iterator[str]:
    credit = settings.get("credit", {})
    for text in [credit] if isinstance(credit, str) else credit.values():
        try:
            fields = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError:  # a brace without its other half
            fields = {""}
        if fields - {"authors"}:
            yield f"credit: {text!r} may have nothing in braces but {{authors}}"


def _wrong_file(folder: Path, key: str, table: Mapping[str, Any], within: str = "") -> Iterator[str]:
    if key in table and not (table[key].strip() and (folder / table[key]).is_file()):
        yield f"{within}{key}: there is no file {table[key]!r} in the lecture's folder"


def _wrong_macros(macros: Mapping[str, str]) -> Iterator[str]:
    for name, definition in macros.items():
        if not _MACRO.fullmatch(name):
            yield f"macros: {name!r} is no name of a macro; it has letters only, such as '\\F'"
        if definition.count("{") != definition.count("}"):
            yield f"macros: {name!r} has more opening than closing braces, or less: {definition!r}"
        arguments = set(_ARGUMENT.findall(definition))
        if arguments != set(map(str, range(1, len(arguments) + 1))):
            yield f"macros: {name!r} must use its arguments as #1, #2, and so on: {definition!r}"


def _wrong_box(name: str, box: Mapping[str, Any], languages: Mapping[str, str]) -> Iterator[str]:
    within = f"boxes.{name}: "
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        yield f"{within}the name of a box has small letters, digits and hyphens, such as theorem"
    if name in _TAKEN:
        yield f"{within}figgen has a division of that name"
    wrong = dict(_wrong_types(box, _BOX, within))
    yield from wrong.values()
    if "label" not in box:
        yield f"{within}label is missing; it must be {_SAID}"
    elif isinstance(box["label"], dict) and "label" not in wrong and languages:
        yield from _wrong_table(f"{within}label", box["label"], languages)
    if "colour" not in wrong and "colour" in box:
        yield from _wrong_colour(f"{within}colour", box["colour"])


def _wrong_theme(folder: Path, theme: Mapping[str, Any]) -> Iterator[str]:
    wrong = dict(_wrong_types(theme, _THEME, "theme: "))
    yield from wrong.values()
    theme = {key: value for key, value in theme.items() if key not in wrong}
    if "accent" in theme:
        yield from _wrong_colour("theme: accent", theme["accent"])
    for colour in theme.get("palette", ()):
        yield from _wrong_colour("theme: palette", colour)
    yield from _wrong_logo(folder, theme)
    yield from _wrong_fonts(folder, theme.get("fonts", {}))


def _wrong_logo(folder: Path, theme: Mapping[str, Any]) -> Iterator[str]:
    if "logo" not in theme:
        return
    missing = list(_wrong_file(folder, "logo", theme, "theme: "))
    yield from missing
    path = folder / theme["logo"]
    begins = _LOGOS.get(path.suffix.lower())
    if begins is None:
        yield f"theme: logo must be one of {', '.join(_LOGOS)}, not {theme['logo']!r}"
    elif not missing and begins not in path.read_bytes():
        yield f"theme: logo: {theme['logo']!r} is no {path.suffix.lower()} file, whatever its name says"


def _wrong_fonts(folder: Path, fonts: Mapping[str, str]) -> Iterator[str]:
    known = families(folder / "layout" / FONTS) if fonts else ()
    for use, family in fonts.items():
        if use not in _FONT_USES:
            yield f"theme: {unknown('font', use, _FONT_USES)}"
        elif family not in known:
            told = f"put its .ttf or .otf files into layout/{FONTS}/, or take one of: {', '.join(known)}"
            yield f"theme: fonts: {use}: there is no font {family!r}; {told}"


def _wrong_colour(key: str, colour: str) -> Iterator[str]:
    try:
        as_hex(colour)
    except ValueError:
        yield f"{key} must be a colour, such as #8c1d40 or darkred, not {colour!r}"
