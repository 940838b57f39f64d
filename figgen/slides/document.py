"""The slides as the engine sees them: a path, a content key, and bytes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from figgen.engine.documents import Material, Written
from figgen.engine.executor import Job
from figgen.engine.key import Key, versions
from figgen.engine.plan import Plan
from figgen.handout import composition
from figgen.handout.manuscript import Manuscript
from figgen.handout.pandoc import Pandoc, pandoc_version
from figgen.lecture import Lecture
from figgen.plotting.presets import Format, Preset


@dataclass(frozen=True, slots=True)
class Slides:
    """The slides in one language, of some chapters or else of all."""

    language: str
    chapters: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where they go, relative to the output folder."""
        return f"slides.{self.language}.pptx"

    @property
    def is_quick(self) -> bool:
        """Their text waits for the titles of the pictures."""
        return False

    @property
    def form(self) -> tuple[Preset, Format]:
        """The preset and format of the pictures on them."""
        return "slides", "png"

    def figures(self, lecture: Lecture) -> Iterable[str]:
        """Return the names of the figures that they may show."""
        return composition.figures_in(lecture, self.language, self.chapters)

    def explored(self, lecture: Lecture) -> Iterable[str]:
        """Return nothing: on a slide, nobody moves anything."""
        return ()

    def sources(self, lecture: Lecture) -> Mapping[str, Path]:
        """Return every file but code and pictures that they are written from, by a name for it."""
        return composition.sources(lecture, self.language)

    def key(self, plan: Plan) -> Key:
        """Return the code that they are written with, and what that uses."""
        return (
            plan.code.reached_by(Path(composition.__file__), "compose").parts
            | plan.code.reached_by(Path(__file__).with_name("deck.py"), "write_pptx").parts
            | composition.language_key(plan.lecture, self.language)
            | ({"chapters": ", ".join(self.chapters)} if self.chapters else {})
            | {"pandoc": ".".join(map(str, pandoc_version()))}
            | versions("jinja2", "babel", "python-pptx", "lxml", "pillow")
        )

    def filling(self, material: Material) -> tuple[object, Job]:
        """Return the job that fills in its chapters, and the name of what that gives."""
        return composition.filling(self.language, material, self.chapters)

    def manuscript(self, material: Material) -> Manuscript:
        """Put together all that they say."""
        return composition.compose(self, material, "full", self.chapters)

    def write(self, manuscript: Manuscript, pieces: Mapping[str, bytes]) -> Written:
        """Write them."""
        from figgen.slides.deck import write_pptx

        pandoc = Pandoc(pieces)
        return Written(write_pptx(manuscript, pandoc), said=manuscript.tr.said, pieces=pandoc.used)
