"""Is a file that figgen made any good? Looks into the file itself, whatever the manifest says of it.

This would catch a writer that goes wrong: a figure without its data, a handout without a figure or in the
wrong language. Not looked at is what only eyes can tell, such as whether the pixels of a PNG show anything.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from figgen.check.formats import gif, html, pdf, png, pptx, svg
from figgen.engine.documents import Document
from figgen.engine.plan import pictures_for
from figgen.lecture import Lecture
from figgen.plotting.presets import Format, Picture

_PICTURES: dict[Format, Callable[[bytes], Iterator[str]]] = {
    "svg": svg.faults,
    "png": png.faults,
    "pdf": pdf.faults,
    "gif": gif.faults,
}
_READERS: dict[str, Callable[[bytes], html.Contents | pdf.Contents | pptx.Contents]] = {
    ".html": html.read,
    ".pdf": pdf.read,
    ".pptx": pptx.read,
}
_WORD = re.compile(r"[^\W\d_]{4,}")


def picture_faults(output: Path, picture: Picture) -> Iterator[str]:
    """Say what is wrong with a picture in the folder `output`."""
    yield from _PICTURES[picture.format]((output / picture.path).read_bytes())


def document_faults(lecture: Lecture, output: Path, document: Document) -> Iterator[str]:
    """Say what is wrong with a handout, or with slides, in the folder `output`."""
    data, kind = (output / document.path).read_bytes(), PurePosixPath(document.path).suffix
    contents: html.Contents | pdf.Contents | pptx.Contents
    try:
        contents = _READERS[kind](data)
    except ValueError as error:
        yield f"is no whole {kind[1:].upper()}: {error}"
        return
    if isinstance(contents, html.Contents):
        yield from html.faults(contents, _figures(lecture, output, document))
    if isinstance(contents, pptx.Contents):
        yield from pptx.faults(contents, _figures(lecture, output, document))
    if contents.language != document.language:
        yield f"says that its language is {contents.language!r}, not {document.language!r}"
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
    if not said.keys() & known[language]:
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


def _words(text: str) -> Iterable[str]:
    return map(str.lower, _WORD.findall(text))


def _chapters(lecture: Lecture) -> dict[str, str]:
    return {
        language: "\n".join(
            lecture.chapter_text(language, chapter).read_text(encoding="utf-8-sig")
            for chapter in lecture.chapters
        )
        for language in lecture.languages
    }


def _figures(lecture: Lecture, output: Path, document: Document) -> dict[str, bytes]:
    """Return the files of the figures in a document, by name; those that are missing are told elsewhere."""
    paths = {picture.figure: output / picture.path for picture in pictures_for(lecture, document)}
    return {name: path.read_bytes() for name, path in paths.items() if path.is_file()}
