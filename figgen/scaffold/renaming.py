"""A chapter under another name: in `lecture.toml`, texts, experiments, and wherever it is spoken of."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from figgen.engine.sources import look_at_sources
from figgen.errors import UsageError, unknown
from figgen.paths import CATALOGUES, LECTURE_FILE, composed
from figgen.scaffold.files import replace_file
from figgen.scaffold.toml import changed
from figgen.settings.file import read_settings

_SUFFIX = ".md.j2"


def rename_chapter(folder: Path, old: str, new: str, output: Path) -> list[str]:
    """Give a chapter another name.

    Each step leaves files whole, and `lecture.toml` comes last: what was stopped half-way goes on when it is
    asked for once more.

    Args:
        folder: The lecture's.
        old: The chapter's name.
        new: What to call it.
        output: The folder of outputs, which stays as it is.

    Returns:
        The files and folders that are otherwise, by their paths in the lecture.

    Raises:
        UsageError: There is no such chapter; or the other name is taken, or none.
        SourceError: What is wrong with `lecture.toml`.
    """
    old, new = composed(old), composed(new)
    settings = read_settings(folder)
    chapters = settings["chapters"]
    if old not in chapters:
        raise UsageError(unknown("chapter", old, chapters))
    if new in chapters:
        raise UsageError(f"there is a chapter {new!r} already; choose another name")

    def replace(document: dict[str, list[str]]) -> None:
        document["chapters"][chapters.index(old)] = new

    toml = changed(folder, replace)
    root = settings["experiments"] or "experiments"
    moves = dict(_moves(folder, root, old, new))
    edits = dict(_edits(folder, root, old, new, output))
    for path, data in edits.items():
        replace_file(path, data)
    for source, target in moves.items():
        _move(source, target)
    replace_file(folder / LECTURE_FILE, toml)
    paths = [*(moves.get(path, path) for path in edits), *moves.values(), folder / LECTURE_FILE]
    return list(dict.fromkeys(path.relative_to(folder).as_posix() for path in paths))


def _moves(folder: Path, root: str, old: str, new: str) -> Iterator[tuple[Path, Path]]:
    """Yield what has to move, and where to; what has moved already is not there any more."""
    texts = [path for path in folder.glob(f"[!.]*/*{_SUFFIX}") if composed(path.name) == f"{old}{_SUFFIX}"]
    pairs = [(path, path.with_name(f"{new}{_SUFFIX}")) for path in texts]
    if (folder / root / old).is_dir():
        pairs.append((folder / root / old, folder / root / new))
    for source, target in pairs:
        if target.exists() and not target.samefile(source):
            raise UsageError(f"{target} is there already; choose another name, or move it away")
        yield source, target


def _move(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError as error:
        told = "mend its rights or close it, then ask once more: nothing is lost"
        raise UsageError(f"cannot move {source} to {target}: {error.strerror}; {told}") from error


def _edits(folder: Path, root: str, old: str, new: str, output: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the files that speak of the chapter, as they are to be."""
    speaks = _in_its_words(root, old, new)
    for path in sorted(look_at_sources(folder, output).files):
        kind = next((kind for kind in speaks if path.name.endswith(kind)), "")
        if not path.is_relative_to(folder) or not kind or (kind == ".po" and path.parent.name != CATALOGUES):
            continue
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        if (edited := speaks[kind](text)) != text:
            yield path, edited.encode("utf-8", "surrogateescape")


def _in_its_words(root: str, old: str, new: str) -> dict[str, Callable[[str], str]]:
    """Return what gives the chapter its new name in a text, by what the names of files end in."""
    name, dotted = re.escape(old), re.escape(root.replace("/", "."))
    in_paths = rf"({re.escape(root)}[\"']?\s*/\s*[\"']?){name}(?![\w-])"  # whole, or its parts joined by /

    def in_path(text: str) -> str:
        return re.sub(in_paths, rf"\g<1>{new}", text)

    def in_code(text: str) -> str:
        before = rf"\b{dotted}\.|\bfrom\s+{dotted}\s+import\s+|\bfrom\s+\.\."
        return in_path(re.sub(rf"({before}){name}\b", rf"\g<1>{new}", text))

    def in_text(text: str) -> str:
        text = re.sub(rf"\b(statements\(\s*[\"']){name}(?=[\"'])", rf"\g<1>{new}", text)
        return in_path(re.sub(rf"(?<![\w-]){name}(?={re.escape(_SUFFIX)})", new, text))

    def in_catalogue(text: str) -> str:
        return re.sub(r"^#:.*$", lambda match: in_path(match[0]), text, flags=re.MULTILINE)

    return {".py": in_code, _SUFFIX: in_text, ".po": in_catalogue}
