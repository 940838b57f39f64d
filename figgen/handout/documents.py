"""The handouts as the engine sees them: a path, a content key, and bytes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from figgen.engine.documents import Material, Written
from figgen.engine.executor import Job
from figgen.engine.key import Key, versions
from figgen.engine.plan import Plan
from figgen.handout import Edition, Target
from figgen.handout.composition import compose, figures_in, filling, language_key, sources
from figgen.handout.exploring import explored_in
from figgen.handout.manuscript import Manuscript
from figgen.handout.pandoc import Pandoc, pandoc_version
from figgen.lecture import Lecture
from figgen.plotting.presets import Format, Preset

_ROOM = Path(__file__).parent
_LIBRARIES: dict[Target, tuple[str, ...]] = {"pdf": ("typst",), "epub": ("pillow",)}


@dataclass(frozen=True, slots=True)
class Handout:
    """The handout in one language, format and edition; of some chapters, or else of all."""

    language: str
    target: Target
    edition: Edition = "full"
    chapters: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where it goes, relative to the output folder."""
        edition = "" if self.edition == "full" else f".{self.edition}"
        return f"handout.{self.language}{edition}.{self.target}"

    @property
    def is_quick(self) -> bool:
        """Whether its chapters were converted with those of the page."""
        return self.edition == "full" and self.target != "pdf"

    @property
    def form(self) -> tuple[Preset, Format]:
        """The preset and format of the pictures in it."""
        return "print", "svg"

    def figures(self, lecture: Lecture) -> Iterable[str]:
        """Return the names of the figures that it may show."""
        return figures_in(lecture, self.language, self.chapters)

    def explored(self, lecture: Lecture) -> Iterable[str]:
        """Return the names of those that it shows for other values of a parameter, too."""
        if self.target == "epub":
            return ()
        return explored_in(lecture, self.figures(lecture), on_paper=self.target == "pdf")

    def sources(self, lecture: Lecture) -> Mapping[str, Path]:
        """Return every file but code and pictures that it is written from, by a name for it."""
        return sources(lecture, self.language)

    def key(self, plan: Plan) -> Key:
        """Return the code that it is written with, and what that uses."""
        return (
            {"edition": self.edition}
            | ({"chapters": ", ".join(self.chapters)} if self.chapters else {})
            | plan.code.reached_by(_ROOM / "composition.py", "compose").parts
            | plan.code.reached_by(_ROOM / f"{self.target}.py", f"write_{self.target}").parts
            | language_key(plan.lecture, self.language)
            | {"pandoc": ".".join(map(str, pandoc_version()))}
            | versions("jinja2", "babel", *_LIBRARIES.get(self.target, ()))
        )

    def filling(self, material: Material) -> tuple[object, Job]:
        """Return the job that fills in its chapters, and the name of what that gives."""
        return filling(self.language, material, self.chapters)

    def manuscript(self, material: Material) -> Manuscript:
        """Put together all that it says."""
        return compose(self, material, self.edition, self.chapters, has_data=self.target == "html")

    def write(self, manuscript: Manuscript, pieces: Mapping[str, bytes]) -> Written:
        """Write it; the libraries of other formats are not imported."""
        pandoc = Pandoc(pieces)
        if self.target == "html":
            from figgen.handout.html import write_html

            written = Written(write_html(manuscript, pandoc), said=manuscript.tr.said)
        elif self.target == "epub":
            from figgen.handout.epub import write_epub

            written = write_epub(manuscript, pandoc)
        else:
            from figgen.handout.pdf import write_pdf

            written = write_pdf(manuscript, pandoc)
        return replace(written, pieces=pandoc.used)


def handouts(
    languages: Iterable[str],
    targets: Iterable[Target],
    editions: Iterable[Edition],
    chapters: tuple[str, ...] = (),
) -> list[Handout]:
    """Return the handouts in some languages, formats and editions, of some chapters or of all."""
    return [Handout(*kind, chapters) for kind in product(languages, targets, editions)]
