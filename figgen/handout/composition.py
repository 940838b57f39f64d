"""From what the engine made to the manuscript of a document in one language."""

import re
import shlex
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from figgen.engine.documents import Document, Material
from figgen.engine.files import hashed, sha256
from figgen.engine.key import Key, key_digest
from figgen.engine.plan import Plan, pictures_for
from figgen.handout import Edition
from figgen.handout.exploring import explorations
from figgen.handout.filling import FillIn, Known, Reading
from figgen.handout.image_files import KINDS
from figgen.handout.manuscript import Manuscript
from figgen.handout.own_pictures import picture_files
from figgen.handout.prose import Chapter, Prose
from figgen.handout.speech.words import read_words
from figgen.layers import is_left_over
from figgen.lecture import Lecture
from figgen.loading import Study
from figgen.paths import LECTURE_FILE
from figgen.translation import catalogues
from figgen.wording import word


def compose(
    document: Document,
    material: Material,
    edition: Edition,
    chapters: tuple[str, ...] = (),
    *,
    has_data: bool = False,
) -> Manuscript:
    """Put together what a document says; the chapters are filled in once for all those of a language.

    Args:
        document: The document.
        material: What the engine has made.
        edition: The student's has room to write in place of the answers.
        chapters: Those that it is about; none is all.
        has_data: Whether the results are in it, too.

    Raises:
        SourceError: Everything that is wrong in the chapters, each thing with file and line.
    """
    lecture, language = material.plan.lecture, document.language
    output, figures = material.plan.options.output, lecture.figures()
    filled = material.share(*filling(language, material, chapters))
    reading: Reading = filled.text
    prose, bare = reading.prose, _bare(lecture, language, is_part=bool(chapters))
    bare.tr.said |= filled.said
    evidence = {
        name: tuple(
            word(e, bare.tr) for e in material.evidence.get(figures[name].name, ()) if e.claim.figure == name
        )
        for name in prose.figures
    }
    return replace(
        bare,
        prose=prose,
        pictures={p.figure: (output / p.path).read_bytes() for p in pictures_for(lecture, document)},
        data={
            name: material.results[study.name]
            for name, study in figures.items()
            if has_data and study.name in material.results
        },
        evidence=evidence,
        own_pictures=reading.own_pictures,
        explorations=explorations(document, material, prose.figures, bare.tr),
        edition=edition,
        parts=reading.parts if edition == "full" else None,
    )


def _bare(lecture: Lecture, language: str, *, is_part: bool) -> Manuscript:
    """Return a document as far as it is known before its chapters, pictures and evidence."""
    return Manuscript(
        title=lecture.title[language],
        subtitle=lecture.subtitle.get(language, ""),
        authors=lecture.authors,
        credit=_credit(lecture, language),
        prose=Prose((), ()),
        pictures={},
        data={},
        evidence={},
        layout=lecture.layout,
        bibliography=lecture.bibliography,
        csl=lecture.csl,
        macros=lecture.macros,
        boxes=lecture.boxes,
        theme=lecture.theme,
        tr=lecture.translator(language).read(),
        words=read_words(lecture.speech(language)),
        is_part=is_part,
    )


def language_key(lecture: Lecture, language: str) -> Key:
    """Return the rules of a language that a document is written by, besides the words in its catalogues."""
    tr = lecture.translator(language)
    return {"numbers": hashed(repr(tr.notation)), "typography": hashed(repr(tr.typography))}


def sources(lecture: Lecture, language: str) -> dict[str, Path]:
    """Return every file but code and pictures that a document is written from, by a name for it."""
    texts = _texts(lecture, language)
    own = [path for path in lecture.catalogues(language) if path.is_file()]
    figgens = [path for path in catalogues.figgens(language) if path.is_file()]
    return (
        {LECTURE_FILE: lecture.folder / LECTURE_FILE}
        | {f"{language}/{address}": path for address, path in _shown_in(texts, lecture, language).items()}
        | {path.name: path for path in (lecture.bibliography, lecture.csl, lecture.theme.logo) if path}
        | {path.relative_to(lecture.folder).as_posix(): path for path in texts}
        | {f"locale/{path.name}": path for path in own}
        | {f"figgen's words in {path.parent.name}": path for path in figgens}
        | {f"speech/{path.name}": path for path in lecture.speech(language) if path.is_file()}
        | {f"layout/{name}": path for name, path in lecture.layout.files().items()}
    )


