"""The handouts and the slides as the engine sees them: a path, a content key, and bytes."""

import dataclasses
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from figgen.engine.files import hashed
from figgen.engine.key import Key, versions
from figgen.engine.plan import Plan, Run
from figgen.engine.work import read_result
from figgen.experiment import Evidence
from figgen.handout import SLIDES, Edition, Target
from figgen.handout.pandoc import pandoc_version
from figgen.lecture import Lecture, load_lecture
from figgen.loading import Study
from figgen.paths import LECTURE_FILE
from figgen.plotting.presets import WHOLE, Format, Preset, figure_path
from figgen.translation.catalogues import figgens

if TYPE_CHECKING:
    from figgen.handout.prose import Artwork, Shown

_WRITTEN_WITH: dict[Target, tuple[str, ...]] = {
    "html": ("typst",),
    "pdf": ("typst",),
    "pptx": ("python-pptx", "lxml", "pillow"),
}


@dataclass(frozen=True, slots=True)
class Handout:
    """The handout of the lecture in `folder`, in one language, format and edition."""

    folder: Path
    language: str
    target: Target
    edition: Edition = "full"

    @property
    def path(self) -> str:
        """Where it goes, relative to the output folder."""
        name = "slides" if self.target == SLIDES else "handout"
        edition = "" if self.edition == "full" else f".{self.edition}"
        return f"{name}.{self.language}{edition}.{self.target}"

    @property
    def shows(self) -> tuple[Preset, Format]:
        """The preset and format of the figures that it shows."""
        return ("slides", "png") if self.target == SLIDES else ("print", "svg")

    def key(self, plan: Plan, evidence: Mapping[str, tuple[Evidence, ...]]) -> Key:
        """Return all that the handout is written from, the code that writes it included."""
        lecture = load_lecture(self.folder)
        claims = {f"claim {name}.{e.claim.name}": e for name, found in evidence.items() for e in found}
        shape = (self.language, *self.shows, WHOLE)
        shown = [p for p in plan.pictures if (p.language, p.preset, p.format, p.frame) == shape]
        return (
            {"edition": self.edition}
            | {name: hashed(path.read_bytes()) for name, path in _sources(lecture, self.language)}
            | plan.code.reached_by(Path(__file__), "Handout").parts
            | {f"result of {run.experiment}": f"#{run.digest[:16]}" for run in plan.runs}
            | {
                name: hashed(repr((e.measured, dataclasses.replace(e.claim, measure=float))))
                for name, e in claims.items()
            }
            | {f"figure {picture.name}": hashed(repr(picture.key)) for picture in shown}
            | {"pandoc": ".".join(map(str, pandoc_version()))}
            | versions("jinja2", "babel", *_WRITTEN_WITH[self.target])
        )

    def write(self, runs: Sequence[Run], results: Mapping[str, Path], output: Path) -> bytes:
        """Return the bytes of the handout, from what was run, its results, and the figures in `output`."""
        from figgen.handout.prose import Chapter, Meta, Shown, write_prose

        lecture = load_lecture(self.folder)
        tr = lecture.translator(self.language)
        shown: dict[str, Shown] = {}
        for run in runs:
            study = lecture.study(run.experiment)
            result = read_result(study.experiment, results[study.name])
            shown[study.name] = Shown(
                result,
                study.experiment.measure(result),
                tuple(study.experiment.figures),
                study.chapter,
                run.parameters(study.experiment),
                _command(run, study),
            )
        chapters = [Chapter(name, lecture.chapter_text(self.language, name)) for name in lecture.chapters]
        prose = write_prose(chapters, shown, tr)
        art = {
            name: self._art(name, lecture.figures()[name], shown, results, output) for name in prose.figures
        }
        meta = Meta(
            title=lecture.title[self.language],
            subtitle=lecture.subtitle.get(self.language, ""),
            authors=lecture.authors,
            edition=self.edition,
        )
        return _writer(self.target)(prose, art, meta, lecture.layout, lecture.bibliography, tr)

    def _art(
        self, name: str, study: Study, shown: Mapping[str, "Shown"], results: Mapping[str, Path], output: Path
    ) -> "Artwork":
        """Return what there is of a figure."""
        from figgen.handout.prose import Artwork

        picture = (output / figure_path(name, self.language, *self.shows)).read_bytes()
        if self.target == SLIDES:
            evidence = tuple(e for e in shown[study.name].evidence if e.claim.figure == name)
            return Artwork(slide=picture, evidence=evidence)
        return Artwork(svg=picture, data=results[study.name].read_bytes())


def handouts(
    lecture: Lecture, languages: Iterable[str], targets: Iterable[Target], editions: Iterable[Edition]
) -> list[Handout]:
    """Return the handouts of a lecture in some languages, formats and editions; slides have one edition."""
    return list(
        dict.fromkeys(
            Handout(lecture.folder, language, target, "full" if target == SLIDES else edition)
            for language, target, edition in product(languages, targets, editions)
        )
    )


def _writer(target: Target) -> Callable[..., bytes]:
    """Return what writes a target; the libraries of the others are not imported."""
    if target == "html":
        from figgen.handout.html import write_html

        return write_html
    if target == "pdf":
        from figgen.handout.pdf import write_pdf

        return write_pdf
    from figgen.slides.deck import write_pptx

    return write_pptx


def _command(run: Run, study: Study) -> str:
    """Return the command that measures the experiment's claims as this run did."""
    words = ["figgen", "show", study.name] + ["--seed", str(run.seed)] * bool(run.seed)
    for name, value in run.params.items():
        if value != getattr(study.experiment.params, name):
            text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            words += ["--set", f"{study.name}.{name}={text}"]
    return shlex.join(words)


def _sources(lecture: Lecture, language: str) -> Iterator[tuple[str, Path]]:
    """Yield every file but code and figures that a handout is written from, with a name for it."""
    yield LECTURE_FILE, lecture.folder / LECTURE_FILE
    yield from ((path.name, path) for path in (lecture.bibliography, lecture.csl) if path)
    for path in sorted((lecture.folder / language).glob("*.j2")):  # chapters, and what they include
        yield f"{language}/{path.name}", path
    for path in lecture.catalogues(language):
        if path.is_file():
            yield f"locale/{path.name}", path
    for path in figgens(language):
        if path.is_file():
            yield f"figgen's words in {path.parent.name}", path
    yield from ((f"layout/{name}", path) for name, path in lecture.layout.files().items())
