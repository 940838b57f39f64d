"""Is a file that figgen made any good? Looks into the file itself, whatever the manifest says of it.

This would catch a writer that goes wrong: a figure without its data, a handout without a figure or in the
wrong language. Not looked at is what only eyes can tell, such as whether the pixels of a PNG show anything.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from figgen.check.formats import gif, html, pdf, png, pptx, svg
from figgen.lecture import Lecture
from figgen.plotting.presets import Format, Preset, figure_path

_PICTURES: dict[str, Callable[[bytes], Iterator[str]]] = {
    ".svg": svg.faults,
    ".png": png.faults,
    ".pdf": pdf.faults,
    ".gif": gif.faults,
}
_READERS: dict[str, Callable[[bytes], html.Contents | pdf.Contents | pptx.Contents]] = {
    ".html": html.read,
    ".pdf": pdf.read,
    ".pptx": pptx.read,
}
_WORD = re.compile(r"[^\W\d_]{4,}")


def figure_faults(output: Path, path: str) -> Iterator[str]:
    """Say what is wrong with the figure at `path` in the folder `output`."""
    yield from _PICTURES[PurePosixPath(path).suffix]((output / path).read_bytes())


def handout_faults(lecture: Lecture, output: Path, path: str, language: str) -> Iterator[str]:
    """Say what is wrong with the handout, or the slides, at `path` in the folder `output`."""
    data, kind = (output / path).read_bytes(), PurePosixPath(path).suffix
    contents: html.Contents | pdf.Contents | pptx.Contents
    try:
        contents = _READERS[kind](data)
    except ValueError as error:
        yield f"is no whole {kind[1:].upper()}: {error}"
        return
    if isinstance(contents, html.Contents):
        yield from html.faults(contents, _figures(lecture, output, language, "print", "svg"))
    if isinstance(contents, pptx.Contents):
        yield from pptx.faults(contents, _figures(lecture, output, language, "slides", "png"))
    if contents.language != language:
        yield f"says that its language is {contents.language!r}, not {language!r}"
    yield from language_faults(contents.text, language, _chapters(lecture))


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
            lecture.chapter_text(language, chapter).read_text(encoding="utf-8")
            for chapter in lecture.chapters
        )
        for language in lecture.languages
    }


def _figures(
    lecture: Lecture, output: Path, language: str, preset: Preset, format: Format
) -> dict[str, bytes]:
    """Return the files of the lecture's figures, by name; those that are missing are told elsewhere."""
    paths = {name: output / figure_path(name, language, preset, format) for name in lecture.figures()}
    return {name: path.read_bytes() for name, path in paths.items() if path.is_file()}