def _shown_in(texts: Iterable[Path], lecture: Lecture, language: str) -> dict[str, Path]:
    """Return the author's pictures that chapters name, by their addresses."""
    templates = [path.read_text("utf-8", "replace") for path in texts]
    return picture_files(templates, lecture.folder / language, lecture.folder)


def _texts(lecture: Lecture, language: str) -> list[Path]:
    """Return the chapters, and what they may include: all files below their folder but pictures."""
    folder = lecture.folder / language
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix.lower() not in KINDS
        and not any(map(is_left_over, path.relative_to(folder).parts))
    )


def _credit(lecture: Lecture, language: str) -> str:
    authors = " · ".join(lecture.authors)
    return lecture.credit.get(language, "{authors}").format(authors=authors)


def figures_in(lecture: Lecture, language: str, chapters: tuple[str, ...]) -> list[str]:
    """Return the figures that a document may show.

    Args:
        lecture: The lecture.
        language: That of the document.
        chapters: Those that it is about, with what they name of other chapters; none is all.
    """
    if not chapters:
        return list(lecture.figures())
    texts = (lecture.chapter_text(language, chapter) for chapter in chapters)
    words = {word for path in texts for word in re.findall(r"\w+", path.read_text("utf-8", "replace"))}
    return [
        figure
        for figure, study in lecture.figures().items()
        if study.chapter in chapters or words & {study.chapter, study.name, *study.experiment.figures}
    ]


def filling(language: str, material: Material, chapters: tuple[str, ...]) -> tuple[object, FillIn]:
    """Return the job that fills in chapters, and the name by which documents share what it gives.

    Args:
        language: That of the chapters.
        material: What the engine has made.
        chapters: Those that documents are about; none is all.
    """
    name = ("chapters", language, chapters)
    return name, material.share(("job", name), lambda: _filling(language, material, chapters))


def _filling(language: str, material: Material, chapters: tuple[str, ...]) -> FillIn:
    lecture = material.plan.lecture
    known = material.share("known", lambda: {s.name: _known(s, material) for s in material.plan.studies})
    texts = [Chapter(name, lecture.chapter_text(language, name)) for name in chapters or lecture.chapters]
    page = f"handout.{language}.html"
    return FillIn(
        lecture=lecture.folder,
        chapters=tuple(texts),
        experiments=known,
        manuscript=_bare(lecture, language, is_part=bool(chapters)),
        own_pictures=_shown_in(_texts(lecture, language), lecture, language),
        ahead=any(document.path == page for document in material.waiting),
        pieces=material.known(language),
    )


def _known(study: Study, material: Material) -> Known:
    """Return what chapters may show of an experiment."""
    plan, result = material.plan, material.results.get(study.name)
    simulation, code = plan.simulations.get(study.name), plan.code.reached_by(study.path, "EXPERIMENT")
    made_from = (sha256(result or b""), simulation.digest if simulation else "", key_digest(code.key))
    return Known(
        path=study.path,
        lecture=plan.lecture.folder,
        origin=" ".join((study.name, *made_from)),
        code=frozenset(map(str, code.files)),
        params=simulation.params if simulation else {},
        result=result,
        evidence=material.evidence.get(study.name, ()),
        figures=tuple(study.experiment.figures),
        chapter=study.chapter,
        command=_command(plan, study),
    )


def _command(plan: Plan, study: Study) -> str:
    """Return the command that measures the experiment's claims as this plan does."""
    words = ["figgen", "show", study.name]
    simulation = plan.simulations.get(study.name)
    if simulation is None:
        return shlex.join(words)
    words += ["--seed", str(simulation.seed)] * bool(simulation.seed)
    for name, value in simulation.params.items():
        if value != getattr(study.experiment.params, name):
            text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            words += ["--set", f"{study.name}.{name}={text}"]
    return shlex.join(words)
