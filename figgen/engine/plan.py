"""What a command wants to be there and current: simulations, pictures, documents."""

import dataclasses
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from figgen.engine.fingerprint import Code
from figgen.engine.key import Key, key_digest
from figgen.engine.manifest import Manifest, simulation_name
from figgen.engine.origins import Origin, result_key, style_sheets
from figgen.engine.orphans import has_picture
from figgen.engine.outlines import Shelf
from figgen.engine.reads.record import Noted
from figgen.engine.reads.values import is_path
from figgen.engine.sources import Sources
from figgen.experiment import Experiment
from figgen.lecture import Lecture
from figgen.loading import Study
from figgen.parameters import with_values
from figgen.paths import composed
from figgen.plotting.mark import Mark, stamped
from figgen.plotting.presets import Picture, picture_at
from figgen.translation.catalogues import figgens

if TYPE_CHECKING:
    from figgen.engine.documents import Document

_SHORT = 16  # hexadecimal digits of a hash in a mark


@dataclass(frozen=True, slots=True)
class Options:
    """How to build: what changes results, and where they go.

    Attributes:
        output: The output folder.
        seed: Seed of the whole build; each experiment derives its own from it.
        settings: Parameters by experiment and name, as `--set` gives them.
        jobs: How many processes work at once.
        force: Make everything again, current or not.
        timeout: After how many seconds a job is ended, if at all.
        explore: Whether to make what readers may explore, too.
    """

    output: Path
    seed: int = 0
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    jobs: int = 1
    force: bool = False
    timeout: float | None = None
    explore: bool = True


