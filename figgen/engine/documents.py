"""Documents as the engine sees them: something to write from what it has made; it knows no prose."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from figgen.engine.files import hashed
from figgen.engine.key import Key, key_digest
from figgen.engine.manifest import simulation_name
from figgen.engine.origins import Origin, result_key
from figgen.engine.plan import Plan, pictures_for
from figgen.engine.reads.record import Noted
from figgen.errors import Problem
from figgen.experiment import Evidence
from figgen.lecture import Lecture
from figgen.plotting.presets import Format, Preset

if TYPE_CHECKING:
    from figgen.engine.executor import Job

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Material:
    """What documents are written from.

    Attributes:
        plan: What was planned; the pictures lie in its output folder.
        results: The bytes of each simulation's result.
        evidence: What was measured, by simulation.
        pieces: Returns what the documents in a language were made of before, each piece by its hash.
        waiting: The documents that wait for pictures still.
    """

    plan: Plan
    results: Mapping[str, bytes]
    evidence: Mapping[str, tuple[Evidence, ...]]
    pieces: Callable[[str], Mapping[str, bytes]] = lambda language: {}
    waiting: Collection["Document"] = ()
    _shared: dict[object, Any] = field(default_factory=dict)

    def share(self, name: object, make: Callable[[], _T]) -> _T:
        """Return what several documents need, made by the first that asks for it."""
        if name not in self._shared:
            self._shared[name] = make()
        made: _T = self._shared[name]
        return made

    def put(self, name: object, made: object) -> None:
        """Have several documents share what was made elsewhere."""
        self._shared[name] = made

    def known(self, language: str) -> Mapping[str, bytes]:
        """Return what documents in a language were made of before."""
        return self.share(("pieces", language), lambda: self.pieces(language))


@dataclass(frozen=True, slots=True)
class Filled:
    """The chapters of documents, filled in.

    Attributes:
        text: The chapters.
        said: The messages in them with their translations.
        pieces: What the documents will be made of, as far as it is known without pictures.
        noted: What the lecture's code has read for them: results and parameters may have methods.
    """

    text: Any
    said: Mapping[str, str]
    pieces: Mapping[str, bytes]
    noted: Noted = Noted()


@dataclass(frozen=True, slots=True)
class Written:
    """A document.

    Attributes:
        data: Its bytes.
        warnings: What its readers may stumble over, though it is there.
        said: The messages that are said in it, with their translations; an empty text is none.
        pieces: What it was made of, each piece by the hash of all that it comes from.
    """

    data: bytes
    warnings: tuple[Problem, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    pieces: Mapping[str, bytes] = field(default_factory=dict)


class Document(Protocol):
    """An output that is written from text, results, evidence and pictures: a handout, or slides."""

    @property
    def path(self) -> str:
        """Where it goes, relative to the output folder."""

    @property
    def language(self) -> str:
        """The language that it is written in."""

    @property
    def is_quick(self) -> bool:
        """Whether little is left to do once its chapters are filled in and converted."""

    @property
    def form(self) -> tuple[Preset, Format]:
        """The preset and format of the pictures in it."""

    def figures(self, lecture: Lecture) -> Iterable[str]:
        """Return the names of the figures that it may show."""

    def explored(self, lecture: Lecture) -> Iterable[str]:
        """Return the names of those that it shows for other values of a parameter, too."""

    def sources(self, lecture: Lecture) -> Mapping[str, Path]:
        """Return every file but code and pictures that it is written from, by a name for it."""

    def key(self, plan: Plan) -> Key:
        """Return what else it is written from and with, its code included."""

    def filling(self, material: Material) -> tuple[object, "Job"]:
        """Return the job that gives its chapters, `Filled`, and the name by which it looks for them."""

    def manuscript(self, material: Material) -> Any:
        """Put together all that it says, complete, so that any process can write it.

        Raises:
            SourceError: What is wrong in the chapters, with file and line.
        """

    def write(self, manuscript: Any, pieces: Mapping[str, bytes]) -> Written:
        """Write the document; what is among the `pieces` need not be made again."""


def document_origin(document: Document, plan: Plan, evidence: Mapping[str, tuple[Evidence, ...]]) -> Origin:
    """Return all that a document depends on, with what was read for it when it was written last."""
    explored = plan.explored_for(document)
    pictures = [*pictures_for(plan.lecture, document), *explored]
    names = dict.fromkeys((*plan.simulations, *(s.name for p in explored if (s := plan.simulation_of(p)))))
    given = (
        {name: hashed(path.read_bytes()) for name, path in document.sources(plan.lecture).items()}
        | document.key(plan)
        | {k: v for name, s in plan.simulations.items() for k, v in result_key(name, s.digest).items()}
        | {
            f"claim {name}.{e.claim.name}": hashed(repr((e.measured, replace(e.claim, measure=float))))
            for name in names
            for e in evidence[name]
        }
        | {
            f"parameters of {study.name}": repr(study.experiment.params)
            for study in plan.studies
            if (s := plan.simulations.get(study.name)) is None or s.params != asdict(study.experiment.params)
        }
        | {
            f"figure {simulation_name(picture.figure, picture.explored)}": hashed(
                key_digest(plan.pictures[picture].key)
            )
            for picture in pictures
        }
    )
    return Origin(given, plan.read_for_documents.get(document.path, {}), frozenset(plan.code.files))
