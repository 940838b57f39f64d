"""The handouts as the engine sees them: a path, a content key, and bytes."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from figgen.build.files import hashed
from figgen.build.fingerprint import fingerprint
from figgen.build.key import Key, versions
from figgen.build.plan import Plan, Run
from figgen.build.work import read_result
from figgen.experiment import Evidence
from figgen.handout import Target
from figgen.handout.pandoc import pandoc_version
from figgen.lecture import FILE, Lecture, load_lecture
from figgen.plotting.presets import figure_path


@dataclass(frozen=True, slots=True)
class Handout:
    """The handout of the lecture in `folder`, in one language and format."""

    folder: Path
    language: str
    target: Target

    @property
    def path(self) -> str:
        """Where it goes, relative to the output folder."""
        return f"handout.{self.language}.{self.target}"

    def key(self, plan: Plan, evidence: Mapping[str, tuple[Evidence, ...]]) -> Key:
        """Return all that the handout is written from, the code that writes it included."""
        lecture = load_lecture(self.folder)
        claims = {f"claim {name}.{e.claim.name}": e for name, found in evidence.items() for e in found}
        printed = (self.language, "print", "svg")
        shown = [p for p in plan.pictures if (p.language, p.preset, p.format) == printed]
        return (
            {name: hashed(path.read_bytes()) for name, path in _sources(lecture, self.language)}
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
        from figgen.handout.prose import Chapter, Meta, Shown, write_prose

        lecture = load_lecture(self.folder)
        tr = lecture.translator(self.language)
        shown = {}
        for run in runs:
            study = lecture.study(run.experiment)
            result = read_result(study.experiment, results[study.name])
            shown[study.name] = Shown(
                result,
                study.experiment.measure(result),
                tuple(study.experiment.figures),
                study.chapter,
                run.parameters(study.experiment),
            )
        chapters = [Chapter(name, lecture.chapter_text(self.language, name)) for name in lecture.chapters]
        prose = write_prose(chapters, shown, tr)
        images = {
            name: (output / figure_path(name, self.language, "print", "svg")).read_bytes()
            for name in prose.figures
        }
        meta = Meta(
            title=lecture.title[self.language],
            subtitle=lecture.subtitle.get(self.language, ""),
            authors=lecture.authors,
        )
        write = {"html": write_html, "pdf": write_pdf}[self.target]
        return write(prose, images, meta, lecture.layout, lecture.bibliography, tr)


def handouts(lecture: Lecture, languages: Iterable[str], targets: Iterable[Target]) -> list[Handout]:
    """Return the handouts of a lecture in some languages and formats."""
    return [Handout(lecture.folder, language, target) for language in languages for target in targets]


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
