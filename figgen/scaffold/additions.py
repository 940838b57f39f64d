"""What `figgen new` adds to a lecture: a chapter, a language, a file of its looks."""

import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from figgen.errors import UsageError, unknown
from figgen.layers import Layers
from figgen.paths import LECTURE_FILE, built_in_lecture, composed, on_disk, styles
from figgen.scaffold.beginning import retold
from figgen.scaffold.files import replace_file, write_files
from figgen.scaffold.templates import fill_in
from figgen.scaffold.toml import add, changed, put
from figgen.scaffold.words import translations
from figgen.settings.file import read_settings
from figgen.translation.tags import wrong_with

_SHEET = ".mplstyle"


@dataclass(frozen=True, slots=True)
class Added:
    """What was written: the paths of files in the lecture, and what there is to know of them."""

    files: tuple[str, ...]
    notes: tuple[str, ...] = ()


def new_chapter(folder: Path, name: str) -> Added:
    """Write the beginning of a chapter in each language, and list it as the last one.

    Raises:
        UsageError: There is one of that name, or it is no name.
        SourceError: What is wrong with `lecture.toml`.
    """
    settings, name = read_settings(folder), composed(name)
    if name in settings["chapters"]:
        raise UsageError(f"there is a chapter {name!r} already; choose another name")
    toml = changed(folder, lambda document: add(document["chapters"], name))
    title = name.replace("_", " ").capitalize()
    text = fill_in("new/chapter.md.j2", str, {}, title=title, chapter=name).encode()
    files = {f"{language}/{name}.md.j2": text for language in settings["title"]}
    write_files(folder, files)
    replace_file(folder / LECTURE_FILE, toml)
    return Added((*files, LECTURE_FILE))


def new_language(folder: Path, tag: str) -> Added:
    """Add a language as a draft, with the texts of the source language to be translated.

    What `figgen init` wrote, and nobody changed, comes in the words of the new language, if figgen has them.

    Raises:
        UsageError: The lecture has it, or its tag is none.
        SourceError: What is wrong with `lecture.toml`.
    """
    settings = read_settings(folder)
    if tag in settings["title"]:
        raise UsageError(f"the lecture has the language {tag!r} already")
    if wrong := wrong_with(tag):
        raise UsageError(f"the language {wrong}")
    source = next(iter(settings["title"]))
    if settings["source_language"] in settings["title"]:
        source = settings["source_language"]
    toml = changed(folder, partial(_add_language, tag=tag, source=source))
    texts = {chapter: on_disk(folder / source / f"{chapter}.md.j2") for chapter in settings["chapters"]}
    files = {
        f"{tag}/{chapter}.md.j2": retold(path.read_bytes(), source, tag)
        for chapter, path in texts.items()
        if path.is_file()
    }
    write_files(folder, files)
    replace_file(folder / LECTURE_FILE, toml)
    return Added((*files, LECTURE_FILE))


def _add_language(document: Any, tag: str, source: str) -> None:
    known = translations(source, tag)
    for table in _by_language(document):
        put(table, tag, known.get(table[source], table[source]))
    if "drafts" in document:
        add(document["drafts"], tag)
    else:
        document["drafts"] = [tag]


def _by_language(document: Mapping[str, Any]) -> Iterator[MutableMapping[str, Any]]:
    """Yield the tables that have a text in each language."""
    boxes = [box.get("label") for box in document.get("boxes", {}).values()]
    for table in (document["title"], document.get("subtitle"), document.get("credit"), *boxes):
        if isinstance(table, MutableMapping) and table:
            yield table


def new_layout(folder: Path, name: str) -> Added:
    """Copy a file of figgen's layout, to be changed; of a style sheet, what is likely to be.

    Raises:
        UsageError: Figgen has no such file, or the lecture has it already.
    """
    below = Layers(folder / "layout", built_in_lecture() / "layout").below
    names = sorted(path.name for path in below.iterdir() if path.is_file())
    if name not in names:
        raise UsageError(unknown("file", name, names))
    data = (below / name).read_bytes()
    if name.endswith(".css"):
        note = "it goes after figgen's, so that it needs to have only what differs"
        data = fill_in("new/handout.css.j2", str, {}, chosen=_choices(data.decode())).encode()
    else:
        note = "it goes in the place of figgen's: what figgen changes in its own will not reach it"
    write_files(folder, {f"layout/{name}": data})
    return Added((f"layout/{name}",), (note,))


def _choices(css: str) -> str:
    """Return what a style sheet lets others choose, its variables, without comments."""
    rule = re.search(r"^:root \{\n.*?^\}", css, re.DOTALL | re.MULTILINE)
    return re.sub(r" */\*.*?\*/", "", rule[0]) if rule else ""


def new_style(folder: Path, name: str) -> Added:
    """Write a style sheet for figures, which has all that figgen's has as comments.

    Raises:
        UsageError: Figgen has no such style sheet, or the lecture has it already.
    """
    names = sorted(path.stem for path in styles().glob(f"*{_SHEET}"))
    stem = name.removesuffix(_SHEET)
    if stem not in names:
        raise UsageError(unknown("style", name, names))
    lines = (styles() / f"{stem}{_SHEET}").read_text(encoding="utf-8").splitlines()
    commented = (line if line.startswith("#") or not line.strip() else f"# {line}" for line in lines)
    head = "# Goes after figgen's: take the sign away from the lines that are to be otherwise.\n\n"
    path = f"styles/{stem}{_SHEET}"
    write_files(folder, {path: (head + "\n".join(commented) + "\n").encode()})
    return Added((path,), ("it goes after figgen's, so that it needs to have only what differs",))
