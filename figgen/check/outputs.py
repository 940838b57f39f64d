"""Is a file that figgen made any good? Looks into the file itself, whatever the manifest says of it.

This would catch a writer that goes wrong: a figure without its data, a handout without a figure or in the
wrong language. Not looked at is what only eyes can tell, such as whether the pixels of a PNG show anything.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from figgen.check.formats import epub, gif, html, pdf, png, pptx, svg
from figgen.engine.documents import Document
from figgen.engine.files import sha256
from figgen.engine.manifest import Manifest
from figgen.engine.plan import pictures_for
from figgen.lecture import Lecture
from figgen.plotting.presets import Format, Picture

_PICTURES: dict[Format, Callable[[bytes], Iterator[str]]] = {
    "svg": svg.faults,
    "png": png.faults,
    "pdf": pdf.faults,
    "gif": gif.faults,
}
_Contents = html.Contents | pdf.Contents | epub.Contents | pptx.Contents
_READERS: dict[str, Callable[[bytes], _Contents]] = {
    ".html": html.read,
    ".epub": epub.read,
    ".pdf": pdf.read,
    ".pptx": pptx.read,
}
_WORD = re.compile(r"[^\W\d_]{4,}")
_SAME = 0.9  # of the words of two texts that are one, up to some corrections


def picture_faults(output: Path, picture: Picture) -> Iterator[str]:
    """Say what is wrong with a picture in the folder `output`."""
    try:
        yield from _PICTURES[picture.format]((output / picture.path).read_bytes())
    except Exception as error:
        yield _not_whole(picture.format, error)


def document_faults(lecture: Lecture, output: Path, entries: Manifest, document: Document) -> Iterator[str]:
    """Say what is wrong with a handout, or with slides, in the folder `output`.

    Args:
        lecture: What it is a document of.
        output: The folder.
        entries: What should be in the folder; the document must show the pictures that are as they should be.
        document: What to look at.
    """
    data, kind = (output / document.path).read_bytes(), PurePosixPath(document.path).suffix
    contents: _Contents
    try:
        contents = _READERS[kind](data)
    except Exception as error:
        yield _not_whole(kind[1:], error)
        return
    if isinstance(contents, html.Contents):
        yield from html.faults(contents, _figures(lecture, output, entries, document))
    if isinstance(contents, epub.Contents):
        yield from epub.faults(contents, _figures(lecture, output, entries, document))
    if isinstance(contents, pptx.Contents):
        yield from pptx.faults(contents, _figures(lecture, output, entries, document))
    if contents.language != document.language:
        yield f"says that its language is {contents.language!r}, not {document.language!r}"
    if document.language not in lecture.drafts:  # whose texts may be the source's yet
        yield from language_faults(contents.text, document.language, _chapters(lecture))


def language_faults(text: str, language: str, chapters: Mapping[str, str]) -> Iterator[str]:
    """Say if a text is not in a language, going by the words of the chapters in each.

    Args:
        text: The text of a handout.
        language: What it should be in.
        chapters: The texts of the lecture's chapters, by language.
    """
    said = Counter(_words(text))
    known = {name: set(_words(chapter)) for name, chapter in chapters.items()}
    own = known[language]
    known = {name: words for name, words in known.items() if name == language or not _is_same(words, own)}
    if not said.keys() & own:
        yield f"has no text of the chapters in {language!r}"
        return
    spoken = dict.fromkeys(known, 0)  # how often it says a word that only this language's chapters have
    for word, times in said.items():
        homes = [name for name, words in known.items() if word in words]
        if len(homes) == 1:
            spoken[homes[0]] += times
    most = max(spoken, key=lambda name: spoken[name])
    if spoken[most] > spoken[language]:
        yield f"has its text in {most!r}, not in {language!r}"


def _is_same(words: set[str], others: set[str]) -> bool:
    """Tell whether two texts are one, as of a language that is not translated yet, or of two regions."""
    return len(words & others) > _SAME * len(words | others)


def _words(text: str) -> Iterable[str]:
    return map(str.lower, _WORD.findall(text))


def _chapters(lecture: Lecture) -> dict[str, str]:
    texts = {
        language: [lecture.chapter_text(language, chapter) for chapter in lecture.chapters]
        for language in lecture.languages
    }
    return {
        language: "\n".join(path.read_text(encoding="utf-8-sig") for path in paths if path.is_file())
        for language, paths in texts.items()
    }


def _figures(
    lecture: Lecture, output: Path, entries: Manifest, document: Document
) -> dict[str, bytes | None]:
    """Return the files of the figures in a document, by name; None for those that are told of elsewhere."""
    paths = {picture.figure: picture.path for picture in pictures_for(lecture, document)}
    return {name: _whole(output, entries, path) for name, path in paths.items()}


def _whole(output: Path, entries: Manifest, path: str) -> bytes | None:
    """Return the bytes of a file as figgen wrote it, or None if it is missing or damaged."""
    if path not in entries or not (output / path).is_file():
        return None
    data = (output / path).read_bytes()
    return data if sha256(data) == entries[path].sha256 else None


def _not_whole(kind: str, error: Exception) -> str:
    """Say that a file cannot be read, whatever its damage makes a reader raise."""
    said = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
    return f"is no whole {kind.upper()}: {said}"
