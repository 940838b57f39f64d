"""The documents of a build: each is written as soon as all that it is made of is there.

Their chapters are filled in, and converted as far as they show no picture, while figures are drawn still.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from figgen.engine.documents import Document, Filled, Material, document_origin
from figgen.engine.executor import Job
from figgen.engine.jobs import Write
from figgen.engine.key import Key
from figgen.engine.origins import Origin
from figgen.engine.plan import Plan, pictures_for
from figgen.errors import Problem, SourceError
from figgen.experiment import Evidence
from figgen.plotting.presets import Picture

Pieces = Mapping[str, bytes]


@dataclass(slots=True)
class Documents:
    """The documents of a build on their way.

    Attributes:
        why: Says of a document's path and key why it has to be written; an empty text, if it is current.
        pieces: Returns what the documents in a language were made of before.
        waiting: Those of which it is not known yet whether they have to be written.
        stale: Why each of the others has to be, if it does and is not handed out yet.
        origins: What each document is made from that is not waiting any more.
        problems: What stands in the way.
    """

    why: Callable[[str, Key], str]
    pieces: Callable[[str], Pieces]
    waiting: list[Document]
    stale: dict[Document, str] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    problems: dict[Problem, None] = field(default_factory=dict)
    _material: Material | None = None
    _filled: dict[object, Filled | None] = field(default_factory=dict)

    def jobs(
        self,
        plan: Plan,
        results: Mapping[str, bytes],
        evidence: Mapping[str, tuple[Evidence, ...]],
        pending: Container[Picture],
    ) -> dict[Any, Job]:
        """Return what can begin now.

        Args:
            plan: By what is known now.
            results: The bytes of each result that is there.
            evidence: What was measured, by experiment.
            pending: The pictures that are to be made yet.
        """
        if not plan.simulations.keys() <= results.keys() & evidence.keys():
            return {}
        known = (name for name in plan.every if name in evidence)
        evidence = {name: evidence[name] for name in known}  # in one order, whatever came first
        before = self._material or Material(plan, results, evidence, self.pieces, self.waiting)
        self._material = replace(before, plan=plan, evidence=evidence)
        for document in list(self.waiting):
            explored = plan.explored_for(document)
            simulations = {s.name for picture in explored if (s := plan.simulation_of(picture))}
            shown = [*pictures_for(plan.lecture, document), *explored]
            if simulations <= evidence.keys() and not any(picture in pending for picture in shown):
                self.waiting.remove(document)
                origin = self.origins[document.path] = document_origin(document, plan, evidence)
                if why := self.why(document.path, origin.key):
                    self.stale[document] = why
        return self._fillings(self._material) | self._writings(self._material)

    def take(self, name: object, given: Filled) -> None:
        """Take in what the job `name` has filled in."""
        assert self._material is not None
        self._material.put(name, given)
        self._filled[name] = given

    def pieces_of(self, document: Document, made: Pieces) -> Pieces:
        """Return what a document is made of: what its chapters are, and what was made when it was written."""
        return {**self._chapters_of(document).pieces, **made}

    def origin_of(self, document: Document) -> Origin:
        """Return what a document that was written turned out to be made from."""
        assert self._material is not None
        noted, folder = self._chapters_of(document).noted, self._material.plan.lecture.folder
        return self.origins[document.path].having_read(noted, folder)

    def _chapters_of(self, document: Document) -> Filled:
        assert self._material is not None
        filled = self._filled[document.filling(self._material)[0]]
        assert filled is not None  # it was written from them
        return filled

    def _fillings(self, material: Material) -> dict[Any, Job]:
        """Return the jobs that fill in the chapters of documents that have to be written, or may have to."""
        new: dict[Any, Job] = {}
        for document in [*self.stale, *self.waiting]:
            try:
                name, job = document.filling(material)
            except SourceError as error:
                self.problems |= dict.fromkeys(error.problems)
                self.stale.pop(document, None)
                self.waiting[:] = [other for other in self.waiting if other != document]
                continue
            if name not in self._filled:
                new[name], self._filled[name] = job, None
        return new

    def _writings(self, material: Material) -> dict[Any, Job]:
        """Return the jobs that write the documents whose chapters are filled in."""
        jobs: dict[Any, Job] = {}
        for document, why in list(self.stale.items()):
            made = self._filled[document.filling(material)[0]]
            if made is None:
                continue
            del self.stale[document]
            try:
                manuscript, pieces = (
                    document.manuscript(material),
                    {**material.known(document.language), **made.pieces},
                )
                jobs[document] = Write(document, manuscript, why, pieces)
            except SourceError as error:
                self.problems |= dict.fromkeys(error.problems)
        return jobs
