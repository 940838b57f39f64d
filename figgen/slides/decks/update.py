"""The pictures of a lecture in somebody's own slides: which there are, and which are out of date."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from figgen.check.verdict import Output
from figgen.engine.executor import Progress
from figgen.engine.files import read_own
from figgen.engine.plan import Options, Plan
from figgen.engine.planning import make_plan
from figgen.engine.run import run
from figgen.engine.sources import NO_SOURCES, Sources
from figgen.errors import FiggenError, Problem, unknown
from figgen.lecture import Lecture
from figgen.plotting.mark import Mark, mark_in, read_mark
from figgen.plotting.presets import Format, Picture, Preset
from figgen.slides.decks.opendocument import OpenDocument
from figgen.slides.decks.package import Package, read_package, refuse_if_in_use, write_package
from figgen.slides.decks.places import Place, Program
from figgen.slides.decks.powerpoint import PowerPoint
from figgen.slides.decks.replacing import New, Reference, replaced

_WHOLE_SLIDE = (960, 540)  # points; for these a preset is made
_LEAST = (640, 360)  # smaller pictures are drawn so large and shown smaller, or their text had no room


@dataclass(frozen=True, slots=True)
class Found:
    """A picture of figgen's on a slide.

    Attributes:
        place: Where it stands.
        mark: What it says of itself.
        pictures: What it is to show now, one for each of its files; none if it is left alone.
        why: Why it is left alone, or an empty text.
    """

    place: Place
    mark: Mark
    pictures: tuple[Picture, ...] = ()
    why: str = ""

    @property
    def label(self) -> str:
        """What it is called: its slide and figure, and what is to be drawn."""
        shown = f" ({self.pictures[0].language}, {self.pictures[0].preset})" if self.pictures else ""
        return f"slide {self.place.slide}: {self.mark.figure}{shown}"


@dataclass(frozen=True, slots=True)
class Deck:
    """A file of slides, what of it is figgen's, and the plan for that.

    Attributes:
        package: The file.
        found: The pictures of figgen's, in order.
        plan: What they should show now.
        others: How many pictures are not figgen's.
    """

    package: Package
    found: tuple[Found, ...]
    plan: Plan
    others: int

    @property
    def stale(self) -> tuple[Found, ...]:
        """The pictures that are to be drawn anew."""
        return tuple(found for found in self.found if found.pictures and not self._is_current(found))

    def _is_current(self, found: Found) -> bool:
        return all(
            mark_in(self.package.parts[image.media]) == self.plan.mark(picture)
            for image, picture in zip(found.place.images, found.pictures, strict=True)
        )


def look_into(
    path: Path,
    lecture: Lecture,
    options: Options,
    language: str = "",
    sources: Sources = NO_SOURCES,
) -> Deck:
    """Find the pictures of figgen's in a file of slides, and plan them.

    Args:
        path: The file.
        lecture: The lecture whose figures are meant.
        options: How to build.
        language: Of pictures that do not say theirs.
        sources: All sources as they were before `lecture` was loaded.

    Raises:
        FiggenError: The file cannot be read as slides.
    """
    package = read_package(path)
    try:
        places = list(_program(package).places(package.parts))
    except ValueError as error:
        raise FiggenError(f"{path} is damaged: {error}; open it and save it again") from error
    found = []
    for place in places:
        if (mark := _mark_of(place, package)) is not None:
            found.append(_judged(place, mark, lecture, language or lecture.languages[0]))
    pictures = {picture for item in found for picture in item.pictures}
    plan = make_plan(lecture, options, pictures, sources=sources)
    return Deck(package, tuple(found), plan, len(places) - len(found))


def update(deck: Deck, progress: Progress) -> tuple[Problem, ...]:
    """Draw anew what is out of date, and put it back where it was.

    Returns:
        What went wrong; then the file is as it was.

    Raises:
        FiggenError: The file may not be written.
    """
    refuse_if_in_use(deck.package.path)
    if not deck.stale:
        return ()
    before = deck.plan
    pictures = {picture for found in deck.stale for picture in found.pictures}
    plan = make_plan(before.lecture, before.options, pictures, sources=before.sources)
    report = run(plan, progress)
    if report.problems or before.lecture.failures:
        return (*report.problems, *before.lecture.failures)
    news = dict(_news(deck.stale, before.options.output))
    write_package(deck.package, replaced(_program(deck.package), deck.package.parts, news))
    return ()


def judge(deck: Deck) -> tuple[Output, ...]:
    """Tell of each picture of figgen's whether it is current; one that is left alone is worth a remark."""
    stale = deck.stale
    path = deck.package.path
    return tuple(
        Output(
            f"{path}: slide {found.place.slide}: {found.mark.figure}",
            "slide",
            path,
            f"is out of date; run figgen deck update {path}" if found in stale else "",
            found.why,
        )
        for found in deck.found
    )


def _news(stale: Sequence[Found], output: Path) -> Iterator[tuple[Reference, New]]:
    """Yield the new picture behind each reference."""
    for found in stale:
        for image, picture in zip(found.place.images, found.pictures, strict=True):
            data = read_own(output, picture.path)
            if data is None:
                raise FiggenError(f"{output / picture.path} went missing meanwhile; run the command again")
            yield (found.place.part, image.number), (data, picture.format)


def _program(package: Package) -> Program:
    return OpenDocument() if package.path.suffix.lower() == ".odp" else PowerPoint()


def _mark_of(place: Place, package: Package) -> Mark | None:
    """Return what a picture says of itself: in words that somebody has given it, else in its bytes."""
    said = [read_mark(text) for text in place.texts]
    in_bytes = [mark_in(package.parts.get(image.media, b"")) for image in place.images]
    return next((mark for mark in (*said, *in_bytes) if mark is not None), None)


def _judged(place: Place, mark: Mark, lecture: Lecture, language: str) -> Found:
    """Decide what a picture is to show now, or why it is left alone."""
    if mark.lecture not in ("", lecture.title[lecture.source_language]):
        return Found(place, mark, why=f"of the lecture “{mark.lecture}”; update it with that --lecture")
    if mark.figure not in lecture.figures():
        return Found(place, mark, why=unknown("figure", mark.figure, lecture.figures()))
    language = mark.language or language
    if language not in lecture.languages:
        return Found(place, mark, why=unknown("language", language, lecture.languages))
    if mark.frame > (frames := lecture.figures()[mark.figure].experiment.figures[mark.figure].frames):
        return Found(place, mark, why=f"frame {mark.frame} of a figure that has {frames}")
    if place.size is not None and min(place.size) < 1:
        return Found(place, mark, why="it has no size; make it larger on its slide")
    preset: Preset = mark.preset or "slides"
    if place.ground is not None:
        preset = "slides-dark" if place.ground == "dark" else "slides"
    size = _drawn_size(place.size)
    formats = [_format(image.media) for image in place.images]
    pictures = (Picture(mark.figure, language, preset, form, mark.frame, size) for form in formats)
    return Found(place, mark, tuple(pictures))


def _drawn_size(size: tuple[float, float] | None) -> tuple[int, ...]:
    """Return the size to draw a picture in, with the sides in the same proportion; none for a whole slide."""
    if size is None:
        return ()
    least = max(side / given for side, given in zip(_LEAST, size, strict=True))
    most = min(side / given for side, given in zip(_WHOLE_SLIDE, size, strict=True))
    factor = max(least, min(1.0, most))
    width, height = (round(given * factor) for given in size)
    return () if (width, height) == _WHOLE_SLIDE else (width, height)


def _format(media: str) -> Format:
    return "svg" if PurePosixPath(media).suffix.lower() == ".svg" else "png"