@dataclass(frozen=True, slots=True)
class Simulation:
    """An experiment to simulate: its file, the lecture's folder, parameters by name, and the build's seed.

    One with a value that readers may explore says which, as in `rate=0.5`.
    """

    path: Path
    lecture: Path
    params: dict[str, Any]
    seed: int
    origin: Origin
    explored: str = ""

    @property
    def name(self) -> str:
        """What tells it from the others of a plan."""
        return simulation_name(self.experiment, self.explored)

    @property
    def experiment(self) -> str:
        """The experiment's name."""
        return composed(self.path.stem)

    @property
    def key(self) -> Key:
        """The content key."""
        return self.origin.key

    @property
    def digest(self) -> str:
        """One name for the key."""
        return key_digest(self.key)

    def parameters(self, experiment: Experiment) -> Any:
        """Return the parameters as the experiment's `Params`."""
        return with_values(experiment.params, self.params)

    def made_from(self) -> dict[str, Any]:
        """Return what the manifest says of the origin of everything that comes from this simulation."""
        origin = {"experiment": self.experiment, "params": self.params, "seed": self.seed}
        return origin | ({"explored": self.explored} if self.explored else {})


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a command wants to be there and current, by the sources as they are when it is planned.

    Attributes:
        lecture: What it is for.
        options: How to build.
        simulations: By experiment, in the lecture's order; an illustration has none.
        pictures: What each picture is made from, in the lecture's order.
        documents: The handouts and slides.
        code: The code that is reached.
        sources: All sources as they were before anything of the lecture was read; none if nothing is made.
        shelf: Keeps what experiments say of themselves, if something is made.
        explored: The simulations with the values that readers may explore, by their names.
        read_for_documents: What was read for documents when they were written last, as it is now, by path.
    """

    lecture: Lecture
    options: Options
    simulations: Mapping[str, Simulation]
    pictures: Mapping[Picture, Origin]
    documents: Sequence["Document"]
    code: Code
    sources: Sources
    shelf: Shelf | None = None
    explored: Mapping[str, Simulation] = field(default_factory=dict)
    read_for_documents: Mapping[str, Key] = field(default_factory=dict)

    @property
    def every(self) -> Mapping[str, Simulation]:
        """All simulations by their names, those of explored values last."""
        return {**self.simulations, **self.explored}

    @property
    def studies(self) -> tuple[Study, ...]:
        """The experiments of all pictures, in the lecture's order."""
        return tuple({s.name: s for s in map(self.study_of, self.pictures)}.values())

    @property
    def origins(self) -> tuple[Origin, ...]:
        """What all results and pictures are made from."""
        return (*(simulation.origin for simulation in self.every.values()), *self.pictures.values())

    @property
    def figures(self) -> frozenset[str]:
        """The names of the figures in it."""
        return frozenset(picture.figure for picture in self.pictures)

    def study_of(self, picture: Picture) -> Study:
        """Return the experiment that a picture's figure belongs to."""
        return self.lecture.figures()[picture.figure]

    def origin_of(self, picture: Picture) -> dict[str, Any]:
        """Return what the manifest says of the origin of a picture."""
        simulation = self.simulation_of(picture)
        origin = simulation.made_from() if simulation else {"experiment": self.study_of(picture).name}
        return origin | {"language": picture.language, "preset": picture.preset}

    def mark(self, picture: Picture) -> Mark:
        """Return what a picture says of itself."""
        lecture, key = self.lecture, key_digest(self.pictures[picture].key)[:_SHORT]
        title = lecture.title[lecture.source_language]
        return Mark(picture.figure, title, picture.language, picture.preset, picture.frame, key)

    def marked(self, picture: Picture, data: bytes) -> bytes:
        """Return the bytes of a picture with its mark, if it is of those that have one."""
        return stamped(data, self.mark(picture)) if picture.is_marked else data

    def read(self) -> set[Path]:
        """Return the files of figgen and of the lecture that the plan has come from, as far as is known."""
        lecture = self.lecture
        files = set(self.code.files)
        for origin in self.origins:
            files.update(lecture.folder / name for name in origin.read if is_path(name))
        for document in self.documents:
            files.update(document.sources(lecture).values())
        for language, preset in {(picture.language, picture.preset) for picture in self.pictures}:
            files.update(
                lecture.catalogues(language), figgens(language), style_sheets(lecture, preset).values()
            )
        return files

    def having_simulated(self, name: str, noted: Noted) -> "Plan":
        """Return the plan with what a simulation has read, on which its pictures depend."""
        before = self.every[name]
        after = dataclasses.replace(before, origin=before.origin.having_read(noted, self.lecture.folder))
        if after.digest == before.digest:
            return self
        pictures = {
            picture: dataclasses.replace(origin, given=origin.given | result_key(name, after.digest))
            if simulation_name(self.study_of(picture).name, picture.explored) == name
            else origin
            for picture, origin in self.pictures.items()
        }
        if before.explored:
            return dataclasses.replace(self, explored={**self.explored, name: after}, pictures=pictures)
        return dataclasses.replace(self, simulations={**self.simulations, name: after}, pictures=pictures)

    def having_drawn(self, pictures: Iterable[Picture], noted: Noted) -> "Plan":
        """Return the plan with what the drawing of some pictures has read."""
        after = {p: self.pictures[p].having_read(noted, self.lecture.folder) for p in pictures}
        return dataclasses.replace(self, pictures={**self.pictures, **after})

    def simulation_of(self, picture: Picture) -> Simulation | None:
        """Return the simulation whose result a picture shows, if it shows one."""
        found = self.explored if picture.explored else self.simulations
        return found.get(simulation_name(self.study_of(picture).name, picture.explored))

    def explored_for(self, document: "Document") -> list[Picture]:
        """Return the pictures for explored values that a document shows."""
        kind, figures = (document.language, *document.form), set(document.explored(self.lecture))
        return [
            p
            for p in self.pictures
            if p.explored and p.figure in figures and (p.language, p.preset, p.format) == kind
        ]


def pictures_for(lecture: Lecture, document: "Document") -> list[Picture]:
    """Return the pictures that a document may show, in its language and form."""
    return [Picture(figure, document.language, *document.form) for figure in document.figures(lecture)]


def pictures_before(lecture: Lecture, languages: Container[str], made: Manifest) -> list[Picture]:
    """Return the pictures that earlier commands have made, as far as the lecture still has them."""
    found = [picture_at(path) for path, entry in made.items() if entry.kind == "figure"]
    own = [p for p in found if p is not None and not p.explored]  # explored ones come with their documents
    return [p for p in own if p.language in languages and has_picture(lecture, p)]
