"""The handouts as the engine sees them: a path, a content key, and bytes."""

import dataclasses
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from figgen.build.files import hashed
from figgen.build.fingerprint import fingerprint
from figgen.build.key import Key, versions
from figgen.build.plan import Plan, Run
from figgen.build.work import read_result
from figgen.experiment import Evidence
from figgen.handout import Edition, Target
from figgen.handout.pandoc import pandoc_version
from figgen.lecture import FILE, Lecture, Study, load_lecture
from figgen.plotting.presets import figure_path


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
        edition = "" if self.edition == "full" else f".{self.edition}"
        return f"handout.{self.language}{edition}.{self.target}"

    def key(self, plan: Plan, evidence: Mapping[str, tuple[Evidence, ...]]) -> Key:
        """Return all that the handout is written from, the code that writes it included."""
        lecture = load_lecture(self.folder)
        claims = {f"claim {name}.{e.claim.name}": e for name, found in evidence.items() for e in found}
        printed = (self.language, "print", "svg")
        shown = [p for p in plan.pictures if (p.language, p.preset, p.format) == printed]
        return (
            {"edition": self.edition}
            | {name: hashed(path.read_bytes()) for name, path in _sources(lecture, self.language)}
            | fingerprint(Path(__file__), "Handout").parts
            | {f"result of {run.experiment}": f"#{run.digest[:16]}" for run in plan.runs}
            | {
                name: hashed(repr((e.measured, dataclasses.replace(e.claim, measure=float))))
                for name, e in claims.items()
            }
            | {f"figure {picture.name}": hashed(repr(picture.key)) for picture in shown}
            | {"pandoc": ".".join(map(str, pandoc_version()))}
            | versions("jinja2", "babel", "typst")
        )

    def write(self, runs: Sequence[Run], results: Mapping[str, Path], output: Path) -> bytes:
        """Return the bytes of the handout, from what was run, its results, and the figures in `output`."""
        from figgen.handout.html import write_html
        from figgen.handout.pdf import write_pdf
        from figgen.handout.prose import Artwork, Chapter, Meta, Shown, write_prose

        lecture = load_lecture(self.folder)
        tr = lecture.translator(self.language)
        shown: dict[str, Shown] = {}
        data: dict[str, bytes] = {}
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
            data |= dict.fromkeys(study.experiment.figures, results[study.name].read_bytes())
        chapters = [Chapter(name, lecture.chapter_text(self.language, name)) for name in lecture.chapters]
        prose = write_prose(chapters, shown, tr)
        paths = {name: output / figure_path(name, self.language, "print", "svg") for name in prose.figures}
        art = {name: Artwork(path.read_bytes(), data[name]) for name, path in paths.items()}
        meta = Meta(
            title=lecture.title[self.language],
            subtitle=lecture.subtitle.get(self.language, ""),
            authors=lecture.authors,
            edition=self.edition,
        )
        write = {"html": write_html, "pdf": write_pdf}[self.target]
        return write(prose, art, meta, lecture.layout, lecture.bibliography, tr)


def handouts(
    lecture: Lecture, languages: Iterable[str], targets: Iterable[Target], editions: Iterable[Edition]
) -> list[Handout]:
    """Return the handouts of a lecture in some languages, formats and editions."""
    return [Handout(lecture.folder, *shape) for shape in product(languages, targets, editions)]


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
    yield FILE, lecture.folder / FILE
    yield lecture.bibliography.name, lecture.bibliography
    for path in sorted((lecture.folder / language).glob("*.j2")):  # chapters, and what they include
        yield f"{language}/{path.name}", path
    for path in lecture.catalogues(language):
        if path.is_file():
            yield f"catalogue {path.parent.parent.name}/{path.name}", path
    for path in sorted(path for path in lecture.layout.rglob("*") if path.is_file()):
        yield f"layout/{path.name}", path
