"""From what a command asks for to its plan: which simulations, and what each thing comes from."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from figgen.engine import manifest
from figgen.engine.code.modules import Places
from figgen.engine.code.parsed import read_parsed
from figgen.engine.documents import Document
from figgen.engine.fingerprint import Code
from figgen.engine.key import Key
from figgen.engine.manifest import Manifest, simulation_name
from figgen.engine.origins import Origin, picture_origin, set_parameters, simulation_origin
from figgen.engine.outlines import Shelf
from figgen.engine.plan import Options, Plan, Simulation, pictures_for
from figgen.engine.reached import take_reached
from figgen.engine.reads.values import now
from figgen.engine.sources import NO_SOURCES, Sources
from figgen.explore import point
from figgen.lecture import Lecture
from figgen.loading import Study
from figgen.plotting.presets import Picture, picture_at


def make_plan(
    lecture: Lecture,
    options: Options,
    pictures: Iterable[Picture],
    documents: Sequence[Document] = (),
    sources: Sources = NO_SOURCES,
    shelf: Shelf | None = None,
) -> Plan:
    """Plan pictures, each once and in the lecture's order, the simulations behind them, and documents.

    Args:
        lecture: What to plan for.
        options: How to build.
        pictures: Those wanted besides the documents' own.
        documents: What is to be written.
        sources: All sources as they were before `lecture` was loaded.
        shelf: Keeps what its experiments say of themselves.

    Raises:
        UsageError: `--set` names an experiment or a parameter that there is not, or a value it does not take.
    """
    figures, code = lecture.figures(), Code(Places(lecture.folder), read_parsed(options.output))
    take_reached(code, sources, options.output)
    for experiment in options.settings:
        lecture.study(experiment)
    wanted = {*pictures, *(picture for document in documents for picture in pictures_for(lecture, document))}
    place = {name: number for number, name in enumerate(figures)}
    ordered = sorted(wanted, key=lambda picture: (place[picture.figure], picture))
    studies = {figures[picture.figure].name: figures[picture.figure] for picture in ordered}
    before = _Before(lecture, manifest.read(options.output) or {})
    simulations = {
        name: _plan_simulation(code, study, options, before)
        for name, study in studies.items()
        if study.experiment.simulate is not None
    }
    read = {document.path: before.read_for([document.path]) for document in documents}
    plan = Plan(lecture, options, simulations, {}, documents, code, sources, shelf, read_for_documents=read)
    ordered += dict.fromkeys(_to_explore(plan) if options.explore else ())
    values = dict.fromkeys((figures[p.figure].name, p.explored) for p in ordered if p.explored)
    explored = [_plan_simulation(code, studies[name], options, before, value) for name, value in values]
    plan = dataclasses.replace(plan, explored={simulation.name: simulation for simulation in explored})
    return dataclasses.replace(plan, pictures={p: _plan_picture(plan, p, before) for p in ordered})


def _to_explore(plan: Plan) -> Iterator[Picture]:
    """Yield the pictures of what readers may explore: for all values but that of the plan."""
    for document in plan.documents:
        for figure in document.explored(plan.lecture):
            study = plan.lecture.figures()[figure]
            explore, simulation = study.experiment.figures[figure].explore, plan.simulations[study.name]
            assert explore is not None  # else the document would not explore it
            own = point(explore.parameter, simulation.params[explore.parameter])
            for value in explore.points:
                if value != own:
                    yield Picture(figure, document.language, *document.form, explored=value)


@dataclass(frozen=True, slots=True)
class _Before:
    """What was made before, and what was read for it as it is now."""

    lecture: Lecture
    made: Manifest
    _values: Key = field(default_factory=dict)

    def alike(self, picture: Picture) -> list[str]:
        """Return the path of a picture that was made before, else those of its figure in other forms."""
        if picture.path in self.made or not picture.is_marked:
            return [picture.path]
        others = ((path, picture_at(path)) for path, entry in self.made.items() if entry.kind == "figure")
        alike = (picture.figure, picture.language)
        return [path for path, other in others if other and (other.figure, other.language) == alike]

    def read_for(self, paths: Iterable[str]) -> Key:
        """Return the values now of all that was read for some outputs."""
        names = sorted({name for path in paths if path in self.made for name in self.made[path].read})
        self._values.update(now((n for n in names if n not in self._values), self.lecture.folder))
        return {name: self._values[name] for name in names}


def _plan_simulation(
    code: Code, study: Study, options: Options, before: _Before, explored: str = ""
) -> Simulation:
    settings = dict(options.settings.get(study.name, {}))
    if explored:
        parameter, _, value = explored.partition("=")
        settings[parameter] = value
    params = set_parameters(study, settings)
    origin = simulation_origin(code, study, params, options.seed)
    kept = manifest.results(before.made, simulation_name(study.name, explored))
    origin = dataclasses.replace(origin, read=before.read_for(kept))
    values, folder = dataclasses.asdict(params), before.lecture.folder
    return Simulation(study.path, folder, values, options.seed, origin, explored)


def _plan_picture(plan: Plan, picture: Picture, before: _Before) -> Origin:
    simulation = plan.simulation_of(picture)
    digest, name = (simulation.digest, simulation.name) if simulation else ("", "")
    origin = picture_origin(plan.code, plan.lecture, picture, digest, name)
    return dataclasses.replace(origin, read=before.read_for(before.alike(picture)))
